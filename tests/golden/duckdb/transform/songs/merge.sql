MERGE INTO songs
USING chosen_songs
ON songs.song_id = chosen_songs.song_id
WHEN MATCHED THEN UPDATE
SET title = chosen_songs.title,
artist_id = chosen_songs.artist_id,
year = chosen_songs.year,
duration = chosen_songs.duration
WHEN NOT MATCHED THEN INSERT (song_id, title, artist_id, year, duration)
VALUES (chosen_songs.song_id, chosen_songs.title, chosen_songs.artist_id, chosen_songs.year, chosen_songs.duration)
