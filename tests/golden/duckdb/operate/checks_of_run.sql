SELECT checked_at,
stage,
check_name,
severity,
offending,
account
FROM check_results
WHERE run_id = $run_id
ORDER BY 1,
2,
3
