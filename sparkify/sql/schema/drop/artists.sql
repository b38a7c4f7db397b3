-- No row: the table artists is gone.
drop table if exists artists
