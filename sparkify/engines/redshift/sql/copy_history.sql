-- One row if the history knows the COPY :copy_id as completed: how many errors it met.
-- https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_HISTORY.html
select error_count

from sys_load_history

where
    query_id = :copy_id
    and trim(status) = 'completed'
