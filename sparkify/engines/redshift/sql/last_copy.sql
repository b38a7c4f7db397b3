-- One row: the id of this session's last COPY, and how many records it loaded.
-- https://docs.aws.amazon.com/redshift/latest/dg/PG_LAST_COPY_ID.html
select
    pg_last_copy_id() as copy_id,
    pg_last_copy_count() as loaded_rows
