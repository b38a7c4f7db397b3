CREATE TABLE source_keys (staging_table TEXT(64) NOT NULL,
    key_name TEXT(1024) NOT NULL,
    json_type TEXT(16) NOT NULL,
    first_file TEXT(4096) NOT NULL,
    run_id TEXT(64) NOT NULL,
    loaded_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC')
