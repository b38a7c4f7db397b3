SELECT song_id,
artist_id,
title,
artist_name
FROM staging_songs
WHERE loaded_at >= $since
AND (NULLIF(TRIM(song_id, ' '), '') IS NULL
    OR NULLIF(TRIM(artist_id, ' '), '') IS NULL)
