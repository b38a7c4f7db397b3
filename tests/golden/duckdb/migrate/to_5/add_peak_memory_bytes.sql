ALTER TABLE runs ADD COLUMN peak_memory_bytes BIGINT
