-- Written by `make golden` from the SQL and the lists of sparkify/sql.

-- checks/ledger/every_record_is_accounted_for 923c5e0e419f0186
WITH loaded AS (
  SELECT
    staging_table,
    loaded_at,
    SUM(objects) AS records,
    SUM(refused) AS rejected
  FROM loaded_files
  WHERE
    loaded_at >= %(since)s AND NOT objects IS NULL
  GROUP BY
    1,
    2
), staged AS (
  SELECT
    'staging_events' AS staging_table,
    loaded_at,
    COUNT(*) AS staged
  FROM staging_events
  WHERE
    loaded_at >= %(since)s
  GROUP BY
    1,
    2
  UNION ALL
  SELECT
    'staging_songs' AS staging_table,
    loaded_at,
    COUNT(*) AS staged
  FROM staging_songs
  WHERE
    loaded_at >= %(since)s
  GROUP BY
    1,
    2
)
SELECT
  loaded.staging_table,
  loaded.loaded_at,
  loaded.records,
  loaded.rejected,
  COALESCE(staged.staged, 0) AS staged
FROM loaded
LEFT JOIN staged
  ON loaded.staging_table = staged.staging_table
  AND loaded.loaded_at = staged.loaded_at
WHERE
  loaded.records <> loaded.rejected + COALESCE(staged.staged, 0)

-- checks/ledger/every_rejected_record_is_kept 28fd1a8fdad0a371
WITH kept AS (
  SELECT
    uri,
    etag,
    COUNT(*) AS kept
  FROM load_errors
  WHERE
    loaded_at >= %(since)s
  GROUP BY
    1,
    2
)
SELECT
  loaded_files.uri,
  loaded_files.refused AS rejected,
  COALESCE(kept.kept, 0) AS kept
FROM loaded_files
LEFT JOIN kept
  ON loaded_files.uri = kept.uri AND loaded_files.etag = kept.etag
WHERE
  loaded_files.loaded_at >= %(since)s
  AND loaded_files.refused <> COALESCE(kept.kept, 0)

-- checks/ledger/files_keep_the_contract 3fda2b651ca010c3
WITH batches AS (
  SELECT DISTINCT
    loaded_at
  FROM loaded_files
  WHERE
    loaded_at >= %(since)s
)
SELECT
  source_findings.staging_table,
  source_findings.key_name AS field,
  source_findings.finding AS change,
  CASE
    WHEN source_findings.detail = ''
    THEN ''
    ELSE ' (' || source_findings.detail || ')'
  END AS types,
  source_findings.objects AS records,
  source_findings.first_file
FROM source_findings
INNER JOIN batches
  ON source_findings.found_at = batches.loaded_at
ORDER BY
  1,
  3,
  2

-- checks/ledger/matched_share_has_not_fallen 15f14e9dd1ca5281
WITH periods AS (
  SELECT
    CASE
      WHEN start_time BETWEEN %(first_start_time)s AND %(last_start_time)s
      THEN 'batch'
      ELSE 'before'
    END AS period,
    CAST(COUNT(*) AS DOUBLE PRECISION) AS plays,
    CAST(COUNT(song_id) AS DOUBLE PRECISION) AS matched
  FROM songplays
  WHERE
    start_time >= (
      CAST(%(first_start_time)s AS TIMESTAMP) + INTERVAL '-28 DAY'
    )
    AND start_time <= %(last_start_time)s
  GROUP BY
    1
), angles AS (
  SELECT
    period,
    plays,
    matched / plays AS share,
    ASIN(SQRT((
      matched + 0.375
    ) / (
      plays + 0.75
    ))) AS angle,
    1 / (
      4 * plays + 2
    ) AS variance
  FROM periods
)
SELECT
  CAST(batch.plays AS BIGINT) AS plays,
  ROUND(1000 * batch.share) / 10 AS matched_percent,
  ROUND(1000 * before.share) / 10 AS matched_percent_before
FROM angles AS batch
INNER JOIN angles AS before
  ON batch.period <> before.period
WHERE
  batch.period = 'batch'
  AND batch.share < before.share * 0.75
  AND batch.angle < before.angle - 2.576 * SQRT(batch.variance + before.variance)

-- checks/ledger/newest_event_is_no_older_than_usual 817e969321a523af
WITH batches AS (
  SELECT DISTINCT
    loaded_at
  FROM loaded_files
  WHERE
    loaded_at >= (
      CAST((
        CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
      ) AS TIMESTAMP) + INTERVAL '-28 DAY'
    )
), newest AS (
  SELECT
    loaded_at,
    MAX(ts) AS newest_event
  FROM staging_events
  WHERE
    loaded_at >= (
      CAST((
        CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
      ) AS TIMESTAMP) + INTERVAL '-28 DAY'
    )
  GROUP BY
    1
), loads AS (
  SELECT
    batches.loaded_at,
    MAX(newest.newest_event) OVER (ORDER BY batches.loaded_at rows BETWEEN UNBOUNDED preceding AND CURRENT ROW) AS newest_event,
    LEAD(batches.loaded_at) OVER (ORDER BY batches.loaded_at) AS next_load
  FROM batches
  LEFT JOIN newest
    ON batches.loaded_at = newest.loaded_at
), usual AS (
  SELECT
    COUNT(*) AS loads_before,
    AVG(
      CAST(CAST((
        EXTRACT(epoch FROM (
          DATE_TRUNC('SECOND', CAST(loaded_at AS TIMESTAMP)) - DATE_TRUNC('SECOND', CAST(newest_event AS TIMESTAMP))
        )) * 1
      ) AS BIGINT) AS DOUBLE PRECISION)
    ) AS seconds_old
  FROM loads
  WHERE
    NOT newest_event IS NULL AND NOT next_load IS NULL
), latest AS (
  SELECT
    newest_event,
    CAST((
      EXTRACT(epoch FROM (
        DATE_TRUNC('SECOND', CAST((
          CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
        ) AS TIMESTAMP)) - DATE_TRUNC('SECOND', CAST(newest_event AS TIMESTAMP))
      )) * 1
    ) AS BIGINT) AS seconds_old
  FROM loads
  WHERE
    next_load IS NULL
)
SELECT
  latest.newest_event,
  ROUND(CAST(latest.seconds_old AS DOUBLE PRECISION) / 3600) AS hours_old,
  ROUND(usual.seconds_old / 3600) AS usual_hours_old
FROM latest
CROSS JOIN usual
WHERE
  usual.loads_before >= 3 AND latest.seconds_old > usual.seconds_old * 2 + 86400

-- checks/ledger/no_day_is_below_its_weekday 34f6d6e56c6ef7d6
WITH days AS (
  SELECT
    CAST(start_time AS DATE) AS day_of_plays,
    COUNT(*) AS plays
  FROM songplays
  WHERE
    start_time >= (
      CAST(%(first_start_time)s AS TIMESTAMP) + INTERVAL '-92 DAY'
    )
    AND start_time <= (
      CAST(%(last_start_time)s AS TIMESTAMP) + INTERVAL '14 DAY'
    )
  GROUP BY
    1
), arrivals AS (
  SELECT
    CAST(start_time AS DATE) AS day_of_plays,
    MIN(loaded_at) AS first_loaded_at,
    MAX(loaded_at) AS last_loaded_at
  FROM staged_plays
  WHERE
    start_time >= (
      CAST(%(first_start_time)s AS TIMESTAMP) + INTERVAL '-8 DAY'
    )
    AND start_time <= (
      CAST(%(last_start_time)s AS TIMESTAMP) + INTERVAL '14 DAY'
    )
  GROUP BY
    1
), calendar AS (
  SELECT
    day_of_plays,
    plays
  FROM days
  UNION ALL
  SELECT
    weekday_before.day_of_plays + 7 AS day_of_plays,
    0 AS plays
  FROM days AS weekday_before
  LEFT JOIN days AS same_day
    ON weekday_before.day_of_plays + 7 = same_day.day_of_plays
  WHERE
    same_day.day_of_plays IS NULL
), followed AS (
  SELECT
    calendar.day_of_plays,
    calendar.plays,
    MIN(days.day_of_plays) AS next_day
  FROM calendar
  INNER JOIN days
    ON calendar.day_of_plays < days.day_of_plays
  WHERE
    calendar.day_of_plays >= CAST(%(first_start_time)s AS DATE) - 8
    AND calendar.day_of_plays <= CAST(%(last_start_time)s AS DATE)
  GROUP BY
    1,
    2
), checked AS (
  SELECT
    followed.day_of_plays,
    followed.plays
  FROM followed
  INNER JOIN arrivals AS following
    ON followed.next_day = following.day_of_plays
  LEFT JOIN arrivals AS own
    ON followed.day_of_plays = own.day_of_plays
  WHERE
    following.first_loaded_at >= %(since)s OR own.last_loaded_at >= %(since)s
), knowledge AS (
  SELECT
    checked.day_of_plays,
    checked.plays,
    CASE
      WHEN checked.day_of_plays - MIN(earlier.day_of_plays) >= 14
      THEN CAST(EXTRACT(DOW FROM checked.day_of_plays) AS INT)
    END AS weekday
  FROM checked
  INNER JOIN days AS earlier
    ON checked.day_of_plays > earlier.day_of_plays
    AND checked.day_of_plays - 84 <= earlier.day_of_plays
  GROUP BY
    1,
    2
), history AS (
  SELECT
    knowledge.day_of_plays,
    CASE
      WHEN knowledge.weekday IS NULL
      THEN -1
      ELSE CAST(EXTRACT(DOW FROM earlier.day_of_plays) AS INT)
    END AS weekday,
    LN(CAST(earlier.plays AS DOUBLE PRECISION) + 0.5) AS log_plays
  FROM knowledge
  INNER JOIN days AS earlier
    ON knowledge.day_of_plays > earlier.day_of_plays
    AND knowledge.day_of_plays - 84 <= earlier.day_of_plays
), weekday_medians AS (
  SELECT
    day_of_plays,
    weekday,
    PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
      log_plays) AS median_log
  FROM history
  GROUP BY
    1,
    2
), distances AS (
  SELECT
    history.day_of_plays,
    history.weekday,
    history.log_plays,
    ABS(history.log_plays - weekday_medians.median_log) AS distance
  FROM history
  INNER JOIN weekday_medians
    ON history.day_of_plays = weekday_medians.day_of_plays
    AND history.weekday = weekday_medians.weekday
), median_distances AS (
  SELECT
    day_of_plays,
    PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
      distance) AS median_distance
  FROM distances
  GROUP BY
    1
), weekdays AS (
  SELECT
    distances.day_of_plays,
    distances.weekday,
    CAST(COUNT(*) AS DOUBLE PRECISION) AS days,
    AVG(distances.log_plays) AS mean_log,
    COALESCE(VAR_SAMP(distances.log_plays), 0) * (
      COUNT(*) - 1
    ) AS squares
  FROM distances
  INNER JOIN median_distances
    ON distances.day_of_plays = median_distances.day_of_plays
  WHERE
    distances.distance * 0.6745 <= 4 * median_distances.median_distance
    OR (
      distances.weekday = -1 AND distances.distance <= LN(CAST(8 AS DOUBLE PRECISION))
    )
  GROUP BY
    1,
    2
), spreads AS (
  SELECT
    day_of_plays,
    SUM(days - 1) AS freedom,
    SUM(squares) / SUM(days - 1) AS variance
  FROM weekdays
  GROUP BY
    1
  HAVING
    SUM(days - 1) >= 4
), usual AS (
  SELECT
    knowledge.day_of_plays,
    knowledge.plays,
    EXP(weekdays.mean_log) AS usual_plays,
    EXP(
      weekdays.mean_log - 1.9 * (
        1 + 1.15 / spreads.freedom
      ) * SQRT(spreads.variance * (
        1 + 1 / weekdays.days
      ))
    ) AS expected_plays
  FROM knowledge
  INNER JOIN weekdays
    ON knowledge.day_of_plays = weekdays.day_of_plays
    AND COALESCE(knowledge.weekday, -1) = weekdays.weekday
  INNER JOIN spreads
    ON knowledge.day_of_plays = spreads.day_of_plays
  WHERE
    weekdays.days >= 2
), bounds AS (
  SELECT
    day_of_plays,
    plays,
    usual_plays,
    LEAST(expected_plays, usual_plays * 0.7, usual_plays - 2.5 * SQRT(usual_plays)) AS fewest_plays
  FROM usual
)
SELECT
  day_of_plays,
  plays,
  ROUND(usual_plays) AS usual_plays,
  ROUND(fewest_plays) AS fewest_plays
