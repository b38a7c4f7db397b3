-- One row per repeated song of the batch, deleted before its current version is inserted.
delete from repeated_songs
using batch_repeated_songs
where repeated_songs.song_id = batch_repeated_songs.song_id
