-- One row per known song of the batch, deleted before its current record is inserted.
delete from songs
using batch_songs
where songs.song_id = batch_songs.song_id
