-- One row: the number of this session's process, by which another session can end its query.
select pg_backend_pid() as process
