-- Column run_id of the ledger: null for the files that version 1 loaded.
alter table loaded_files add column run_id varchar(64)
