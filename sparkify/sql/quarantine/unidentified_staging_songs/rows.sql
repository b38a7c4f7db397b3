-- One row per different value of songs in the batch that lack what identifies them.
-- column_name is the first column at fault.
select distinct
    song_id,
    artist_id,
    case
        when nullif(trim(both ' ' from song_id), '') is null then 'song_id'
        else 'artist_id'
    end as column_name

from staging_songs

where
    loaded_at = :loaded_at
    and (
        nullif(trim(both ' ' from song_id), '') is null
        or nullif(trim(both ' ' from artist_id), '') is null
    )

order by 1, 2

limit 100000
