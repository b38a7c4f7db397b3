-- One row per song of the batch whose current record is in the batch.
create temporary table batch_songs as

select
    song_id,
    title,
    artist_id,
    year,
    duration

from current_songs

where loaded_at = :loaded_at
