-- No row: what a run loaded into staging_songs is gone.
delete from staging_songs
where loaded_at in (
    select loaded_files.loaded_at
    from loaded_files
    where loaded_files.run_id = :run_id
)