FROM bounds
WHERE
  plays + 0.5 < fewest_plays
ORDER BY
  1

-- checks/ledger/no_file_shrank dc813f1d195e082b
WITH versions AS (
  SELECT
    uri,
    loaded_at,
    objects,
    LAG(objects) OVER (PARTITION BY uri ORDER BY loaded_at) AS objects_before
  FROM loaded_files
  WHERE
    uri IN (
      SELECT
        loaded.uri
      FROM loaded_files AS loaded
      WHERE
        loaded.loaded_at >= %(since)s
    )
)
SELECT
  uri,
  objects_before AS records_before,
  objects AS records
FROM versions
WHERE
  loaded_at >= %(since)s AND objects < objects_before

-- checks/staging/events_say_who_and_when 23212276ccf07326
SELECT
  userid,
  sessionid,
  iteminsession,
  ts,
  page
FROM staging_events
WHERE
  loaded_at >= %(since)s
  AND NOT userid IS NULL
  AND (
    ts IS NULL
    OR sessionid IS NULL
    OR iteminsession IS NULL
    OR NOT sessionid BETWEEN 0 AND 9000000000000
    OR NOT iteminsession BETWEEN 0 AND 999999
  )

-- checks/staging/songs_say_who_they_are 1c4d61f5a3c4da1d
SELECT
  song_id,
  artist_id,
  title,
  artist_name
FROM staging_songs
WHERE
  loaded_at >= %(since)s
  AND (
    NULLIF(TRIM(BOTH ' ' FROM song_id), '') IS NULL
    OR NULLIF(TRIM(BOTH ' ' FROM artist_id), '') IS NULL
  )

-- checks/star/artist_ids_are_unique e337dea060a8a385
SELECT
  artist_id,
  COUNT(*) AS occurrences
FROM artists
WHERE
  artist_id IN (
    SELECT
      cleaned_songs.artist_id
    FROM cleaned_songs
    WHERE
      cleaned_songs.loaded_at >= %(since)s
  )
GROUP BY
  1
HAVING
  COUNT(*) > 1

-- checks/star/plays_are_all_there 408b70c21cbef69e
SELECT
  staged_plays.songplay_id,
  staged_plays.start_time,
  staged_plays.user_id
FROM staged_plays
WHERE
  staged_plays.loaded_at >= %(since)s
  AND NOT EXISTS(
    SELECT
      1
    FROM songplays
    WHERE
      songplays.songplay_id = staged_plays.songplay_id
      AND songplays.start_time = staged_plays.start_time
      AND songplays.user_id = staged_plays.user_id
      AND songplays.start_time BETWEEN %(first_start_time)s AND %(last_start_time)s
  )

-- checks/star/song_ids_are_unique 6b70a7c8d2cde8ca
SELECT
  song_id,
  COUNT(*) AS occurrences
FROM songs
WHERE
  song_id IN (
    SELECT
      cleaned_songs.song_id
    FROM cleaned_songs
    WHERE
      cleaned_songs.loaded_at >= %(since)s
  )
GROUP BY
  1
HAVING
  COUNT(*) > 1

-- checks/star/songplay_ids_are_unique 56106dfda7329169
SELECT
  songplay_id,
  COUNT(*) AS occurrences
FROM songplays
WHERE
  start_time BETWEEN %(first_start_time)s AND %(last_start_time)s
GROUP BY
  1
HAVING
  COUNT(*) > 1

-- checks/star/songplays_have_their_song 3aaa3c30e9714e3a
WITH concerned AS (
  SELECT
    songplay_id,
    song_id,
    artist_id
  FROM songplays
  WHERE
    start_time BETWEEN %(first_start_time)s AND %(last_start_time)s
  UNION ALL
  SELECT
    songplays.songplay_id,
    songplays.song_id,
    songplays.artist_id
  FROM songplays
  WHERE
    songplays.song_id IN (
      SELECT
        cleaned_songs.song_id
      FROM cleaned_songs
      WHERE
        cleaned_songs.loaded_at >= %(since)s
    )
)
SELECT DISTINCT
  concerned.songplay_id,
  concerned.song_id,
  concerned.artist_id
FROM concerned
LEFT JOIN songs
  ON concerned.song_id = songs.song_id
LEFT JOIN artists
  ON concerned.artist_id = artists.artist_id
WHERE
  (
    NOT concerned.song_id IS NULL AND songs.song_id IS NULL
  )
  OR (
    NOT concerned.artist_id IS NULL AND artists.artist_id IS NULL
  )
  OR (
    concerned.song_id IS NULL AND NOT concerned.artist_id IS NULL
  )
  OR (
    NOT concerned.song_id IS NULL AND concerned.artist_id IS NULL
  )

-- checks/star/songplays_have_their_timestamp 23bcd573dca57f99
SELECT
  songplays.songplay_id,
  songplays.start_time
FROM songplays
WHERE
  songplays.start_time BETWEEN %(first_start_time)s AND %(last_start_time)s
  AND NOT EXISTS(
    SELECT
      1
    FROM "time"
    WHERE
      "time".start_time = songplays.start_time
      AND "time".start_time BETWEEN %(first_start_time)s AND %(last_start_time)s
  )

-- checks/star/songplays_have_their_user b25f3f8bece052a9
SELECT
  songplays.songplay_id,
  songplays.user_id
FROM songplays
WHERE
  songplays.start_time BETWEEN %(first_start_time)s AND %(last_start_time)s
  AND NOT EXISTS(
    SELECT
      1
    FROM users
    WHERE
      users.user_id = songplays.user_id
  )

-- checks/star/songs_have_their_artist 5ae5c197135d5f58
SELECT
  songs.song_id,
  songs.artist_id
FROM songs
WHERE
  songs.song_id IN (
    SELECT
      cleaned_songs.song_id
    FROM cleaned_songs
    WHERE
      cleaned_songs.loaded_at >= %(since)s
  )
  AND NOT EXISTS(
    SELECT
      1
    FROM artists
    WHERE
      artists.artist_id = songs.artist_id
  )

-- checks/star/timestamps_are_split_right 6b362b328891046f
SELECT
  start_time,
  hour,
  day,
  week,
  month,
  year,
  weekday
FROM "time"
WHERE
  start_time BETWEEN %(first_start_time)s AND %(last_start_time)s
  AND (
    NOT hour BETWEEN 0 AND 23
    OR NOT week BETWEEN 1 AND 53
    OR NOT weekday BETWEEN 0 AND 6
    OR year * 10000 + month * 100 + day <> CAST(EXTRACT(YEAR FROM start_time) AS INT) * 10000 + CAST(EXTRACT(MONTH FROM start_time) AS INT) * 100 + CAST(EXTRACT(DAY FROM start_time) AS INT)
  )

-- checks/star/timestamps_are_unique fab5674ef227280b
SELECT
  start_time,
  COUNT(*) AS occurrences
FROM "time"
WHERE
  start_time BETWEEN %(first_start_time)s AND %(last_start_time)s
GROUP BY
  1
HAVING
  COUNT(*) > 1

-- checks/star/user_ids_are_unique bf6b40863a2d8692
SELECT
  user_id,
  COUNT(*) AS occurrences
FROM users
WHERE
  user_id IN (
    SELECT
      staging_events.userid
    FROM staging_events
    WHERE
      staging_events.loaded_at >= %(since)s
  )
GROUP BY
  1
HAVING
  COUNT(*) > 1

-- checks/star/values_are_in_their_domain 51334f28cc40439c
SELECT
  'songplays' AS table_name,
  CAST(songplay_id AS VARCHAR(64)) AS row_key,
  level AS first_value,
  location AS second_value
FROM songplays
WHERE
  start_time BETWEEN %(first_start_time)s AND %(last_start_time)s
  AND NOT level IN ('free', 'paid')
UNION ALL
SELECT
  'users' AS table_name,
  CAST(user_id AS VARCHAR(64)) AS row_key,
  level AS first_value,
  gender AS second_value
FROM users
WHERE
  NOT level IN ('free', 'paid') OR NOT gender IN ('F', 'M')
UNION ALL
SELECT
  'songs' AS table_name,
  song_id AS row_key,
  CAST(year AS VARCHAR(64)) AS first_value,
  CAST(duration AS VARCHAR(64)) AS second_value
FROM songs
WHERE
  NOT year BETWEEN 1000 AND 9999 OR duration < 0
UNION ALL
SELECT
  'artists' AS table_name,
  artist_id AS row_key,
  CAST(latitude AS VARCHAR(64)) AS first_value,
  CAST(longitude AS VARCHAR(64)) AS second_value
FROM artists
WHERE
  NOT latitude BETWEEN -90 AND 90 OR NOT longitude BETWEEN -180 AND 180

-- contract/added_columns 40e7ec6e9cb25536
SELECT
  staging_table,
  column_name,
  key_name,
  run_id
