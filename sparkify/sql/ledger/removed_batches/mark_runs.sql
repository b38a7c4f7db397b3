-- One row per run of which nothing is loaded any more, since all its batches were loaded again.
update runs
set outcome = 'reloaded'
where
    outcome = 'done'
    and run_id in (
        select removed_batches.run_id
        from removed_batches
    )
    and run_id not in (
        select loaded_files.run_id
        from loaded_files
        where loaded_files.run_id is not null
    )
