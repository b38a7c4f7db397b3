-- Written by `make golden` from the SQL and the lists of sparkify/sql.

-- checks/ledger/every_record_is_accounted_for d58be408cf372ac4
WITH loaded AS (
  SELECT
    staging_table,
    loaded_at,
    SUM(objects) AS records,
    SUM(refused) AS rejected
  FROM loaded_files
  WHERE
    loaded_at >= $since AND NOT objects IS NULL
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
    loaded_at >= $since
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
    loaded_at >= $since
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

-- checks/ledger/every_rejected_record_is_kept f42857595ee15ae5
WITH kept AS (
  SELECT
    uri,
    etag,
    COUNT(*) AS kept
  FROM load_errors
  WHERE
    loaded_at >= $since
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
  loaded_files.loaded_at >= $since
  AND loaded_files.refused <> COALESCE(kept.kept, 0)

-- checks/ledger/files_keep_the_contract 439ffa68dc3fcaeb
WITH batches AS (
  SELECT DISTINCT
    loaded_at
  FROM loaded_files
  WHERE
    loaded_at >= $since
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

-- checks/ledger/matched_share_has_not_fallen 336f1ad9de5e7a5e
WITH periods AS (
  SELECT
    CASE
      WHEN start_time BETWEEN $first_start_time AND $last_start_time
      THEN 'batch'
      ELSE 'before'
    END AS period,
    CAST(COUNT(*) AS DOUBLE) AS plays,
    CAST(COUNT(song_id) AS DOUBLE) AS matched
  FROM songplays
  WHERE
    start_time >= (
      CAST($first_start_time AS TIMESTAMP) + INTERVAL (-28) DAY
    )
    AND start_time <= $last_start_time
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

-- checks/ledger/newest_event_is_no_older_than_usual 1c3befaf65070462
WITH batches AS (
  SELECT DISTINCT
    loaded_at
  FROM loaded_files
  WHERE
    loaded_at >= (
      CAST(CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS TIMESTAMP) + INTERVAL (-28) DAY
    )
), newest AS (
  SELECT
    loaded_at,
    MAX(ts) AS newest_event
  FROM staging_events
  WHERE
    loaded_at >= (
      CAST(CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS TIMESTAMP) + INTERVAL (-28) DAY
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
      CAST(DATE_DIFF('SECOND', CAST(newest_event AS TIMESTAMP), CAST(loaded_at AS TIMESTAMP)) AS DOUBLE)
    ) AS seconds_old
  FROM loads
  WHERE
    NOT newest_event IS NULL AND NOT next_load IS NULL
), latest AS (
  SELECT
    newest_event,
    DATE_DIFF(
      'SECOND',
      CAST(newest_event AS TIMESTAMP),
      CAST(CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS TIMESTAMP)
    ) AS seconds_old
  FROM loads
  WHERE
    next_load IS NULL
)
SELECT
  latest.newest_event,
  ROUND(CAST(latest.seconds_old AS DOUBLE) / 3600) AS hours_old,
  ROUND(usual.seconds_old / 3600) AS usual_hours_old
FROM latest
CROSS JOIN usual
WHERE
  usual.loads_before >= 3 AND latest.seconds_old > usual.seconds_old * 2 + 86400

-- checks/ledger/no_day_is_below_its_weekday 521d6aa0077fba19
WITH days AS (
  SELECT
    CAST(start_time AS DATE) AS day_of_plays,
    COUNT(*) AS plays
  FROM songplays
  WHERE
    start_time >= (
      CAST($first_start_time AS TIMESTAMP) + INTERVAL (-92) DAY
    )
    AND start_time <= (
      CAST($last_start_time AS TIMESTAMP) + INTERVAL 14 DAY
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
      CAST($first_start_time AS TIMESTAMP) + INTERVAL (-8) DAY
    )
    AND start_time <= (
      CAST($last_start_time AS TIMESTAMP) + INTERVAL 14 DAY
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
    calendar.day_of_plays >= CAST($first_start_time AS DATE) - 8
    AND calendar.day_of_plays <= CAST($last_start_time AS DATE)
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
    following.first_loaded_at >= $since OR own.last_loaded_at >= $since
), knowledge AS (
  SELECT
    checked.day_of_plays,
    checked.plays,
    CASE
      WHEN checked.day_of_plays - MIN(earlier.day_of_plays) >= 14
      THEN EXTRACT(DAYOFWEEK FROM checked.day_of_plays)
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
      ELSE EXTRACT(DAYOFWEEK FROM earlier.day_of_plays)
    END AS weekday,
    LN(CAST(earlier.plays AS DOUBLE) + 0.5) AS log_plays
  FROM knowledge
  INNER JOIN days AS earlier
    ON knowledge.day_of_plays > earlier.day_of_plays
    AND knowledge.day_of_plays - 84 <= earlier.day_of_plays
), weekday_medians AS (
  SELECT
    day_of_plays,
    weekday,
    QUANTILE_CONT(log_plays, 0.5
    ORDER BY
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
    QUANTILE_CONT(distance, 0.5
    ORDER BY
      distance) AS median_distance
  FROM distances
  GROUP BY
    1
), weekdays AS (
  SELECT
    distances.day_of_plays,
    distances.weekday,
    CAST(COUNT(*) AS DOUBLE) AS days,
    AVG(distances.log_plays) AS mean_log,
    COALESCE(VARIANCE(distances.log_plays), 0) * (
      COUNT(*) - 1
    ) AS squares
  FROM distances
  INNER JOIN median_distances
    ON distances.day_of_plays = median_distances.day_of_plays
  WHERE
    distances.distance * 0.6745 <= 4 * median_distances.median_distance
    OR (
      distances.weekday = -1 AND distances.distance <= LN(CAST(8 AS DOUBLE))
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

-- checks/ledger/no_file_shrank 41282dd1ce04c5d8
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
        loaded.loaded_at >= $since
    )
)
SELECT
  uri,
  objects_before AS records_before,
  objects AS records
FROM versions
WHERE
  loaded_at >= $since AND objects < objects_before

-- checks/staging/events_say_who_and_when ca23444ff9be6c53
SELECT
  userid,
  sessionid,
  iteminsession,
  ts,
  page
FROM staging_events
WHERE
  loaded_at >= $since
  AND NOT userid IS NULL
  AND (
    ts IS NULL
    OR sessionid IS NULL
    OR iteminsession IS NULL
    OR NOT sessionid BETWEEN 0 AND 9000000000000
    OR NOT iteminsession BETWEEN 0 AND 999999
  )

-- checks/staging/songs_say_who_they_are ce77a20ed4894c0d
SELECT
  song_id,
  artist_id,
  title,
  artist_name
FROM staging_songs
WHERE
  loaded_at >= $since
  AND (
    NULLIF(TRIM(song_id, ' '), '') IS NULL
    OR NULLIF(TRIM(artist_id, ' '), '') IS NULL
  )

-- checks/star/artist_ids_are_unique c22f21833fc6acbe
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
      cleaned_songs.loaded_at >= $since
  )
GROUP BY
  1
HAVING
  COUNT(*) > 1

-- checks/star/plays_are_all_there d0904ddb680fb58c
SELECT
  staged_plays.songplay_id,
  staged_plays.start_time,
  staged_plays.user_id
FROM staged_plays
WHERE
  staged_plays.loaded_at >= $since
  AND NOT EXISTS(
    SELECT
      1
    FROM songplays
    WHERE
      songplays.songplay_id = staged_plays.songplay_id
      AND songplays.start_time = staged_plays.start_time
      AND songplays.user_id = staged_plays.user_id
      AND songplays.start_time BETWEEN $first_start_time AND $last_start_time
  )

-- checks/star/song_ids_are_unique dc227ef86b424627
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
      cleaned_songs.loaded_at >= $since
  )
GROUP BY
  1
HAVING
  COUNT(*) > 1

-- checks/star/songplay_ids_are_unique 5b1d14d943672917
SELECT
  songplay_id,
  COUNT(*) AS occurrences
FROM songplays
WHERE
  start_time BETWEEN $first_start_time AND $last_start_time
GROUP BY
  1
HAVING
  COUNT(*) > 1

-- checks/star/songplays_have_their_song a340c625b83329f6
WITH concerned AS (
  SELECT
    songplay_id,
    song_id,
    artist_id
  FROM songplays
  WHERE
    start_time BETWEEN $first_start_time AND $last_start_time
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
        cleaned_songs.loaded_at >= $since
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

-- checks/star/songplays_have_their_timestamp 0ff4114f2a9a17b3
SELECT
  songplays.songplay_id,
  songplays.start_time
FROM songplays
WHERE
  songplays.start_time BETWEEN $first_start_time AND $last_start_time
  AND NOT EXISTS(
    SELECT
      1
    FROM "time"
    WHERE
      "time".start_time = songplays.start_time
      AND "time".start_time BETWEEN $first_start_time AND $last_start_time
  )

-- checks/star/songplays_have_their_user 6bb3a6b989cbf344
SELECT
  songplays.songplay_id,
  songplays.user_id
FROM songplays
WHERE
  songplays.start_time BETWEEN $first_start_time AND $last_start_time
  AND NOT EXISTS(
    SELECT
      1
    FROM users
    WHERE
      users.user_id = songplays.user_id
  )

-- checks/star/songs_have_their_artist 630fba9ce8b7af71
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
      cleaned_songs.loaded_at >= $since
  )
  AND NOT EXISTS(
    SELECT
      1
    FROM artists
    WHERE
      artists.artist_id = songs.artist_id
  )

-- checks/star/timestamps_are_split_right 40f32b8d6a662d8f
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
  start_time BETWEEN $first_start_time AND $last_start_time
  AND (
    NOT hour BETWEEN 0 AND 23
    OR NOT week BETWEEN 1 AND 53
    OR NOT weekday BETWEEN 0 AND 6
    OR year * 10000 + month * 100 + day <> EXTRACT(YEAR FROM start_time) * 10000 + EXTRACT(MONTH FROM start_time) * 100 + EXTRACT(DAY FROM start_time)
  )

-- checks/star/timestamps_are_unique 0cfe8ec2ee711d74
SELECT
  start_time,
  COUNT(*) AS occurrences
FROM "time"
WHERE
  start_time BETWEEN $first_start_time AND $last_start_time
GROUP BY
  1
HAVING
  COUNT(*) > 1

-- checks/star/user_ids_are_unique 15ddede1445bdead
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
      staging_events.loaded_at >= $since
  )
GROUP BY
  1
HAVING
  COUNT(*) > 1

-- checks/star/values_are_in_their_domain 7514aafb62027398
SELECT
  'songplays' AS table_name,
  CAST(songplay_id AS TEXT(64)) AS row_key,
  level AS first_value,
  location AS second_value
FROM songplays
WHERE
  start_time BETWEEN $first_start_time AND $last_start_time
  AND NOT level IN ('free', 'paid')
UNION ALL
SELECT
  'users' AS table_name,
  CAST(user_id AS TEXT(64)) AS row_key,
  level AS first_value,
  gender AS second_value
FROM users
WHERE
  NOT level IN ('free', 'paid') OR NOT gender IN ('F', 'M')
UNION ALL
SELECT
  'songs' AS table_name,
  song_id AS row_key,
  CAST(year AS TEXT(64)) AS first_value,
  CAST(duration AS TEXT(64)) AS second_value
FROM songs
WHERE
  NOT year BETWEEN 1000 AND 9999 OR duration < 0
UNION ALL
SELECT
  'artists' AS table_name,
  artist_id AS row_key,
  CAST(latitude AS TEXT(64)) AS first_value,
  CAST(longitude AS TEXT(64)) AS second_value
FROM artists
WHERE
  NOT latitude BETWEEN -90 AND 90 OR NOT longitude BETWEEN -180 AND 180

-- contract/added_columns c09157e97323e83c
SELECT
  staging_table,
  column_name,
  key_name,
  run_id
FROM added_columns
ORDER BY
  1,
  2

-- contract/known_types 48e3a488b4d44119
SELECT
  staging_table,
  key_name,
  json_type
FROM source_keys

-- ledger/batch_time a399faf572246c38
SELECT
  CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS loaded_at

-- ledger/checksum_of_staging_events cc5ff1fd65f68c00
WITH identified AS (
  SELECT
    CAST(COALESCE(
      DATE_DIFF('MILLISECOND', CAST('1970-01-01' AS TIMESTAMP), CAST(ts AS TIMESTAMP)),
      -1
    ) AS BIGINT) AS a,
    CAST(COALESCE(sessionid, -1) AS BIGINT) AS b,
    CAST(COALESCE(iteminsession, -1) AS BIGINT) AS c,
    CAST(COALESCE(userid, -1) AS BIGINT) AS d
  FROM staging_events
  WHERE
    loaded_at = $loaded_at
), folded AS (
  SELECT
    (
      (
        (
          a % 2147483647 * 1103515245 + b % 2147483647
        ) % 2147483647 * 1103515245 + c % 2147483647
      ) % 2147483647 * 1103515245 + d % 2147483647
    ) % 2147483647 AS remainder
  FROM identified
)
SELECT
  COALESCE(SUM(remainder * remainder % 2147483647), 0) AS checksum
FROM folded

-- ledger/checksum_of_staging_songs db17d45660b955ad
WITH identified AS (
  SELECT
    CAST(COALESCE(LENGTH(song_id), -1) AS BIGINT) AS a,
    CAST(COALESCE(LENGTH(artist_id), -1) AS BIGINT) AS b,
    CAST(COALESCE(LENGTH(title), -1) AS BIGINT) AS c,
    CAST(COALESCE(year, -1) AS BIGINT) AS d
  FROM staging_songs
  WHERE
    loaded_at = $loaded_at
), folded AS (
  SELECT
    (
      (
        (
          a % 2147483647 * 1103515245 + b % 2147483647
        ) % 2147483647 * 1103515245 + c % 2147483647
      ) % 2147483647 * 1103515245 + d % 2147483647
    ) % 2147483647 AS remainder
  FROM identified
)
SELECT
  COALESCE(SUM(remainder * remainder % 2147483647), 0) AS checksum
FROM folded

-- ledger/loaded d74c80c2de2b53ae
SELECT
  uri,
  etag
FROM loaded_files

-- ledger/schema b7280c9bf5a45ffa
SELECT
  CURRENT_SCHEMA() AS schema_name

-- ledger/span_of_batch 578e9ad680e444fe
SELECT
  MIN(start_time) AS first_start_time,
  MAX(start_time) AS last_start_time
FROM staged_plays
WHERE
  loaded_at = $loaded_at

-- ledger/tables a6d798df6319a185
SELECT
  table_name
FROM information_schema.tables
WHERE
  table_schema = CURRENT_SCHEMA() AND table_type <> 'LOCAL TEMPORARY'

-- ledger/version be808682d52de2a9
SELECT
  MAX(version) AS version
FROM warehouse_version

-- migrate/to_2/1_add_objects 80bf8ae4b093b6ba
ALTER TABLE loaded_files
ADD COLUMN objects BIGINT

-- migrate/to_2/2_add_refused 9092073ea65b513b
ALTER TABLE loaded_files
ADD COLUMN refused BIGINT

-- migrate/to_2/3_add_run_id e08fd9ee5caf0534
ALTER TABLE loaded_files
ADD COLUMN run_id TEXT(64)

-- migrate/to_2/4_create_warehouse_version ed774afd2e5be33c
CREATE TABLE warehouse_version (
  version INT NOT NULL,
  made_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- migrate/to_2/5_create_runs 9abef77c8e360028
CREATE TABLE runs (
  run_id TEXT(64) NOT NULL,
  started_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP,
  outcome TEXT(16) NOT NULL,
  error TEXT(4096),
  stage_seconds TEXT(4096)
)

-- migrate/to_2/6_create_load_errors 4ced1ff637a0a398
CREATE TABLE load_errors (
  uri TEXT(4096) NOT NULL,
  etag TEXT(256) NOT NULL,
  staging_table TEXT(64) NOT NULL,
  line BIGINT NOT NULL,
  column_name TEXT(64) NOT NULL,
  reason TEXT(256) NOT NULL,
  detail TEXT(1024) NOT NULL,
  raw_text TEXT(65535) NOT NULL,
  run_id TEXT(64) NOT NULL,
  loaded_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- migrate/to_2/7_create_check_results 26cfed009c267de1
CREATE TABLE check_results (
  run_id TEXT(64) NOT NULL,
  stage TEXT(16) NOT NULL,
  check_name TEXT(128) NOT NULL,
  severity TEXT(16) NOT NULL,
  offending BIGINT NOT NULL,
  account TEXT(4096) NOT NULL,
  checked_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- migrate/to_2/8_create_write_lock d0482548f8672437
CREATE TABLE write_lock (
  locked_at TIMESTAMP
)

-- migrate/to_4/1_create_source_keys d3afd0fba9e69adc
CREATE TABLE source_keys (
  staging_table TEXT(64) NOT NULL,
  key_name TEXT(1024) NOT NULL,
  json_type TEXT(16) NOT NULL,
  first_file TEXT(4096) NOT NULL,
  run_id TEXT(64) NOT NULL,
  loaded_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- migrate/to_4/2_create_source_findings d5b5dcf9780767ef
CREATE TABLE source_findings (
  run_id TEXT(64) NOT NULL,
  staging_table TEXT(64) NOT NULL,
  key_name TEXT(1024) NOT NULL,
  finding TEXT(32) NOT NULL,
  detail TEXT(1024) NOT NULL,
  objects BIGINT NOT NULL,
  first_file TEXT(4096) NOT NULL,
  found_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- migrate/to_4/3_create_added_columns a17516cbdd4534f9
CREATE TABLE added_columns (
  staging_table TEXT(64) NOT NULL,
  column_name TEXT(127) NOT NULL,
  key_name TEXT(1024) NOT NULL,
  run_id TEXT(64) NOT NULL,
  added_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- migrate/to_5/1_add_peak_memory_bytes 57455602506b9a7d
ALTER TABLE runs
ADD COLUMN peak_memory_bytes BIGINT

-- operate/batches_of_run d27b52d893e92f9c
SELECT
  loaded_at,
  staging_table,
  COUNT(*) AS files,
  CAST(SUM(bytes) AS BIGINT) AS bytes,
  CAST(SUM(objects) AS BIGINT) AS records,
  CAST(SUM(refused) AS BIGINT) AS rejected
FROM loaded_files
WHERE
  run_id = $run_id
GROUP BY
  1,
  2
ORDER BY
  1,
  2

-- operate/batches_that_differ 2198535e9de4d6c3
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

-- operate/checks_of_run 30eed2b1de2cd4b6
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
  run_id = $run_id
ORDER BY
  1,
  2,
  3

-- operate/files_of_run b821334b1a129b31
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
  run_id = $run_id
ORDER BY
  1,
  2,
  3

-- operate/freshness 7d9d9dfcc5a3349f
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

-- operate/loaded_files dbf077d9edba7dbe
SELECT
  uri,
  etag,
  loaded_at
FROM loaded_files
ORDER BY
  3,
  1

-- operate/matched_plays 9bb4445badb4dafc
SELECT
  COUNT(*) AS plays,
  COUNT(song_id) AS matched
FROM songplays

-- operate/rejected 4fbc7b5704b4be8b
WITH newest AS (
  SELECT
    candidate.uri,
    candidate.etag
  FROM loaded_files AS candidate
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY candidate.uri ORDER BY candidate.loaded_at DESC NULLS FIRST) = 1
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
    $is_all OR NOT newest.uri IS NULL
  )
  AND (
    $run_id = '' OR load_errors.run_id = $run_id
  )
  AND (
    $file = '' OR STRPOS(load_errors.uri, $file) > 0
  )
  AND (
    $reason = '' OR STRPOS(LOWER(load_errors.reason), LOWER($reason)) > 0
  )
  AND (
    $column_name = '' OR load_errors.column_name = LOWER($column_name)
  )
ORDER BY
  1 DESC NULLS FIRST,
  3,
  6,
  7

-- operate/rejected_by_reason b83ee47deee20a40
WITH newest AS (
  SELECT
    candidate.uri,
    candidate.etag
  FROM loaded_files AS candidate
  QUALIFY
    ROW_NUMBER() OVER (PARTITION BY candidate.uri ORDER BY candidate.loaded_at DESC NULLS FIRST) = 1
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
  2 DESC NULLS FIRST,
  1

-- operate/rejected_that_differ afe266a6767d33d3
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

-- operate/runs 1b3c4e0ccd836bc4
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
  2 DESC NULLS FIRST,
  1 DESC NULLS FIRST

-- operate/schema_changes_of_run a9c9a971452f11b9
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
  run_id = $run_id
ORDER BY
  1,
  2,
  4,
  3

-- quarantine/contradicting_events/delete ad969853994e5973
DELETE FROM staging_events
WHERE
  loaded_at = $loaded_at
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

-- quarantine/contradicting_events/rows 3e48f95d9ef01085
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

-- quarantine/contradicting_events/stage 79796e278222edc5
CREATE TEMPORARY TABLE contradicting_events AS
WITH versions AS (
  SELECT
    repeated_events.session_id,
    repeated_events.item_in_session,
    staging_events.ts AS occurred_at,
    staging_events.userid AS user_id,
    MAX(CASE WHEN staging_events.loaded_at = $loaded_at THEN 1 ELSE 0 END) AS is_in_batch,
    MAX(CASE WHEN staging_events.loaded_at = $loaded_at THEN 0 ELSE 1 END) AS is_loaded
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

-- quarantine/open_files 8aded0053e58350c
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

-- queries/first_and_last_event 084d01f52a24d19e
SELECT
  MIN(occurred_at) AS first_event_at,
  MAX(occurred_at) AS last_event_at
FROM user_events

-- queries/most_played_songs be3096d938b122f9
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
  3 DESC NULLS FIRST,
  1 ASC,
  2 ASC
LIMIT 10

-- queries/paid_and_free 7d294388bfeaf8c8
SELECT
  level,
  COUNT(DISTINCT user_id) AS users,
  COUNT(*) AS plays
FROM songplays
GROUP BY
  1
ORDER BY
  3 DESC NULLS FIRST,
  1 ASC

-- queries/period/key_figures e500434afef47503
WITH played AS (
  SELECT
    COUNT(*) AS plays,
    COUNT(DISTINCT user_id) AS listeners,
    COUNT(DISTINCT session_id) AS sessions,
    COUNT(CASE WHEN level = 'paid' THEN 1 END) AS paid_plays,
    COUNT(song_id) AS matched_plays
  FROM songplays
  WHERE
    start_time >= $period_start AND start_time < $period_end
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
    first_play_at >= $period_start AND first_play_at < $period_end
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

-- queries/period/level_funnel a6247f69606e9293
SELECT
  direction,
  step,
  step_name,
  COUNT(DISTINCT user_id) AS users
FROM level_steps
WHERE
  taken_at >= $period_start AND taken_at < $period_end
GROUP BY
  1,
  2,
  3
ORDER BY
  1,
  2

-- queries/period/listeners_by_state dec3b3cc8aa19bcf
SELECT
  SPLIT_PART(SPLIT_PART(location, ', ', 2), '-', 1) AS state,
  COUNT(DISTINCT user_id) AS listeners,
  COUNT(*) AS plays
FROM songplays
WHERE
  start_time >= $period_start
  AND start_time < $period_end
  AND SPLIT_PART(location, ', ', 2) <> ''
GROUP BY
  1
ORDER BY
  2 DESC NULLS FIRST,
  3 DESC NULLS FIRST,
  1 ASC

-- queries/period/paid_and_free 091df60fe1de84c6
SELECT
  level,
  COUNT(DISTINCT user_id) AS listeners,
  COUNT(DISTINCT session_id) AS sessions,
  COUNT(*) AS plays
FROM songplays
WHERE
  start_time >= $period_start AND start_time < $period_end AND NOT level IS NULL
GROUP BY
  1
ORDER BY
  1

-- queries/period/plays_by_day 7f1e9a9838e5e1c2
SELECT
  CAST(start_time AS DATE) AS start_date,
  COUNT(*) AS plays,
  COUNT(CASE WHEN level = 'paid' THEN 1 END) AS paid_plays,
  COUNT(CASE WHEN level = 'free' THEN 1 END) AS free_plays,
  COUNT(DISTINCT user_id) AS listeners
FROM songplays
WHERE
  start_time >= $period_start AND start_time < $period_end
GROUP BY
  1
ORDER BY
  1

-- queries/period/plays_by_month 51a18f1efcdf7f19
SELECT
  CAST(DATE_TRUNC('MONTH', start_time) AS DATE) AS start_date,
  COUNT(*) AS plays,
  COUNT(CASE WHEN level = 'paid' THEN 1 END) AS paid_plays,
  COUNT(CASE WHEN level = 'free' THEN 1 END) AS free_plays,
  COUNT(DISTINCT user_id) AS listeners
FROM songplays
WHERE
  start_time >= $period_start AND start_time < $period_end
GROUP BY
  1
ORDER BY
  1

-- queries/period/plays_by_week 2c5d3222614d4777
SELECT
  CAST(DATE_TRUNC('WEEK', start_time) AS DATE) AS start_date,
  COUNT(*) AS plays,
  COUNT(CASE WHEN level = 'paid' THEN 1 END) AS paid_plays,
  COUNT(CASE WHEN level = 'free' THEN 1 END) AS free_plays,
  COUNT(DISTINCT user_id) AS listeners
FROM songplays
WHERE
  start_time >= $period_start AND start_time < $period_end
GROUP BY
  1
ORDER BY
  1

-- queries/period/plays_by_weekday_and_hour 20a7008a5b2e9bf9
SELECT
  "time".weekday,
  "time".hour,
  COUNT(*) AS plays
FROM songplays
INNER JOIN "time"
  ON songplays.start_time = "time".start_time
WHERE
  songplays.start_time >= $period_start AND songplays.start_time < $period_end
GROUP BY
  1,
  2
ORDER BY
  1,
  2

-- queries/period/quality 8daea4cc0abaef57
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
    start_time >= $period_start AND start_time < $period_end
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

-- queries/period/retention 80720dea44f361e5
WITH weeks AS (
  SELECT
    cohort_week,
    weeks_since,
    cohort_users,
    active_users,
    DENSE_RANK() OVER (ORDER BY cohort_week DESC NULLS FIRST) AS weeks_back
  FROM retention
  WHERE
    cohort_week < $period_end AND cohort_week + weeks_since * 7 < $period_end
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

-- queries/period/top_artists be0536442b0459b5
SELECT
  artist_name,
  COUNT(*) AS plays,
  COUNT(DISTINCT user_id) AS listeners,
  COUNT(DISTINCT title) AS songs
FROM plays
WHERE
  start_time >= $period_start
  AND start_time < $period_end
  AND NOT artist_name IS NULL
GROUP BY
  1
ORDER BY
  2 DESC NULLS FIRST,
  1 ASC
LIMIT 10

-- queries/period/top_places bc0457c0aa5e2b99
SELECT
  location,
  COUNT(DISTINCT user_id) AS listeners,
  COUNT(*) AS plays
FROM songplays
WHERE
  start_time >= $period_start AND start_time < $period_end AND NOT location IS NULL
GROUP BY
  1
ORDER BY
  2 DESC NULLS FIRST,
  3 DESC NULLS FIRST,
  1 ASC
LIMIT 10

-- queries/period/top_songs acc30705e0ce12c3
SELECT
  title,
  artist_name,
  COUNT(*) AS plays,
  COUNT(DISTINCT user_id) AS listeners
FROM plays
WHERE
  start_time >= $period_start AND start_time < $period_end AND NOT title IS NULL
GROUP BY
  1,
  2
ORDER BY
  3 DESC NULLS FIRST,
  1 ASC,
  2 ASC
LIMIT 10

-- queries/plays_by_hour 8a2ad47f5ddcab8b
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

-- queries/rows_by_table df2ece6ac5222a82
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

-- queries/schema_columns b2015da5c037a7ae
SELECT
  table_name,
  column_name,
  LOWER(data_type) AS data_type,
  ordinal_position
FROM information_schema."columns"
WHERE
  table_schema = CURRENT_SCHEMA()
ORDER BY
  1,
  4

-- repair/batches 366ecc2055a2dd06
SELECT DISTINCT
  loaded_at
FROM loaded_files
ORDER BY
  1

-- runs/begin 42cf28fa532b0c05
INSERT INTO runs (
  run_id,
  started_at,
  outcome
)
SELECT
  $run_id AS run_id,
  CURRENT_TIMESTAMP AT TIME ZONE 'UTC' AS started_at,
  'running' AS outcome

-- runs/end bd908e9d2163dcd2
UPDATE runs SET ended_at = CURRENT_TIMESTAMP AT TIME ZONE 'UTC', outcome = $outcome, error = $error, stage_seconds = $stage_seconds, peak_memory_bytes = $peak_memory_bytes
WHERE
  run_id = $run_id

-- runs/files 6c0c539c20e425c2
SELECT
  COUNT(*) AS files
FROM loaded_files
WHERE
  run_id = $run_id

-- runs/interrupted c1fedefd86fb2708
UPDATE runs SET outcome = 'interrupted'
WHERE
  outcome = 'running'

-- runs/last_batch 43032d1aa1d8045b
SELECT
  MAX(loaded_at) AS loaded_at
FROM loaded_files

-- runs/undone e6c7688aab27626c
UPDATE runs SET outcome = 'undone'
WHERE
  run_id = $run_id

-- schema/added_columns 69bc4ee8e511ac47
CREATE TABLE added_columns (
  staging_table TEXT(64) NOT NULL,
  column_name TEXT(127) NOT NULL,
  key_name TEXT(1024) NOT NULL,
  run_id TEXT(64) NOT NULL,
  added_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- schema/artists aecfc19733b15b34
CREATE TABLE artists (
  artist_id TEXT(64) NOT NULL,
  name TEXT(1024),
  location TEXT(1024),
  latitude DOUBLE,
  longitude DOUBLE
)

-- schema/check_results 33b7d48945085736
CREATE TABLE check_results (
  run_id TEXT(64) NOT NULL,
  stage TEXT(16) NOT NULL,
  check_name TEXT(128) NOT NULL,
  severity TEXT(16) NOT NULL,
  offending BIGINT NOT NULL,
  account TEXT(4096) NOT NULL,
  checked_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- schema/load_errors 387d038f0bfb1a21
CREATE TABLE load_errors (
  uri TEXT(4096) NOT NULL,
  etag TEXT(256) NOT NULL,
  staging_table TEXT(64) NOT NULL,
  line BIGINT NOT NULL,
  column_name TEXT(64) NOT NULL,
  reason TEXT(256) NOT NULL,
  detail TEXT(1024) NOT NULL,
  raw_text TEXT(65535) NOT NULL,
  run_id TEXT(64) NOT NULL,
  loaded_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- schema/loaded_files 3fdd1f1fd038015e
CREATE TABLE loaded_files (
  uri TEXT(4096) NOT NULL,
  etag TEXT(256) NOT NULL,
  bytes BIGINT NOT NULL,
  staging_table TEXT(64) NOT NULL,
  objects BIGINT,
  refused BIGINT,
  run_id TEXT(64),
  loaded_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- schema/runs c2a7b4704dac9307
CREATE TABLE runs (
  run_id TEXT(64) NOT NULL,
  started_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP,
  outcome TEXT(16) NOT NULL,
  error TEXT(4096),
  stage_seconds TEXT(4096),
  peak_memory_bytes BIGINT
)

-- schema/songplays 1c22cf6c844a1403
CREATE TABLE songplays (
  songplay_id BIGINT NOT NULL,
  start_time TIMESTAMP NOT NULL,
  user_id INT NOT NULL,
  level TEXT(16),
  song_id TEXT(64),
  artist_id TEXT(64),
  session_id BIGINT NOT NULL,
  location TEXT(512),
  user_agent TEXT(1024),
  item_in_session INT NOT NULL
)

-- schema/songs 9b94319b439284c4
CREATE TABLE songs (
  song_id TEXT(64) NOT NULL,
  title TEXT(1024),
  artist_id TEXT(64),
  year INT,
  duration DOUBLE
)

-- schema/source_findings b3bf3558e7f1246a
CREATE TABLE source_findings (
  run_id TEXT(64) NOT NULL,
  staging_table TEXT(64) NOT NULL,
  key_name TEXT(1024) NOT NULL,
  finding TEXT(32) NOT NULL,
  detail TEXT(1024) NOT NULL,
  objects BIGINT NOT NULL,
  first_file TEXT(4096) NOT NULL,
  found_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- schema/source_keys a4fec8a779675a52
CREATE TABLE source_keys (
  staging_table TEXT(64) NOT NULL,
  key_name TEXT(1024) NOT NULL,
  json_type TEXT(16) NOT NULL,
  first_file TEXT(4096) NOT NULL,
  run_id TEXT(64) NOT NULL,
  loaded_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- schema/staging_events 72c0b8c3346e9554
CREATE TABLE staging_events (
  artist TEXT(1024),
  auth TEXT(64),
  firstname TEXT(256),
  gender TEXT(16),
  iteminsession INT,
  lastname TEXT(256),
  length DOUBLE,
  level TEXT(16),
  location TEXT(512),
  method TEXT(16),
  page TEXT(64),
  registration DOUBLE,
  sessionid BIGINT,
  song TEXT(1024),
  status INT,
  ts TIMESTAMP,
  useragent TEXT(1024),
  userid INT,
  loaded_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- schema/staging_songs 497a949cc12fc847
CREATE TABLE staging_songs (
  num_songs INT,
  artist_id TEXT(64),
  artist_latitude DOUBLE,
  artist_longitude DOUBLE,
  artist_location TEXT(1024),
  artist_name TEXT(1024),
  song_id TEXT(64),
  title TEXT(1024),
  duration DOUBLE,
  year INT,
  loaded_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- schema/text_repairs b31446a09c6fb58b
CREATE TABLE text_repairs (
  delivered TEXT(1024) NOT NULL,
  repaired TEXT(1024) NOT NULL
)

-- schema/time 31a35ea14bb2c452
CREATE TABLE "time" (
  start_time TIMESTAMP NOT NULL,
  hour INT NOT NULL,
  day INT NOT NULL,
  week INT NOT NULL,
  month INT NOT NULL,
  year INT NOT NULL,
  weekday INT NOT NULL
)

-- schema/users 06a97ef06644ea1c
CREATE TABLE users (
  user_id INT NOT NULL,
  first_name TEXT(256),
  last_name TEXT(256),
  gender TEXT(16),
  level TEXT(16),
  last_event_at TIMESTAMP NOT NULL,
  last_event_id BIGINT NOT NULL
)

-- schema/warehouse_version 41b25c5813899b2b
CREATE TABLE warehouse_version (
  version INT NOT NULL,
  made_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- schema/write_lock 05e19f94bcf46a9a
CREATE TABLE write_lock (
  locked_at TIMESTAMP
)

-- transform/artists/merge bfa470f8bbaa8f11
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

-- transform/artists/stage e2e2ee1a5e3f1bc9
CREATE TEMPORARY TABLE batch_artists AS
WITH candidates AS (
  SELECT
    artist_id,
    artist_name AS name,
    artist_location AS location,
    artist_latitude AS latitude,
    artist_longitude AS longitude
  FROM cleaned_songs
  WHERE
    loaded_at = $loaded_at
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
        cleaned_songs.loaded_at = $loaded_at
    )
)
SELECT
  candidate.artist_id,
  candidate.name,
  candidate.location,
  candidate.latitude,
  candidate.longitude
FROM candidates AS candidate
WHERE
  NOT candidate.artist_id IS NULL
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY candidate.artist_id
    ORDER BY CASE WHEN candidate.location IS NULL THEN 1 ELSE 0 END, CASE WHEN candidate.latitude IS NULL THEN 1 ELSE 0 END, candidate.name, candidate.location, candidate.latitude, candidate.longitude
  ) = 1

-- transform/garbled_texts d48cdb5fbce144df
WITH texts AS (
  SELECT
    received_title AS received
  FROM staged_plays
  WHERE
    loaded_at = $loaded_at
  UNION
  SELECT
    received_artist_name AS received
  FROM staged_plays
  WHERE
    loaded_at = $loaded_at
)
SELECT
  texts.received
FROM texts
WHERE
  STRLEN(texts.received) > LENGTH(texts.received)
  AND NOT EXISTS(
    SELECT
      1
    FROM text_repairs
    WHERE
      text_repairs.delivered = texts.received
  )

-- transform/repeated_events/stage 2d8c8a3cdca43fdc
CREATE TEMPORARY TABLE repeated_events AS
WITH sessions AS (
  SELECT
    MIN(sessionid) AS first_session,
    MAX(sessionid) AS last_session
  FROM staging_events
  WHERE
    loaded_at = $loaded_at
)
SELECT
  sessionid AS session_id,
  iteminsession AS item_in_session
FROM staging_events
WHERE
  loaded_at = $loaded_at AND NOT userid IS NULL
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
  received.loaded_at = $loaded_at
  AND NOT received.userid IS NULL
  AND loaded.loaded_at <> $loaded_at
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

-- transform/songplays/backfill_song_ids 0f86e8d694e99bd4
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

-- transform/songplays/insert 94241025e1bc2d54
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
    song_match.songplay_id,
    song_match.song_id,
    song_match.artist_id
  FROM song_matches AS song_match
  WHERE
    song_match.play_loaded_at = $loaded_at
    AND song_match.duration IN (
      SELECT
        cleaned_songs.duration
      FROM cleaned_songs
    )
  QUALIFY
    ROW_NUMBER() OVER (
      PARTITION BY song_match.songplay_id
      ORDER BY song_match.song_id, song_match.artist_id
    ) = 1
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
  staged_plays.loaded_at = $loaded_at
  AND NOT EXISTS(
    SELECT
      1
    FROM repeated_plays
    WHERE
      repeated_plays.songplay_id = staged_plays.songplay_id
  )

-- transform/songplays/merge 133560337b9fe80e
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

-- transform/songplays/stage aa30596c323ba5d6
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
  staged_plays.loaded_at = $loaded_at
GROUP BY
  1

-- transform/songplays/stage_song_ids cf40dc65e5137bf2
CREATE TEMPORARY TABLE found_songs AS
WITH candidates AS (
  SELECT
    songplay_id,
    song_id,
    artist_id
  FROM song_matches
  WHERE
    song_loaded_at = $loaded_at
    AND play_loaded_at <> $loaded_at
    AND duration IN (
      SELECT
        cleaned_songs.duration
      FROM cleaned_songs
      WHERE
        cleaned_songs.loaded_at = $loaded_at
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
    song_matches.play_loaded_at = $loaded_at
)
SELECT
  candidate.songplay_id,
  candidate.song_id,
  candidate.artist_id
FROM candidates AS candidate
WHERE
  NOT candidate.song_id IS NULL
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY candidate.songplay_id
    ORDER BY candidate.song_id, candidate.artist_id
  ) = 1

-- transform/songs/merge c65cfebd9b28914b
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

-- transform/songs/stage a1af5aad3f5ee26e
CREATE TEMPORARY TABLE batch_songs AS
WITH candidates AS (
  SELECT
    song_id,
    title,
    artist_id,
    year,
    duration
  FROM cleaned_songs
  WHERE
    loaded_at = $loaded_at
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
        cleaned_songs.loaded_at = $loaded_at
    )
)
SELECT
  candidate.song_id,
  candidate.title,
  candidate.artist_id,
  candidate.year,
  candidate.duration
FROM candidates AS candidate
WHERE
  NOT candidate.song_id IS NULL
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY candidate.song_id
    ORDER BY candidate.title, candidate.artist_id, candidate.year, candidate.duration
  ) = 1

-- transform/time/insert cd03019ed6d4ec91
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
    loaded_at = $loaded_at
)
SELECT
  timestamps.start_time,
  EXTRACT(HOUR FROM timestamps.start_time) AS hour,
  EXTRACT(DAY FROM timestamps.start_time) AS day,
  EXTRACT(WEEK FROM timestamps.start_time) AS week,
  EXTRACT(MONTH FROM timestamps.start_time) AS month,
  EXTRACT(YEAR FROM timestamps.start_time) AS year,
  EXTRACT(DAYOFWEEK FROM timestamps.start_time) AS weekday
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
          staged_plays.loaded_at = $loaded_at
      )
      AND "time".start_time <= (
        SELECT
          MAX(staged_plays.start_time)
        FROM staged_plays
        WHERE
          staged_plays.loaded_at = $loaded_at
      )
  )

-- transform/users/delete e4d34b7763e61325
DELETE FROM users USING   batch_users
WHERE
  users.user_id = batch_users.user_id

-- transform/users/insert f22122617f6a6de1
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

-- transform/users/stage efacf2a1e60b3a34
CREATE TEMPORARY TABLE batch_users AS
WITH latest_events AS (
  SELECT
    userid AS user_id,
    MAX(ts) AS last_event_at
  FROM staging_events
  WHERE
    loaded_at = $loaded_at AND NOT userid IS NULL
  GROUP BY
    1
), candidates AS (
  SELECT
    latest_events.user_id,
    NULLIF(TRIM(staging_events.firstname, ' '), '') AS first_name,
    NULLIF(TRIM(staging_events.lastname, ' '), '') AS last_name,
    NULLIF(TRIM(staging_events.gender, ' '), '') AS gender,
    NULLIF(TRIM(staging_events.level, ' '), '') AS level,
    latest_events.last_event_at,
    staging_events.sessionid * 1000000 + staging_events.iteminsession AS last_event_id
  FROM latest_events
  INNER JOIN staging_events
    ON latest_events.user_id = staging_events.userid
    AND latest_events.last_event_at = staging_events.ts
  WHERE
    staging_events.loaded_at = $loaded_at
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
  candidate.last_event_id
FROM candidates AS candidate
WHERE
  NOT candidate.user_id IS NULL
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY candidate.user_id
    ORDER BY candidate.last_event_at DESC NULLS FIRST, candidate.last_event_id DESC NULLS FIRST, candidate.first_name ASC, candidate.last_name ASC, candidate.gender ASC, candidate.level ASC
  ) = 1

-- views/cleaned_plays 55057ed4dd6b4ac4
CREATE VIEW cleaned_plays AS
SELECT
  staged_plays.songplay_id,
  staged_plays.duration,
  staged_plays.loaded_at,
  COALESCE(titles.repaired, TRIM(staged_plays.received_title, ' ')) AS title,
  COALESCE(artist_names.repaired, TRIM(staged_plays.received_artist_name, ' ')) AS artist_name
FROM staged_plays
LEFT JOIN text_repairs AS titles
  ON staged_plays.received_title = titles.delivered
LEFT JOIN text_repairs AS artist_names
  ON staged_plays.received_artist_name = artist_names.delivered

-- views/cleaned_songs 24a4a5a0d9a43fd4
CREATE VIEW cleaned_songs AS
SELECT
  song_id,
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

-- views/daily_activity 12a58ce31e68bf67
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

-- views/level_funnel 3255688621639401
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

-- views/level_steps 5db5c075ee9592b7
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

-- views/plays dd4acb3079eca9a3
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

-- views/retention 3910f63788f7daa8
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
  CAST(DATE_DIFF(
    'DAY',
    CAST(cohort_sizes.cohort_week AS TIMESTAMP),
    CAST(weeks.active_week AS TIMESTAMP)
  ) / 7 AS INT) AS weeks_since,
  cohort_sizes.cohort_users,
  COALESCE(activity.active_users, 0) AS active_users
FROM cohort_sizes
INNER JOIN weeks
  ON cohort_sizes.cohort_week <= weeks.active_week
LEFT JOIN activity
  ON cohort_sizes.cohort_week = activity.cohort_week
  AND weeks.active_week = activity.active_week

-- views/sessions 6bd2665ddc976c2b
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

-- views/song_matches aaf5fb390c58535c
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

-- views/staged_plays db891f5e6b6cd5b0
CREATE VIEW staged_plays AS
SELECT
  sessionid * 1000000 + iteminsession AS songplay_id,
  ts AS start_time,
  userid AS user_id,
  NULLIF(TRIM(level, ' '), '') AS level,
  sessionid AS session_id,
  NULLIF(TRIM(location, ' '), '') AS location,
  NULLIF(TRIM(useragent, ' "'), '') AS user_agent,
  iteminsession AS item_in_session,
  song AS received_title,
  artist AS received_artist_name,
  length AS duration,
  loaded_at
FROM staging_events
WHERE
  page = 'NextSong' AND NOT userid IS NULL

-- views/top_artists 3556eeb147be5fa4
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
  ROW_NUMBER() OVER (ORDER BY plays DESC NULLS FIRST, artist_name ASC) AS rank,
  artist_name,
  plays,
  listeners,
  songs
FROM counted

-- views/top_songs d1b9cd3b583be80f
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
  ROW_NUMBER() OVER (ORDER BY plays DESC NULLS FIRST, title ASC, artist_name ASC) AS rank,
  title,
  artist_name,
  plays,
  listeners
FROM counted

-- views/user_events cd29cf727bc0fddb
CREATE VIEW user_events AS
SELECT
  sessionid * 1000000 + iteminsession AS event_id,
  sessionid AS session_id,
  iteminsession AS item_in_session,
  MIN(ts) AS occurred_at,
  MIN(userid) AS user_id,
  MIN(NULLIF(TRIM(level, ' '), '')) AS level,
  MIN(page) AS page
FROM staging_events
WHERE
  NOT userid IS NULL
GROUP BY
  1,
  2,
  3

-- views/user_levels 8735e8b179c79890
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

-- undo/staging_events 8c8d11f15e2aeda8
DELETE FROM "staging_events"
WHERE
  loaded_at IN (
    SELECT
      loaded_files.loaded_at
    FROM loaded_files
    WHERE
      loaded_files.run_id = $run_id
  )

-- undo/staging_songs f7f3255cfad1e9ee
DELETE FROM "staging_songs"
WHERE
  loaded_at IN (
    SELECT
      loaded_files.loaded_at
    FROM loaded_files
    WHERE
      loaded_files.run_id = $run_id
  )

-- undo/load_errors d706f396fbcea39f
DELETE FROM "load_errors"
WHERE
  run_id = $run_id

-- undo/source_keys 5a1572d677625a43
DELETE FROM "source_keys"
WHERE
  run_id = $run_id

-- undo/loaded_files 61e273c9bbf6886c
DELETE FROM "loaded_files"
WHERE
  run_id = $run_id

-- export/songplays a8ac2a6c9f643cc2
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
  EXTRACT(YEAR FROM "start_time") AS "year",
  EXTRACT(MONTH FROM "start_time") AS "month"
FROM "songplays"

-- export/artists 5756f70d950d9033
SELECT
  "artist_id",
  "name",
  "location",
  "latitude",
  "longitude"
FROM "artists"

-- export/songs 2e825ded194aba9a
SELECT
  "song_id",
  "title",
  "artist_id",
  "year",
  "duration"
FROM "songs"

-- export/users a2c6f2ec008e2ee5
SELECT
  "user_id",
  "first_name",
  "last_name",
  "gender",
  "level",
  "last_event_at",
  "last_event_id"
FROM "users"

-- export/time 6f2238e085f402bb
SELECT
  "start_time",
  "hour",
  "day",
  "week",
  "month",
  "year",
  "weekday"
FROM "time"

-- append/warehouse_version aa849d26882699dc
INSERT INTO warehouse_version (version) SELECT UNNEST(FROM_JSON($version, '["VARCHAR"]'))

-- append/text_repairs 9312433c69119d78
INSERT INTO text_repairs (delivered, repaired) SELECT UNNEST(FROM_JSON($delivered, '["VARCHAR"]')), UNNEST(FROM_JSON($repaired, '["VARCHAR"]'))

-- append/loaded_files b8e4b5b83ddc9965
INSERT INTO loaded_files (uri, etag, bytes, staging_table, objects, refused, run_id) SELECT UNNEST(FROM_JSON($uri, '["VARCHAR"]')), UNNEST(FROM_JSON($etag, '["VARCHAR"]')), UNNEST(FROM_JSON($bytes, '["VARCHAR"]')), UNNEST(FROM_JSON($staging_table, '["VARCHAR"]')), UNNEST(FROM_JSON($objects, '["VARCHAR"]')), UNNEST(FROM_JSON($refused, '["VARCHAR"]')), UNNEST(FROM_JSON($run_id, '["VARCHAR"]'))

-- append/load_errors 39b90e75cae1729c
INSERT INTO load_errors (uri, etag, staging_table, line, column_name, reason, detail, raw_text, run_id) SELECT UNNEST(FROM_JSON($uri, '["VARCHAR"]')), UNNEST(FROM_JSON($etag, '["VARCHAR"]')), UNNEST(FROM_JSON($staging_table, '["VARCHAR"]')), UNNEST(FROM_JSON($line, '["VARCHAR"]')), UNNEST(FROM_JSON($column_name, '["VARCHAR"]')), UNNEST(FROM_JSON($reason, '["VARCHAR"]')), UNNEST(FROM_JSON($detail, '["VARCHAR"]')), UNNEST(FROM_JSON($raw_text, '["VARCHAR"]')), UNNEST(FROM_JSON($run_id, '["VARCHAR"]'))

-- append/check_results 596ad6108524b632
INSERT INTO check_results (run_id, stage, check_name, severity, offending, account) SELECT UNNEST(FROM_JSON($run_id, '["VARCHAR"]')), UNNEST(FROM_JSON($stage, '["VARCHAR"]')), UNNEST(FROM_JSON($check_name, '["VARCHAR"]')), UNNEST(FROM_JSON($severity, '["VARCHAR"]')), UNNEST(FROM_JSON($offending, '["VARCHAR"]')), UNNEST(FROM_JSON($account, '["VARCHAR"]'))

-- append/source_keys 63e341dd6071a729
INSERT INTO source_keys (staging_table, key_name, json_type, first_file, run_id) SELECT UNNEST(FROM_JSON($staging_table, '["VARCHAR"]')), UNNEST(FROM_JSON($key_name, '["VARCHAR"]')), UNNEST(FROM_JSON($json_type, '["VARCHAR"]')), UNNEST(FROM_JSON($first_file, '["VARCHAR"]')), UNNEST(FROM_JSON($run_id, '["VARCHAR"]'))

-- append/source_findings 6954ab93350e1476
INSERT INTO source_findings (staging_table, key_name, finding, detail, objects, first_file, run_id) SELECT UNNEST(FROM_JSON($staging_table, '["VARCHAR"]')), UNNEST(FROM_JSON($key_name, '["VARCHAR"]')), UNNEST(FROM_JSON($finding, '["VARCHAR"]')), UNNEST(FROM_JSON($detail, '["VARCHAR"]')), UNNEST(FROM_JSON($objects, '["VARCHAR"]')), UNNEST(FROM_JSON($first_file, '["VARCHAR"]')), UNNEST(FROM_JSON($run_id, '["VARCHAR"]'))

-- insert_batches/staging_events 9bb38b8a137ddb89
INSERT INTO staging_events (
  "artist",
  "auth",
  "firstname",
  "gender",
  "iteminsession",
  "lastname",
  "length",
  "level",
  "location",
  "method",
  "page",
  "registration",
  "sessionid",
  "song",
  "status",
  "ts",
  "useragent",
  "userid",
  loaded_at
)
SELECT
  "artist",
  "auth",
  "firstname",
  "gender",
  "iteminsession",
  "lastname",
  "length",
  "level",
  "location",
  "method",
  "page",
  "registration",
  "sessionid",
  "song",
  "status",
  "ts",
  "useragent",
  "userid",
  $loaded_at
FROM batches

-- insert_batches/staging_songs 15ec02ce24a79763
INSERT INTO staging_songs (
  "num_songs",
  "artist_id",
  "artist_latitude",
  "artist_longitude",
  "artist_location",
  "artist_name",
  "song_id",
  "title",
  "duration",
  "year",
  loaded_at
)
SELECT
  "num_songs",
  "artist_id",
  "artist_latitude",
  "artist_longitude",
  "artist_location",
  "artist_name",
  "song_id",
  "title",
  "duration",
  "year",
  $loaded_at
FROM batches
