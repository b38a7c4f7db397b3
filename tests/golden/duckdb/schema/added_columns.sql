CREATE TABLE added_columns (staging_table TEXT(64) NOT NULL,
    column_name TEXT(127) NOT NULL,
    key_name TEXT(1024) NOT NULL,
    run_id TEXT(64) NOT NULL,
    added_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC')
