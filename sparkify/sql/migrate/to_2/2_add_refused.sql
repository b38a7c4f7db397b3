-- Column refused of the ledger: null for the files that version 1 loaded.
alter table loaded_files add column refused bigint
