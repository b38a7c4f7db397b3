-- Column changed_records of the log of runs: null for earlier runs.
alter table runs add column changed_records bigint
