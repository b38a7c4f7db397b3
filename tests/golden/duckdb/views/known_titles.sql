CREATE VIEW known_titles AS
SELECT record.title,
record.artist_name,
record.duration,
record.song_id,
record.artist_id
FROM catalogue AS record
WHERE NOT record.title IS NULL
AND NOT record.artist_name IS NULL
AND NOT record.duration IS NULL
QUALIFY ROW_NUMBER() OVER (PARTITION BY record.title, record.artist_name, record.duration
    ORDER BY record.song_id, record.artist_id) = 1
