CREATE TEMPORARY TABLE chosen_artists AS
WITH candidates AS (SELECT artist_id,
    artist_name AS name,
    artist_location AS location,
    artist_latitude AS latitude,
    artist_longitude AS longitude
    FROM catalogue
    WHERE loaded_at = $loaded_at
    UNION ALL
    SELECT artist_id,
    name,
    location,
    latitude,
    longitude
    FROM artists
    WHERE artists.artist_id IN (SELECT catalogue.artist_id
        FROM catalogue
        WHERE catalogue.loaded_at = $loaded_at))
SELECT candidate.artist_id,
candidate.name,
candidate.location,
candidate.latitude,
candidate.longitude
FROM candidates AS candidate
WHERE NOT candidate.artist_id IS NULL
QUALIFY ROW_NUMBER() OVER (PARTITION BY candidate.artist_id
    ORDER BY CASE
    WHEN candidate.location IS NULL THEN 1 ELSE 0 END, CASE
    WHEN candidate.latitude IS NULL THEN 1 ELSE 0 END, candidate.name, candidate.location, candidate.latitude, candidate.longitude) = 1
