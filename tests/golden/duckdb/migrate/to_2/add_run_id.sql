ALTER TABLE loaded_files ADD COLUMN run_id TEXT(64)
