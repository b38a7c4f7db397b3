ALTER TABLE loaded_files ADD COLUMN refused BIGINT
