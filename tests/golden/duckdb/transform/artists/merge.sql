MERGE INTO artists
USING chosen_artists
ON artists.artist_id = chosen_artists.artist_id
WHEN MATCHED THEN UPDATE
SET name = chosen_artists.name,
location = chosen_artists.location,
latitude = chosen_artists.latitude,
longitude = chosen_artists.longitude
WHEN NOT MATCHED THEN INSERT (artist_id, name, location, latitude, longitude)
VALUES (chosen_artists.artist_id, chosen_artists.name, chosen_artists.location, chosen_artists.latitude, chosen_artists.longitude)
