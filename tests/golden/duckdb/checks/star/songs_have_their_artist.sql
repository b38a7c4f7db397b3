SELECT songs.song_id,
songs.artist_id
FROM songs
LEFT JOIN artists
ON songs.artist_id = artists.artist_id
WHERE artists.artist_id IS NULL
