SELECT staging_table,
column_name,
key_name,
run_id
FROM added_columns
ORDER BY 1,
2
