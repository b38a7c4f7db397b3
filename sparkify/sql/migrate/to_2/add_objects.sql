-- No row: the ledger of version 1 has the column objects, empty for what it holds.
alter table loaded_files add column objects bigint
