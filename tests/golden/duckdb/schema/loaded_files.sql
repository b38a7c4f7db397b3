CREATE TABLE loaded_files (uri TEXT(4096) NOT NULL,
    etag TEXT(256) NOT NULL,
    bytes BIGINT NOT NULL,
    staging_table TEXT(64) NOT NULL,
    objects BIGINT,
    refused BIGINT,
    run_id TEXT(64),
    loaded_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC')
