-- No row: the log of runs of version 2 has the column peak_memory_bytes, empty for what it holds.
alter table runs add column peak_memory_bytes bigint
