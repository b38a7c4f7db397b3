SELECT checked_at,
stage,
check_name,
severity,
CASE
WHEN offending = 0 THEN 'passed'
WHEN severity = 'warn' THEN 'warned' ELSE 'failed' END AS outcome,
offending,
account
FROM check_results
WHERE run_id = $run_id
ORDER BY 1,
2,
3
