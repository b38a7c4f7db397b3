-- One row: how many objects this session's last COPY loaded.
select pg_last_copy_count() as loaded_rows
