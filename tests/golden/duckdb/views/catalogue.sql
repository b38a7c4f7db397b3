CREATE VIEW catalogue AS
SELECT song_id,
artist_id,
NULLIF(TRIM(title, ' '), '') AS title,
NULLIF(TRIM(artist_name, ' '), '') AS artist_name,
duration,
NULLIF(year, 0) AS year,
NULLIF(TRIM(artist_location, ' '), '') AS artist_location,
artist_latitude,
artist_longitude,
loaded_at
FROM staging_songs
