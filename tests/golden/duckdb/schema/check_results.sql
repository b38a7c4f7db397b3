CREATE TABLE check_results (run_id TEXT(64) NOT NULL,
    stage TEXT(16) NOT NULL,
    check_name TEXT(128) NOT NULL,
    severity TEXT(16) NOT NULL,
    offending BIGINT NOT NULL,
    account TEXT(4096) NOT NULL,
    checked_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC')
