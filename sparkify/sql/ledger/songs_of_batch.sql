-- One row: the number of song records of the batch.
select count(*) as song_records

from staging_songs

where loaded_at = :loaded_at
