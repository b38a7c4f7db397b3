-- One row: true if the query of the session with the process :process was cancelled.
select pg_cancel_backend(:process) as is_cancelled
