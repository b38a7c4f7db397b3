ALTER TABLE loaded_files ADD COLUMN objects BIGINT
