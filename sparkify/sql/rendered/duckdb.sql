-- Written by `make golden` from the SQL and the lists of sparkify/sql.

-- checks/ledger/every_record_is_accounted_for 30c907bb74f79989
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
  COALESCE(batches.suppressed, 0) AS suppressed,
  COALESCE(staged.staged, 0) AS staged
FROM loaded
LEFT JOIN staged
  ON loaded.staging_table = staged.staging_table
  AND loaded.loaded_at = staged.loaded_at
LEFT JOIN batches
  ON loaded.loaded_at = batches.loaded_at AND loaded.staging_table = 'staging_events'
WHERE
  loaded.records <> loaded.rejected + COALESCE(batches.suppressed, 0) + COALESCE(staged.staged, 0)

-- checks/ledger/every_rejected_record_is_kept 51fe300fe48d051a
WITH kept AS (
  SELECT
    uri,
    loaded_at,
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
  ON loaded_files.uri = kept.uri AND loaded_files.loaded_at = kept.loaded_at
WHERE
  loaded_files.loaded_at >= $since
  AND loaded_files.refused <> COALESCE(kept.kept, 0)

-- checks/ledger/files_are_in_a_batch_once 9c2b20b869717788
SELECT
  uri,
  loaded_at,
  COUNT(*) AS times
FROM loaded_files
WHERE
  loaded_at >= $since
GROUP BY
  1,
  2
HAVING
  COUNT(*) > 1

-- checks/ledger/files_keep_the_contract f1d06e2441afaa77
WITH batches AS (
  SELECT DISTINCT
    loaded_at
  FROM loaded_files
  WHERE
    loaded_at >= $since
)
SELECT
  source_findings.staging_table,
  source_findings.key_name || CASE
    WHEN source_findings.detail = ''
    THEN ''
    ELSE ' (' || source_findings.detail || ')'
  END AS field,
  source_findings.finding AS change,
  source_findings.objects AS records,
  source_findings.first_file
FROM source_findings
INNER JOIN batches
  ON source_findings.found_at = batches.loaded_at
ORDER BY
  1,
  3,
  2

-- checks/ledger/matched_share_has_not_fallen 9464616c8b2d8767
WITH periods AS (
  SELECT
    CASE WHEN loaded_at >= $since AND change = 'new' THEN 'batch' ELSE 'before' END AS period,
    CAST(SUM(plays) AS DOUBLE) AS plays,
    CAST(SUM(matched_plays) AS DOUBLE) AS matched
  FROM batch_days
  WHERE
    event_date >= CAST(CAST($first_start_time AS TIMESTAMP) + INTERVAL (-28) DAY AS DATE)
    AND event_date <= CAST($last_start_time AS DATE)
  GROUP BY
    1
  HAVING
    SUM(plays) > 0
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

-- checks/ledger/newest_event_is_no_older_than_usual dac5253bc929053e
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
    MAX(latest_event_at) AS newest_event
  FROM batch_days
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

-- checks/ledger/no_day_is_below_its_weekday 704c5fb2629d6b5c
WITH days AS (
  SELECT
    event_date AS day_of_plays,
    CAST(SUM(plays) AS BIGINT) AS plays
  FROM batch_days
  WHERE
    event_date >= CAST(CAST($first_start_time AS TIMESTAMP) + INTERVAL (-92) DAY AS DATE)
    AND event_date <= CAST(CAST($last_start_time AS TIMESTAMP) + INTERVAL 14 DAY AS DATE)
  GROUP BY
    1
  HAVING
    SUM(plays) > 0
), arrivals AS (
  SELECT
    event_date AS day_of_plays,
    MIN(loaded_at) AS first_loaded_at,
    MAX(loaded_at) AS last_loaded_at
  FROM batch_days
  WHERE
    event_date >= CAST(CAST($first_start_time AS TIMESTAMP) + INTERVAL (-8) DAY AS DATE)
    AND event_date <= CAST(CAST($last_start_time AS TIMESTAMP) + INTERVAL 14 DAY AS DATE)
    AND plays > 0
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

-- checks/ledger/no_file_shrank 1f50a4ebe90540fd
WITH versions AS (
  SELECT
    loaded_files.uri,
    loaded_files.etag,
    loaded_files.loaded_at,
    loaded_files.objects - loaded_files.refused AS records,
    LAG(loaded_files.etag) OVER (PARTITION BY loaded_files.uri ORDER BY batches.batch_number) AS replaced_etag,
    LAG(loaded_files.objects - loaded_files.refused) OVER (PARTITION BY loaded_files.uri ORDER BY batches.batch_number) AS replaced_records
  FROM loaded_files
  INNER JOIN batches
    ON loaded_files.loaded_at = batches.loaded_at
  WHERE
    loaded_files.uri IN (
      SELECT
        loaded.uri
      FROM loaded_files AS loaded
      WHERE
        loaded.loaded_at >= $since
    )
)
SELECT
  uri AS file,
  replaced_records AS records_before,
  records,
  replaced_etag AS version_before,
  etag AS version
FROM versions
WHERE
  loaded_at >= $since AND records < replaced_records

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

-- checks/star/plays_are_all_there e6e92b21a8320a1c
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

-- checks/star/sessions_have_one_user 53b9f393d92f955d
SELECT
  session_id,
  COUNT(DISTINCT user_id) AS users,
  COUNT(*) AS plays
FROM songplays
WHERE
  start_time BETWEEN $first_start_time AND $last_start_time
GROUP BY
  1
HAVING
  MIN(user_id) <> MAX(user_id)

-- checks/star/sessions_have_their_events 3b9726c2475592f2
WITH received AS (
  SELECT DISTINCT
    session_id,
    user_id
  FROM cleaned_events
  WHERE
    loaded_at >= $since
), counted AS (
  SELECT
    current_events.session_id,
    current_events.user_id,
    MIN(current_events.occurred_at) AS started_at,
    MAX(current_events.occurred_at) AS ended_at,
    COUNT(CASE WHEN current_events.page = 'NextSong' THEN 1 END) AS plays,
    COUNT(CASE WHEN current_events.page <> 'NextSong' THEN 1 END) AS pages,
    0 AS in_totals,
    1 AS in_events
  FROM received
  INNER JOIN current_events
    ON received.session_id = current_events.session_id
    AND received.user_id = current_events.user_id
  WHERE
    current_events.session_id BETWEEN $first_session AND $last_session
  GROUP BY
    1,
    2
  UNION ALL
  SELECT
    session_totals.session_id,
    session_totals.user_id,
    session_totals.started_at,
    session_totals.ended_at,
    session_totals.plays,
    session_totals.pages,
    1 AS in_totals,
    0 AS in_events
  FROM received
  INNER JOIN session_totals
    ON received.session_id = session_totals.session_id
    AND received.user_id = session_totals.user_id
  WHERE
    session_totals.session_id BETWEEN $first_session AND $last_session
)
SELECT
  session_id,
  user_id,
  started_at,
  ended_at,
  plays,
  pages,
  SUM(in_totals) AS in_totals,
  SUM(in_events) AS in_events
FROM counted
GROUP BY
  1,
  2,
  3,
  4,
  5,
  6
HAVING
  SUM(in_totals) <> 1 OR SUM(in_events) <> 1

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

-- checks/star/songplay_ids_are_unique 9f90813f9c5942c7
SELECT
  songplay_id,
  user_id,
  COUNT(*) AS occurrences
FROM songplays
WHERE
  start_time BETWEEN $first_start_time AND $last_start_time
GROUP BY
  1,
  2
HAVING
  COUNT(*) > 1

-- checks/star/songplays_have_their_song ae53b4bbcfd698ab
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
    songplays.start_time >= $first_rematched_time
    AND songplays.song_id IN (
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

-- checks/star/user_agents_are_unique bd26248642f5fb44
SELECT
  user_agent,
  COUNT(*) AS occurrences
FROM user_agents
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

-- checks/star/values_are_in_their_domain 0cb484e8432ac476
WITH unusual AS (
  SELECT
    'songplays' AS table_name,
    'level' AS column_name,
    level AS found_value,
    CAST(songplay_id AS TEXT(64)) AS row_key
  FROM songplays
  WHERE
    start_time BETWEEN $first_start_time AND $last_start_time
    AND NOT level IN ('free', 'paid')
  UNION ALL
  SELECT
    'users' AS table_name,
    'level' AS column_name,
    level AS found_value,
    CAST(user_id AS TEXT(64)) AS row_key
  FROM users
  WHERE
    NOT level IN ('free', 'paid')
  UNION ALL
  SELECT
    'users' AS table_name,
    'gender' AS column_name,
    gender AS found_value,
    CAST(user_id AS TEXT(64)) AS row_key
  FROM users
  WHERE
    NOT gender IN ('F', 'M')
  UNION ALL
  SELECT
    'songs' AS table_name,
    'year' AS column_name,
    CAST(year AS TEXT(64)) AS found_value,
    song_id AS row_key
  FROM songs
  WHERE
    NOT year BETWEEN 1000 AND 9999
  UNION ALL
  SELECT
    'songs' AS table_name,
    'duration' AS column_name,
    CAST(duration AS TEXT(64)) AS found_value,
    song_id AS row_key
  FROM songs
  WHERE
    duration < 0
  UNION ALL
  SELECT
    'artists' AS table_name,
    'latitude' AS column_name,
    CAST(latitude AS TEXT(64)) AS found_value,
    artist_id AS row_key
  FROM artists
  WHERE
    NOT latitude BETWEEN -90 AND 90
  UNION ALL
  SELECT
    'artists' AS table_name,
    'longitude' AS column_name,
    CAST(longitude AS TEXT(64)) AS found_value,
    artist_id AS row_key
  FROM artists
  WHERE
    NOT longitude BETWEEN -180 AND 180
)
SELECT
  table_name,
  column_name,
  found_value,
  COUNT(*) AS found_rows,
  MIN(row_key) AS row_key
FROM unusual
GROUP BY
  1,
  2,
  3
ORDER BY
  1,
  2,
  3

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

-- course/artists/1_distinct_with_name 2e4bc437a939880d
WITH spellings AS (
  SELECT DISTINCT
    artist_id,
    artist_name,
    artist_location,
    artist_latitude,
    artist_longitude
  FROM staging_songs
)
SELECT
  COUNT(*) AS row_count
FROM spellings

-- course/songplays/1_inner_join 119c39e76ffa72c9
SELECT
  COUNT(*) AS row_count
FROM staging_events
INNER JOIN staging_songs
  ON staging_events.song = staging_songs.title
  AND staging_events.artist = staging_songs.artist_name
  AND staging_events.length = staging_songs.duration
WHERE
  staging_events.page = 'NextSong'

-- course/songplays/2_inner_join_without_duration 9c1e512bc751aa06
SELECT
  COUNT(*) AS row_count
FROM staging_events
INNER JOIN staging_songs
  ON staging_events.song = staging_songs.title
  AND staging_events.artist = staging_songs.artist_name
WHERE
  staging_events.page = 'NextSong'

-- course/songplays/3_every_event ed5bc8509e1e2a04
SELECT
  COUNT(*) AS row_count
FROM staging_events

-- course/songplays/4_wrong_page 1f74baa14fba0627
SELECT
  COUNT(*) AS row_count
FROM staging_events
WHERE
  page = 'Next Song'

-- course/songplays/5_joined_by_title a75e876e2c2d17c0
WITH joined AS (
  SELECT
    staging_events.sessionid,
    staging_events.iteminsession,
    staging_songs.song_id
  FROM staging_events
  LEFT JOIN staging_songs
    ON staging_events.song = staging_songs.title
  WHERE
    staging_events.page = 'NextSong'
)
SELECT
  COUNT(*) AS row_count
FROM joined

-- course/songplays/6_joined_by_artist 8fc1d85de095c6e2
WITH joined AS (
  SELECT
    staging_events.sessionid,
    staging_events.iteminsession,
    staging_songs.song_id
  FROM staging_events
  LEFT JOIN staging_songs
    ON staging_events.artist = staging_songs.artist_name
  WHERE
    staging_events.page = 'NextSong'
)
SELECT
  COUNT(*) AS row_count
FROM joined

-- course/time/1_of_all_pages feefe2e761fd18f4
SELECT
  COUNT(DISTINCT ts) AS row_count
FROM staging_events

-- course/users/1_distinct_with_level c2ecfaf3366539a6
WITH listeners AS (
  SELECT DISTINCT
    userid,
    firstname,
    lastname,
    gender,
    level
  FROM staging_events
  WHERE
    page = 'NextSong'
)
SELECT
  COUNT(*) AS row_count
FROM listeners

-- course/users/2_distinct_of_all_pages ddf5683967cbfa9e
WITH visitors AS (
  SELECT DISTINCT
    userid,
    firstname,
    lastname,
    gender,
    level
  FROM staging_events
)
SELECT
  COUNT(*) AS row_count
FROM visitors

-- forget/count_suppressed 15e32162963dcad8
UPDATE batches SET suppressed = COALESCE(batches.suppressed, 0) + forgotten_events.events
FROM (
  SELECT
    staging_events.loaded_at,
    COUNT(*) AS events
  FROM staging_events
  WHERE
    staging_events.userid IN (
      SELECT
        forgotten_users.user_id
      FROM forgotten_users
    )
  GROUP BY
    1
) AS forgotten_events
WHERE
  batches.loaded_at = forgotten_events.loaded_at

-- forget/create_texts 60ce4339eb42b173
CREATE TEMPORARY TABLE quoting_texts (
  text_hash TEXT(32) NOT NULL
)

-- forget/create_users b98e6eb2e41037aa
CREATE TEMPORARY TABLE forgotten_users (
  user_id INT NOT NULL
)

-- forget/create_words 9c8b3df4d0732fb1
CREATE TEMPORARY TABLE quoting_words (
  word TEXT(256) NOT NULL
)

-- forget/finish bc63f54383517155
UPDATE erasures SET bytes_gone_at = $bytes_gone_at
WHERE
  bytes_gone_at IS NULL AND erased_at <= $erased_at

-- forget/names 51e27b2829d341aa
SELECT DISTINCT
  staging_events.userid AS user_id,
  staging_events.firstname AS first_name,
  staging_events.lastname AS last_name
FROM staging_events
INNER JOIN forgotten_users
  ON staging_events.userid = forgotten_users.user_id

-- forget/plays f342feb7fcbb89f8
SELECT
  songplays.user_id,
  songplays.songplay_id
FROM songplays
INNER JOIN forgotten_users
  ON songplays.user_id = forgotten_users.user_id

-- forget/unfinished e9de045188628481
SELECT
  MAX(erased_at) AS erased_at
FROM erasures
WHERE
  bytes_gone_at IS NULL AND action <> 'unsuppress'

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

-- ledger/checksum_of_staging_songs 8f7b64df9948f59b
WITH hashed AS (
  SELECT
    CAST(COALESCE(year, -1) AS BIGINT) AS year,
    MD5(
      COALESCE('=' || song_id, '-') || COALESCE('=' || artist_id, '-') || COALESCE('=' || title, '-')
    ) AS digits
  FROM staging_songs
  WHERE
    loaded_at = $loaded_at
), identified AS (
  SELECT
    year AS a,
    CAST(ASCII(SUBSTRING(digits, 1, 1)) AS BIGINT) AS b,
    CAST(ASCII(SUBSTRING(digits, 2, 1)) AS BIGINT) AS c,
    CAST(ASCII(SUBSTRING(digits, 3, 1)) AS BIGINT) AS d,
    CAST(ASCII(SUBSTRING(digits, 4, 1)) AS BIGINT) AS e
  FROM hashed
), folded AS (
  SELECT
    (
      (
        (
          (
            a % 2147483647 * 1103515245 + b
          ) % 2147483647 * 1103515245 + c
        ) % 2147483647 * 1103515245 + d
      ) % 2147483647 * 1103515245 + e
    ) % 2147483647 AS remainder
  FROM identified
)
SELECT
  COALESCE(SUM(remainder * remainder % 2147483647), 0) AS checksum
FROM folded

-- ledger/count_files 7437366d85323f02
SELECT
  COUNT(DISTINCT uri) AS files
FROM loaded_files

-- ledger/last_batch a3f90e9148b3bc67
SELECT
  MAX(batch_number) AS batch_number,
  MAX(loaded_at) AS loaded_at
FROM batches

-- ledger/next_batch bdbc34b8f95fad97
SELECT
  COALESCE(MAX(batch_number), 0) + 1 AS batch_number,
  COUNT(CASE WHEN loaded_at = $loaded_at THEN 1 END) AS batches_of_this_time
FROM batches

-- ledger/placed_versions 0ea9c132e72fea8e
SELECT
  file_versions.uri,
  file_versions.staging_table,
  file_versions.batch_number,
  file_versions.run_id,
  file_versions.objects - file_versions.refused AS staged
FROM file_versions
ORDER BY
  3,
  1

-- ledger/removed_batches/create 143897921b42a9bd
CREATE TEMPORARY TABLE removed_batches (
  batch_number BIGINT NOT NULL,
  run_id TEXT(64)
)

-- ledger/removed_batches/mark_runs a2915d9216a54d4d
UPDATE runs SET outcome = 'reloaded'
WHERE
  outcome = 'done'
  AND run_id IN (
    SELECT
      removed_batches.run_id
    FROM removed_batches
  )
  AND NOT run_id IN (
    SELECT
      loaded_files.run_id
    FROM loaded_files
    WHERE
      NOT loaded_files.run_id IS NULL
  )

-- ledger/schema b7280c9bf5a45ffa
SELECT
  CURRENT_SCHEMA() AS schema_name

-- ledger/songs_of_batch 82691374d6ec2689
SELECT
  COUNT(*) AS song_records
FROM staging_songs
WHERE
  loaded_at = $loaded_at

-- ledger/span_of_batch c2d24a964cb4d492
SELECT
  MIN(session_id) AS first_session,
  MAX(session_id) AS last_session,
  MIN(CASE WHEN page = 'NextSong' THEN occurred_at END) AS first_start_time,
  MAX(CASE WHEN page = 'NextSong' THEN occurred_at END) AS last_start_time
FROM cleaned_events
WHERE
  loaded_at = $loaded_at

-- ledger/tables a6d798df6319a185
SELECT
  table_name
FROM information_schema.tables
WHERE
  table_schema = CURRENT_SCHEMA() AND table_type <> 'LOCAL TEMPORARY'

-- ledger/touched_files/create 13263734cc20ff3e
CREATE TEMPORARY TABLE touched_files (
  uri TEXT(4096) NOT NULL,
  etag TEXT(256) NOT NULL,
  content_hash TEXT(32) NOT NULL
)

-- ledger/touched_files/remember fc2a3cc613e54557
UPDATE loaded_files SET touched_etag = touched_files.etag
FROM touched_files
WHERE
  loaded_files.uri = touched_files.uri
  AND loaded_files.content_hash = touched_files.content_hash

-- ledger/version be808682d52de2a9
SELECT
  MAX(version) AS version
FROM warehouse_version

-- ledger/versions c5bbeae3f0e374cd
SELECT
  loaded_files.uri,
  CAST(loaded_files.bytes AS TEXT(20)) || ' ' || COALESCE(loaded_files.content_hash, '') || ' ' || COALESCE(loaded_files.touched_etag, loaded_files.etag) AS version,
  batches.batch_number
FROM loaded_files
INNER JOIN batches
  ON loaded_files.loaded_at = batches.loaded_at
WHERE
  batches.batch_number > $batch_number OR batches.loaded_at > $loaded_at
ORDER BY
  3

-- metrics/first_plays 348f46d2f2134bd0
SELECT
  plays.start_time,
  plays.user_id,
  plays.level,
  plays.location,
  plays.user_agent,
  plays.artist_id,
  plays.artist_name,
  plays.title
FROM songplays AS plays
WHERE
  NOT plays.user_id IS NULL
QUALIFY
  ROW_NUMBER() OVER (PARTITION BY plays.user_id ORDER BY plays.start_time, plays.songplay_id) = 1

-- metrics/plan_events 929607d5ec6baf8a
SELECT
  user_id,
  occurred_at,
  level,
  location,
  user_agent,
  LAG(level) OVER (PARTITION BY user_id ORDER BY occurred_at, event_id) AS previous_level
FROM user_events
WHERE
  NOT level IS NULL

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

-- migrate/to_7/1_create_repeated_events e2f5f8432d234d79
CREATE TABLE repeated_events (
  session_id BIGINT NOT NULL,
  item_in_session INT NOT NULL,
  user_id INT NOT NULL,
  occurred_at TIMESTAMP NOT NULL,
  level TEXT(16),
  page TEXT(64),
  first_name TEXT(256),
  last_name TEXT(256),
  gender TEXT(16),
  location TEXT(512),
  user_agent TEXT(1024),
  received_title TEXT(1024),
  received_artist_name TEXT(1024),
  duration DOUBLE,
  loaded_at TIMESTAMP NOT NULL
)

-- migrate/to_7/20_create_batches e3372e2cd2db4a82
CREATE TABLE batches (
  batch_number BIGINT NOT NULL,
  run_id TEXT(64),
  loaded_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- migrate/to_7/21_fill_batches ece5fbdba2767df7
INSERT INTO batches (
  batch_number,
  run_id,
  loaded_at
)
SELECT
  ROW_NUMBER() OVER (ORDER BY loaded_at) AS batch_number,
  MAX(run_id) AS run_id,
  loaded_at
FROM loaded_files
GROUP BY
  3

-- migrate/to_7/22_keep_ledger 6856b1b371b09855
CREATE TABLE former_loaded_files AS
SELECT
  uri,
  etag,
  bytes,
  staging_table,
  objects,
  refused,
  run_id,
  loaded_at
FROM loaded_files

-- migrate/to_7/23_drop_ledger 5333c9ec24e512d9
DROP TABLE loaded_files

-- migrate/to_7/24_create_ledger 6f9c05fced2867a4
CREATE TABLE loaded_files (
  uri TEXT(4096) NOT NULL,
  etag TEXT(256) NOT NULL,
  touched_etag TEXT(256),
  bytes BIGINT NOT NULL,
  content_hash TEXT(32),
  staging_table TEXT(64) NOT NULL,
  objects BIGINT,
  refused BIGINT,
  run_id TEXT(64),
  loaded_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- migrate/to_7/25_fill_ledger dbddf15f02b6bc93
INSERT INTO loaded_files (
  uri,
  etag,
  bytes,
  staging_table,
  objects,
  refused,
  run_id,
  loaded_at
)
SELECT
  uri,
  etag,
  bytes,
  staging_table,
  objects,
  refused,
  run_id,
  loaded_at
FROM former_loaded_files

-- migrate/to_7/26_drop_former_ledger cf03780bab26414c
DROP TABLE former_loaded_files

-- migrate/to_7/2_create_repeated_songs 313b2c36aa70f5e5
CREATE TABLE repeated_songs (
  song_id TEXT(64) NOT NULL,
  artist_id TEXT(64),
  title TEXT(1024),
  artist_name TEXT(1024),
  duration DOUBLE,
  year INT,
  artist_location TEXT(1024),
  artist_latitude DOUBLE,
  artist_longitude DOUBLE,
  loaded_at TIMESTAMP NOT NULL
)

-- migrate/to_7/30_create_rejected_files 372611e777d200c7
CREATE TABLE rejected_files (
  uri TEXT(4096) NOT NULL,
  etag TEXT(256) NOT NULL,
  bytes BIGINT NOT NULL,
  staging_table TEXT(64) NOT NULL,
  reason TEXT(256) NOT NULL,
  message TEXT(4096) NOT NULL,
  hint TEXT(1024) NOT NULL,
  run_id TEXT(64) NOT NULL,
  rejected_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- migrate/to_7/3_add_title 2ef5986c10492406
ALTER TABLE songplays
ADD COLUMN title TEXT(1024)

-- migrate/to_7/4_add_artist_name b1627363766b3957
ALTER TABLE songplays
ADD COLUMN artist_name TEXT(1024)

-- migrate/to_7/5_add_duration 650d7327ca2feedb
ALTER TABLE songplays
ADD COLUMN duration DOUBLE

-- migrate/to_7/6_add_changed_records 644ff3fb7e03e99a
ALTER TABLE runs
ADD COLUMN changed_records BIGINT

-- migrate/to_7/7_add_first_event_at 2eb74da7d3f5269b
ALTER TABLE users
ADD COLUMN first_event_at TIMESTAMP

-- migrate/to_8/30_create_batch_days 16ff40e61e7fecfd
CREATE TABLE batch_days (
  loaded_at TIMESTAMP NOT NULL,
  event_date DATE NOT NULL,
  change TEXT(16) NOT NULL,
  events BIGINT NOT NULL,
  latest_event_at TIMESTAMP,
  plays BIGINT NOT NULL,
  matched_plays BIGINT NOT NULL
)

-- migrate/to_8/40_create_session_totals 2208afdca0e5b7ac
CREATE TABLE session_totals (
  session_id BIGINT NOT NULL,
  user_id INT NOT NULL,
  started_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP NOT NULL,
  plays BIGINT NOT NULL,
  pages BIGINT NOT NULL
)

-- migrate/to_8/50_create_user_agents c3d24ff6fe6dd017
CREATE TABLE user_agents (
  user_agent TEXT(1024) NOT NULL,
  device TEXT(64) NOT NULL,
  browser TEXT(256) NOT NULL
)

-- migrate/to_8/70_create_erasures aff72af786a66ead
CREATE TABLE IF NOT EXISTS erasures (
  action TEXT(16) NOT NULL,
  user_hash TEXT(64) NOT NULL,
  reason TEXT(512) NOT NULL,
  reference TEXT(256) NOT NULL,
  erased_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC',
  bytes_gone_at TIMESTAMP
)

-- migrate/to_8/80_add_suppressed 69d977118a09836c
ALTER TABLE batches
ADD COLUMN suppressed BIGINT DEFAULT 0

-- migrate/to_8/90_create_suppressed_users 48dd317c107fb253
CREATE TABLE IF NOT EXISTS suppressed_users (
  user_hash TEXT(64) NOT NULL,
  key_check TEXT(64) NOT NULL,
  suppressed_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- migrate/to_8/95_create_played_titles 4d649edca9cc499f
CREATE TABLE played_titles (
  title TEXT(1024),
  duration DOUBLE,
  first_play_date DATE,
  batch_number BIGINT
)

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

-- operate/batches_that_differ abef12aa96f692a0
WITH counted AS (
  SELECT
    staging_table,
    loaded_at,
    objects AS records,
    refused AS rejected,
    0 AS suppressed,
    0 AS staged,
    CASE WHEN objects IS NULL THEN 1 ELSE 0 END AS uncounted
  FROM loaded_files
  UNION ALL
  SELECT
    'staging_events' AS staging_table,
    loaded_at,
    0 AS records,
    0 AS rejected,
    0 AS suppressed,
    1 AS staged,
    0 AS uncounted
  FROM staging_events
  UNION ALL
  SELECT
    'staging_songs' AS staging_table,
    loaded_at,
    0 AS records,
    0 AS rejected,
    0 AS suppressed,
    1 AS staged,
    0 AS uncounted
  FROM staging_songs
  UNION ALL
  SELECT
    'staging_events' AS staging_table,
    loaded_at,
    0 AS records,
    0 AS rejected,
    suppressed,
    0 AS staged,
    0 AS uncounted
  FROM batches
  WHERE
    suppressed > 0
)
SELECT
  staging_table,
  loaded_at,
  CAST(SUM(records) AS BIGINT) AS records,
  CAST(SUM(rejected) AS BIGINT) AS rejected,
  CAST(SUM(suppressed) AS BIGINT) AS suppressed,
  CAST(SUM(staged) AS BIGINT) AS staged
FROM counted
GROUP BY
  1,
  2
HAVING
  SUM(uncounted) = 0
  AND SUM(records) <> SUM(rejected) + SUM(suppressed) + SUM(staged)
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

-- operate/files_of_run 7e10406d9ee72ad7
SELECT
  loaded_at,
  staging_table,
  uri,
  etag,
  replaced_etag,
  content_hash,
  bytes,
  objects AS records,
  refused AS rejected
FROM file_versions
WHERE
  run_id = $run_id
ORDER BY
  1,
  2,
  3

-- operate/freshness e0d701f7b8911135
SELECT
  (
    SELECT
      MAX(ts)
    FROM staging_events
  ) AS newest_event,
  (
    SELECT
      latest.loaded_at
    FROM batches AS latest
    WHERE
      latest.batch_number = (
        SELECT
          MAX(batches.batch_number)
        FROM batches
      )
  ) AS loaded_at

-- operate/loaded_twice b5bbc5d003eb6ff8
SELECT
  uri,
  etag
FROM file_versions
WHERE
  etag = replaced_etag OR content_hash = replaced_content_hash
ORDER BY
  1,
  2

-- operate/matched_plays 9bb4445badb4dafc
SELECT
  COUNT(*) AS plays,
  COUNT(song_id) AS matched
FROM songplays

-- operate/recent_findings c9612e30e146c3f2
WITH findings AS (
  SELECT
    run_id,
    checked_at,
    check_name,
    CASE WHEN severity = 'warn' THEN 'warned' ELSE 'failed' END AS outcome,
    account,
    ROW_NUMBER() OVER (ORDER BY checked_at DESC NULLS FIRST, check_name ASC, run_id ASC) AS place
  FROM check_results
  WHERE
    offending > 0
)
SELECT
  run_id,
  checked_at,
  check_name,
  outcome,
  account
FROM findings
WHERE
  place <= 5
ORDER BY
  2 DESC NULLS FIRST,
  3,
  1

-- operate/rejected 9b739db7a55c2e25
WITH latest AS (
  SELECT
    uri,
    loaded_at,
    batch_number
  FROM file_versions
  WHERE
    is_latest
), rejected AS (
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
    NOT latest.uri IS NULL AS is_open
  FROM load_errors
  LEFT JOIN latest
    ON load_errors.uri = latest.uri AND load_errors.loaded_at = latest.loaded_at
  UNION ALL
  SELECT
    rejected_files.rejected_at AS loaded_at,
    rejected_files.run_id,
    rejected_files.uri,
    rejected_files.etag,
    rejected_files.staging_table,
    CAST(NULL AS BIGINT) AS line,
    '' AS column_name,
    rejected_files.reason,
    rejected_files.message || '. Try: ' || rejected_files.hint AS detail,
    CAST(NULL AS TEXT(65535)) AS raw_text,
    latest.uri IS NULL AS is_open
  FROM rejected_files
  LEFT JOIN batches
    ON rejected_files.rejected_at = batches.loaded_at
  LEFT JOIN latest
    ON rejected_files.uri = latest.uri
    AND (
      batches.batch_number < latest.batch_number
      OR rejected_files.rejected_at < latest.loaded_at
    )
)
SELECT
  loaded_at,
  run_id,
  uri,
  etag,
  staging_table,
  line,
  column_name,
  reason,
  detail,
  raw_text,
  is_open
FROM rejected
WHERE
  (
    $is_all OR is_open
  )
  AND (
    $run_id = '' OR run_id = $run_id
  )
  AND (
    $file = '' OR STRPOS(uri, $file) > 0
  )
  AND (
    $reason = '' OR STRPOS(LOWER(reason), LOWER($reason)) > 0
  )
  AND (
    $column_name = '' OR column_name = LOWER($column_name)
  )
ORDER BY
  1 DESC NULLS FIRST,
  3,
  6,
  7

-- operate/rejected_by_reason 99536b0ac289dd14
SELECT
  load_errors.reason,
  COUNT(*) AS rejected
FROM load_errors
INNER JOIN file_versions
  ON load_errors.uri = file_versions.uri
  AND load_errors.loaded_at = file_versions.loaded_at
WHERE
  file_versions.is_latest
GROUP BY
  1
ORDER BY
  2 DESC NULLS FIRST,
  1

-- operate/rejected_that_differ 5977bf4d66d5591f
WITH counted AS (
  SELECT
    uri,
    etag,
    loaded_at,
    refused AS rejected,
    0 AS recorded
  FROM loaded_files
  WHERE
    NOT refused IS NULL
  UNION ALL
  SELECT
    uri,
    etag,
    loaded_at,
    0 AS rejected,
    1 AS recorded
  FROM load_errors
)
SELECT
  uri,
  etag,
  loaded_at,
  CAST(SUM(rejected) AS BIGINT) AS rejected,
  CAST(SUM(recorded) AS BIGINT) AS recorded
FROM counted
GROUP BY
  1,
  2,
  3
HAVING
  SUM(rejected) <> SUM(recorded)
ORDER BY
  1,
  3

-- operate/runs 653ea7397a24b603
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
), rejected AS (
  SELECT
    run_id,
    COUNT(*) AS files
  FROM rejected_files
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
  CAST(COALESCE(rejected.files, 0) AS BIGINT) AS rejected_files,
  COALESCE(runs.error, '') AS error,
  COALESCE(runs.stage_seconds, '{}') AS stage_seconds,
  runs.peak_memory_bytes,
  CAST(COALESCE(runs.changed_records, 0) AS BIGINT) AS changed
FROM runs
LEFT JOIN loads
  ON runs.run_id = loads.run_id
LEFT JOIN rejected
  ON runs.run_id = rejected.run_id
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

-- quarantine/contradicting_events/delete b15bda2c855576de
DELETE FROM staging_events USING   contradicting_events
WHERE
  staging_events.loaded_at = $loaded_at
  AND staging_events.sessionid = contradicting_events.session_id
  AND staging_events.iteminsession = contradicting_events.item_in_session
  AND staging_events.userid = contradicting_events.user_id
  AND staging_events.ts = contradicting_events.occurred_at

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

-- quarantine/contradicting_events/stage 031661329cf0dfef
CREATE TEMPORARY TABLE contradicting_events AS
WITH versions AS (
  SELECT
    batch_repeated_events.session_id,
    batch_repeated_events.item_in_session,
    batch_repeated_events.user_id,
    cleaned_events.occurred_at,
    MAX(CASE WHEN cleaned_events.loaded_at = $loaded_at THEN 1 ELSE 0 END) AS is_in_batch,
    MAX(CASE WHEN cleaned_events.loaded_at = $loaded_at THEN 0 ELSE 1 END) AS is_loaded
  FROM batch_repeated_events
  INNER JOIN cleaned_events
    ON batch_repeated_events.session_id = cleaned_events.session_id
    AND batch_repeated_events.item_in_session = cleaned_events.item_in_session
    AND batch_repeated_events.user_id = cleaned_events.user_id
  WHERE
    cleaned_events.session_id BETWEEN $first_session AND $last_session
  GROUP BY
    1,
    2,
    3,
    4
), contradicting AS (
  SELECT
    session_id,
    item_in_session,
    user_id
  FROM versions
  GROUP BY
    1,
    2,
    3
  HAVING
    COUNT(*) > 1
)
SELECT
  versions.session_id,
  versions.item_in_session,
  versions.user_id,
  versions.occurred_at
FROM versions
INNER JOIN contradicting
  ON versions.session_id = contradicting.session_id
  AND versions.item_in_session = contradicting.item_in_session
  AND versions.user_id = contradicting.user_id
WHERE
  versions.is_in_batch = 1 AND versions.is_loaded = 0

-- quarantine/files_to_load_again 6f80d962a99a7f17
SELECT DISTINCT
  load_errors.uri
FROM load_errors
INNER JOIN file_versions
  ON load_errors.uri = file_versions.uri
  AND load_errors.loaded_at = file_versions.loaded_at
WHERE
  file_versions.is_latest
  AND load_errors.reason IN (
    'contradicts another record of the event',
    'contradicts another delivery of the event'
  )
ORDER BY
  1

-- quarantine/open_files 9601695988e9eb01
SELECT
  load_errors.uri
FROM load_errors
INNER JOIN file_versions
  ON load_errors.uri = file_versions.uri
  AND load_errors.loaded_at = file_versions.loaded_at
WHERE
  file_versions.is_latest
UNION
SELECT
  rejected_files.uri
FROM rejected_files
LEFT JOIN batches
  ON rejected_files.rejected_at = batches.loaded_at
LEFT JOIN file_versions
  ON rejected_files.uri = file_versions.uri
  AND (
    batches.batch_number < file_versions.batch_number
    OR rejected_files.rejected_at < file_versions.loaded_at
  )
WHERE
  file_versions.uri IS NULL
ORDER BY
  1

-- quarantine/rejected_versions 381082628e336b41
SELECT DISTINCT
  rejected_files.uri,
  rejected_files.etag
FROM rejected_files
LEFT JOIN batches
  ON rejected_files.rejected_at = batches.loaded_at
LEFT JOIN file_versions
  ON rejected_files.uri = file_versions.uri
  AND (
    batches.batch_number < file_versions.batch_number
    OR rejected_files.rejected_at < file_versions.loaded_at
  )
WHERE
  file_versions.uri IS NULL

-- quarantine/unidentified_staging_events/delete 4f98ebb79a140f12
DELETE FROM staging_events
WHERE
  loaded_at = $loaded_at
  AND NOT userid IS NULL
  AND (
    ts IS NULL
    OR NOT COALESCE(sessionid, -1) BETWEEN 0 AND 9000000000000
    OR NOT COALESCE(iteminsession, -1) BETWEEN 0 AND 999999
  )

-- quarantine/unidentified_staging_events/rows 6250d668a22c1dda
SELECT DISTINCT
  sessionid,
  iteminsession,
  ts,
  userid,
  CASE
    WHEN NOT COALESCE(sessionid, -1) BETWEEN 0 AND 9000000000000
    THEN 'sessionid'
    WHEN NOT COALESCE(iteminsession, -1) BETWEEN 0 AND 999999
    THEN 'iteminsession'
    ELSE 'ts'
  END AS column_name
FROM staging_events
WHERE
  loaded_at = $loaded_at
  AND NOT userid IS NULL
  AND (
    ts IS NULL
    OR NOT COALESCE(sessionid, -1) BETWEEN 0 AND 9000000000000
    OR NOT COALESCE(iteminsession, -1) BETWEEN 0 AND 999999
  )
ORDER BY
  1,
  2,
  3,
  4
LIMIT 100000

-- quarantine/unidentified_staging_songs/delete 94c907c0f8dafdaa
DELETE FROM staging_songs
WHERE
  loaded_at = $loaded_at
  AND (
    NULLIF(TRIM(song_id, ' '), '') IS NULL
    OR NULLIF(TRIM(artist_id, ' '), '') IS NULL
  )

-- quarantine/unidentified_staging_songs/rows 2c6bb8f34a291b45
SELECT DISTINCT
  song_id,
  artist_id,
  CASE WHEN NULLIF(TRIM(song_id, ' '), '') IS NULL THEN 'song_id' ELSE 'artist_id' END AS column_name
FROM staging_songs
WHERE
  loaded_at = $loaded_at
  AND (
    NULLIF(TRIM(song_id, ' '), '') IS NULL
    OR NULLIF(TRIM(artist_id, ' '), '') IS NULL
  )
ORDER BY
  1,
  2
LIMIT 100000

-- queries/explorer/plays_by_hour 6d21e4806fe9ed99
WITH utc_hours AS (
  SELECT
    DATE_TRUNC('HOUR', start_time) AT TIME ZONE 'UTC' AS played_at,
    SPLIT_PART(SPLIT_PART(location, ', ', 2), '-', 1) AS state,
    level,
    COUNT(*) AS plays
  FROM songplays
  WHERE
    start_time >= $period_start AND start_time < $period_end
  GROUP BY
    1,
    2,
    3
), local_hours AS (
  SELECT
    state,
    level,
    plays,
    CASE
      WHEN state IN (
        'CT',
        'DC',
        'DE',
        'FL',
        'GA',
        'KY',
        'MA',
        'MD',
        'ME',
        'MI',
        'NC',
        'NH',
        'NJ',
        'NY',
        'OH',
        'PA',
        'RI',
        'SC',
        'VA',
        'VT',
        'WV'
      )
      THEN played_at AT TIME ZONE 'America/New_York'
      WHEN state = 'IN'
      THEN played_at AT TIME ZONE 'America/Indiana/Indianapolis'
      WHEN state IN (
        'AL',
        'AR',
        'IA',
        'IL',
        'KS',
        'LA',
        'MN',
        'MO',
        'MS',
        'ND',
        'NE',
        'OK',
        'SD',
        'TN',
        'TX',
        'WI'
      )
      THEN played_at AT TIME ZONE 'America/Chicago'
      WHEN state IN ('CO', 'ID', 'MT', 'NM', 'UT', 'WY')
      THEN played_at AT TIME ZONE 'America/Denver'
      WHEN state = 'AZ'
      THEN played_at AT TIME ZONE 'America/Phoenix'
      WHEN state IN ('CA', 'NV', 'OR', 'WA')
      THEN played_at AT TIME ZONE 'America/Los_Angeles'
      WHEN state = 'AK'
      THEN played_at AT TIME ZONE 'America/Anchorage'
      WHEN state = 'HI'
      THEN played_at AT TIME ZONE 'Pacific/Honolulu'
      WHEN state = 'PR'
      THEN played_at AT TIME ZONE 'America/Puerto_Rico'
    END AS local_hour,
    played_at AT TIME ZONE 'UTC' AS utc_hour
  FROM utc_hours
)
SELECT
  utc_hour,
  state,
  level,
  CAST(EXTRACT(DAYOFWEEK FROM COALESCE(local_hour, utc_hour)) AS INT) AS local_weekday,
  CAST(EXTRACT(HOUR FROM COALESCE(local_hour, utc_hour)) AS INT) AS local_hour,
  plays
FROM local_hours

-- queries/explorer/visits 1b48f204f717cc46
WITH first_plays AS (
  SELECT
    user_id,
    CAST(MIN(start_time) AS DATE) AS first_date
  FROM songplays
  GROUP BY
    1
), visits AS (
  SELECT
    user_id,
    session_id,
    DATE_TRUNC('HOUR', start_time) AS utc_hour,
    SPLIT_PART(SPLIT_PART(location, ', ', 2), '-', 1) AS state,
    level,
    COUNT(*) AS plays
  FROM songplays
  WHERE
    start_time >= $period_start AND start_time < $period_end
  GROUP BY
    1,
    2,
    3,
    4,
    5
  ORDER BY
    1,
    2,
    3,
    4,
    5
  LIMIT 12001
)
SELECT
  visits.user_id,
  visits.session_id,
  visits.utc_hour,
  visits.state,
  visits.level,
  visits.plays,
  first_plays.first_date
FROM visits
INNER JOIN first_plays
  ON visits.user_id = first_plays.user_id

-- queries/first_and_last_event 084d01f52a24d19e
SELECT
  MIN(occurred_at) AS first_event_at,
  MAX(occurred_at) AS last_event_at
FROM user_events

-- queries/last_check_results 07dbe71841a02c41
SELECT
  check_name,
  run_id,
  checked_at,
  CASE
    WHEN offending = 0
    THEN 'passed'
    WHEN severity = 'warn'
    THEN 'warned'
    ELSE 'failed'
  END AS outcome,
  account
FROM check_results AS result
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY check_name
    ORDER BY checked_at DESC NULLS FIRST, run_id DESC NULLS FIRST
  ) = 1
ORDER BY
  1

-- queries/most_played_songs 9edc8775944dbcae
SELECT
  title,
  artist_name,
  COUNT(*) AS plays
FROM songplays
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

-- queries/period/key_figures 1d0da1f2b933f746
WITH played AS (
  SELECT
    COUNT(*) AS plays,
    COUNT(DISTINCT user_id) AS listeners,
    COUNT(CASE WHEN level = 'paid' THEN 1 END) AS paid_plays,
    COUNT(song_id) AS matched_plays
  FROM songplays
  WHERE
    start_time >= $period_start AND start_time < $period_end
), user_sessions AS (
  SELECT DISTINCT
    user_id,
    session_id
  FROM songplays
  WHERE
    start_time >= $period_start AND start_time < $period_end
), counted_sessions AS (
  SELECT
    COUNT(*) AS sessions
  FROM user_sessions
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
  counted_sessions.sessions,
  played.paid_plays,
  played.matched_plays
FROM played
CROSS JOIN counted_sessions
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

-- queries/period/paid_and_free 9a9277c9e58f3f5f
WITH user_sessions AS (
  SELECT
    level,
    user_id,
    session_id,
    COUNT(*) AS plays
  FROM songplays
  WHERE
    start_time >= $period_start AND start_time < $period_end AND NOT level IS NULL
  GROUP BY
    1,
    2,
    3
)
SELECT
  level,
  COUNT(DISTINCT user_id) AS listeners,
  COUNT(*) AS sessions,
  CAST(SUM(plays) AS BIGINT) AS plays
FROM user_sessions
GROUP BY
  1
ORDER BY
  1

-- queries/period/plays_by_day 7f1e9a9838e5e1c2
SELECT
  TRY_CAST(start_time AS DATE) AS start_date,
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

-- queries/period/plays_by_local_hour fa0c08ceef093743
WITH utc_hours AS (
  SELECT
    DATE_TRUNC('HOUR', start_time) AT TIME ZONE 'UTC' AS played_at,
    SPLIT_PART(SPLIT_PART(location, ', ', 2), '-', 1) AS state,
    COUNT(*) AS plays
  FROM songplays
  WHERE
    start_time >= $period_start AND start_time < $period_end
  GROUP BY
    1,
    2
), local_hours AS (
  SELECT
    plays,
    CASE
      WHEN state IN (
        'CT',
        'DC',
        'DE',
        'FL',
        'GA',
        'KY',
        'MA',
        'MD',
        'ME',
        'MI',
        'NC',
        'NH',
        'NJ',
        'NY',
        'OH',
        'PA',
        'RI',
        'SC',
        'VA',
        'VT',
        'WV'
      )
      THEN played_at AT TIME ZONE 'America/New_York'
      WHEN state = 'IN'
      THEN played_at AT TIME ZONE 'America/Indiana/Indianapolis'
      WHEN state IN (
        'AL',
        'AR',
        'IA',
        'IL',
        'KS',
        'LA',
        'MN',
        'MO',
        'MS',
        'ND',
        'NE',
        'OK',
        'SD',
        'TN',
        'TX',
        'WI'
      )
      THEN played_at AT TIME ZONE 'America/Chicago'
      WHEN state IN ('CO', 'ID', 'MT', 'NM', 'UT', 'WY')
      THEN played_at AT TIME ZONE 'America/Denver'
      WHEN state = 'AZ'
      THEN played_at AT TIME ZONE 'America/Phoenix'
      WHEN state IN ('CA', 'NV', 'OR', 'WA')
      THEN played_at AT TIME ZONE 'America/Los_Angeles'
      WHEN state = 'AK'
      THEN played_at AT TIME ZONE 'America/Anchorage'
      WHEN state = 'HI'
      THEN played_at AT TIME ZONE 'Pacific/Honolulu'
      WHEN state = 'PR'
      THEN played_at AT TIME ZONE 'America/Puerto_Rico'
    END AS local_hour,
    played_at AT TIME ZONE 'UTC' AS utc_hour
  FROM utc_hours
)
SELECT
  CAST(EXTRACT(DAYOFWEEK FROM COALESCE(local_hour, utc_hour)) AS INT) AS weekday,
  CAST(EXTRACT(HOUR FROM COALESCE(local_hour, utc_hour)) AS INT) AS hour,
  CAST(SUM(plays) AS BIGINT) AS plays,
  CAST(SUM(CASE WHEN local_hour IS NULL THEN plays ELSE 0 END) AS BIGINT) AS utc_plays
FROM local_hours
GROUP BY
  1,
  2
ORDER BY
  1,
  2

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

-- queries/period/quality 012a4412712e8a0e
WITH files AS (
  SELECT
    COUNT(DISTINCT uri) AS files,
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

-- queries/period/retention 1f487240ae8113c0
WITH weeks AS (
  SELECT
    cohort_week,
    weeks_since,
    cohort_users,
    active_users,
    cohort_week = MIN(cohort_week) OVER () AS starts_with_data
  FROM retention
), period_weeks AS (
  SELECT
    cohort_week,
    weeks_since,
    cohort_users,
    active_users,
    starts_with_data,
    DENSE_RANK() OVER (ORDER BY cohort_week DESC NULLS FIRST) AS weeks_back,
    COUNT(CASE WHEN weeks_since = 0 THEN 1 END) OVER () AS cohorts
  FROM weeks
  WHERE
    cohort_week + 6 >= $period_start
    AND cohort_week < $period_end
    AND cohort_week + weeks_since * 7 < $period_end
)
SELECT
  cohort_week,
  weeks_since,
  cohort_users,
  active_users,
  starts_with_data,
  CAST(cohorts AS INT) AS cohorts
FROM period_weeks
WHERE
  weeks_back <= 26
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

-- queries/period/upgrades 13a3fc4e6628da54
WITH free_users AS (
  SELECT
    COUNT(DISTINCT user_id) AS free_users
  FROM level_steps
  WHERE
    step_name = 'is free' AND taken_at >= $period_start AND taken_at < $period_end
), upgrades AS (
  SELECT
    user_id,
    MIN(valid_from) AS upgraded_at
  FROM user_levels
  WHERE
    level = 'paid'
    AND previous_level = 'free'
    AND valid_from >= $period_start
    AND valid_from < $period_end
  GROUP BY
    1
), waits AS (
  SELECT
    TRY_CAST(upgrades.upgraded_at AS DATE) - TRY_CAST(users.first_event_at AS DATE) AS days
  FROM upgrades
  INNER JOIN users
    ON upgrades.user_id = users.user_id
), upgraded AS (
  SELECT
    COUNT(*) AS upgraded_users,
    CAST(QUANTILE_CONT(days, 0.5
    ORDER BY
      days) AS DOUBLE) AS median_days
  FROM waits
)
SELECT
  free_users.free_users,
  upgraded.upgraded_users,
  upgraded.median_days
FROM free_users
CROSS JOIN upgraded

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

-- repair/batches c2209d6f84799f84
SELECT
  batch_number,
  loaded_at
FROM batches
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

-- runs/end b4a999db0f0d0817
UPDATE runs SET ended_at = CURRENT_TIMESTAMP AT TIME ZONE 'UTC', outcome = $outcome, error = $error, stage_seconds = $stage_seconds, peak_memory_bytes = $peak_memory_bytes, changed_records = $changed_records
WHERE
  run_id = $run_id

-- runs/interrupted c1fedefd86fb2708
UPDATE runs SET outcome = 'interrupted'
WHERE
  outcome = 'running'

-- runs/last_batch 0fc0b74d210e7103
SELECT
  batch_number,
  loaded_at
FROM batches
WHERE
  batch_number = (
    SELECT
      MAX(latest.batch_number)
    FROM batches AS latest
  )

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

-- schema/artists 62d73dd5f575847d
CREATE TABLE artists (
  artist_id TEXT(64) NOT NULL,
  name TEXT(1024),
  location TEXT(1024),
  latitude DOUBLE,
  longitude DOUBLE
)

-- schema/batch_days 16ff40e61e7fecfd
CREATE TABLE batch_days (
  loaded_at TIMESTAMP NOT NULL,
  event_date DATE NOT NULL,
  change TEXT(16) NOT NULL,
  events BIGINT NOT NULL,
  latest_event_at TIMESTAMP,
  plays BIGINT NOT NULL,
  matched_plays BIGINT NOT NULL
)

-- schema/batches 82d07ca32ec37da5
CREATE TABLE batches (
  batch_number BIGINT NOT NULL,
  run_id TEXT(64),
  loaded_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC',
  suppressed BIGINT DEFAULT 0
)

-- schema/check_results b5d8ad9dc7058a9d
CREATE TABLE check_results (
  run_id TEXT(64) NOT NULL,
  stage TEXT(16) NOT NULL,
  check_name TEXT(128) NOT NULL,
  severity TEXT(16) NOT NULL,
  offending BIGINT NOT NULL,
  account TEXT(4096) NOT NULL,
  checked_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- schema/erasures aff72af786a66ead
CREATE TABLE IF NOT EXISTS erasures (
  action TEXT(16) NOT NULL,
  user_hash TEXT(64) NOT NULL,
  reason TEXT(512) NOT NULL,
  reference TEXT(256) NOT NULL,
  erased_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC',
  bytes_gone_at TIMESTAMP
)

-- schema/load_errors 08cc5d229a3d68ff
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

-- schema/loaded_files a9e3f93c0f712bcf
CREATE TABLE loaded_files (
  uri TEXT(4096) NOT NULL,
  etag TEXT(256) NOT NULL,
  touched_etag TEXT(256),
  bytes BIGINT NOT NULL,
  content_hash TEXT(32),
  staging_table TEXT(64) NOT NULL,
  objects BIGINT,
  refused BIGINT,
  run_id TEXT(64),
  loaded_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- schema/played_titles 4d649edca9cc499f
CREATE TABLE played_titles (
  title TEXT(1024),
  duration DOUBLE,
  first_play_date DATE,
  batch_number BIGINT
)

-- schema/rejected_files d48be59240d54495
CREATE TABLE rejected_files (
  uri TEXT(4096) NOT NULL,
  etag TEXT(256) NOT NULL,
  bytes BIGINT NOT NULL,
  staging_table TEXT(64) NOT NULL,
  reason TEXT(256) NOT NULL,
  message TEXT(4096) NOT NULL,
  hint TEXT(1024) NOT NULL,
  run_id TEXT(64) NOT NULL,
  rejected_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- schema/repeated_events 5a025c5f41fbe385
CREATE TABLE repeated_events (
  session_id BIGINT NOT NULL,
  item_in_session INT NOT NULL,
  user_id INT NOT NULL,
  occurred_at TIMESTAMP NOT NULL,
  level TEXT(16),
  page TEXT(64),
  first_name TEXT(256),
  last_name TEXT(256),
  gender TEXT(16),
  location TEXT(512),
  user_agent TEXT(1024),
  received_title TEXT(1024),
  received_artist_name TEXT(1024),
  duration DOUBLE,
  loaded_at TIMESTAMP NOT NULL
)

-- schema/repeated_songs 313b2c36aa70f5e5
CREATE TABLE repeated_songs (
  song_id TEXT(64) NOT NULL,
  artist_id TEXT(64),
  title TEXT(1024),
  artist_name TEXT(1024),
  duration DOUBLE,
  year INT,
  artist_location TEXT(1024),
  artist_latitude DOUBLE,
  artist_longitude DOUBLE,
  loaded_at TIMESTAMP NOT NULL
)

-- schema/runs 4286f069f51a6130
CREATE TABLE runs (
  run_id TEXT(64) NOT NULL,
  started_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP,
  outcome TEXT(16) NOT NULL,
  error TEXT(4096),
  stage_seconds TEXT(4096),
  peak_memory_bytes BIGINT,
  changed_records BIGINT
)

-- schema/session_totals 2208afdca0e5b7ac
CREATE TABLE session_totals (
  session_id BIGINT NOT NULL,
  user_id INT NOT NULL,
  started_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP NOT NULL,
  plays BIGINT NOT NULL,
  pages BIGINT NOT NULL
)

-- schema/songplays f7ee1c5b11d961c3
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
  item_in_session INT NOT NULL,
  title TEXT(1024),
  artist_name TEXT(1024),
  duration DOUBLE
)

-- schema/songs ca1165ddcf772e5a
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

-- schema/staging_events e92fb7d0f75abd3e
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

-- schema/suppressed_users 48dd317c107fb253
CREATE TABLE IF NOT EXISTS suppressed_users (
  user_hash TEXT(64) NOT NULL,
  key_check TEXT(64) NOT NULL,
  suppressed_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
)

-- schema/text_repairs bc55ec20395c0d64
CREATE TABLE text_repairs (
  delivered TEXT(1024) NOT NULL,
  repaired TEXT(1024) NOT NULL
)

-- schema/time 630fae037af9fabe
CREATE TABLE "time" (
  start_time TIMESTAMP NOT NULL,
  hour INT NOT NULL,
  day INT NOT NULL,
  week INT NOT NULL,
  month INT NOT NULL,
  year INT NOT NULL,
  weekday INT NOT NULL
)

-- schema/user_agents c3d24ff6fe6dd017
CREATE TABLE user_agents (
  user_agent TEXT(1024) NOT NULL,
  device TEXT(64) NOT NULL,
  browser TEXT(256) NOT NULL
)

-- schema/users b7268a055d9fe30c
CREATE TABLE users (
  user_id INT NOT NULL,
  first_name TEXT(256),
  last_name TEXT(256),
  gender TEXT(16),
  level TEXT(16),
  last_event_at TIMESTAMP NOT NULL,
  last_event_id BIGINT NOT NULL,
  first_event_at TIMESTAMP
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

-- suppression/count 3bc7a10070030cba
SELECT
  COUNT(*) AS records
FROM staging_events
WHERE
  loaded_at = $loaded_at
  AND userid IN (
    SELECT
      forgotten_users.user_id
    FROM forgotten_users
  )

-- suppression/delete 3297306f758bdbf0
DELETE FROM staging_events
WHERE
  loaded_at = $loaded_at
  AND userid IN (
    SELECT
      forgotten_users.user_id
    FROM forgotten_users
  )

-- suppression/record 060ff2ec6af1ed5b
UPDATE batches SET suppressed = $records
WHERE
  loaded_at = $loaded_at

-- suppression/remove a71d75fac1ad2eb2
DELETE FROM suppressed_users
WHERE
  user_hash = $user_hash

-- suppression/users acc00124db57473e
SELECT
  user_hash,
  key_check
FROM suppressed_users

-- suppression/users_of_batch 0ba030a5cc86aed4
SELECT DISTINCT
  userid AS user_id
FROM staging_events
WHERE
  loaded_at = $loaded_at AND NOT userid IS NULL

-- transform/artists/count_changed 4cca21d732ae75fc
WITH different AS (
  SELECT
    artists.artist_id,
    artists.name,
    artists.location,
    artists.latitude,
    artists.longitude
  FROM batch_artist_ids
  INNER JOIN artists
    ON batch_artist_ids.artist_id = artists.artist_id
  EXCEPT
  SELECT
    artist_id,
    name,
    location,
    latitude,
    longitude
  FROM artists_before
)
SELECT
  COUNT(*) - COUNT(artists_before.artist_id) AS added,
  COUNT(artists_before.artist_id) AS changed,
  0 AS removed
FROM different
LEFT JOIN artists_before
  ON different.artist_id = artists_before.artist_id

-- transform/artists/count_removed c98bb94ba79dbf0a
SELECT
  0 AS added,
  0 AS changed,
  COUNT(*) AS removed
FROM artists_before
LEFT JOIN artists
  ON artists_before.artist_id = artists.artist_id
WHERE
  artists.artist_id IS NULL

-- transform/artists/delete 3bad40a9849eedd1
DELETE FROM artists USING   batch_artist_ids
WHERE
  artists.artist_id = batch_artist_ids.artist_id

-- transform/artists/insert a27fa897f2802233
INSERT INTO artists (
  artist_id,
  name,
  location,
  latitude,
  longitude
)
SELECT
  record.artist_id,
  record.artist_name AS name,
  record.artist_location AS location,
  record.artist_latitude AS latitude,
  record.artist_longitude AS longitude
FROM batch_artist_ids
INNER JOIN current_songs AS record
  ON batch_artist_ids.artist_id = record.artist_id
WHERE
  NOT record.artist_id IS NULL
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY record.artist_id
    ORDER BY CASE WHEN record.artist_location IS NULL THEN 1 ELSE 0 END, CASE WHEN record.artist_latitude IS NULL THEN 1 ELSE 0 END, record.artist_name, record.artist_location, record.artist_latitude, record.artist_longitude
  ) = 1

-- transform/artists/stage_before 747d7735e0b3443c
CREATE TEMPORARY TABLE artists_before AS
SELECT
  artists.artist_id,
  artists.name,
  artists.location,
  artists.latitude,
  artists.longitude
FROM batch_artist_ids
INNER JOIN artists
  ON batch_artist_ids.artist_id = artists.artist_id

-- transform/artists/stage_ids f65112d48a52c12f
CREATE TEMPORARY TABLE batch_artist_ids AS
SELECT
  artist_id
FROM batch_songs
UNION
SELECT
  songs.artist_id
FROM songs
INNER JOIN batch_songs
  ON songs.song_id = batch_songs.song_id
UNION
SELECT
  cleaned_songs.artist_id
FROM cleaned_songs
INNER JOIN batch_repeated_songs
  ON cleaned_songs.song_id = batch_repeated_songs.song_id

-- transform/batch_days/insert_new b2f3cc7e531f712b
INSERT INTO batch_days (
  loaded_at,
  event_date,
  change,
  events,
  latest_event_at,
  plays,
  matched_plays
)
WITH received AS (
  SELECT
    loaded_at,
    TRY_CAST(ts AS DATE) AS event_date,
    COUNT(*) AS events,
    MAX(ts) AS latest_event_at
  FROM staging_events
  WHERE
    loaded_at = $loaded_at AND NOT ts IS NULL
  GROUP BY
    1,
    2
), started AS (
  SELECT
    TRY_CAST(start_time AS DATE) AS event_date,
    SUM(plays) AS plays
  FROM batch_timestamps
  GROUP BY
    1
), matched AS (
  SELECT
    titles_to_match.play_date AS event_date,
    SUM(titles_to_match.plays) AS plays
  FROM titles_to_match
  INNER JOIN matched_titles
    ON titles_to_match.title = matched_titles.title
    AND titles_to_match.artist_name = matched_titles.artist_name
    AND titles_to_match.duration = matched_titles.duration
  WHERE
    titles_to_match.plays > 0
  GROUP BY
    1
)
SELECT
  received.loaded_at,
  received.event_date,
  'new' AS change,
  received.events,
  received.latest_event_at,
  COALESCE(started.plays, 0) AS plays,
  COALESCE(matched.plays, 0) AS matched_plays
FROM received
LEFT JOIN started
  ON received.event_date = started.event_date
LEFT JOIN matched
  ON received.event_date = matched.event_date

-- transform/batch_days/insert_rematched 7ff7caa222daf220
INSERT INTO batch_days (
  loaded_at,
  event_date,
  change,
  events,
  plays,
  matched_plays
)
SELECT
  CAST($loaded_at AS TIMESTAMP) AS loaded_at,
  TRY_CAST(start_time AS DATE) AS event_date,
  'rematched' AS change,
  0 AS events,
  0 AS plays,
  COUNT(song_id) - COUNT(former_song_id) AS matched_plays
FROM changed_matches
GROUP BY
  2
HAVING
  COUNT(song_id) <> COUNT(former_song_id)

-- transform/batch_days/insert_replaced 3d8585d2f5e91661
INSERT INTO batch_days (
  loaded_at,
  event_date,
  change,
  events,
  plays,
  matched_plays
)
SELECT
  CAST($loaded_at AS TIMESTAMP) AS loaded_at,
  TRY_CAST(start_time AS DATE) AS event_date,
  'replaced' AS change,
  0 AS events,
  -COUNT(*) AS plays,
  -COUNT(song_id) AS matched_plays
FROM plays_before
GROUP BY
  2

-- transform/garbled_texts a56e9cb524b6c072
WITH texts AS (
  SELECT
    received_title AS received
  FROM cleaned_events
  WHERE
    loaded_at = $loaded_at AND page = 'NextSong'
  UNION
  SELECT
    received_artist_name AS received
  FROM cleaned_events
  WHERE
    loaded_at = $loaded_at AND page = 'NextSong'
)
SELECT
  texts.received
FROM texts
LEFT JOIN text_repairs
  ON texts.received = text_repairs.delivered
WHERE
  STRLEN(texts.received) > LENGTH(texts.received)
  AND text_repairs.delivered IS NULL

-- transform/new_user_agents 63f7b5419cdfd886
WITH agents AS (
  SELECT DISTINCT
    user_agent
  FROM cleaned_events
  WHERE
    loaded_at = $loaded_at AND NOT user_agent IS NULL
)
SELECT
  agents.user_agent
FROM agents
LEFT JOIN user_agents
  ON agents.user_agent = user_agents.user_agent
WHERE
  user_agents.user_agent IS NULL

-- transform/played_titles/first_rematched f389b9a7a78b37dc
SELECT
  COALESCE(
    CAST(MIN(played_titles.first_play_date) AS TIMESTAMP),
    CAST('9999-06-30' AS TIMESTAMP)
  ) AS first_rematched_time
FROM batch_songs
INNER JOIN cleaned_songs
  ON batch_songs.song_id = cleaned_songs.song_id
INNER JOIN played_titles
  ON cleaned_songs.title = played_titles.title
  AND cleaned_songs.duration = played_titles.duration

-- transform/played_titles/insert 801f4554c31b6a50
INSERT INTO played_titles (
  title,
  duration,
  first_play_date,
  batch_number
)
WITH played AS (
  SELECT
    title,
    duration,
    CAST(MIN(start_time) AS DATE) AS first_play_date
  FROM songplays
  WHERE
    start_time >= $first_new_time
    AND start_time < $end_of_new_time
    AND NOT title IS NULL
    AND NOT duration IS NULL
  GROUP BY
    1,
    2
), known AS (
  SELECT
    title,
    duration,
    MIN(first_play_date) AS first_play_date
  FROM played_titles
  WHERE
    NOT title IS NULL
  GROUP BY
    1,
    2
)
SELECT
  played.title,
  played.duration,
  played.first_play_date,
  CAST(NULL AS BIGINT) AS batch_number
FROM played
LEFT JOIN known
  ON played.title = known.title AND played.duration = known.duration
WHERE
  known.first_play_date IS NULL OR known.first_play_date > played.first_play_date
UNION ALL
SELECT
  NULL AS title,
  NULL AS duration,
  NULL AS first_play_date,
  batch_number
FROM batches
WHERE
  loaded_at = $loaded_at

-- transform/played_titles/span_of_new b96f240e084fc016
SELECT
  CAST(MIN(batch_days.event_date) AS TIMESTAMP) AS first_new_time,
  CAST(MAX(batch_days.event_date) AS TIMESTAMP) + INTERVAL 1 DAY AS end_of_new_time
FROM batch_days
INNER JOIN batches
  ON batch_days.loaded_at = batches.loaded_at
WHERE
  batch_days.change = 'new'
  AND batches.batch_number >= (
    SELECT
      COALESCE(MAX(played_titles.batch_number), 0)
    FROM played_titles
    WHERE
      played_titles.title IS NULL
  )

-- transform/repeated_events/count dded810d81a81934
SELECT
  COUNT(*) AS repeated
FROM batch_repeated_events

-- transform/repeated_events/count_changed 1dc87e5e1657fd7c
WITH changed AS (
  SELECT
    repeated_events.session_id,
    repeated_events.item_in_session,
    repeated_events.user_id,
    repeated_events.occurred_at,
    repeated_events.level,
    repeated_events.page,
    repeated_events.first_name,
    repeated_events.last_name,
    repeated_events.gender,
    repeated_events.location,
    repeated_events.user_agent,
    repeated_events.received_title,
    repeated_events.received_artist_name,
    repeated_events.duration
  FROM previous_events
  INNER JOIN repeated_events
    ON previous_events.session_id = repeated_events.session_id
    AND previous_events.item_in_session = repeated_events.item_in_session
    AND previous_events.user_id = repeated_events.user_id
  EXCEPT
  SELECT
    session_id,
    item_in_session,
    user_id,
    occurred_at,
    level,
    page,
    first_name,
    last_name,
    gender,
    location,
    user_agent,
    received_title,
    received_artist_name,
    duration
  FROM previous_events
)
SELECT
  COUNT(*) AS changed
FROM changed

-- transform/repeated_events/delete afb3bdb9ddac7aec
DELETE FROM repeated_events USING   batch_repeated_events
WHERE
  repeated_events.session_id = batch_repeated_events.session_id
  AND repeated_events.item_in_session = batch_repeated_events.item_in_session
  AND repeated_events.user_id = batch_repeated_events.user_id
  AND repeated_events.session_id BETWEEN $first_session AND $last_session

-- transform/repeated_events/insert 56334026221bdf29
INSERT INTO repeated_events (
  session_id,
  item_in_session,
  user_id,
  occurred_at,
  level,
  page,
  first_name,
  last_name,
  gender,
  location,
  user_agent,
  received_title,
  received_artist_name,
  duration,
  loaded_at
)
SELECT
  version.session_id,
  version.item_in_session,
  version.user_id,
  version.occurred_at,
  version.level,
  version.page,
  version.first_name,
  version.last_name,
  version.gender,
  version.location,
  version.user_agent,
  version.received_title,
  version.received_artist_name,
  version.duration,
  version.loaded_at
FROM batch_repeated_events
INNER JOIN cleaned_events AS version
  ON batch_repeated_events.session_id = version.session_id
  AND batch_repeated_events.item_in_session = version.item_in_session
  AND batch_repeated_events.user_id = version.user_id
INNER JOIN batches
  ON version.loaded_at = batches.loaded_at
WHERE
  NOT version.user_id IS NULL
  AND version.session_id BETWEEN $first_session AND $last_session
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY version.session_id, version.item_in_session, version.user_id
    ORDER BY batches.batch_number DESC NULLS FIRST, version.occurred_at ASC, version.level ASC, version.page ASC, version.first_name ASC, version.last_name ASC, version.gender ASC, version.location ASC, version.user_agent ASC, version.received_title ASC, version.received_artist_name ASC, version.duration ASC
  ) = 1

-- transform/repeated_events/stage_keys a2923ce0e664d9b8
CREATE TEMPORARY TABLE batch_repeated_events AS
SELECT
  session_id,
  item_in_session,
  user_id
FROM cleaned_events
WHERE
  loaded_at = $loaded_at
GROUP BY
  1,
  2,
  3
HAVING
  COUNT(*) > 1
UNION
SELECT
  others.session_id,
  others.item_in_session,
  others.user_id
FROM cleaned_events AS received
INNER JOIN cleaned_events AS others
  ON received.session_id = others.session_id
  AND received.item_in_session = others.item_in_session
  AND received.user_id = others.user_id
WHERE
  received.loaded_at = $loaded_at
  AND others.loaded_at <> $loaded_at
  AND others.session_id BETWEEN $first_session AND $last_session

-- transform/repeated_events/stage_previous 6c7b7b49409abeac
CREATE TEMPORARY TABLE previous_events AS
SELECT
  current_events.session_id,
  current_events.item_in_session,
  current_events.user_id,
  current_events.occurred_at,
  current_events.level,
  current_events.page,
  current_events.first_name,
  current_events.last_name,
  current_events.gender,
  current_events.location,
  current_events.user_agent,
  current_events.received_title,
  current_events.received_artist_name,
  current_events.duration
FROM batch_repeated_events
INNER JOIN current_events
  ON batch_repeated_events.session_id = current_events.session_id
  AND batch_repeated_events.item_in_session = current_events.item_in_session
  AND batch_repeated_events.user_id = current_events.user_id
WHERE
  current_events.loaded_at <> $loaded_at
  AND current_events.session_id BETWEEN $first_session AND $last_session

-- transform/repeated_songs/count 7226f16cd2b4be75
SELECT
  COUNT(*) AS repeated
FROM batch_repeated_songs

-- transform/repeated_songs/count_changed 1f2b7fd1d4907348
WITH changed AS (
  SELECT
    repeated_songs.song_id,
    repeated_songs.artist_id,
    repeated_songs.title,
    repeated_songs.artist_name,
    repeated_songs.duration,
    repeated_songs.year,
    repeated_songs.artist_location,
    repeated_songs.artist_latitude,
    repeated_songs.artist_longitude
  FROM previous_songs
  INNER JOIN repeated_songs
    ON previous_songs.song_id = repeated_songs.song_id
  EXCEPT
  SELECT
    song_id,
    artist_id,
    title,
    artist_name,
    duration,
    year,
    artist_location,
    artist_latitude,
    artist_longitude
  FROM previous_songs
)
SELECT
  COUNT(*) AS changed
FROM changed

-- transform/repeated_songs/delete aadbf569cdb29621
DELETE FROM repeated_songs USING   batch_repeated_songs
WHERE
  repeated_songs.song_id = batch_repeated_songs.song_id

-- transform/repeated_songs/insert 3ec4a760f1357055
INSERT INTO repeated_songs (
  song_id,
  artist_id,
  title,
  artist_name,
  duration,
  year,
  artist_location,
  artist_latitude,
  artist_longitude,
  loaded_at
)
SELECT
  version.song_id,
  version.artist_id,
  version.title,
  version.artist_name,
  version.duration,
  version.year,
  version.artist_location,
  version.artist_latitude,
  version.artist_longitude,
  version.loaded_at
FROM batch_repeated_songs
INNER JOIN cleaned_songs AS version
  ON batch_repeated_songs.song_id = version.song_id
INNER JOIN batches
  ON version.loaded_at = batches.loaded_at
WHERE
  NOT version.song_id IS NULL
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY version.song_id
    ORDER BY batches.batch_number DESC NULLS FIRST, version.artist_id ASC, version.title ASC, version.artist_name ASC, version.duration ASC, version.year ASC, version.artist_location ASC, version.artist_latitude ASC, version.artist_longitude ASC
  ) = 1

-- transform/repeated_songs/stage_keys e58e92202b1a4c34
CREATE TEMPORARY TABLE batch_repeated_songs AS
SELECT
  song_id
FROM cleaned_songs
WHERE
  loaded_at = $loaded_at
GROUP BY
  1
HAVING
  COUNT(*) > 1
UNION
SELECT
  others.song_id
FROM cleaned_songs AS received
INNER JOIN cleaned_songs AS others
  ON received.song_id = others.song_id
WHERE
  received.loaded_at = $loaded_at AND others.loaded_at <> $loaded_at

-- transform/repeated_songs/stage_previous 03bbff1f6856757e
CREATE TEMPORARY TABLE previous_songs AS
SELECT
  current_songs.song_id,
  current_songs.artist_id,
  current_songs.title,
  current_songs.artist_name,
  current_songs.duration,
  current_songs.year,
  current_songs.artist_location,
  current_songs.artist_latitude,
  current_songs.artist_longitude
FROM batch_repeated_songs
INNER JOIN current_songs
  ON batch_repeated_songs.song_id = current_songs.song_id
WHERE
  current_songs.loaded_at <> $loaded_at

-- transform/session_totals/delete 4a01c12d95cbae7f
DELETE FROM session_totals USING   batch_sessions
WHERE
  session_totals.session_id = batch_sessions.session_id
  AND session_totals.user_id = batch_sessions.user_id
  AND session_totals.session_id BETWEEN $first_session AND $last_session

-- transform/session_totals/insert c560376980e025b5
INSERT INTO session_totals (
  session_id,
  user_id,
  started_at,
  ended_at,
  plays,
  pages
)
SELECT
  session_id,
  user_id,
  MIN(started_at) AS started_at,
  MAX(ended_at) AS ended_at,
  SUM(plays) AS plays,
  SUM(pages) AS pages
FROM batch_sessions
GROUP BY
  1,
  2

-- transform/session_totals/stage 055e49e142e49c86
CREATE TEMPORARY TABLE batch_sessions AS
SELECT
  session_id,
  user_id,
  MIN(occurred_at) AS started_at,
  MAX(occurred_at) AS ended_at,
  COUNT(CASE WHEN page = 'NextSong' THEN 1 END) AS plays,
  COUNT(CASE WHEN page <> 'NextSong' THEN 1 END) AS pages
FROM current_events
WHERE
  loaded_at = $loaded_at
GROUP BY
  1,
  2

-- transform/session_totals/stage_known 728ce37a5166da61
INSERT INTO batch_sessions (
  session_id,
  user_id,
  started_at,
  ended_at,
  plays,
  pages
)
SELECT
  session_totals.session_id,
  session_totals.user_id,
  session_totals.started_at,
  session_totals.ended_at,
  session_totals.plays,
  session_totals.pages
FROM session_totals
INNER JOIN batch_sessions
  ON session_totals.session_id = batch_sessions.session_id
  AND session_totals.user_id = batch_sessions.user_id
WHERE
  session_totals.session_id BETWEEN $first_session AND $last_session

-- transform/session_totals/stage_replaced 9307e94b5887c1e4
INSERT INTO batch_sessions (
  session_id,
  user_id,
  started_at,
  ended_at,
  plays,
  pages
)
SELECT
  previous_events.session_id,
  previous_events.user_id,
  MIN(previous_events.occurred_at) AS started_at,
  MAX(previous_events.occurred_at) AS ended_at,
  -COUNT(CASE WHEN previous_events.page = 'NextSong' THEN 1 END) AS plays,
  -COUNT(CASE WHEN previous_events.page <> 'NextSong' THEN 1 END) AS pages
FROM previous_events
INNER JOIN repeated_events
  ON previous_events.session_id = repeated_events.session_id
  AND previous_events.item_in_session = repeated_events.item_in_session
  AND previous_events.user_id = repeated_events.user_id
WHERE
  repeated_events.loaded_at = $loaded_at
GROUP BY
  1,
  2

-- transform/songplays/count_changed f40089d1990158d2
WITH different AS (
  SELECT
    songplays.songplay_id,
    songplays.start_time,
    songplays.user_id,
    songplays.level,
    songplays.song_id,
    songplays.artist_id,
    songplays.session_id,
    songplays.location,
    songplays.user_agent,
    songplays.item_in_session,
    songplays.title,
    songplays.artist_name,
    songplays.duration
  FROM plays_before
  INNER JOIN songplays
    ON plays_before.songplay_id = songplays.songplay_id
    AND plays_before.user_id = songplays.user_id
  EXCEPT
  SELECT
    songplay_id,
    start_time,
    user_id,
    level,
    song_id,
    artist_id,
    session_id,
    location,
    user_agent,
    item_in_session,
    title,
    artist_name,
    duration
  FROM plays_before
)
SELECT
  0 AS added,
  COUNT(*) AS changed,
  0 AS removed
FROM different

-- transform/songplays/count_inserted 97e9b47426d26b72
SELECT
  COALESCE(SUM(plays), 0) AS added,
  0 AS changed,
  0 AS removed
FROM batch_timestamps

-- transform/songplays/count_rematched b74831053bad3468
SELECT
  0 AS added,
  COUNT(*) AS changed,
  0 AS removed
FROM changed_matches

-- transform/songplays/count_removed c235be32956432bd
SELECT
  -COUNT(songplays.songplay_id) AS added,
  0 AS changed,
  COUNT(*) - COUNT(songplays.songplay_id) AS removed
FROM plays_before
LEFT JOIN songplays
  ON plays_before.songplay_id = songplays.songplay_id
  AND plays_before.user_id = songplays.user_id

-- transform/songplays/delete 74975eb7a64f0948
DELETE FROM songplays USING   repeated_events
WHERE
  repeated_events.loaded_at = $loaded_at
  AND songplays.session_id = repeated_events.session_id
  AND songplays.item_in_session = repeated_events.item_in_session
  AND songplays.user_id = repeated_events.user_id
  AND songplays.session_id BETWEEN $first_session AND $last_session

-- transform/songplays/insert 8a646a3917e8f024
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
  item_in_session,
  title,
  artist_name,
  duration
)
SELECT
  cleaned_plays.songplay_id,
  cleaned_plays.start_time,
  cleaned_plays.user_id,
  cleaned_plays.level,
  matched_titles.song_id,
  matched_titles.artist_id,
  cleaned_plays.session_id,
  cleaned_plays.location,
  cleaned_plays.user_agent,
  cleaned_plays.item_in_session,
  cleaned_plays.title,
  cleaned_plays.artist_name,
  cleaned_plays.duration
FROM cleaned_plays
LEFT JOIN matched_titles
  ON cleaned_plays.title = matched_titles.title
  AND cleaned_plays.artist_name = matched_titles.artist_name
  AND cleaned_plays.duration = matched_titles.duration
WHERE
  cleaned_plays.loaded_at = $loaded_at

-- transform/songplays/match 24b98dab98fd9864
CREATE TEMPORARY TABLE matched_titles AS
SELECT
  play.title,
  play.artist_name,
  play.duration,
  current_songs.song_id,
  current_songs.artist_id
FROM titles_to_match AS play
INNER JOIN current_songs
  ON play.title = current_songs.title
  AND play.artist_name = current_songs.artist_name
  AND play.duration = current_songs.duration
WHERE
  NOT play.title IS NULL
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY play.title, play.artist_name, play.duration
    ORDER BY current_songs.song_id
  ) = 1

-- transform/songplays/span_of_before 8b0f5ecce2e1749b
SELECT
  COUNT(*) AS plays,
  MIN(start_time) AS first_replaced_time,
  MAX(start_time) AS last_replaced_time
FROM plays_before

-- transform/songplays/span_of_changed abbc24b07bba2504
SELECT
  COUNT(*) AS plays,
  MIN(start_time) AS first_changed_time,
  MAX(start_time) AS last_changed_time
FROM changed_matches

-- transform/songplays/stage adc5d7e7e6f7305e
CREATE TEMPORARY TABLE titles_to_match AS
SELECT
  TRY_CAST(start_time AS DATE) AS play_date,
  title,
  artist_name,
  duration,
  COUNT(*) AS plays
FROM cleaned_plays
WHERE
  loaded_at = $loaded_at
  AND duration IN (
    SELECT
      current_songs.duration
    FROM current_songs
  )
GROUP BY
  1,
  2,
  3,
  4

-- transform/songplays/stage_before 6fd43e90420477e5
CREATE TEMPORARY TABLE plays_before AS
SELECT
  songplays.songplay_id,
  songplays.start_time,
  songplays.user_id,
  songplays.level,
  songplays.song_id,
  songplays.artist_id,
  songplays.session_id,
  songplays.location,
  songplays.user_agent,
  songplays.item_in_session,
  songplays.title,
  songplays.artist_name,
  songplays.duration
FROM repeated_events
INNER JOIN songplays
  ON repeated_events.session_id = songplays.session_id
  AND repeated_events.item_in_session = songplays.item_in_session
  AND repeated_events.user_id = songplays.user_id
WHERE
  repeated_events.loaded_at = $loaded_at
  AND songplays.session_id BETWEEN $first_session AND $last_session

-- transform/songplays/stage_changed 951ce39f1bb015c1
CREATE TEMPORARY TABLE changed_matches AS
SELECT
  earlier_plays.songplay_id,
  earlier_plays.user_id,
  earlier_plays.start_time,
  earlier_plays.song_id AS former_song_id,
  matched_titles.song_id,
  matched_titles.artist_id
FROM earlier_plays
LEFT JOIN matched_titles
  ON earlier_plays.title = matched_titles.title
  AND earlier_plays.artist_name = matched_titles.artist_name
  AND earlier_plays.duration = matched_titles.duration
WHERE
  COALESCE(earlier_plays.song_id, '') <> COALESCE(matched_titles.song_id, '')
  OR COALESCE(earlier_plays.artist_id, '') <> COALESCE(matched_titles.artist_id, '')

-- transform/songplays/stage_earlier 4283bdbf708cc1c3
CREATE TEMPORARY TABLE earlier_plays AS
SELECT
  songplay_id,
  user_id,
  start_time,
  song_id,
  artist_id,
  title,
  artist_name,
  duration
FROM songplays
WHERE
  start_time >= $first_rematched_time
  AND duration IN (
    SELECT
      batch_songs.duration
    FROM batch_songs
  )

-- transform/songplays/stage_earlier_titles fbe4e5957033bbc3
INSERT INTO titles_to_match (
  title,
  artist_name,
  duration,
  plays
)
SELECT DISTINCT
  title,
  artist_name,
  duration,
  0 AS plays
FROM earlier_plays

-- transform/songplays/stage_former 54c2e121094937d6
INSERT INTO earlier_plays (
  songplay_id,
  user_id,
  start_time,
  song_id,
  artist_id,
  title,
  artist_name,
  duration
)
SELECT
  songplays.songplay_id,
  songplays.user_id,
  songplays.start_time,
  songplays.song_id,
  songplays.artist_id,
  songplays.title,
  songplays.artist_name,
  songplays.duration
FROM songplays
INNER JOIN batch_repeated_songs
  ON songplays.song_id = batch_repeated_songs.song_id
LEFT JOIN (
  SELECT DISTINCT
    duration
  FROM batch_songs
) AS lengths
  ON songplays.duration = lengths.duration
WHERE
  songplays.start_time >= $first_rematched_time AND lengths.duration IS NULL

-- transform/songplays/update_matches 1488d20340bbcd13
UPDATE songplays SET song_id = changed_matches.song_id, artist_id = changed_matches.artist_id
FROM changed_matches
WHERE
  songplays.songplay_id = changed_matches.songplay_id
  AND songplays.user_id = changed_matches.user_id
  AND songplays.start_time BETWEEN $first_changed_time AND $last_changed_time

-- transform/songs/count_changed 427e46faeb427e10
WITH different AS (
  SELECT
    song_id,
    title,
    artist_id,
    year,
    duration
  FROM batch_songs
  EXCEPT
  SELECT
    song_id,
    title,
    artist_id,
    year,
    duration
  FROM songs_before
)
SELECT
  COUNT(*) - COUNT(songs_before.song_id) AS added,
  COUNT(songs_before.song_id) AS changed,
  0 AS removed
FROM different
LEFT JOIN songs_before
  ON different.song_id = songs_before.song_id

-- transform/songs/delete 1ab64d81e1b19326
DELETE FROM songs USING   batch_songs
WHERE
  songs.song_id = batch_songs.song_id

-- transform/songs/insert df1363c3b1cf64e9
INSERT INTO songs (
  song_id,
  title,
  artist_id,
  year,
  duration
)
SELECT
  batch_songs.song_id,
  batch_songs.title,
  batch_songs.artist_id,
  batch_songs.year,
  batch_songs.duration
FROM batch_songs

-- transform/songs/stage 927312fc2ecada6e
CREATE TEMPORARY TABLE batch_songs AS
SELECT
  song_id,
  title,
  artist_id,
  year,
  duration
FROM current_songs
WHERE
  loaded_at = $loaded_at

-- transform/songs/stage_before 70c726098569bac4
CREATE TEMPORARY TABLE songs_before AS
SELECT
  songs.song_id,
  songs.title,
  songs.artist_id,
  songs.year,
  songs.duration
FROM batch_songs
INNER JOIN songs
  ON batch_songs.song_id = songs.song_id

-- transform/time/count_deleted c2c988d3704fe1cb
SELECT
  0 AS added,
  0 AS changed,
  COUNT(*) AS removed
FROM unplayed_timestamps

-- transform/time/count_inserted c3fee3e65283cf6c
SELECT
  COUNT(*) AS added,
  0 AS changed,
  0 AS removed
FROM batch_timestamps
WHERE
  is_new = 1

-- transform/time/delete_unplayed 5e661505760d8562
DELETE FROM "time" USING   unplayed_timestamps
WHERE
  "time".start_time = unplayed_timestamps.start_time
  AND "time".start_time BETWEEN $first_replaced_time AND $last_replaced_time

-- transform/time/insert 732338b6515f98a2
INSERT INTO "time" (
  start_time,
  hour,
  day,
  week,
  month,
  year,
  weekday
)
SELECT
  start_time,
  EXTRACT(HOUR FROM start_time) AS hour,
  EXTRACT(DAY FROM start_time) AS day,
  EXTRACT(WEEK FROM start_time) AS week,
  EXTRACT(MONTH FROM start_time) AS month,
  EXTRACT(YEAR FROM start_time) AS year,
  EXTRACT(DAYOFWEEK FROM start_time) AS weekday
FROM batch_timestamps
WHERE
  is_new = 1

-- transform/time/stage 55b01e60e458b2e6
CREATE TEMPORARY TABLE batch_timestamps AS
WITH known AS (
  SELECT
    start_time
  FROM "time"
  WHERE
    start_time BETWEEN $first_start_time AND $last_start_time
), started AS (
  SELECT
    start_time,
    COUNT(*) AS plays
  FROM staged_plays
  WHERE
    loaded_at = $loaded_at
  GROUP BY
    1
)
SELECT
  started.start_time,
  started.plays,
  CASE WHEN known.start_time IS NULL THEN 1 ELSE 0 END AS is_new
FROM started
LEFT JOIN known
  ON started.start_time = known.start_time

-- transform/time/stage_unplayed eadfdf4bfba07439
CREATE TEMPORARY TABLE unplayed_timestamps AS
WITH played AS (
  SELECT
    start_time
  FROM songplays
  WHERE
    start_time BETWEEN $first_replaced_time AND $last_replaced_time
)
SELECT DISTINCT
  plays_before.start_time
FROM plays_before
LEFT JOIN played
  ON plays_before.start_time = played.start_time
WHERE
  played.start_time IS NULL

-- transform/users/count_changed 716dc02bbed27741
WITH different AS (
  SELECT
    user_id,
    first_name,
    last_name,
    gender,
    level,
    last_event_at,
    last_event_id,
    first_event_at
  FROM batch_users
  EXCEPT
  SELECT
    user_id,
    first_name,
    last_name,
    gender,
    level,
    last_event_at,
    last_event_id,
    first_event_at
  FROM users_before
)
SELECT
  COUNT(*) - COUNT(users_before.user_id) AS added,
  COUNT(users_before.user_id) AS changed,
  0 AS removed
FROM different
LEFT JOIN users_before
  ON different.user_id = users_before.user_id

-- transform/users/delete e4d34b7763e61325
DELETE FROM users USING   batch_users
WHERE
  users.user_id = batch_users.user_id

-- transform/users/insert 3480fd24af5290c3
INSERT INTO users (
  user_id,
  first_name,
  last_name,
  gender,
  level,
  last_event_at,
  last_event_id,
  first_event_at
)
SELECT
  batch_users.user_id,
  batch_users.first_name,
  batch_users.last_name,
  batch_users.gender,
  batch_users.level,
  batch_users.last_event_at,
  batch_users.last_event_id,
  batch_users.first_event_at
FROM batch_users

-- transform/users/stage 99c354379a146a60
CREATE TEMPORARY TABLE batch_users AS
WITH batch_spans AS (
  SELECT
    user_id,
    MAX(occurred_at) AS last_event_at,
    MIN(occurred_at) AS first_event_at
  FROM current_events
  WHERE
    loaded_at = $loaded_at
  GROUP BY
    1
), candidates AS (
  SELECT
    current_events.user_id,
    current_events.first_name,
    current_events.last_name,
    current_events.gender,
    current_events.level,
    current_events.occurred_at AS last_event_at,
    current_events.session_id * 1000000 + current_events.item_in_session AS last_event_id,
    batch_spans.first_event_at,
    0 AS is_known
  FROM batch_spans
  INNER JOIN current_events
    ON batch_spans.user_id = current_events.user_id
    AND batch_spans.last_event_at = current_events.occurred_at
  WHERE
    current_events.loaded_at = $loaded_at
  UNION ALL
  SELECT
    users.user_id,
    users.first_name,
    users.last_name,
    users.gender,
    users.level,
    users.last_event_at,
    users.last_event_id,
    users.first_event_at,
    1 AS is_known
  FROM batch_spans
  INNER JOIN users
    ON batch_spans.user_id = users.user_id
)
SELECT
  candidate.user_id,
  candidate.first_name,
  candidate.last_name,
  candidate.gender,
  candidate.level,
  candidate.last_event_at,
  candidate.last_event_id,
  MIN(candidate.first_event_at) OVER (PARTITION BY candidate.user_id) AS first_event_at
FROM candidates AS candidate
WHERE
  NOT candidate.user_id IS NULL
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY candidate.user_id
    ORDER BY candidate.last_event_at DESC NULLS FIRST, candidate.last_event_id DESC NULLS FIRST, candidate.is_known ASC
  ) = 1

-- transform/users/stage_before c8bd818fab0a6a3b
CREATE TEMPORARY TABLE users_before AS
SELECT
  users.user_id,
  users.first_name,
  users.last_name,
  users.gender,
  users.level,
  users.last_event_at,
  users.last_event_id,
  users.first_event_at
FROM batch_users
INNER JOIN users
  ON batch_users.user_id = users.user_id

-- views/cleaned_events 28763ff4f52272fe
CREATE VIEW cleaned_events AS
SELECT
  sessionid AS session_id,
  iteminsession AS item_in_session,
  userid AS user_id,
  ts AS occurred_at,
  NULLIF(TRIM(level, ' '), '') AS level,
  NULLIF(TRIM(page, ' '), '') AS page,
  NULLIF(TRIM(firstname, ' '), '') AS first_name,
  NULLIF(TRIM(lastname, ' '), '') AS last_name,
  NULLIF(TRIM(gender, ' '), '') AS gender,
  NULLIF(TRIM(location, ' '), '') AS location,
  NULLIF(TRIM(useragent, ' "'), '') AS user_agent,
  song AS received_title,
  artist AS received_artist_name,
  length AS duration,
  loaded_at
FROM staging_events
WHERE
  NOT userid IS NULL

-- views/cleaned_plays 35f48dc6729b2f74
CREATE VIEW cleaned_plays AS
SELECT
  staged_plays.songplay_id,
  staged_plays.start_time,
  staged_plays.user_id,
  staged_plays.level,
  staged_plays.session_id,
  staged_plays.location,
  staged_plays.user_agent,
  staged_plays.item_in_session,
  NULLIF(COALESCE(titles.repaired, TRIM(staged_plays.received_title, ' ')), '') AS title,
  NULLIF(COALESCE(artist_names.repaired, TRIM(staged_plays.received_artist_name, ' ')), '') AS artist_name,
  staged_plays.duration,
  staged_plays.loaded_at
FROM staged_plays
LEFT JOIN text_repairs AS titles
  ON staged_plays.received_title = titles.delivered
LEFT JOIN text_repairs AS artist_names
  ON staged_plays.received_artist_name = artist_names.delivered

-- views/cleaned_songs 2c4e18ed80f5a019
CREATE VIEW cleaned_songs AS
SELECT
  NULLIF(TRIM(song_id, ' '), '') AS song_id,
  NULLIF(TRIM(artist_id, ' '), '') AS artist_id,
  NULLIF(TRIM(title, ' '), '') AS title,
  NULLIF(TRIM(artist_name, ' '), '') AS artist_name,
  duration,
  NULLIF(year, 0) AS year,
  NULLIF(TRIM(artist_location, ' '), '') AS artist_location,
  artist_latitude,
  artist_longitude,
  loaded_at
FROM staging_songs

-- views/current_events 485529bef3d292c6
CREATE VIEW current_events AS
SELECT
  cleaned_events.session_id,
  cleaned_events.item_in_session,
  cleaned_events.user_id,
  cleaned_events.occurred_at,
  cleaned_events.level,
  cleaned_events.page,
  cleaned_events.first_name,
  cleaned_events.last_name,
  cleaned_events.gender,
  cleaned_events.location,
  cleaned_events.user_agent,
  cleaned_events.received_title,
  cleaned_events.received_artist_name,
  cleaned_events.duration,
  cleaned_events.loaded_at
FROM cleaned_events
LEFT JOIN repeated_events
  ON cleaned_events.session_id = repeated_events.session_id
  AND cleaned_events.item_in_session = repeated_events.item_in_session
  AND cleaned_events.user_id = repeated_events.user_id
  AND cleaned_events.occurred_at = repeated_events.occurred_at
WHERE
  repeated_events.user_id IS NULL
UNION ALL
SELECT
  session_id,
  item_in_session,
  user_id,
  occurred_at,
  level,
  page,
  first_name,
  last_name,
  gender,
  location,
  user_agent,
  received_title,
  received_artist_name,
  duration,
  loaded_at
FROM repeated_events

-- views/current_songs 3524c3032802d59c
CREATE VIEW current_songs AS
SELECT
  cleaned_songs.song_id,
  cleaned_songs.artist_id,
  cleaned_songs.title,
  cleaned_songs.artist_name,
  cleaned_songs.duration,
  cleaned_songs.year,
  cleaned_songs.artist_location,
  cleaned_songs.artist_latitude,
  cleaned_songs.artist_longitude,
  cleaned_songs.loaded_at
FROM cleaned_songs
LEFT JOIN repeated_songs
  ON cleaned_songs.song_id = repeated_songs.song_id
WHERE
  repeated_songs.song_id IS NULL
UNION ALL
SELECT
  song_id,
  artist_id,
  title,
  artist_name,
  duration,
  year,
  artist_location,
  artist_latitude,
  artist_longitude,
  loaded_at
FROM repeated_songs

-- views/daily_activity 15b382deccb69f7f
CREATE VIEW daily_activity AS
WITH session_days AS (
  SELECT
    TRY_CAST(occurred_at AS DATE) AS activity_date,
    user_id,
    session_id,
    COUNT(CASE WHEN page = 'NextSong' THEN 1 END) AS plays,
    COUNT(CASE WHEN page = 'NextSong' AND level = 'paid' THEN 1 END) AS paid_plays,
    COUNT(CASE WHEN page = 'NextSong' AND level = 'free' THEN 1 END) AS free_plays,
    COUNT(CASE WHEN level = 'paid' THEN 1 END) AS paid_events,
    COUNT(CASE WHEN level = 'free' THEN 1 END) AS free_events
  FROM user_events
  GROUP BY
    1,
    2,
    3
)
SELECT
  session_days.activity_date,
  CAST(SUM(session_days.plays) AS BIGINT) AS plays,
  COUNT(DISTINCT session_days.user_id) AS users,
  COUNT(*) AS sessions,
  COUNT(
    DISTINCT CASE
      WHEN session_days.activity_date = TRY_CAST(users.first_event_at AS DATE)
      THEN session_days.user_id
    END
  ) AS new_users,
  CAST(SUM(session_days.paid_plays) AS BIGINT) AS paid_plays,
  CAST(SUM(session_days.free_plays) AS BIGINT) AS free_plays,
  COUNT(DISTINCT CASE WHEN session_days.paid_events > 0 THEN session_days.user_id END) AS paid_users,
  COUNT(DISTINCT CASE WHEN session_days.free_events > 0 THEN session_days.user_id END) AS free_users
FROM session_days
INNER JOIN users
  ON session_days.user_id = users.user_id
GROUP BY
  1

-- views/file_versions f11eb511e13be3df
CREATE VIEW file_versions AS
SELECT
  loaded_files.uri,
  loaded_files.etag,
  COALESCE(loaded_files.touched_etag, loaded_files.etag) AS source_etag,
  loaded_files.bytes,
  loaded_files.content_hash,
  loaded_files.staging_table,
  loaded_files.objects,
  loaded_files.refused,
  loaded_files.run_id,
  loaded_files.loaded_at,
  batches.batch_number,
  LAG(loaded_files.etag) OVER (PARTITION BY loaded_files.uri ORDER BY batches.batch_number) AS replaced_etag,
  LAG(loaded_files.content_hash) OVER (PARTITION BY loaded_files.uri ORDER BY batches.batch_number) AS replaced_content_hash,
  LEAD(batches.batch_number) OVER (PARTITION BY loaded_files.uri ORDER BY batches.batch_number) IS NULL AS is_latest
FROM loaded_files
INNER JOIN batches
  ON loaded_files.loaded_at = batches.loaded_at

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

-- views/plays f7ff6f9d0ca16cf8
CREATE VIEW plays AS
SELECT
  songplays.songplay_id,
  songplays.start_time,
  TRY_CAST(songplays.start_time AS DATE) AS start_date,
  CAST(EXTRACT(YEAR FROM songplays.start_time) AS INT) AS year,
  CAST(EXTRACT(MONTH FROM songplays.start_time) AS INT) AS month,
  CAST(EXTRACT(WEEK FROM songplays.start_time) AS INT) AS week,
  CAST(EXTRACT(DAY FROM songplays.start_time) AS INT) AS day,
  CAST(EXTRACT(DAYOFWEEK FROM songplays.start_time) AS INT) AS weekday,
  CAST(EXTRACT(HOUR FROM songplays.start_time) AS INT) AS hour,
  songplays.user_id,
  users.first_name,
  users.last_name,
  users.gender,
  songplays.level,
  songplays.song_id,
  COALESCE(songs.title, songplays.title) AS title,
  songplays.artist_id,
  COALESCE(artists.name, songplays.artist_name) AS artist_name,
  COALESCE(songs.duration, songplays.duration) AS duration,
  songplays.session_id,
  songplays.item_in_session,
  songplays.location,
  songplays.user_agent
FROM songplays
INNER JOIN users
  ON songplays.user_id = users.user_id
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

-- views/sessions 3de8a5dafde9e3ce
CREATE VIEW sessions AS
SELECT
  session_id,
  user_id,
  started_at,
  ended_at,
  plays,
  pages
FROM session_totals

-- views/staged_plays 7db64c930404fda1
CREATE VIEW staged_plays AS
SELECT
  session_id * 1000000 + item_in_session AS songplay_id,
  occurred_at AS start_time,
  user_id,
  level,
  session_id,
  location,
  user_agent,
  item_in_session,
  received_title,
  received_artist_name,
  duration,
  loaded_at
FROM current_events
WHERE
  page = 'NextSong'

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

-- views/user_events 2a321221bf6e8c23
CREATE VIEW user_events AS
SELECT
  session_id * 1000000 + item_in_session AS event_id,
  session_id,
  item_in_session,
  occurred_at,
  user_id,
  level,
  page,
  location,
  user_agent
FROM current_events

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

-- undo/rejected_files ca097a98280c6393
DELETE FROM "rejected_files"
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

-- undo/batches 0f7e73224eedabf5
DELETE FROM "batches"
WHERE
  run_id = $run_id

-- remove/staging_events 6d5918e084fa7bc4
DELETE FROM "staging_events"
WHERE
  loaded_at IN (
    SELECT
      batches.loaded_at
    FROM batches
    INNER JOIN removed_batches
      ON batches.batch_number = removed_batches.batch_number
  )

-- remove/staging_songs 44e8e058c6edee7d
DELETE FROM "staging_songs"
WHERE
  loaded_at IN (
    SELECT
      batches.loaded_at
    FROM batches
    INNER JOIN removed_batches
      ON batches.batch_number = removed_batches.batch_number
  )

-- remove/load_errors 111e8b56d362d8bc
DELETE FROM "load_errors"
WHERE
  loaded_at IN (
    SELECT
      batches.loaded_at
    FROM batches
    INNER JOIN removed_batches
      ON batches.batch_number = removed_batches.batch_number
  )

-- remove/loaded_files 62611b8634d5aee0
DELETE FROM "loaded_files"
WHERE
  loaded_at IN (
    SELECT
      batches.loaded_at
    FROM batches
    INNER JOIN removed_batches
      ON batches.batch_number = removed_batches.batch_number
  )

-- remove/batches ec962919df0facba
DELETE FROM "batches"
WHERE
  loaded_at IN (
    SELECT
      batches.loaded_at
    FROM batches
    INNER JOIN removed_batches
      ON batches.batch_number = removed_batches.batch_number
  )

-- move/staging_events 9984a6967bc9707c
UPDATE "staging_events" SET loaded_at = $moved_to
WHERE
  loaded_at = $loaded_at

-- move/staging_songs aefae22fc7fdd2bb
UPDATE "staging_songs" SET loaded_at = $moved_to
WHERE
  loaded_at = $loaded_at

-- move/load_errors a815f31191ad56fc
UPDATE "load_errors" SET loaded_at = $moved_to
WHERE
  loaded_at = $loaded_at

-- move/loaded_files 1309f50526cf7c3c
UPDATE "loaded_files" SET loaded_at = $moved_to
WHERE
  loaded_at = $loaded_at

-- move/batches f1e8a7662621c690
UPDATE "batches" SET loaded_at = $moved_to
WHERE
  loaded_at = $loaded_at

-- export/songplays 49771ca9c8a56876
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
  "title",
  "artist_name",
  "duration",
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

-- export/users d5a7221d16a2f656
SELECT
  "user_id",
  "first_name",
  "last_name",
  "gender",
  "level",
  "last_event_at",
  "last_event_id",
  "first_event_at"
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

-- append/user_agents 73647e2065d1635c
INSERT INTO user_agents (user_agent, device, browser) SELECT UNNEST(FROM_JSON($user_agent, '["VARCHAR"]')), UNNEST(FROM_JSON($device, '["VARCHAR"]')), UNNEST(FROM_JSON($browser, '["VARCHAR"]'))

-- append/batches d7a0d1c3568807f3
INSERT INTO batches (batch_number, run_id) SELECT UNNEST(FROM_JSON($batch_number, '["VARCHAR"]')), UNNEST(FROM_JSON($run_id, '["VARCHAR"]'))

-- append/loaded_files 041532f195c8156e
INSERT INTO loaded_files (uri, etag, bytes, content_hash, staging_table, objects, refused, run_id) SELECT UNNEST(FROM_JSON($uri, '["VARCHAR"]')), UNNEST(FROM_JSON($etag, '["VARCHAR"]')), UNNEST(FROM_JSON($bytes, '["VARCHAR"]')), UNNEST(FROM_JSON($content_hash, '["VARCHAR"]')), UNNEST(FROM_JSON($staging_table, '["VARCHAR"]')), UNNEST(FROM_JSON($objects, '["VARCHAR"]')), UNNEST(FROM_JSON($refused, '["VARCHAR"]')), UNNEST(FROM_JSON($run_id, '["VARCHAR"]'))

-- append/touched_files 59829a8c1e0d001f
INSERT INTO touched_files (uri, etag, content_hash) SELECT UNNEST(FROM_JSON($uri, '["VARCHAR"]')), UNNEST(FROM_JSON($etag, '["VARCHAR"]')), UNNEST(FROM_JSON($content_hash, '["VARCHAR"]'))

-- append/removed_batches d33cb79ad3a81766
INSERT INTO removed_batches (batch_number, run_id) SELECT UNNEST(FROM_JSON($batch_number, '["VARCHAR"]')), UNNEST(FROM_JSON($run_id, '["VARCHAR"]'))

-- append/load_errors 39b90e75cae1729c
INSERT INTO load_errors (uri, etag, staging_table, line, column_name, reason, detail, raw_text, run_id) SELECT UNNEST(FROM_JSON($uri, '["VARCHAR"]')), UNNEST(FROM_JSON($etag, '["VARCHAR"]')), UNNEST(FROM_JSON($staging_table, '["VARCHAR"]')), UNNEST(FROM_JSON($line, '["VARCHAR"]')), UNNEST(FROM_JSON($column_name, '["VARCHAR"]')), UNNEST(FROM_JSON($reason, '["VARCHAR"]')), UNNEST(FROM_JSON($detail, '["VARCHAR"]')), UNNEST(FROM_JSON($raw_text, '["VARCHAR"]')), UNNEST(FROM_JSON($run_id, '["VARCHAR"]'))

-- append/rejected_files 2cbb82ea691b5086
INSERT INTO rejected_files (uri, etag, bytes, staging_table, reason, message, hint, run_id) SELECT UNNEST(FROM_JSON($uri, '["VARCHAR"]')), UNNEST(FROM_JSON($etag, '["VARCHAR"]')), UNNEST(FROM_JSON($bytes, '["VARCHAR"]')), UNNEST(FROM_JSON($staging_table, '["VARCHAR"]')), UNNEST(FROM_JSON($reason, '["VARCHAR"]')), UNNEST(FROM_JSON($message, '["VARCHAR"]')), UNNEST(FROM_JSON($hint, '["VARCHAR"]')), UNNEST(FROM_JSON($run_id, '["VARCHAR"]'))

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
