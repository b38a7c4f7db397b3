CREATE VIEW matches AS
SELECT titled_plays.songplay_id,
catalogue.song_id,
catalogue.artist_id,
titled_plays.loaded_at AS play_loaded_at,
catalogue.loaded_at AS song_loaded_at
FROM titled_plays
INNER JOIN catalogue
ON titled_plays.title = catalogue.title
AND titled_plays.artist_name = catalogue.artist_name
AND titled_plays.duration = catalogue.duration
