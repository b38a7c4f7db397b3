SELECT MIN(start_time) AS first_moment,
MAX(start_time) AS last_moment
FROM staged_plays
WHERE loaded_at = $loaded_at
