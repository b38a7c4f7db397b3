-- No row: the table warehouse_version is gone.
drop table if exists warehouse_version
