WITH versions AS (SELECT uri,
    loaded_at,
    objects,
    LAG(objects) OVER (PARTITION BY uri
        ORDER BY loaded_at) AS objects_before
    FROM loaded_files
    WHERE uri IN (SELECT delivered.uri
        FROM loaded_files AS delivered
        WHERE delivered.loaded_at >= $since))
SELECT uri,
objects_before,
objects
FROM versions
WHERE loaded_at >= $since
AND objects < objects_before
