-- Column peak_memory_bytes of the log of runs: null for earlier runs.
alter table runs add column peak_memory_bytes bigint
