INSERT INTO runs (run_id, started_at, outcome)
SELECT $run_id AS run_id,
CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS started_at,
'running' AS outcome