FROM added_columns
ORDER BY
  1,
  2

-- contract/known_types c42a7e05e40ec2de
SELECT
  staging_table,
  key_name,
  json_type
FROM source_keys

-- ledger/batch_time 89a3a491699caca9
SELECT
  (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  ) AS loaded_at

-- ledger/checksum_of_staging_events 60e599fbc625199c
WITH identified AS (
  SELECT
    CAST(COALESCE(
      CAST((
        EXTRACT(epoch FROM (
          DATE_TRUNC('MILLISECOND', CAST(ts AS TIMESTAMP)) - DATE_TRUNC('MILLISECOND', CAST('1970-01-01' AS TIMESTAMP))
        )) * 1000
      ) AS BIGINT),
      -1
    ) AS BIGINT) AS a,
    CAST(COALESCE(sessionid, -1) AS BIGINT) AS b,
    CAST(COALESCE(iteminsession, -1) AS BIGINT) AS c,
    CAST(COALESCE(userid, -1) AS BIGINT) AS d
  FROM staging_events
  WHERE
    loaded_at = %(loaded_at)s
), folded AS (
  SELECT
    (
      (
        (
          a %% 2147483647 * 1103515245 + b %% 2147483647
        ) %% 2147483647 * 1103515245 + c %% 2147483647
      ) %% 2147483647 * 1103515245 + d %% 2147483647
    ) %% 2147483647 AS remainder
  FROM identified
)
SELECT
  COALESCE(SUM(remainder * remainder %% 2147483647), 0) AS checksum
FROM folded

-- ledger/checksum_of_staging_songs 92710cc11ee1a982
WITH identified AS (
  SELECT
    CAST(COALESCE(LENGTH(song_id), -1) AS BIGINT) AS a,
    CAST(COALESCE(LENGTH(artist_id), -1) AS BIGINT) AS b,
    CAST(COALESCE(LENGTH(title), -1) AS BIGINT) AS c,
    CAST(COALESCE(year, -1) AS BIGINT) AS d
  FROM staging_songs
  WHERE
    loaded_at = %(loaded_at)s
), folded AS (
  SELECT
    (
      (
        (
          a %% 2147483647 * 1103515245 + b %% 2147483647
        ) %% 2147483647 * 1103515245 + c %% 2147483647
      ) %% 2147483647 * 1103515245 + d %% 2147483647
    ) %% 2147483647 AS remainder
  FROM identified
)
SELECT
  COALESCE(SUM(remainder * remainder %% 2147483647), 0) AS checksum
FROM folded

-- ledger/loaded cd3ea75398f6de10
SELECT
  uri,
  etag
FROM loaded_files

-- ledger/schema 2f3673cb26e83b04
SELECT
  CURRENT_SCHEMA AS schema_name

-- ledger/span_of_batch ed0c61866a81ac34
SELECT
  MIN(start_time) AS first_start_time,
  MAX(start_time) AS last_start_time
FROM staged_plays
WHERE
  loaded_at = %(loaded_at)s

-- ledger/tables 7731b7cd6e862534
SELECT
  table_name
FROM information_schema.tables
WHERE
  table_schema = CURRENT_SCHEMA AND table_type <> 'LOCAL TEMPORARY'

-- ledger/version 7bce35b28cbe82b6
SELECT
  MAX(version) AS version
FROM warehouse_version

-- migrate/to_2/1_add_objects 1eb81999aa46442b
ALTER TABLE loaded_files
ADD COLUMN objects BIGINT

-- migrate/to_2/2_add_refused 5a45f561a52bab47
ALTER TABLE loaded_files
ADD COLUMN refused BIGINT

-- migrate/to_2/3_add_run_id 1562d180373624b8
ALTER TABLE loaded_files
ADD COLUMN run_id VARCHAR(64) COLLATE "C"

