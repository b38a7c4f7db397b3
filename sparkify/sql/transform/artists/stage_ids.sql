-- One row per artist whom the batch's songs have, had before, or have in any other version.
-- When the star is filled again, staging has the later versions already: an artist may have been
-- made from one that turns out not to be the current one.
create temporary table batch_artist_ids as

select artist_id
from batch_songs

union

select songs.artist_id

from songs

inner join batch_songs
    on songs.song_id = batch_songs.song_id

union

select cleaned_songs.artist_id

from cleaned_songs

inner join batch_repeated_songs
    on cleaned_songs.song_id = batch_repeated_songs.song_id
