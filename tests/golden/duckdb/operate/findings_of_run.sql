SELECT found_at,
staging_table,
key_name,
finding,
detail,
objects,
first_file
FROM source_findings
WHERE run_id = $run_id
ORDER BY 1,
2,
4,
3
