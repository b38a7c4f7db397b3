-- One row per artist whom the batch's songs have, or had before.
create temporary table batch_artist_ids as

select artist_id
from batch_songs

union

select songs.artist_id

from songs

inner join batch_songs
    on songs.song_id = batch_songs.song_id
