-- One row per title, artist name and duration in the catalogue, with the smallest song_id of them.
-- A play is matched by all three, never by fewer.
create view known_titles as

select
    record.title,
    record.artist_name,
    record.duration,
    record.song_id,
    record.artist_id

from catalogue as record

where
    record.title is not null
    and record.artist_name is not null
    and record.duration is not null

qualify
    row_number() over (
        partition by
            record.title,
            record.artist_name,
            record.duration
        order by
            record.song_id,
            record.artist_id
    ) = 1
