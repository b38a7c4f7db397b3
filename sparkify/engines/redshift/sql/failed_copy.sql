-- One row at most: the last COPY that the session :process began, if it came after the COPY :known.
-- It failed, and the function for its id may say nothing of a COPY that was rolled back.
-- https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_HISTORY.html
select query_id as copy_id

from sys_load_history

where
    session_id = :process
    and query_id > :known

order by 1 desc

limit 1
