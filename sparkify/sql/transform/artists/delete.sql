-- One row per known artist of the batch's songs, deleted before the chosen record is inserted.
-- An artist of whom no current song is left is not inserted again.
delete from artists
using batch_artist_ids
where artists.artist_id = batch_artist_ids.artist_id
