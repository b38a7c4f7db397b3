SELECT table_name,
column_name,
LOWER(data_type) AS data_type,
ordinal_position
FROM information_schema."columns"
WHERE table_schema = CURRENT_SCHEMA()
ORDER BY 1,
4
