CREATE TABLE source_findings (run_id TEXT(64) NOT NULL,
    staging_table TEXT(64) NOT NULL,
    key_name TEXT(1024) NOT NULL,
    finding TEXT(32) NOT NULL,
    detail TEXT(1024) NOT NULL,
    objects BIGINT NOT NULL,
    first_file TEXT(4096) NOT NULL,
    found_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC')
