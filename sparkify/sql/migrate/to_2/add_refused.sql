-- No row: the ledger of version 1 has the column refused, empty for what it holds.
alter table loaded_files add column refused bigint
