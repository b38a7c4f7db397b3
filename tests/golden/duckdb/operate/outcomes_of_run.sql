SELECT CASE
WHEN offending = 0 THEN 'passed'
WHEN severity = 'warn' THEN 'warned' ELSE 'failed' END AS outcome,
COUNT(*) AS checks
FROM check_results
WHERE run_id = $run_id
GROUP BY 1
