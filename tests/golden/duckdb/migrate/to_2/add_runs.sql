CREATE TABLE runs (run_id TEXT(64) NOT NULL,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    outcome TEXT(16) NOT NULL,
    error TEXT(4096),
    stage_seconds TEXT(4096))
