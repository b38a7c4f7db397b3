-- One row: the number of artists that the batch removed: no current song has them.
select
    0 as added,
    0 as changed,
    count(*) as removed

from artists_before

left join artists
    on artists_before.artist_id = artists.artist_id

where artists.artist_id is null
