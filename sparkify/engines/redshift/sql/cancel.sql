-- One row: whether the query of the session with the process :process was told to end.
select pg_cancel_backend(:process) as told
