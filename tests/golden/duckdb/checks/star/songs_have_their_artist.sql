SELECT songs.song_id,
songs.artist_id
FROM songs
WHERE songs.song_id IN (SELECT catalogue.song_id
    FROM catalogue
    WHERE catalogue.loaded_at >= $since)
AND NOT EXISTS(SELECT 1
    FROM artists
    WHERE artists.artist_id = songs.artist_id)
