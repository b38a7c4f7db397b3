SELECT table_name
FROM information_schema.tables
WHERE table_schema = CURRENT_SCHEMA()
AND table_type <> 'LOCAL TEMPORARY'
