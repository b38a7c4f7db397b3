-- No row: the ledger of version 1 has the column run_id, empty for what it holds.
alter table loaded_files add column run_id varchar(64)