-- migrate/to_2/4_create_warehouse_version c2e48d511888a0e7
CREATE TABLE warehouse_version (
  version INT NOT NULL,
  made_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- migrate/to_2/5_create_runs a2c66cd77a64515e
CREATE TABLE runs (
  run_id VARCHAR(64) NOT NULL COLLATE "C",
  started_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP,
  outcome VARCHAR(16) NOT NULL COLLATE "C",
  error VARCHAR(4096) COLLATE "C",
  stage_seconds VARCHAR(4096) COLLATE "C"
)

-- migrate/to_2/6_create_load_errors 36045abba35123c3
CREATE TABLE load_errors (
  uri VARCHAR(4096) NOT NULL COLLATE "C",
  etag VARCHAR(256) NOT NULL COLLATE "C",
  staging_table VARCHAR(64) NOT NULL COLLATE "C",
  line BIGINT NOT NULL,
  column_name VARCHAR(64) NOT NULL COLLATE "C",
  reason VARCHAR(256) NOT NULL COLLATE "C",
  detail VARCHAR(1024) NOT NULL COLLATE "C",
  raw_text VARCHAR(65535) NOT NULL COLLATE "C",
  run_id VARCHAR(64) NOT NULL COLLATE "C",
  loaded_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- migrate/to_2/7_create_check_results 42e76607471e1052
CREATE TABLE check_results (
  run_id VARCHAR(64) NOT NULL COLLATE "C",
  stage VARCHAR(16) NOT NULL COLLATE "C",
  check_name VARCHAR(128) NOT NULL COLLATE "C",
  severity VARCHAR(16) NOT NULL COLLATE "C",
  offending BIGINT NOT NULL,
  account VARCHAR(4096) NOT NULL COLLATE "C",
  checked_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- migrate/to_2/8_create_write_lock 61baf69c10a0b9aa
CREATE TABLE write_lock (
  locked_at TIMESTAMP
)

-- migrate/to_4/1_create_source_keys cffcb9676b8ccbff
CREATE TABLE source_keys (
  staging_table VARCHAR(64) NOT NULL COLLATE "C",
  key_name VARCHAR(1024) NOT NULL COLLATE "C",
  json_type VARCHAR(16) NOT NULL COLLATE "C",
  first_file VARCHAR(4096) NOT NULL COLLATE "C",
  run_id VARCHAR(64) NOT NULL COLLATE "C",
  loaded_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- migrate/to_4/2_create_source_findings 96e345199e35d382
CREATE TABLE source_findings (
  run_id VARCHAR(64) NOT NULL COLLATE "C",
  staging_table VARCHAR(64) NOT NULL COLLATE "C",
  key_name VARCHAR(1024) NOT NULL COLLATE "C",
  finding VARCHAR(32) NOT NULL COLLATE "C",
  detail VARCHAR(1024) NOT NULL COLLATE "C",
  objects BIGINT NOT NULL,
  first_file VARCHAR(4096) NOT NULL COLLATE "C",
  found_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- migrate/to_4/3_create_added_columns 3d026a6464e5ac9d
CREATE TABLE added_columns (
  staging_table VARCHAR(64) NOT NULL COLLATE "C",
  column_name VARCHAR(127) NOT NULL COLLATE "C",
  key_name VARCHAR(1024) NOT NULL COLLATE "C",
  run_id VARCHAR(64) NOT NULL COLLATE "C",
  added_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- migrate/to_5/1_add_peak_memory_bytes 3d19f21957ad6c8a
ALTER TABLE runs
ADD COLUMN peak_memory_bytes BIGINT

-- operate/batches_of_run 0f95bf261d3ec18b
SELECT
  loaded_at,
  staging_table,
  COUNT(*) AS files,
  CAST(SUM(bytes) AS BIGINT) AS bytes,
  CAST(SUM(objects) AS BIGINT) AS records,
  CAST(SUM(refused) AS BIGINT) AS rejected
FROM loaded_files
WHERE
  run_id = %(run_id)s
GROUP BY
  1,
  2
ORDER BY
  1,
  2

-- operate/batches_that_differ a75cf09d0641554a
WITH counted AS (
  SELECT
    staging_table,
    loaded_at,
    objects AS records,
    refused AS rejected,
    0 AS staged,
    CASE WHEN objects IS NULL THEN 1 ELSE 0 END AS uncounted
  FROM loaded_files
  UNION ALL
  SELECT
    'staging_events' AS staging_table,
    loaded_at,
    0 AS records,
    0 AS rejected,
    1 AS staged,
    0 AS uncounted
  FROM staging_events
  UNION ALL
  SELECT
    'staging_songs' AS staging_table,
    loaded_at,
    0 AS records,
    0 AS rejected,
    1 AS staged,
    0 AS uncounted
  FROM staging_songs
)
SELECT
  staging_table,
  loaded_at,
  CAST(SUM(records) AS BIGINT) AS records,
  CAST(SUM(rejected) AS BIGINT) AS rejected,
  CAST(SUM(staged) AS BIGINT) AS staged
FROM counted
GROUP BY
  1,
  2
HAVING
  SUM(uncounted) = 0 AND SUM(records) <> SUM(rejected) + SUM(staged)
ORDER BY
  2,
  1

-- operate/checks_of_run 7b997f85c67301d3
SELECT
  checked_at,
  stage,
  check_name,
  severity,
  CASE
    WHEN offending = 0
    THEN 'passed'
    WHEN severity = 'warn'
    THEN 'warned'
    ELSE 'failed'
  END AS outcome,
  offending,
  account
FROM check_results
WHERE
  run_id = %(run_id)s
ORDER BY
  1,
  2,
  3

-- operate/files_of_run d7be36b13b5b732a
SELECT
  loaded_at,
  staging_table,
  uri,
  etag,
  bytes,
  objects AS records,
  refused AS rejected
FROM loaded_files
WHERE
  run_id = %(run_id)s
ORDER BY
  1,
  2,
  3

-- operate/freshness acd95cd2a1bd6098
SELECT
  (
    SELECT
      MAX(ts)
    FROM staging_events
  ) AS newest_event,
  (
    SELECT
      MAX(loaded_at)
    FROM loaded_files
  ) AS loaded_at

-- operate/loaded_files 012a0c1994107dbb
SELECT
  uri,
  etag,
  loaded_at
FROM loaded_files
ORDER BY
  3,
  1

-- operate/matched_plays 4c0937b1bb41f30c
SELECT
  COUNT(*) AS plays,
  COUNT(song_id) AS matched
FROM songplays

-- operate/rejected d25358fc2cf3a893
WITH newest AS (
  SELECT
    uri,
    etag
  FROM (
    SELECT
      candidate.uri,
      candidate.etag,
      ROW_NUMBER() OVER (PARTITION BY candidate.uri ORDER BY candidate.loaded_at DESC) AS _w
    FROM loaded_files AS candidate
  ) AS _t
  WHERE
    _w = 1
)
SELECT
  load_errors.loaded_at,
  load_errors.run_id,
  load_errors.uri,
  load_errors.etag,
  load_errors.staging_table,
  load_errors.line,
  load_errors.column_name,
  load_errors.reason,
  load_errors.detail,
  load_errors.raw_text,
  NOT newest.uri IS NULL AS is_open
FROM load_errors
LEFT JOIN newest
  ON load_errors.uri = newest.uri AND load_errors.etag = newest.etag
WHERE
  (
    %(is_all)s OR NOT newest.uri IS NULL
  )
  AND (
    %(run_id)s = '' OR load_errors.run_id = %(run_id)s
  )
  AND (
    %(file)s = '' OR POSITION(%(file)s IN load_errors.uri) > 0
  )
  AND (
    %(reason)s = '' OR POSITION(LOWER(%(reason)s) IN LOWER(load_errors.reason)) > 0
  )
  AND (
    %(column_name)s = '' OR load_errors.column_name = LOWER(%(column_name)s)
  )
ORDER BY
  1 DESC,
  3,
  6,
  7

-- operate/rejected_by_reason b2a62c850b8cafe4
WITH newest AS (
  SELECT
    uri,
    etag
  FROM (
    SELECT
      candidate.uri,
      candidate.etag,
      ROW_NUMBER() OVER (PARTITION BY candidate.uri ORDER BY candidate.loaded_at DESC) AS _w
    FROM loaded_files AS candidate
  ) AS _t
  WHERE
    _w = 1
)
SELECT
  load_errors.reason,
  COUNT(*) AS rejected
FROM load_errors
INNER JOIN newest
  ON load_errors.uri = newest.uri AND load_errors.etag = newest.etag
GROUP BY
  1
ORDER BY
  2 DESC,
  1

-- operate/rejected_that_differ b9dd12ab2732b9bb
WITH counted AS (
  SELECT
    uri,
    etag,
    refused AS rejected,
    0 AS recorded
  FROM loaded_files
  WHERE
    NOT refused IS NULL
  UNION ALL
  SELECT
    uri,
    etag,
    0 AS rejected,
    1 AS recorded
  FROM load_errors
)
SELECT
  uri,
  etag,
  CAST(SUM(rejected) AS BIGINT) AS rejected,
  CAST(SUM(recorded) AS BIGINT) AS recorded
FROM counted
GROUP BY
  1,
  2
HAVING
  SUM(rejected) <> SUM(recorded)
ORDER BY
  1,
  2

-- operate/runs 16679cd56728ded6
WITH batches AS (
  SELECT
    run_id,
    loaded_at,
    COUNT(*) AS files,
    SUM(bytes) AS bytes,
    SUM(objects) AS objects,
    SUM(refused) AS refused
  FROM loaded_files
  WHERE
    NOT run_id IS NULL
  GROUP BY
    1,
    2
), loads AS (
  SELECT
    run_id,
    COUNT(*) AS batches,
    SUM(files) AS files,
    SUM(bytes) AS bytes,
    SUM(objects) AS objects,
    SUM(refused) AS refused
  FROM batches
  GROUP BY
    1
)
SELECT
  runs.run_id,
  runs.started_at,
  runs.ended_at,
  runs.outcome,
  CAST(COALESCE(loads.batches, 0) AS BIGINT) AS batches,
  CAST(COALESCE(loads.files, 0) AS BIGINT) AS files,
  CAST(COALESCE(loads.bytes, 0) AS BIGINT) AS bytes,
  CAST(COALESCE(loads.objects, 0) AS BIGINT) AS records,
  CAST(COALESCE(loads.refused, 0) AS BIGINT) AS rejected,
  COALESCE(runs.error, '') AS error,
  COALESCE(runs.stage_seconds, '{}') AS stage_seconds,
  runs.peak_memory_bytes
FROM runs
LEFT JOIN loads
  ON runs.run_id = loads.run_id
ORDER BY
  2 DESC,
  1 DESC

-- operate/schema_changes_of_run c49e018b8833568a
SELECT
  found_at,
  staging_table,
  key_name AS field,
  finding AS change,
  detail,
  objects AS records,
  first_file
FROM source_findings
WHERE
  run_id = %(run_id)s
ORDER BY
  1,
  2,
  4,
  3

-- quarantine/contradicting_events/delete e661a2cdf1d8a675
DELETE FROM staging_events
WHERE
  loaded_at = %(loaded_at)s
  AND NOT userid IS NULL
  AND EXISTS(
    SELECT
      1
    FROM contradicting_events
    WHERE
      contradicting_events.session_id = staging_events.sessionid
      AND contradicting_events.item_in_session = staging_events.iteminsession
      AND (
        contradicting_events.occurred_at = staging_events.ts
        OR (
          contradicting_events.occurred_at IS NULL AND staging_events.ts IS NULL
        )
      )
      AND contradicting_events.user_id = staging_events.userid
  )

-- quarantine/contradicting_events/rows 5c27425a98d92ad4
SELECT
  session_id,
  item_in_session,
  occurred_at,
  user_id
FROM contradicting_events
ORDER BY
  1,
  2,
  3,
  4

-- quarantine/contradicting_events/stage 8d58fc3f6d8279d9
CREATE TEMPORARY TABLE contradicting_events AS
WITH versions AS (
  SELECT
    repeated_events.session_id,
    repeated_events.item_in_session,
    staging_events.ts AS occurred_at,
    staging_events.userid AS user_id,
    MAX(CASE WHEN staging_events.loaded_at = %(loaded_at)s THEN 1 ELSE 0 END) AS is_in_batch,
    MAX(CASE WHEN staging_events.loaded_at = %(loaded_at)s THEN 0 ELSE 1 END) AS is_loaded
  FROM repeated_events
  INNER JOIN staging_events
    ON repeated_events.session_id = staging_events.sessionid
    AND repeated_events.item_in_session = staging_events.iteminsession
  WHERE
    NOT staging_events.userid IS NULL
  GROUP BY
    1,
    2,
    3,
    4
), contradicting AS (
  SELECT
    session_id,
    item_in_session
  FROM versions
  GROUP BY
    1,
    2
  HAVING
    COUNT(*) > 1
)
SELECT
  versions.session_id,
  versions.item_in_session,
  versions.occurred_at,
  versions.user_id
FROM versions
INNER JOIN contradicting
  ON versions.session_id = contradicting.session_id
  AND versions.item_in_session = contradicting.item_in_session
WHERE
  versions.is_in_batch = 1 AND versions.is_loaded = 0

-- quarantine/open_files 51cdbe379dd24529
SELECT DISTINCT
  load_errors.uri
FROM load_errors
WHERE
  NOT EXISTS(
    SELECT
      1
    FROM loaded_files
    WHERE
      loaded_files.uri = load_errors.uri
      AND loaded_files.loaded_at > load_errors.loaded_at
  )
ORDER BY
  1

-- queries/first_and_last_event 1baa5a51a3f4193b
SELECT
  MIN(occurred_at) AS first_event_at,
  MAX(occurred_at) AS last_event_at
FROM user_events

-- queries/most_played_songs d3b32c1610efd8c8
SELECT
  title,
  artist_name,
  COUNT(DISTINCT songplay_id) AS plays
FROM cleaned_plays
WHERE
  NOT title IS NULL
GROUP BY
  1,
  2
ORDER BY
  3 DESC,
  1 ASC,
  2 ASC
LIMIT 10

-- queries/paid_and_free eb26850b14128648
SELECT
  level,
  COUNT(DISTINCT user_id) AS users,
  COUNT(*) AS plays
FROM songplays
GROUP BY
  1
ORDER BY
  3 DESC,
  1 ASC

-- queries/period/key_figures f10a137600fa7b2d
WITH played AS (
  SELECT
    COUNT(*) AS plays,
    COUNT(DISTINCT user_id) AS listeners,
    COUNT(DISTINCT session_id) AS sessions,
    COUNT(CASE WHEN level = 'paid' THEN 1 END) AS paid_plays,
    COUNT(song_id) AS matched_plays
  FROM songplays
  WHERE
    start_time >= %(period_start)s AND start_time < %(period_end)s
), first_plays AS (
  SELECT
    user_id,
    MIN(start_time) AS first_play_at
  FROM songplays
  GROUP BY
    1
), newcomers AS (
  SELECT
    COUNT(*) AS new_listeners
  FROM first_plays
  WHERE
    first_play_at >= %(period_start)s AND first_play_at < %(period_end)s
)
SELECT
  played.plays,
  played.listeners,
  newcomers.new_listeners,
  played.sessions,
  played.paid_plays,
  played.matched_plays
FROM played
CROSS JOIN newcomers

-- queries/period/level_funnel bbe963a87625c07a
SELECT
  direction,
  step,
  step_name,
  COUNT(DISTINCT user_id) AS users
FROM level_steps
WHERE
  taken_at >= %(period_start)s AND taken_at < %(period_end)s
GROUP BY
  1,
  2,
  3
ORDER BY
  1,
  2

-- queries/period/listeners_by_state 4a7070ef7379bf93
SELECT
  SPLIT_PART(SPLIT_PART(location, ', ', 2), '-', 1) AS state,
  COUNT(DISTINCT user_id) AS listeners,
  COUNT(*) AS plays
FROM songplays
WHERE
  start_time >= %(period_start)s
  AND start_time < %(period_end)s
  AND SPLIT_PART(location, ', ', 2) <> ''
GROUP BY
  1
ORDER BY
  2 DESC,
  3 DESC,
  1 ASC

-- queries/period/paid_and_free 1a546a21a9ecfe98
SELECT
  level,
  COUNT(DISTINCT user_id) AS listeners,
  COUNT(DISTINCT session_id) AS sessions,
  COUNT(*) AS plays
FROM songplays
WHERE
  start_time >= %(period_start)s AND start_time < %(period_end)s AND NOT level IS NULL
GROUP BY
  1
ORDER BY
  1

-- queries/period/plays_by_day 764cb119bc5c4bc3
SELECT
  CAST(start_time AS DATE) AS start_date,
  COUNT(*) AS plays,
  COUNT(CASE WHEN level = 'paid' THEN 1 END) AS paid_plays,
  COUNT(CASE WHEN level = 'free' THEN 1 END) AS free_plays,
  COUNT(DISTINCT user_id) AS listeners
FROM songplays
WHERE
  start_time >= %(period_start)s AND start_time < %(period_end)s
GROUP BY
  1
ORDER BY
  1

-- queries/period/plays_by_month 3ccd1d450b1f61ee
SELECT
  CAST(DATE_TRUNC('MONTH', start_time) AS DATE) AS start_date,
  COUNT(*) AS plays,
  COUNT(CASE WHEN level = 'paid' THEN 1 END) AS paid_plays,
  COUNT(CASE WHEN level = 'free' THEN 1 END) AS free_plays,
  COUNT(DISTINCT user_id) AS listeners
FROM songplays
WHERE
  start_time >= %(period_start)s AND start_time < %(period_end)s
GROUP BY
  1
ORDER BY
  1

-- queries/period/plays_by_week 98b4826ad5e86bf6
SELECT
  CAST(DATE_TRUNC('WEEK', start_time) AS DATE) AS start_date,
  COUNT(*) AS plays,
  COUNT(CASE WHEN level = 'paid' THEN 1 END) AS paid_plays,
  COUNT(CASE WHEN level = 'free' THEN 1 END) AS free_plays,
  COUNT(DISTINCT user_id) AS listeners
FROM songplays
WHERE
  start_time >= %(period_start)s AND start_time < %(period_end)s
GROUP BY
  1
ORDER BY
  1

-- queries/period/plays_by_weekday_and_hour f210e4572b8a5c97
SELECT
  "time".weekday,
  "time".hour,
  COUNT(*) AS plays
FROM songplays
INNER JOIN "time"
  ON songplays.start_time = "time".start_time
WHERE
  songplays.start_time >= %(period_start)s AND songplays.start_time < %(period_end)s
GROUP BY
  1,
  2
ORDER BY
  1,
  2

-- queries/period/quality 631ac965b333c6a4
WITH files AS (
  SELECT
    COUNT(*) AS files,
    MAX(loaded_at) AS last_load_at
  FROM loaded_files
), rejections AS (
  SELECT
    COUNT(*) AS rejected_records
  FROM load_errors
), events AS (
  SELECT
    MAX(ts) AS last_event_at
  FROM staging_events
  WHERE
    NOT userid IS NULL
), matched AS (
  SELECT
    COUNT(*) AS plays,
    COUNT(song_id) AS matched_plays
  FROM songplays
  WHERE
    start_time >= %(period_start)s AND start_time < %(period_end)s
)
SELECT
  files.files,
  files.last_load_at,
  rejections.rejected_records,
  events.last_event_at,
  matched.plays,
  matched.matched_plays
FROM files
CROSS JOIN rejections
CROSS JOIN events
CROSS JOIN matched

-- queries/period/retention 5ffb6652c63325de
WITH weeks AS (
  SELECT
    cohort_week,
    weeks_since,
    cohort_users,
    active_users,
    DENSE_RANK() OVER (ORDER BY cohort_week DESC) AS weeks_back
  FROM retention
  WHERE
    cohort_week < %(period_end)s AND cohort_week + weeks_since * 7 < %(period_end)s
)
SELECT
  cohort_week,
  weeks_since,
  cohort_users,
  active_users
FROM weeks
WHERE
  weeks_back <= 12
ORDER BY
  1,
  2

-- queries/period/top_artists 08bcd167137eda6a
SELECT
  artist_name,
  COUNT(*) AS plays,
  COUNT(DISTINCT user_id) AS listeners,
  COUNT(DISTINCT title) AS songs
FROM plays
WHERE
  start_time >= %(period_start)s
  AND start_time < %(period_end)s
  AND NOT artist_name IS NULL
GROUP BY
  1
ORDER BY
  2 DESC,
  1 ASC
LIMIT 10

-- queries/period/top_places 436bb0f3b233f6e3
SELECT
  location,
  COUNT(DISTINCT user_id) AS listeners,
  COUNT(*) AS plays
FROM songplays
WHERE
  start_time >= %(period_start)s
  AND start_time < %(period_end)s
  AND NOT location IS NULL
GROUP BY
  1
ORDER BY
  2 DESC,
  3 DESC,
  1 ASC
LIMIT 10

-- queries/period/top_songs 2668194755e9ad05
SELECT
  title,
  artist_name,
  COUNT(*) AS plays,
  COUNT(DISTINCT user_id) AS listeners
FROM plays
WHERE
  start_time >= %(period_start)s AND start_time < %(period_end)s AND NOT title IS NULL
GROUP BY
  1,
  2
ORDER BY
  3 DESC,
  1 ASC,
  2 ASC
LIMIT 10

-- queries/plays_by_hour a9db8888a340d8f2
SELECT
  "time".hour,
  COUNT(*) AS plays
FROM songplays
INNER JOIN "time"
  ON songplays.start_time = "time".start_time
GROUP BY
  1
ORDER BY
  1

-- queries/rows_by_table 37ed1dbc79758f46
SELECT
  1 AS place,
  'staging_events' AS table_name,
  COUNT(*) AS row_count
FROM staging_events
UNION ALL
SELECT
  2 AS place,
  'staging_songs' AS table_name,
  COUNT(*) AS row_count
FROM staging_songs
UNION ALL
SELECT
  3 AS place,
  'songplays' AS table_name,
  COUNT(*) AS row_count
FROM songplays
UNION ALL
SELECT
  4 AS place,
  'users' AS table_name,
  COUNT(*) AS row_count
FROM users
UNION ALL
SELECT
  5 AS place,
  'songs' AS table_name,
  COUNT(*) AS row_count
FROM songs
UNION ALL
SELECT
  6 AS place,
  'artists' AS table_name,
  COUNT(*) AS row_count
FROM artists
UNION ALL
SELECT
  7 AS place,
  'time' AS table_name,
  COUNT(*) AS row_count
FROM "time"
ORDER BY
  1

-- queries/schema_columns e4145996c633f9c9
SELECT
  table_name,
  column_name,
  LOWER(data_type) AS data_type,
  ordinal_position
FROM information_schema.columns
WHERE
  table_schema = CURRENT_SCHEMA
ORDER BY
  1,
  4

-- repair/batches af82298b7ebb06e8
SELECT DISTINCT
  loaded_at
FROM loaded_files
ORDER BY
  1

-- runs/begin 647baf73c659e2c4
INSERT INTO runs (
  run_id,
  started_at,
  outcome
)
SELECT
  %(run_id)s AS run_id,
  (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  ) AS started_at,
  'running' AS outcome

-- runs/end 7b5dfffa46c214b6
UPDATE runs SET ended_at = (
  CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
), outcome = %(outcome)s, error = %(error)s, stage_seconds = %(stage_seconds)s, peak_memory_bytes = %(peak_memory_bytes)s
WHERE
  run_id = %(run_id)s

-- runs/files d940f157288e473b
SELECT
  COUNT(*) AS files
FROM loaded_files
WHERE
  run_id = %(run_id)s

-- runs/interrupted b7b8607f6aa84261
UPDATE runs SET outcome = 'interrupted'
WHERE
  outcome = 'running'

-- runs/last_batch 930c6a6c51cad2e8
SELECT
  MAX(loaded_at) AS loaded_at
FROM loaded_files

-- runs/undone eead32489e2a28e4
UPDATE runs SET outcome = 'undone'
WHERE
  run_id = %(run_id)s

-- schema/added_columns 1cf8fa2c27e20337
CREATE TABLE added_columns (
  staging_table VARCHAR(64) NOT NULL COLLATE "C",
  column_name VARCHAR(127) NOT NULL COLLATE "C",
  key_name VARCHAR(1024) NOT NULL COLLATE "C",
  run_id VARCHAR(64) NOT NULL COLLATE "C",
  added_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- schema/artists 5ce1436adfd5718b
CREATE TABLE artists (
  artist_id VARCHAR(64) NOT NULL COLLATE "C",
  name VARCHAR(1024) COLLATE "C",
  location VARCHAR(1024) COLLATE "C",
  latitude DOUBLE PRECISION,
  longitude DOUBLE PRECISION
)

-- schema/check_results 84c4af69db71aa9d
CREATE TABLE check_results (
  run_id VARCHAR(64) NOT NULL COLLATE "C",
  stage VARCHAR(16) NOT NULL COLLATE "C",
  check_name VARCHAR(128) NOT NULL COLLATE "C",
  severity VARCHAR(16) NOT NULL COLLATE "C",
  offending BIGINT NOT NULL,
  account VARCHAR(4096) NOT NULL COLLATE "C",
  checked_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- schema/load_errors 0dc1ec41c6f9bc7d
CREATE TABLE load_errors (
  uri VARCHAR(4096) NOT NULL COLLATE "C",
  etag VARCHAR(256) NOT NULL COLLATE "C",
  staging_table VARCHAR(64) NOT NULL COLLATE "C",
  line BIGINT NOT NULL,
  column_name VARCHAR(64) NOT NULL COLLATE "C",
  reason VARCHAR(256) NOT NULL COLLATE "C",
  detail VARCHAR(1024) NOT NULL COLLATE "C",
  raw_text VARCHAR(65535) NOT NULL COLLATE "C",
  run_id VARCHAR(64) NOT NULL COLLATE "C",
  loaded_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- schema/loaded_files e8be0c5cf80da4f6
CREATE TABLE loaded_files (
  uri VARCHAR(4096) NOT NULL COLLATE "C",
  etag VARCHAR(256) NOT NULL COLLATE "C",
  bytes BIGINT NOT NULL,
  staging_table VARCHAR(64) NOT NULL COLLATE "C",
  objects BIGINT,
  refused BIGINT,
  run_id VARCHAR(64) COLLATE "C",
  loaded_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- schema/runs 6d920ec85daed464
CREATE TABLE runs (
  run_id VARCHAR(64) NOT NULL COLLATE "C",
  started_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP,
  outcome VARCHAR(16) NOT NULL COLLATE "C",
  error VARCHAR(4096) COLLATE "C",
  stage_seconds VARCHAR(4096) COLLATE "C",
  peak_memory_bytes BIGINT
)

-- schema/songplays 5b82cde7e3bfcd23
CREATE TABLE songplays (
  songplay_id BIGINT NOT NULL,
  start_time TIMESTAMP NOT NULL,
  user_id INT NOT NULL,
  level VARCHAR(16) COLLATE "C",
  song_id VARCHAR(64) COLLATE "C",
  artist_id VARCHAR(64) COLLATE "C",
  session_id BIGINT NOT NULL,
  location VARCHAR(512) COLLATE "C",
  user_agent VARCHAR(1024) COLLATE "C",
  item_in_session INT NOT NULL
);
CREATE INDEX ON "songplays" ("start_time")

-- schema/songs bbd36bc6e0491bf8
CREATE TABLE songs (
  song_id VARCHAR(64) NOT NULL COLLATE "C",
  title VARCHAR(1024) COLLATE "C",
  artist_id VARCHAR(64) COLLATE "C",
  year INT,
  duration DOUBLE PRECISION
)

-- schema/source_findings d3494ccaee85b007
CREATE TABLE source_findings (
  run_id VARCHAR(64) NOT NULL COLLATE "C",
  staging_table VARCHAR(64) NOT NULL COLLATE "C",
  key_name VARCHAR(1024) NOT NULL COLLATE "C",
  finding VARCHAR(32) NOT NULL COLLATE "C",
  detail VARCHAR(1024) NOT NULL COLLATE "C",
  objects BIGINT NOT NULL,
  first_file VARCHAR(4096) NOT NULL COLLATE "C",
  found_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- schema/source_keys 350a2e6d9f3ccd99
CREATE TABLE source_keys (
  staging_table VARCHAR(64) NOT NULL COLLATE "C",
  key_name VARCHAR(1024) NOT NULL COLLATE "C",
  json_type VARCHAR(16) NOT NULL COLLATE "C",
  first_file VARCHAR(4096) NOT NULL COLLATE "C",
  run_id VARCHAR(64) NOT NULL COLLATE "C",
  loaded_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- schema/staging_events 3a6f8ae3090eb440
CREATE TABLE staging_events (
  artist VARCHAR(1024) COLLATE "C",
  auth VARCHAR(64) COLLATE "C",
  firstname VARCHAR(256) COLLATE "C",
  gender VARCHAR(16) COLLATE "C",
  iteminsession INT,
  lastname VARCHAR(256) COLLATE "C",
  length DOUBLE PRECISION,
  level VARCHAR(16) COLLATE "C",
  location VARCHAR(512) COLLATE "C",
  method VARCHAR(16) COLLATE "C",
  page VARCHAR(64) COLLATE "C",
  registration DOUBLE PRECISION,
  sessionid BIGINT,
  song VARCHAR(1024) COLLATE "C",
  status INT,
  ts TIMESTAMP,
  useragent VARCHAR(1024) COLLATE "C",
  userid INT,
  loaded_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
);
CREATE INDEX ON "staging_events" ("loaded_at")

-- schema/staging_songs b02a35c198129972
CREATE TABLE staging_songs (
  num_songs INT,
  artist_id VARCHAR(64) COLLATE "C",
  artist_latitude DOUBLE PRECISION,
  artist_longitude DOUBLE PRECISION,
  artist_location VARCHAR(1024) COLLATE "C",
  artist_name VARCHAR(1024) COLLATE "C",
  song_id VARCHAR(64) COLLATE "C",
  title VARCHAR(1024) COLLATE "C",
  duration DOUBLE PRECISION,
  year INT,
  loaded_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
);
CREATE INDEX ON "staging_songs" ("loaded_at")

-- schema/text_repairs df3d3c63e8457183
CREATE TABLE text_repairs (
  delivered VARCHAR(1024) NOT NULL COLLATE "C",
  repaired VARCHAR(1024) NOT NULL COLLATE "C"
)

-- schema/time 42bff9f66f39fde5
CREATE TABLE "time" (
  start_time TIMESTAMP NOT NULL,
  hour INT NOT NULL,
  day INT NOT NULL,
  week INT NOT NULL,
  month INT NOT NULL,
  year INT NOT NULL,
  weekday INT NOT NULL
);
CREATE INDEX ON "time" ("start_time")

-- schema/users 9acf680241b2d637
CREATE TABLE users (
  user_id INT NOT NULL,
  first_name VARCHAR(256) COLLATE "C",
  last_name VARCHAR(256) COLLATE "C",
  gender VARCHAR(16) COLLATE "C",
  level VARCHAR(16) COLLATE "C",
  last_event_at TIMESTAMP NOT NULL,
  last_event_id BIGINT NOT NULL
)

-- schema/warehouse_version 2baac9e60f60d843
CREATE TABLE warehouse_version (
  version INT NOT NULL,
  made_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- schema/write_lock dd900102ebd0658a
CREATE TABLE write_lock (
  locked_at TIMESTAMP
)

-- transform/artists/merge 8f9c38ebcc1774f8
MERGE INTO artists
USING batch_artists
ON artists.artist_id = batch_artists.artist_id
WHEN MATCHED THEN UPDATE SET
  name = batch_artists.name,
  location = batch_artists.location,
  latitude = batch_artists.latitude,
  longitude = batch_artists.longitude
WHEN NOT MATCHED THEN INSERT (artist_id, name, location, latitude, longitude) VALUES (
  batch_artists.artist_id,
  batch_artists.name,
  batch_artists.location,
  batch_artists.latitude,
  batch_artists.longitude
)

-- transform/artists/stage 306b8b5a033cb9c3
CREATE TEMPORARY TABLE batch_artists AS
SELECT
  artist_id,
  name,
  location,
  latitude,
  longitude
FROM (
  WITH candidates AS (
    SELECT
      artist_id,
      artist_name AS name,
      artist_location AS location,
      artist_latitude AS latitude,
      artist_longitude AS longitude
    FROM cleaned_songs
    WHERE
      loaded_at = %(loaded_at)s
    UNION ALL
    SELECT
      artist_id,
      name,
      location,
      latitude,
      longitude
    FROM artists
    WHERE
      artists.artist_id IN (
        SELECT
          cleaned_songs.artist_id
        FROM cleaned_songs
        WHERE
          cleaned_songs.loaded_at = %(loaded_at)s
      )
  )
  SELECT
    candidate.artist_id,
    candidate.name,
    candidate.location,
    candidate.latitude,
    candidate.longitude,
    ROW_NUMBER() OVER (
      PARTITION BY candidate.artist_id
      ORDER BY CASE WHEN candidate.location IS NULL THEN 1 ELSE 0 END, CASE WHEN candidate.latitude IS NULL THEN 1 ELSE 0 END, candidate.name, candidate.location, candidate.latitude, candidate.longitude
    ) AS _w
  FROM candidates AS candidate
  WHERE
    NOT candidate.artist_id IS NULL
) AS _t
WHERE
  _w = 1

-- transform/garbled_texts 4adda7dba3e340f0
WITH texts AS (
  SELECT
    received_title AS received
  FROM staged_plays
  WHERE
    loaded_at = %(loaded_at)s
  UNION
  SELECT
    received_artist_name AS received
  FROM staged_plays
  WHERE
    loaded_at = %(loaded_at)s
)
SELECT
  texts.received
FROM texts
WHERE
  OCTET_LENGTH(texts.received) > LENGTH(texts.received)
  AND NOT EXISTS(
    SELECT
      1
    FROM text_repairs
    WHERE
      text_repairs.delivered = texts.received
  )

-- transform/repeated_events/stage f12d34101f0fd191
CREATE TEMPORARY TABLE repeated_events AS
WITH sessions AS (
  SELECT
    MIN(sessionid) AS first_session,
    MAX(sessionid) AS last_session
  FROM staging_events
  WHERE
    loaded_at = %(loaded_at)s
)
SELECT
  sessionid AS session_id,
  iteminsession AS item_in_session
FROM staging_events
WHERE
  loaded_at = %(loaded_at)s AND NOT userid IS NULL
GROUP BY
  1,
  2
HAVING
  COUNT(*) > 1
UNION
SELECT
  loaded.sessionid AS session_id,
  loaded.iteminsession AS item_in_session
FROM staging_events AS received
INNER JOIN staging_events AS loaded
  ON received.sessionid = loaded.sessionid
  AND received.iteminsession = loaded.iteminsession
WHERE
  received.loaded_at = %(loaded_at)s
  AND NOT received.userid IS NULL
  AND loaded.loaded_at <> %(loaded_at)s
  AND NOT loaded.userid IS NULL
  AND loaded.sessionid BETWEEN (
    SELECT
      sessions.first_session
    FROM sessions
  ) AND (
    SELECT
      sessions.last_session
    FROM sessions
  )

-- transform/songplays/backfill_song_ids 011fb21eb115967b
UPDATE songplays SET song_id = found_songs.song_id, artist_id = found_songs.artist_id
FROM found_songs
WHERE
  songplays.songplay_id = found_songs.songplay_id
  AND (
    songplays.song_id IS NULL
    OR found_songs.song_id < songplays.song_id
    OR (
      found_songs.song_id = songplays.song_id
      AND found_songs.artist_id < songplays.artist_id
    )
  )

-- transform/songplays/insert f16f0bc4d5378462
INSERT INTO songplays (
  songplay_id,
  start_time,
  user_id,
  level,
  song_id,
  artist_id,
  session_id,
  location,
  user_agent,
  item_in_session
)
WITH known_songs AS (
  SELECT
    songplay_id,
    song_id,
    artist_id
  FROM (
    SELECT
      song_match.songplay_id,
      song_match.song_id,
      song_match.artist_id,
      ROW_NUMBER() OVER (
        PARTITION BY song_match.songplay_id
        ORDER BY song_match.song_id, song_match.artist_id
      ) AS _w
    FROM song_matches AS song_match
    WHERE
      song_match.play_loaded_at = %(loaded_at)s
      AND song_match.duration IN (
        SELECT
          cleaned_songs.duration
        FROM cleaned_songs
      )
  ) AS _t
  WHERE
    _w = 1
)
SELECT
  staged_plays.songplay_id,
  staged_plays.start_time,
  staged_plays.user_id,
  staged_plays.level,
  known_songs.song_id,
  known_songs.artist_id,
  staged_plays.session_id,
  staged_plays.location,
  staged_plays.user_agent,
  staged_plays.item_in_session
FROM staged_plays
LEFT JOIN known_songs
  ON staged_plays.songplay_id = known_songs.songplay_id
WHERE
  staged_plays.loaded_at = %(loaded_at)s
  AND NOT EXISTS(
    SELECT
      1
    FROM repeated_plays
    WHERE
      repeated_plays.songplay_id = staged_plays.songplay_id
  )

-- transform/songplays/merge aa1a8e52aad8d973
MERGE INTO songplays
USING repeated_plays
ON songplays.songplay_id = repeated_plays.songplay_id
WHEN MATCHED THEN UPDATE SET
  level = LEAST(songplays.level, repeated_plays.level),
  location = LEAST(songplays.location, repeated_plays.location),
  user_agent = LEAST(songplays.user_agent, repeated_plays.user_agent)
WHEN NOT MATCHED THEN INSERT (
  songplay_id,
  start_time,
  user_id,
  level,
  session_id,
  location,
  user_agent,
  item_in_session
) VALUES (
  repeated_plays.songplay_id,
  repeated_plays.start_time,
  repeated_plays.user_id,
  repeated_plays.level,
  repeated_plays.session_id,
  repeated_plays.location,
  repeated_plays.user_agent,
  repeated_plays.item_in_session
)

-- transform/songplays/stage 758d060360f67307
CREATE TEMPORARY TABLE repeated_plays AS
SELECT
  staged_plays.songplay_id,
  MIN(staged_plays.start_time) AS start_time,
  MIN(staged_plays.user_id) AS user_id,
  MIN(staged_plays.level) AS level,
  MIN(staged_plays.session_id) AS session_id,
  MIN(staged_plays.location) AS location,
  MIN(staged_plays.user_agent) AS user_agent,
  MIN(staged_plays.item_in_session) AS item_in_session
FROM repeated_events
INNER JOIN staged_plays
  ON repeated_events.session_id = staged_plays.session_id
  AND repeated_events.item_in_session = staged_plays.item_in_session
WHERE
  staged_plays.loaded_at = %(loaded_at)s
GROUP BY
  1

-- transform/songplays/stage_song_ids 1e3df8133f724bdb
CREATE TEMPORARY TABLE found_songs AS
SELECT
  songplay_id,
  song_id,
  artist_id
FROM (
  WITH candidates AS (
    SELECT
      songplay_id,
      song_id,
      artist_id
    FROM song_matches
    WHERE
      song_loaded_at = %(loaded_at)s
      AND play_loaded_at <> %(loaded_at)s
      AND duration IN (
        SELECT
          cleaned_songs.duration
        FROM cleaned_songs
        WHERE
          cleaned_songs.loaded_at = %(loaded_at)s
      )
    UNION ALL
    SELECT
      song_matches.songplay_id,
      song_matches.song_id,
      song_matches.artist_id
    FROM repeated_plays
    INNER JOIN song_matches
      ON repeated_plays.songplay_id = song_matches.songplay_id
    WHERE
      song_matches.play_loaded_at = %(loaded_at)s
  )
  SELECT
    candidate.songplay_id,
    candidate.song_id,
    candidate.artist_id,
    ROW_NUMBER() OVER (
      PARTITION BY candidate.songplay_id
      ORDER BY candidate.song_id, candidate.artist_id
    ) AS _w
  FROM candidates AS candidate
  WHERE
    NOT candidate.song_id IS NULL
) AS _t
WHERE
  _w = 1

-- transform/songs/merge f6bcf3981e8ca265
MERGE INTO songs
USING batch_songs
ON songs.song_id = batch_songs.song_id
WHEN MATCHED THEN UPDATE SET
  title = batch_songs.title,
  artist_id = batch_songs.artist_id,
  year = batch_songs.year,
  duration = batch_songs.duration
WHEN NOT MATCHED THEN INSERT (song_id, title, artist_id, year, duration) VALUES (
  batch_songs.song_id,
  batch_songs.title,
  batch_songs.artist_id,
  batch_songs.year,
  batch_songs.duration
)

-- transform/songs/stage 31318602046ca9e4
CREATE TEMPORARY TABLE batch_songs AS
SELECT
  song_id,
  title,
  artist_id,
  year,
  duration
FROM (
  WITH candidates AS (
    SELECT
      song_id,
      title,
      artist_id,
      year,
      duration
    FROM cleaned_songs
    WHERE
      loaded_at = %(loaded_at)s
    UNION ALL
    SELECT
      song_id,
      title,
      artist_id,
      year,
      duration
    FROM songs
    WHERE
      songs.song_id IN (
        SELECT
          cleaned_songs.song_id
        FROM cleaned_songs
        WHERE
          cleaned_songs.loaded_at = %(loaded_at)s
      )
  )
  SELECT
    candidate.song_id,
    candidate.title,
    candidate.artist_id,
    candidate.year,
    candidate.duration,
    ROW_NUMBER() OVER (
      PARTITION BY candidate.song_id
      ORDER BY candidate.title, candidate.artist_id, candidate.year, candidate.duration
    ) AS _w
  FROM candidates AS candidate
  WHERE
    NOT candidate.song_id IS NULL
) AS _t
WHERE
  _w = 1

-- transform/time/insert eac3b6c8bf8332b5
INSERT INTO "time" (
  start_time,
  hour,
  day,
  week,
  month,
  year,
  weekday
)
WITH timestamps AS (
  SELECT DISTINCT
    start_time
  FROM staged_plays
  WHERE
    loaded_at = %(loaded_at)s
)
SELECT
  timestamps.start_time,
  CAST(EXTRACT(HOUR FROM timestamps.start_time) AS INT) AS hour,
  CAST(EXTRACT(DAY FROM timestamps.start_time) AS INT) AS day,
  CAST(EXTRACT(WEEK FROM timestamps.start_time) AS INT) AS week,
  CAST(EXTRACT(MONTH FROM timestamps.start_time) AS INT) AS month,
  CAST(EXTRACT(YEAR FROM timestamps.start_time) AS INT) AS year,
  CAST(EXTRACT(DOW FROM timestamps.start_time) AS INT) AS weekday
FROM timestamps
WHERE
  NOT EXISTS(
    SELECT
      1
    FROM "time"
    WHERE
      "time".start_time = timestamps.start_time
      AND "time".start_time >= (
        SELECT
          MIN(staged_plays.start_time)
        FROM staged_plays
        WHERE
          staged_plays.loaded_at = %(loaded_at)s
      )
      AND "time".start_time <= (
        SELECT
          MAX(staged_plays.start_time)
        FROM staged_plays
        WHERE
          staged_plays.loaded_at = %(loaded_at)s
      )
  )

-- transform/users/delete fe7b3578bb308be2
DELETE FROM users USING   batch_users
WHERE
  users.user_id = batch_users.user_id

-- transform/users/insert 495c7b6224b9ed37
INSERT INTO users (
  user_id,
  first_name,
  last_name,
  gender,
  level,
  last_event_at,
  last_event_id
)
SELECT
  batch_users.user_id,
  batch_users.first_name,
  batch_users.last_name,
  batch_users.gender,
  batch_users.level,
  batch_users.last_event_at,
  batch_users.last_event_id
FROM batch_users

-- transform/users/stage 558be0cfe323938e
CREATE TEMPORARY TABLE batch_users AS
SELECT
  user_id,
  first_name,
  last_name,
  gender,
  level,
  last_event_at,
  last_event_id
FROM (
  WITH latest_events AS (
    SELECT
      userid AS user_id,
      MAX(ts) AS last_event_at
    FROM staging_events
    WHERE
      loaded_at = %(loaded_at)s AND NOT userid IS NULL
    GROUP BY
      1
  ), candidates AS (
    SELECT
      latest_events.user_id,
      NULLIF(TRIM(BOTH ' ' FROM staging_events.firstname), '') AS first_name,
      NULLIF(TRIM(BOTH ' ' FROM staging_events.lastname), '') AS last_name,
      NULLIF(TRIM(BOTH ' ' FROM staging_events.gender), '') AS gender,
      NULLIF(TRIM(BOTH ' ' FROM staging_events.level), '') AS level,
      latest_events.last_event_at,
      staging_events.sessionid * 1000000 + staging_events.iteminsession AS last_event_id
    FROM latest_events
    INNER JOIN staging_events
      ON latest_events.user_id = staging_events.userid
      AND latest_events.last_event_at = staging_events.ts
    WHERE
      staging_events.loaded_at = %(loaded_at)s
    UNION ALL
    SELECT
      users.user_id,
      users.first_name,
      users.last_name,
      users.gender,
      users.level,
      users.last_event_at,
      users.last_event_id
    FROM latest_events
    INNER JOIN users
      ON latest_events.user_id = users.user_id
  )
  SELECT
    candidate.user_id,
    candidate.first_name,
    candidate.last_name,
    candidate.gender,
    candidate.level,
    candidate.last_event_at,
    candidate.last_event_id,
    ROW_NUMBER() OVER (
      PARTITION BY candidate.user_id
      ORDER BY candidate.last_event_at DESC, candidate.last_event_id DESC, candidate.first_name ASC, candidate.last_name ASC, candidate.gender ASC, candidate.level ASC
    ) AS _w
  FROM candidates AS candidate
  WHERE
    NOT candidate.user_id IS NULL
) AS _t
WHERE
  _w = 1

-- views/cleaned_plays 1ad146014e27fdc5
CREATE VIEW cleaned_plays AS
SELECT
  staged_plays.songplay_id,
  staged_plays.duration,
  staged_plays.loaded_at,
  COALESCE(titles.repaired, TRIM(BOTH ' ' FROM staged_plays.received_title)) AS title,
  COALESCE(artist_names.repaired, TRIM(BOTH ' ' FROM staged_plays.received_artist_name)) AS artist_name
FROM staged_plays
LEFT JOIN text_repairs AS titles
  ON staged_plays.received_title = titles.delivered
LEFT JOIN text_repairs AS artist_names
  ON staged_plays.received_artist_name = artist_names.delivered

-- views/cleaned_songs eba750e3da56d3c7
CREATE VIEW cleaned_songs AS
SELECT
  song_id,
  artist_id,
  NULLIF(TRIM(BOTH ' ' FROM title), '') AS title,
  NULLIF(TRIM(BOTH ' ' FROM artist_name), '') AS artist_name,
  duration,
  NULLIF(year, 0) AS year,
  NULLIF(TRIM(BOTH ' ' FROM artist_location), '') AS artist_location,
  artist_latitude,
  artist_longitude,
  loaded_at
FROM staging_songs

-- views/daily_activity 1effec0d4966b472
CREATE VIEW daily_activity AS
WITH first_days AS (
  SELECT
    user_id,
    MIN(CAST(occurred_at AS DATE)) AS first_day
  FROM user_events
  GROUP BY
    1
)
SELECT
  CAST(user_events.occurred_at AS DATE) AS activity_date,
  COUNT(CASE WHEN user_events.page = 'NextSong' THEN 1 END) AS plays,
  COUNT(DISTINCT user_events.user_id) AS users,
  COUNT(DISTINCT user_events.session_id) AS sessions,
  COUNT(
    DISTINCT CASE
      WHEN CAST(user_events.occurred_at AS DATE) = first_days.first_day
      THEN user_events.user_id
    END
  ) AS new_users,
  COUNT(
    CASE WHEN user_events.page = 'NextSong' AND user_events.level = 'paid' THEN 1 END
  ) AS paid_plays,
  COUNT(
    CASE WHEN user_events.page = 'NextSong' AND user_events.level = 'free' THEN 1 END
  ) AS free_plays,
  COUNT(DISTINCT CASE WHEN user_events.level = 'paid' THEN user_events.user_id END) AS paid_users,
  COUNT(DISTINCT CASE WHEN user_events.level = 'free' THEN user_events.user_id END) AS free_users
FROM user_events
INNER JOIN first_days
  ON user_events.user_id = first_days.user_id
GROUP BY
  1

-- views/level_funnel 0485cebf4ca27204
CREATE VIEW level_funnel AS
SELECT
  direction,
  step,
  step_name,
  COUNT(DISTINCT user_id) AS users
FROM level_steps
GROUP BY
  1,
  2,
  3

-- views/level_steps 48b1f2428c3baae8
CREATE VIEW level_steps AS
SELECT
  'free to paid' AS direction,
  1 AS step,
  'is free' AS step_name,
  user_id,
  occurred_at AS taken_at
FROM user_events
WHERE
  level = 'free'
UNION ALL
SELECT
  'free to paid' AS direction,
  2 AS step,
  'opens Upgrade' AS step_name,
  user_id,
  occurred_at AS taken_at
FROM user_events
WHERE
  level = 'free' AND page = 'Upgrade'
UNION ALL
SELECT
  'free to paid' AS direction,
  3 AS step,
  'becomes paid' AS step_name,
  user_id,
  valid_from AS taken_at
FROM user_levels
WHERE
  level = 'paid' AND previous_level = 'free'
UNION ALL
SELECT
  'paid to free' AS direction,
  1 AS step,
  'is paid' AS step_name,
  user_id,
  occurred_at AS taken_at
FROM user_events
WHERE
  level = 'paid'
UNION ALL
SELECT
  'paid to free' AS direction,
  2 AS step,
  'opens Downgrade' AS step_name,
  user_id,
  occurred_at AS taken_at
FROM user_events
WHERE
  level = 'paid' AND page = 'Downgrade'
UNION ALL
SELECT
  'paid to free' AS direction,
  3 AS step,
  'becomes free' AS step_name,
  user_id,
  valid_from AS taken_at
FROM user_levels
WHERE
  level = 'free' AND previous_level = 'paid'

-- views/plays 23f6de2e1cf975f9
CREATE VIEW plays AS
WITH logged AS (
  SELECT
    songplay_id,
    MIN(NULLIF(title, '')) AS title,
    MIN(NULLIF(artist_name, '')) AS artist_name,
    MIN(duration) AS duration
  FROM cleaned_plays
  GROUP BY
    1
)
SELECT
  songplays.songplay_id,
  songplays.start_time,
  CAST(songplays.start_time AS DATE) AS start_date,
  "time".year,
  "time".month,
  "time".week,
  "time".day,
  "time".weekday,
  "time".hour,
  songplays.user_id,
  users.first_name,
  users.last_name,
  users.gender,
  songplays.level,
  songplays.song_id,
  COALESCE(songs.title, logged.title) AS title,
  songplays.artist_id,
  COALESCE(artists.name, logged.artist_name) AS artist_name,
  COALESCE(songs.duration, logged.duration) AS duration,
  songplays.session_id,
  songplays.item_in_session,
  songplays.location,
  songplays.user_agent
FROM songplays
INNER JOIN "time"
  ON songplays.start_time = "time".start_time
INNER JOIN users
  ON songplays.user_id = users.user_id
INNER JOIN logged
  ON songplays.songplay_id = logged.songplay_id
LEFT JOIN songs
  ON songplays.song_id = songs.song_id
LEFT JOIN artists
  ON songplays.artist_id = artists.artist_id

-- views/retention 60e85caaedf8b486
CREATE VIEW retention AS
WITH active_weeks AS (
  SELECT DISTINCT
    user_id,
    CAST(DATE_TRUNC('WEEK', start_time) AS DATE) AS active_week
  FROM songplays
), cohorts AS (
  SELECT
    user_id,
    MIN(active_week) AS cohort_week
  FROM active_weeks
  GROUP BY
    1
), cohort_sizes AS (
  SELECT
    cohort_week,
    COUNT(*) AS cohort_users
  FROM cohorts
  GROUP BY
    1
), weeks AS (
  SELECT DISTINCT
    active_week
  FROM active_weeks
), activity AS (
  SELECT
    cohorts.cohort_week,
    active_weeks.active_week,
    COUNT(*) AS active_users
  FROM cohorts
  INNER JOIN active_weeks
    ON cohorts.user_id = active_weeks.user_id
  GROUP BY
    1,
    2
)
SELECT
  cohort_sizes.cohort_week,
  CAST((
    CAST(CAST(weeks.active_week AS TIMESTAMP) AS DATE) - CAST(CAST(cohort_sizes.cohort_week AS TIMESTAMP) AS DATE)
  ) / 7 AS INT) AS weeks_since,
  cohort_sizes.cohort_users,
  COALESCE(activity.active_users, 0) AS active_users
FROM cohort_sizes
INNER JOIN weeks
  ON cohort_sizes.cohort_week <= weeks.active_week
LEFT JOIN activity
  ON cohort_sizes.cohort_week = activity.cohort_week
  AND weeks.active_week = activity.active_week

-- views/sessions a373dd6320cad5ea
CREATE VIEW sessions AS
SELECT
  session_id,
  user_id,
  MIN(occurred_at) AS started_at,
  MAX(occurred_at) AS ended_at,
  COUNT(CASE WHEN page = 'NextSong' THEN 1 END) AS plays,
  COUNT(CASE WHEN page <> 'NextSong' THEN 1 END) AS pages
FROM user_events
GROUP BY
  1,
  2

-- views/song_matches 411cd25bd5df6fb7
CREATE VIEW song_matches AS
SELECT
  cleaned_plays.songplay_id,
  cleaned_songs.song_id,
  cleaned_songs.artist_id,
  cleaned_plays.duration,
  cleaned_plays.loaded_at AS play_loaded_at,
  cleaned_songs.loaded_at AS song_loaded_at
FROM cleaned_plays
INNER JOIN cleaned_songs
  ON cleaned_plays.title = cleaned_songs.title
  AND cleaned_plays.artist_name = cleaned_songs.artist_name
  AND cleaned_plays.duration = cleaned_songs.duration

-- views/staged_plays c34feac8b1efddc1
CREATE VIEW staged_plays AS
SELECT
  sessionid * 1000000 + iteminsession AS songplay_id,
  ts AS start_time,
  userid AS user_id,
  NULLIF(TRIM(BOTH ' ' FROM level), '') AS level,
  sessionid AS session_id,
  NULLIF(TRIM(BOTH ' ' FROM location), '') AS location,
  NULLIF(TRIM(BOTH ' "' FROM useragent), '') AS user_agent,
  iteminsession AS item_in_session,
  song AS received_title,
  artist AS received_artist_name,
  length AS duration,
  loaded_at
FROM staging_events
WHERE
  page = 'NextSong' AND NOT userid IS NULL

-- views/top_artists 6a7ed58b2a161dfd
CREATE VIEW top_artists AS
WITH counted AS (
  SELECT
    artist_name,
    COUNT(*) AS plays,
    COUNT(DISTINCT user_id) AS listeners,
    COUNT(DISTINCT title) AS songs
  FROM plays
  WHERE
    NOT artist_name IS NULL
  GROUP BY
    1
)
SELECT
  ROW_NUMBER() OVER (ORDER BY plays DESC, artist_name ASC) AS rank,
  artist_name,
  plays,
  listeners,
  songs
FROM counted

-- views/top_songs c7dafd10f22e1e33
CREATE VIEW top_songs AS
WITH counted AS (
  SELECT
    title,
    artist_name,
    COUNT(*) AS plays,
    COUNT(DISTINCT user_id) AS listeners
  FROM plays
  WHERE
    NOT title IS NULL
  GROUP BY
    1,
    2
)
SELECT
  ROW_NUMBER() OVER (ORDER BY plays DESC, title ASC, artist_name ASC) AS rank,
  title,
  artist_name,
  plays,
  listeners
FROM counted

-- views/user_events 0998a661265bddb1
CREATE VIEW user_events AS
SELECT
  sessionid * 1000000 + iteminsession AS event_id,
  sessionid AS session_id,
  iteminsession AS item_in_session,
  MIN(ts) AS occurred_at,
  MIN(userid) AS user_id,
  MIN(NULLIF(TRIM(BOTH ' ' FROM level), '')) AS level,
  MIN(page) AS page
FROM staging_events
WHERE
  NOT userid IS NULL
GROUP BY
  1,
  2,
  3

-- views/user_levels 278b57e7fb8cfa67
CREATE VIEW user_levels AS
WITH levels AS (
  SELECT
    user_id,
    level,
    occurred_at,
    event_id,
    LAG(level) OVER (PARTITION BY user_id ORDER BY occurred_at, event_id) AS previous_level
  FROM user_events
  WHERE
    NOT level IS NULL
), turns AS (
  SELECT
    user_id,
    level,
    previous_level,
    occurred_at AS valid_from,
    LEAD(occurred_at) OVER (PARTITION BY user_id ORDER BY occurred_at, event_id) AS valid_to
  FROM levels
  WHERE
    previous_level IS NULL OR previous_level <> level
)
SELECT
  user_id,
  level,
  previous_level,
  valid_from,
  valid_to,
  valid_to IS NULL AS current
FROM turns

-- undo/staging_events fc6962808e2f9599
DELETE FROM "staging_events"
WHERE
  loaded_at IN (
    SELECT
      loaded_files.loaded_at
    FROM loaded_files
    WHERE
      loaded_files.run_id = %(run_id)s
  )

-- undo/staging_songs 5f8d2d69739bbce9
DELETE FROM "staging_songs"
WHERE
  loaded_at IN (
    SELECT
      loaded_files.loaded_at
    FROM loaded_files
    WHERE
      loaded_files.run_id = %(run_id)s
  )

-- undo/load_errors 0784f57dba3f4014
DELETE FROM "load_errors"
WHERE
  run_id = %(run_id)s

-- undo/source_keys a06a504b0b50deaa
DELETE FROM "source_keys"
WHERE
  run_id = %(run_id)s

-- undo/loaded_files 5da7ac48abf410fa
DELETE FROM "loaded_files"
WHERE
  run_id = %(run_id)s

-- export/songplays 04b9661d076c7613
SELECT
  "songplay_id",
  "start_time",
  "user_id",
  "level",
  "song_id",
  "artist_id",
  "session_id",
  "location",
  "user_agent",
  "item_in_session",
  CAST(EXTRACT(YEAR FROM "start_time") AS INT) AS "year",
  CAST(EXTRACT(MONTH FROM "start_time") AS INT) AS "month"
FROM "songplays"

-- export/artists ce2879d4f5586ea2
SELECT
  "artist_id",
  "name",
  "location",
  "latitude",
  "longitude"
FROM "artists"

-- export/songs 15515f8c4c9b25d2
SELECT
  "song_id",
  "title",
  "artist_id",
  "year",
  "duration"
FROM "songs"

-- export/users 4012ec0fe21e0862
SELECT
  "user_id",
  "first_name",
  "last_name",
  "gender",
  "level",
  "last_event_at",
  "last_event_id"
FROM "users"

-- export/time b8ac6ad376721f50
SELECT
  "start_time",
  "hour",
  "day",
  "week",
  "month",
  "year",
  "weekday"
FROM "time"
