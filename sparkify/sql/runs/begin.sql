-- One row: the run that begins.
insert into runs (run_id, started_at, outcome)
select
    :run_id as run_id,
    sysdate as started_at,
    'running' as outcome
