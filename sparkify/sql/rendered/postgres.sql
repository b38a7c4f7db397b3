-- Written by `make golden` from the SQL and the lists of sparkify/sql.

-- checks/ledger/every_record_is_accounted_for f75674cbd4d28e43
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

-- checks/ledger/every_rejected_record_is_kept a680df76b5c8257d
WITH kept AS (
  SELECT
    uri,
    loaded_at,
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
  ON loaded_files.uri = kept.uri AND loaded_files.loaded_at = kept.loaded_at
WHERE
  loaded_files.loaded_at >= %(since)s
  AND loaded_files.refused <> COALESCE(kept.kept, 0)

-- checks/ledger/files_are_in_a_batch_once 35ce0ef4042b555c
SELECT
  uri,
  loaded_at,
  COUNT(*) AS times
FROM loaded_files
WHERE
  loaded_at >= %(since)s
GROUP BY
  1,
  2
HAVING
  COUNT(*) > 1

-- checks/ledger/files_keep_the_contract a4b3f7d03ab9efd2
WITH batches AS (
  SELECT DISTINCT
    loaded_at
  FROM loaded_files
  WHERE
    loaded_at >= %(since)s
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

-- checks/ledger/matched_share_has_not_fallen 43958f0788928cc6
WITH periods AS (
  SELECT
    CASE WHEN loaded_at >= %(since)s AND change = 'new' THEN 'batch' ELSE 'before' END AS period,
    CAST(SUM(plays) AS DOUBLE PRECISION) AS plays,
    CAST(SUM(matched_plays) AS DOUBLE PRECISION) AS matched
  FROM batch_days
  WHERE
    event_date >= CAST(CAST(%(first_start_time)s AS TIMESTAMP) + INTERVAL '-28 DAY' AS DATE)
    AND event_date <= CAST(%(last_start_time)s AS DATE)
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

-- checks/ledger/newest_event_is_no_older_than_usual 0511fc3cca75c2f2
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
    MAX(latest_event_at) AS newest_event
  FROM batch_days
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

-- checks/ledger/no_day_is_below_its_weekday 4d64e971188f5cc9
WITH days AS (
  SELECT
    event_date AS day_of_plays,
    CAST(SUM(plays) AS BIGINT) AS plays
  FROM batch_days
  WHERE
    event_date >= CAST(CAST(%(first_start_time)s AS TIMESTAMP) + INTERVAL '-92 DAY' AS DATE)
    AND event_date <= CAST(CAST(%(last_start_time)s AS TIMESTAMP) + INTERVAL '14 DAY' AS DATE)
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
    event_date >= CAST(CAST(%(first_start_time)s AS TIMESTAMP) + INTERVAL '-8 DAY' AS DATE)
    AND event_date <= CAST(CAST(%(last_start_time)s AS TIMESTAMP) + INTERVAL '14 DAY' AS DATE)
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

-- checks/ledger/no_file_shrank e785dc13ebc065f7
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
        loaded.loaded_at >= %(since)s
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
  loaded_at >= %(since)s AND records < replaced_records

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

-- checks/star/plays_are_all_there e3dd29fd00709ba2
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

-- checks/star/sessions_have_one_user 8c680b39d3d685c9
SELECT
  session_id,
  COUNT(DISTINCT user_id) AS users,
  COUNT(*) AS plays
FROM songplays
WHERE
  start_time BETWEEN %(first_start_time)s AND %(last_start_time)s
GROUP BY
  1
HAVING
  MIN(user_id) <> MAX(user_id)

-- checks/star/sessions_have_their_events 928e9739aeb631b5
WITH received AS (
  SELECT DISTINCT
    session_id,
    user_id
  FROM cleaned_events
  WHERE
    loaded_at >= %(since)s
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
    current_events.session_id BETWEEN %(first_session)s AND %(last_session)s
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
    session_totals.session_id BETWEEN %(first_session)s AND %(last_session)s
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

-- checks/star/songplay_ids_are_unique 07dad6eaecf7d6f9
SELECT
  songplay_id,
  user_id,
  COUNT(*) AS occurrences
FROM songplays
WHERE
  start_time BETWEEN %(first_start_time)s AND %(last_start_time)s
GROUP BY
  1,
  2
HAVING
  COUNT(*) > 1

-- checks/star/songplays_have_their_song 3fcc45a9e09884f5
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
    songplays.start_time >= %(first_rematched_time)s
    AND songplays.song_id IN (
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

-- checks/star/user_agents_are_unique 4f1836dbaa7cc06a
SELECT
  user_agent,
  COUNT(*) AS occurrences
FROM user_agents
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

-- checks/star/values_are_in_their_domain 6ee067f674ae1670
WITH unusual AS (
  SELECT
    'songplays' AS table_name,
    'level' AS column_name,
    level AS found_value,
    CAST(songplay_id AS VARCHAR(64)) AS row_key
  FROM songplays
  WHERE
    start_time BETWEEN %(first_start_time)s AND %(last_start_time)s
    AND NOT level IN ('free', 'paid')
  UNION ALL
  SELECT
    'users' AS table_name,
    'level' AS column_name,
    level AS found_value,
    CAST(user_id AS VARCHAR(64)) AS row_key
  FROM users
  WHERE
    NOT level IN ('free', 'paid')
  UNION ALL
  SELECT
    'users' AS table_name,
    'gender' AS column_name,
    gender AS found_value,
    CAST(user_id AS VARCHAR(64)) AS row_key
  FROM users
  WHERE
    NOT gender IN ('F', 'M')
  UNION ALL
  SELECT
    'songs' AS table_name,
    'year' AS column_name,
    CAST(year AS VARCHAR(64)) AS found_value,
    song_id AS row_key
  FROM songs
  WHERE
    NOT year BETWEEN 1000 AND 9999
  UNION ALL
  SELECT
    'songs' AS table_name,
    'duration' AS column_name,
    CAST(duration AS VARCHAR(64)) AS found_value,
    song_id AS row_key
  FROM songs
  WHERE
    duration < 0
  UNION ALL
  SELECT
    'artists' AS table_name,
    'latitude' AS column_name,
    CAST(latitude AS VARCHAR(64)) AS found_value,
    artist_id AS row_key
  FROM artists
  WHERE
    NOT latitude BETWEEN -90 AND 90
  UNION ALL
  SELECT
    'artists' AS table_name,
    'longitude' AS column_name,
    CAST(longitude AS VARCHAR(64)) AS found_value,
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

-- course/artists/1_distinct_with_name 139cf65f4c5b1bf9
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

-- course/songplays/1_inner_join 6fcae0b0b72b17b7
SELECT
  COUNT(*) AS row_count
FROM staging_events
INNER JOIN staging_songs
  ON staging_events.song = staging_songs.title
  AND staging_events.artist = staging_songs.artist_name
  AND staging_events.length = staging_songs.duration
WHERE
  staging_events.page = 'NextSong'

-- course/songplays/2_inner_join_without_duration 71c62e10eb7eff91
SELECT
  COUNT(*) AS row_count
FROM staging_events
INNER JOIN staging_songs
  ON staging_events.song = staging_songs.title
  AND staging_events.artist = staging_songs.artist_name
WHERE
  staging_events.page = 'NextSong'

-- course/songplays/3_every_event df6df67654367602
SELECT
  COUNT(*) AS row_count
FROM staging_events

-- course/songplays/4_wrong_page 3c7bff4c0e18d900
SELECT
  COUNT(*) AS row_count
FROM staging_events
WHERE
  page = 'Next Song'

-- course/songplays/5_joined_by_title 23ef0e1243c455de
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

-- course/songplays/6_joined_by_artist 9643766cb7cbd76a
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

-- course/time/1_of_all_pages a604a94e4e1dfc95
SELECT
  COUNT(DISTINCT ts) AS row_count
FROM staging_events

-- course/users/1_distinct_with_level b3ca715ba6880fdb
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

-- course/users/2_distinct_of_all_pages 9effc01603e161d0
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

-- forget/count_suppressed 7974fd56f7cbe750
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

-- forget/create_texts 694b659a7d205dd7
CREATE TEMPORARY TABLE quoting_texts (
  text_hash VARCHAR(32) NOT NULL COLLATE "C"
)

-- forget/create_users 15d4b983921a4be4
CREATE TEMPORARY TABLE forgotten_users (
  user_id INT NOT NULL
)

-- forget/create_words 462436bfe6428c35
CREATE TEMPORARY TABLE quoting_words (
  word VARCHAR(256) NOT NULL COLLATE "C"
)

-- forget/finish 78ed459e73aecd70
UPDATE erasures SET bytes_gone_at = %(bytes_gone_at)s
WHERE
  bytes_gone_at IS NULL AND erased_at <= %(erased_at)s

-- forget/names 7e1036047ced67e0
SELECT DISTINCT
  staging_events.userid AS user_id,
  staging_events.firstname AS first_name,
  staging_events.lastname AS last_name
FROM staging_events
INNER JOIN forgotten_users
  ON staging_events.userid = forgotten_users.user_id

-- forget/plays 83a8a1b42d87b26d
SELECT
  songplays.user_id,
  songplays.songplay_id
FROM songplays
INNER JOIN forgotten_users
  ON songplays.user_id = forgotten_users.user_id

-- forget/unfinished 85c3a60a90e96e44
SELECT
  MAX(erased_at) AS erased_at
FROM erasures
WHERE
  bytes_gone_at IS NULL AND action <> 'unsuppress'

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

-- ledger/checksum_of_staging_songs 39f77200a8b267ad
WITH hashed AS (
  SELECT
    CAST(COALESCE(year, -1) AS BIGINT) AS year,
    MD5(
      COALESCE('=' || song_id, '-') || COALESCE('=' || artist_id, '-') || COALESCE('=' || title, '-')
    ) AS digits
  FROM staging_songs
  WHERE
    loaded_at = %(loaded_at)s
), identified AS (
  SELECT
    year AS a,
    CAST(ASCII(SUBSTRING(digits FROM 1 FOR 1)) AS BIGINT) AS b,
    CAST(ASCII(SUBSTRING(digits FROM 2 FOR 1)) AS BIGINT) AS c,
    CAST(ASCII(SUBSTRING(digits FROM 3 FOR 1)) AS BIGINT) AS d,
    CAST(ASCII(SUBSTRING(digits FROM 4 FOR 1)) AS BIGINT) AS e
  FROM hashed
), folded AS (
  SELECT
    (
      (
        (
          (
            a %% 2147483647 * 1103515245 + b
          ) %% 2147483647 * 1103515245 + c
        ) %% 2147483647 * 1103515245 + d
      ) %% 2147483647 * 1103515245 + e
    ) %% 2147483647 AS remainder
  FROM identified
)
SELECT
  COALESCE(SUM(remainder * remainder %% 2147483647), 0) AS checksum
FROM folded

-- ledger/count_files aeca4c994bd8e834
SELECT
  COUNT(DISTINCT uri) AS files
FROM loaded_files

-- ledger/last_batch 2d623942fad795aa
SELECT
  MAX(batch_number) AS batch_number,
  MAX(loaded_at) AS loaded_at
FROM batches

-- ledger/next_batch f99a40dc89949693
SELECT
  COALESCE(MAX(batch_number), 0) + 1 AS batch_number,
  COUNT(CASE WHEN loaded_at = %(loaded_at)s THEN 1 END) AS batches_of_this_time
FROM batches

-- ledger/placed_versions 6131a6e17d29a20f
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

-- ledger/removed_batches/create 38cbf38afbc81356
CREATE TEMPORARY TABLE removed_batches (
  batch_number BIGINT NOT NULL,
  run_id VARCHAR(64) COLLATE "C"
)

-- ledger/removed_batches/mark_runs 1d6fc5da77b3a779
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

-- ledger/schema 2f3673cb26e83b04
SELECT
  CURRENT_SCHEMA AS schema_name

-- ledger/songs_of_batch 3b4b2e86f96d8564
SELECT
  COUNT(*) AS song_records
FROM staging_songs
WHERE
  loaded_at = %(loaded_at)s

-- ledger/span_of_batch e7259a1d6f0a87b2
SELECT
  MIN(session_id) AS first_session,
  MAX(session_id) AS last_session,
  MIN(CASE WHEN page = 'NextSong' THEN occurred_at END) AS first_start_time,
  MAX(CASE WHEN page = 'NextSong' THEN occurred_at END) AS last_start_time
FROM cleaned_events
WHERE
  loaded_at = %(loaded_at)s

-- ledger/tables 7731b7cd6e862534
SELECT
  table_name
FROM information_schema.tables
WHERE
  table_schema = CURRENT_SCHEMA AND table_type <> 'LOCAL TEMPORARY'

-- ledger/touched_files/create 36f280793a76cffd
CREATE TEMPORARY TABLE touched_files (
  uri VARCHAR(4096) NOT NULL COLLATE "C",
  etag VARCHAR(256) NOT NULL COLLATE "C",
  content_hash VARCHAR(32) NOT NULL COLLATE "C"
)

-- ledger/touched_files/remember 4b4f220c68105d69
UPDATE loaded_files SET touched_etag = touched_files.etag
FROM touched_files
WHERE
  loaded_files.uri = touched_files.uri
  AND loaded_files.content_hash = touched_files.content_hash

-- ledger/version 7bce35b28cbe82b6
SELECT
  MAX(version) AS version
FROM warehouse_version

-- ledger/versions 614fc10784e07c60
SELECT
  loaded_files.uri,
  CAST(loaded_files.bytes AS VARCHAR(20)) || ' ' || COALESCE(loaded_files.content_hash, '') || ' ' || COALESCE(loaded_files.touched_etag, loaded_files.etag) AS version,
  batches.batch_number
FROM loaded_files
INNER JOIN batches
  ON loaded_files.loaded_at = batches.loaded_at
WHERE
  batches.batch_number > %(batch_number)s OR batches.loaded_at > %(loaded_at)s
ORDER BY
  3

-- metrics/first_plays 1692a96f8c31d9de
SELECT
  start_time,
  user_id,
  level,
  location,
  user_agent,
  artist_id,
  artist_name,
  title
FROM (
  SELECT
    plays.start_time,
    plays.user_id,
    plays.level,
    plays.location,
    plays.user_agent,
    plays.artist_id,
    plays.artist_name,
    plays.title,
    ROW_NUMBER() OVER (PARTITION BY plays.user_id ORDER BY plays.start_time, plays.songplay_id) AS _w
  FROM songplays AS plays
  WHERE
    NOT plays.user_id IS NULL
) AS _t
WHERE
  _w = 1

-- metrics/plan_events b52b765aafebc673
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

-- migrate/to_7/1_create_repeated_events b52f5d75e36f5101
CREATE TABLE repeated_events (
  session_id BIGINT NOT NULL,
  item_in_session INT NOT NULL,
  user_id INT NOT NULL,
  occurred_at TIMESTAMP NOT NULL,
  level VARCHAR(16) COLLATE "C",
  page VARCHAR(64) COLLATE "C",
  first_name VARCHAR(256) COLLATE "C",
  last_name VARCHAR(256) COLLATE "C",
  gender VARCHAR(16) COLLATE "C",
  location VARCHAR(512) COLLATE "C",
  user_agent VARCHAR(1024) COLLATE "C",
  received_title VARCHAR(1024) COLLATE "C",
  received_artist_name VARCHAR(1024) COLLATE "C",
  duration DOUBLE PRECISION,
  loaded_at TIMESTAMP NOT NULL
)

-- migrate/to_7/20_create_batches 551a85dd64bd77ba
CREATE TABLE batches (
  batch_number BIGINT NOT NULL,
  run_id VARCHAR(64) COLLATE "C",
  loaded_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- migrate/to_7/21_fill_batches 4282bcf6946c8a8e
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

-- migrate/to_7/22_keep_ledger 02c12bdcc5b52085
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

-- migrate/to_7/23_drop_ledger 6f0fdcf3251df9ce
DROP TABLE loaded_files

-- migrate/to_7/24_create_ledger 3d6f5d5d0d4ceb17
CREATE TABLE loaded_files (
  uri VARCHAR(4096) NOT NULL COLLATE "C",
  etag VARCHAR(256) NOT NULL COLLATE "C",
  touched_etag VARCHAR(256) COLLATE "C",
  bytes BIGINT NOT NULL,
  content_hash VARCHAR(32) COLLATE "C",
  staging_table VARCHAR(64) NOT NULL COLLATE "C",
  objects BIGINT,
  refused BIGINT,
  run_id VARCHAR(64) COLLATE "C",
  loaded_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- migrate/to_7/25_fill_ledger 054c0377d38bb80d
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

-- migrate/to_7/26_drop_former_ledger 2fcd3299efb2d77f
DROP TABLE former_loaded_files

-- migrate/to_7/2_create_repeated_songs 3b7aeef7e4b3de07
CREATE TABLE repeated_songs (
  song_id VARCHAR(64) NOT NULL COLLATE "C",
  artist_id VARCHAR(64) COLLATE "C",
  title VARCHAR(1024) COLLATE "C",
  artist_name VARCHAR(1024) COLLATE "C",
  duration DOUBLE PRECISION,
  year INT,
  artist_location VARCHAR(1024) COLLATE "C",
  artist_latitude DOUBLE PRECISION,
  artist_longitude DOUBLE PRECISION,
  loaded_at TIMESTAMP NOT NULL
)

-- migrate/to_7/30_create_rejected_files 71093e242878d666
CREATE TABLE rejected_files (
  uri VARCHAR(4096) NOT NULL COLLATE "C",
  etag VARCHAR(256) NOT NULL COLLATE "C",
  bytes BIGINT NOT NULL,
  staging_table VARCHAR(64) NOT NULL COLLATE "C",
  reason VARCHAR(256) NOT NULL COLLATE "C",
  message VARCHAR(4096) NOT NULL COLLATE "C",
  hint VARCHAR(1024) NOT NULL COLLATE "C",
  run_id VARCHAR(64) NOT NULL COLLATE "C",
  rejected_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- migrate/to_7/3_add_title 6899215369f8dfa8
ALTER TABLE songplays
ADD COLUMN title VARCHAR(1024) COLLATE "C"

-- migrate/to_7/4_add_artist_name 2c4c3fac472da46f
ALTER TABLE songplays
ADD COLUMN artist_name VARCHAR(1024) COLLATE "C"

-- migrate/to_7/5_add_duration 191b2264c71e6bbe
ALTER TABLE songplays
ADD COLUMN duration DOUBLE PRECISION

-- migrate/to_7/6_add_changed_records f0821f1393f02432
ALTER TABLE runs
ADD COLUMN changed_records BIGINT

-- migrate/to_7/7_add_first_event_at d488c6905e012a39
ALTER TABLE users
ADD COLUMN first_event_at TIMESTAMP

-- migrate/to_8/30_create_batch_days a2f09432a9634a54
CREATE TABLE batch_days (
  loaded_at TIMESTAMP NOT NULL,
  event_date DATE NOT NULL,
  change VARCHAR(16) NOT NULL COLLATE "C",
  events BIGINT NOT NULL,
  latest_event_at TIMESTAMP,
  plays BIGINT NOT NULL,
  matched_plays BIGINT NOT NULL
)

-- migrate/to_8/40_create_session_totals 619e3f826bd1dde7
CREATE TABLE session_totals (
  session_id BIGINT NOT NULL,
  user_id INT NOT NULL,
  started_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP NOT NULL,
  plays BIGINT NOT NULL,
  pages BIGINT NOT NULL
)

-- migrate/to_8/50_create_user_agents b05330d0ce2c4216
CREATE TABLE user_agents (
  user_agent VARCHAR(1024) NOT NULL COLLATE "C",
  device VARCHAR(64) NOT NULL COLLATE "C",
  browser VARCHAR(256) NOT NULL COLLATE "C"
)

-- migrate/to_8/70_create_erasures 6763a1eea5c1c24f
CREATE TABLE IF NOT EXISTS erasures (
  action VARCHAR(16) NOT NULL COLLATE "C",
  user_hash VARCHAR(64) NOT NULL COLLATE "C",
  reason VARCHAR(512) NOT NULL COLLATE "C",
  reference VARCHAR(256) NOT NULL COLLATE "C",
  erased_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  ),
  bytes_gone_at TIMESTAMP
)

-- migrate/to_8/80_add_suppressed 8e4cf054d1d6f300
ALTER TABLE batches
ADD COLUMN suppressed BIGINT DEFAULT 0

-- migrate/to_8/90_create_suppressed_users 1e4d32f3ef27f4bf
CREATE TABLE IF NOT EXISTS suppressed_users (
  user_hash VARCHAR(64) NOT NULL COLLATE "C",
  key_check VARCHAR(64) NOT NULL COLLATE "C",
  suppressed_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- migrate/to_8/95_create_played_titles e5290eb60b98c91e
CREATE TABLE played_titles (
  title VARCHAR(1024) COLLATE "C",
  duration DOUBLE PRECISION,
  first_play_date DATE,
  batch_number BIGINT
)

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

-- operate/batches_that_differ b1e41ee4cf737af0
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

-- operate/files_of_run ee72c8508a0920fb
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
  run_id = %(run_id)s
ORDER BY
  1,
  2,
  3

-- operate/freshness 26c98b867f26eeda
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

-- operate/loaded_twice a4b9a1d469a0d333
SELECT
  uri,
  etag
FROM file_versions
WHERE
  etag = replaced_etag OR content_hash = replaced_content_hash
ORDER BY
  1,
  2

-- operate/matched_plays 4c0937b1bb41f30c
SELECT
  COUNT(*) AS plays,
  COUNT(song_id) AS matched
FROM songplays

-- operate/recent_findings 79bf383ba3220e86
WITH findings AS (
  SELECT
    run_id,
    checked_at,
    check_name,
    CASE WHEN severity = 'warn' THEN 'warned' ELSE 'failed' END AS outcome,
    account,
    ROW_NUMBER() OVER (ORDER BY checked_at DESC, check_name ASC, run_id ASC) AS place
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
  2 DESC,
  3,
  1

-- operate/rejected 2d874b5c14651e63
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
    CAST(NULL AS VARCHAR(65535)) AS raw_text,
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
    %(is_all)s OR is_open
  )
  AND (
    %(run_id)s = '' OR run_id = %(run_id)s
  )
  AND (
    %(file)s = '' OR POSITION(%(file)s IN uri) > 0
  )
  AND (
    %(reason)s = '' OR POSITION(LOWER(%(reason)s) IN LOWER(reason)) > 0
  )
  AND (
    %(column_name)s = '' OR column_name = LOWER(%(column_name)s)
  )
ORDER BY
  1 DESC,
  3,
  6,
  7

-- operate/rejected_by_reason b4f0d47b7ab25e2c
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
  2 DESC,
  1

-- operate/rejected_that_differ 6ce0e894cc6d71f2
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

-- operate/runs 9b8488738fcc63b5
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

-- quarantine/contradicting_events/delete 48ef8a248c17f86b
DELETE FROM staging_events USING   contradicting_events
WHERE
  staging_events.loaded_at = %(loaded_at)s
  AND staging_events.sessionid = contradicting_events.session_id
  AND staging_events.iteminsession = contradicting_events.item_in_session
  AND staging_events.userid = contradicting_events.user_id
  AND staging_events.ts = contradicting_events.occurred_at

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

-- quarantine/contradicting_events/stage 39220b8d5742bc2a
CREATE TEMPORARY TABLE contradicting_events AS
WITH versions AS (
  SELECT
    batch_repeated_events.session_id,
    batch_repeated_events.item_in_session,
    batch_repeated_events.user_id,
    cleaned_events.occurred_at,
    MAX(CASE WHEN cleaned_events.loaded_at = %(loaded_at)s THEN 1 ELSE 0 END) AS is_in_batch,
    MAX(CASE WHEN cleaned_events.loaded_at = %(loaded_at)s THEN 0 ELSE 1 END) AS is_loaded
  FROM batch_repeated_events
  INNER JOIN cleaned_events
    ON batch_repeated_events.session_id = cleaned_events.session_id
    AND batch_repeated_events.item_in_session = cleaned_events.item_in_session
    AND batch_repeated_events.user_id = cleaned_events.user_id
  WHERE
    cleaned_events.session_id BETWEEN %(first_session)s AND %(last_session)s
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

-- quarantine/files_to_load_again facb11d34732f5e9
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

-- quarantine/open_files dd9d3c61f56ce870
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

-- quarantine/rejected_versions b121d8ec221bed4c
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

-- quarantine/unidentified_staging_events/delete cad269fefc172516
DELETE FROM staging_events
WHERE
  loaded_at = %(loaded_at)s
  AND NOT userid IS NULL
  AND (
    ts IS NULL
    OR NOT COALESCE(sessionid, -1) BETWEEN 0 AND 9000000000000
    OR NOT COALESCE(iteminsession, -1) BETWEEN 0 AND 999999
  )

-- quarantine/unidentified_staging_events/rows 38ccf4f2c3931131
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
  loaded_at = %(loaded_at)s
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

-- quarantine/unidentified_staging_songs/delete 2e1075dee4cf2af9
DELETE FROM staging_songs
WHERE
  loaded_at = %(loaded_at)s
  AND (
    NULLIF(TRIM(BOTH ' ' FROM song_id), '') IS NULL
    OR NULLIF(TRIM(BOTH ' ' FROM artist_id), '') IS NULL
  )

-- quarantine/unidentified_staging_songs/rows 422c2d8150a5750c
SELECT DISTINCT
  song_id,
  artist_id,
  CASE
    WHEN NULLIF(TRIM(BOTH ' ' FROM song_id), '') IS NULL
    THEN 'song_id'
    ELSE 'artist_id'
  END AS column_name
FROM staging_songs
WHERE
  loaded_at = %(loaded_at)s
  AND (
    NULLIF(TRIM(BOTH ' ' FROM song_id), '') IS NULL
    OR NULLIF(TRIM(BOTH ' ' FROM artist_id), '') IS NULL
  )
ORDER BY
  1,
  2
LIMIT 100000

-- queries/explorer/plays_by_hour 2c65764178fba1fb
WITH utc_hours AS (
  SELECT
    DATE_TRUNC('HOUR', start_time) AT TIME ZONE 'UTC' AS played_at,
    SPLIT_PART(SPLIT_PART(location, ', ', 2), '-', 1) AS state,
    level,
    COUNT(*) AS plays
  FROM songplays
  WHERE
    start_time >= %(period_start)s AND start_time < %(period_end)s
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
  CAST(CAST(EXTRACT(DOW FROM COALESCE(local_hour, utc_hour)) AS INT) AS INT) AS local_weekday,
  CAST(CAST(EXTRACT(HOUR FROM COALESCE(local_hour, utc_hour)) AS INT) AS INT) AS local_hour,
  plays
FROM local_hours

-- queries/explorer/visits 60d4e3f6cef2b0fc
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
    start_time >= %(period_start)s AND start_time < %(period_end)s
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

-- queries/first_and_last_event 1baa5a51a3f4193b
SELECT
  MIN(occurred_at) AS first_event_at,
  MAX(occurred_at) AS last_event_at
FROM user_events

-- queries/last_check_results 069c60248b7e39d3
SELECT
  check_name,
  run_id,
  checked_at,
  outcome,
  account
FROM (
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
    account,
    ROW_NUMBER() OVER (PARTITION BY check_name ORDER BY checked_at DESC, run_id DESC) AS _w
  FROM check_results AS result
  ORDER BY
    1
) AS _t
WHERE
  _w = 1

-- queries/most_played_songs 2e985e6a1cff6120
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

-- queries/period/key_figures 7a763248d96e086c
WITH played AS (
  SELECT
    COUNT(*) AS plays,
    COUNT(DISTINCT user_id) AS listeners,
    COUNT(CASE WHEN level = 'paid' THEN 1 END) AS paid_plays,
    COUNT(song_id) AS matched_plays
  FROM songplays
  WHERE
    start_time >= %(period_start)s AND start_time < %(period_end)s
), user_sessions AS (
  SELECT DISTINCT
    user_id,
    session_id
  FROM songplays
  WHERE
    start_time >= %(period_start)s AND start_time < %(period_end)s
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
    first_play_at >= %(period_start)s AND first_play_at < %(period_end)s
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

-- queries/period/paid_and_free 9368302d6b063694
WITH user_sessions AS (
  SELECT
    level,
    user_id,
    session_id,
    COUNT(*) AS plays
  FROM songplays
  WHERE
    start_time >= %(period_start)s AND start_time < %(period_end)s AND NOT level IS NULL
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

-- queries/period/plays_by_local_hour 2b7faf99a339b7aa
WITH utc_hours AS (
  SELECT
    DATE_TRUNC('HOUR', start_time) AT TIME ZONE 'UTC' AS played_at,
    SPLIT_PART(SPLIT_PART(location, ', ', 2), '-', 1) AS state,
    COUNT(*) AS plays
  FROM songplays
  WHERE
    start_time >= %(period_start)s AND start_time < %(period_end)s
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
  CAST(CAST(EXTRACT(DOW FROM COALESCE(local_hour, utc_hour)) AS INT) AS INT) AS weekday,
  CAST(CAST(EXTRACT(HOUR FROM COALESCE(local_hour, utc_hour)) AS INT) AS INT) AS hour,
  CAST(SUM(plays) AS BIGINT) AS plays,
  CAST(SUM(CASE WHEN local_hour IS NULL THEN plays ELSE 0 END) AS BIGINT) AS utc_plays
FROM local_hours
GROUP BY
  1,
  2
ORDER BY
  1,
  2

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

-- queries/period/quality 3406a366806f39a4
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

-- queries/period/retention 262b8676e8f9aeaa
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
    DENSE_RANK() OVER (ORDER BY cohort_week DESC) AS weeks_back,
    COUNT(CASE WHEN weeks_since = 0 THEN 1 END) OVER () AS cohorts
  FROM weeks
  WHERE
    cohort_week + 6 >= %(period_start)s
    AND cohort_week < %(period_end)s
    AND cohort_week + weeks_since * 7 < %(period_end)s
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

-- queries/period/upgrades b2259b53c65bb604
WITH free_users AS (
  SELECT
    COUNT(DISTINCT user_id) AS free_users
  FROM level_steps
  WHERE
    step_name = 'is free' AND taken_at >= %(period_start)s AND taken_at < %(period_end)s
), upgrades AS (
  SELECT
    user_id,
    MIN(valid_from) AS upgraded_at
  FROM user_levels
  WHERE
    level = 'paid'
    AND previous_level = 'free'
    AND valid_from >= %(period_start)s
    AND valid_from < %(period_end)s
  GROUP BY
    1
), waits AS (
  SELECT
    CAST(upgrades.upgraded_at AS DATE) - CAST(users.first_event_at AS DATE) AS days
  FROM upgrades
  INNER JOIN users
    ON upgrades.user_id = users.user_id
), upgraded AS (
  SELECT
    COUNT(*) AS upgraded_users,
    CAST(PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
      days) AS DOUBLE PRECISION) AS median_days
  FROM waits
)
SELECT
  free_users.free_users,
  upgraded.upgraded_users,
  upgraded.median_days
FROM free_users
CROSS JOIN upgraded

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

-- repair/batches 5cbf243dc1346dc8
SELECT
  batch_number,
  loaded_at
FROM batches
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

-- runs/end f2f82c997e62937f
UPDATE runs SET ended_at = (
  CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
), outcome = %(outcome)s, error = %(error)s, stage_seconds = %(stage_seconds)s, peak_memory_bytes = %(peak_memory_bytes)s, changed_records = %(changed_records)s
WHERE
  run_id = %(run_id)s

-- runs/interrupted b7b8607f6aa84261
UPDATE runs SET outcome = 'interrupted'
WHERE
  outcome = 'running'

-- runs/last_batch 27c1dd8147c296ce
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

-- schema/artists a5e31a84b81ffbf0
CREATE TABLE artists (
  artist_id VARCHAR(64) NOT NULL COLLATE "C",
  name VARCHAR(1024) COLLATE "C",
  location VARCHAR(1024) COLLATE "C",
  latitude DOUBLE PRECISION,
  longitude DOUBLE PRECISION
)

-- schema/batch_days a2f09432a9634a54
CREATE TABLE batch_days (
  loaded_at TIMESTAMP NOT NULL,
  event_date DATE NOT NULL,
  change VARCHAR(16) NOT NULL COLLATE "C",
  events BIGINT NOT NULL,
  latest_event_at TIMESTAMP,
  plays BIGINT NOT NULL,
  matched_plays BIGINT NOT NULL
)

-- schema/batches 5aa73f7330aa8f79
CREATE TABLE batches (
  batch_number BIGINT NOT NULL,
  run_id VARCHAR(64) COLLATE "C",
  loaded_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  ),
  suppressed BIGINT DEFAULT 0
)

-- schema/check_results a31a395533985399
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

-- schema/erasures 6763a1eea5c1c24f
CREATE TABLE IF NOT EXISTS erasures (
  action VARCHAR(16) NOT NULL COLLATE "C",
  user_hash VARCHAR(64) NOT NULL COLLATE "C",
  reason VARCHAR(512) NOT NULL COLLATE "C",
  reference VARCHAR(256) NOT NULL COLLATE "C",
  erased_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  ),
  bytes_gone_at TIMESTAMP
)

-- schema/load_errors 9f1a4c7fd9c4dd5d
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

-- schema/loaded_files 6c0d47462c2e9140
CREATE TABLE loaded_files (
  uri VARCHAR(4096) NOT NULL COLLATE "C",
  etag VARCHAR(256) NOT NULL COLLATE "C",
  touched_etag VARCHAR(256) COLLATE "C",
  bytes BIGINT NOT NULL,
  content_hash VARCHAR(32) COLLATE "C",
  staging_table VARCHAR(64) NOT NULL COLLATE "C",
  objects BIGINT,
  refused BIGINT,
  run_id VARCHAR(64) COLLATE "C",
  loaded_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- schema/played_titles e5290eb60b98c91e
CREATE TABLE played_titles (
  title VARCHAR(1024) COLLATE "C",
  duration DOUBLE PRECISION,
  first_play_date DATE,
  batch_number BIGINT
)

-- schema/rejected_files f85fd4579e5f0fc2
CREATE TABLE rejected_files (
  uri VARCHAR(4096) NOT NULL COLLATE "C",
  etag VARCHAR(256) NOT NULL COLLATE "C",
  bytes BIGINT NOT NULL,
  staging_table VARCHAR(64) NOT NULL COLLATE "C",
  reason VARCHAR(256) NOT NULL COLLATE "C",
  message VARCHAR(4096) NOT NULL COLLATE "C",
  hint VARCHAR(1024) NOT NULL COLLATE "C",
  run_id VARCHAR(64) NOT NULL COLLATE "C",
  rejected_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- schema/repeated_events 983ab4d8f717ea6b
CREATE TABLE repeated_events (
  session_id BIGINT NOT NULL,
  item_in_session INT NOT NULL,
  user_id INT NOT NULL,
  occurred_at TIMESTAMP NOT NULL,
  level VARCHAR(16) COLLATE "C",
  page VARCHAR(64) COLLATE "C",
  first_name VARCHAR(256) COLLATE "C",
  last_name VARCHAR(256) COLLATE "C",
  gender VARCHAR(16) COLLATE "C",
  location VARCHAR(512) COLLATE "C",
  user_agent VARCHAR(1024) COLLATE "C",
  received_title VARCHAR(1024) COLLATE "C",
  received_artist_name VARCHAR(1024) COLLATE "C",
  duration DOUBLE PRECISION,
  loaded_at TIMESTAMP NOT NULL
)

-- schema/repeated_songs 3b7aeef7e4b3de07
CREATE TABLE repeated_songs (
  song_id VARCHAR(64) NOT NULL COLLATE "C",
  artist_id VARCHAR(64) COLLATE "C",
  title VARCHAR(1024) COLLATE "C",
  artist_name VARCHAR(1024) COLLATE "C",
  duration DOUBLE PRECISION,
  year INT,
  artist_location VARCHAR(1024) COLLATE "C",
  artist_latitude DOUBLE PRECISION,
  artist_longitude DOUBLE PRECISION,
  loaded_at TIMESTAMP NOT NULL
)

-- schema/runs f23174f37ff83173
CREATE TABLE runs (
  run_id VARCHAR(64) NOT NULL COLLATE "C",
  started_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP,
  outcome VARCHAR(16) NOT NULL COLLATE "C",
  error VARCHAR(4096) COLLATE "C",
  stage_seconds VARCHAR(4096) COLLATE "C",
  peak_memory_bytes BIGINT,
  changed_records BIGINT
)

-- schema/session_totals 619e3f826bd1dde7
CREATE TABLE session_totals (
  session_id BIGINT NOT NULL,
  user_id INT NOT NULL,
  started_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP NOT NULL,
  plays BIGINT NOT NULL,
  pages BIGINT NOT NULL
)

-- schema/songplays 52faaaf85717825c
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
  item_in_session INT NOT NULL,
  title VARCHAR(1024) COLLATE "C",
  artist_name VARCHAR(1024) COLLATE "C",
  duration DOUBLE PRECISION
);
CREATE INDEX ON "songplays" ("start_time")

-- schema/songs cc123e21c21659a8
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

-- schema/staging_events 3782390b5058d5d8
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

-- schema/suppressed_users 1e4d32f3ef27f4bf
CREATE TABLE IF NOT EXISTS suppressed_users (
  user_hash VARCHAR(64) NOT NULL COLLATE "C",
  key_check VARCHAR(64) NOT NULL COLLATE "C",
  suppressed_at TIMESTAMP DEFAULT (
    CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
  )
)

-- schema/text_repairs db6fd44ca6acd98d
CREATE TABLE text_repairs (
  delivered VARCHAR(1024) NOT NULL COLLATE "C",
  repaired VARCHAR(1024) NOT NULL COLLATE "C"
)

-- schema/time 2a995445210f2549
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

-- schema/user_agents b05330d0ce2c4216
CREATE TABLE user_agents (
  user_agent VARCHAR(1024) NOT NULL COLLATE "C",
  device VARCHAR(64) NOT NULL COLLATE "C",
  browser VARCHAR(256) NOT NULL COLLATE "C"
)

-- schema/users 205a544315590353
CREATE TABLE users (
  user_id INT NOT NULL,
  first_name VARCHAR(256) COLLATE "C",
  last_name VARCHAR(256) COLLATE "C",
  gender VARCHAR(16) COLLATE "C",
  level VARCHAR(16) COLLATE "C",
  last_event_at TIMESTAMP NOT NULL,
  last_event_id BIGINT NOT NULL,
  first_event_at TIMESTAMP
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

-- suppression/count 95364da96e6da921
SELECT
  COUNT(*) AS records
FROM staging_events
WHERE
  loaded_at = %(loaded_at)s
  AND userid IN (
    SELECT
      forgotten_users.user_id
    FROM forgotten_users
  )

-- suppression/delete 5eec0abcefada2ad
DELETE FROM staging_events
WHERE
  loaded_at = %(loaded_at)s
  AND userid IN (
    SELECT
      forgotten_users.user_id
    FROM forgotten_users
  )

-- suppression/record 890df09e163b5e28
UPDATE batches SET suppressed = %(records)s
WHERE
  loaded_at = %(loaded_at)s

-- suppression/remove 5cd9646c5d14163f
DELETE FROM suppressed_users
WHERE
  user_hash = %(user_hash)s

-- suppression/users 9ea8b4b2920ebeb5
SELECT
  user_hash,
  key_check
FROM suppressed_users

-- suppression/users_of_batch 6a724bb76fd79d07
SELECT DISTINCT
  userid AS user_id
FROM staging_events
WHERE
  loaded_at = %(loaded_at)s AND NOT userid IS NULL

-- transform/artists/count_changed a38385218458429f
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

-- transform/artists/count_removed 4248b8f292fc8c74
SELECT
  0 AS added,
  0 AS changed,
  COUNT(*) AS removed
FROM artists_before
LEFT JOIN artists
  ON artists_before.artist_id = artists.artist_id
WHERE
  artists.artist_id IS NULL

-- transform/artists/delete 6557635438cbfd94
DELETE FROM artists USING   batch_artist_ids
WHERE
  artists.artist_id = batch_artist_ids.artist_id

-- transform/artists/insert a884d441135ad56a
INSERT INTO artists (
  artist_id,
  name,
  location,
  latitude,
  longitude
)
SELECT
  artist_id,
  name,
  location,
  latitude,
  longitude
FROM (
  SELECT
    record.artist_id,
    record.artist_name AS name,
    record.artist_location AS location,
    record.artist_latitude AS latitude,
    record.artist_longitude AS longitude,
    ROW_NUMBER() OVER (
      PARTITION BY record.artist_id
      ORDER BY CASE WHEN record.artist_location IS NULL THEN 1 ELSE 0 END, CASE WHEN record.artist_latitude IS NULL THEN 1 ELSE 0 END, record.artist_name, record.artist_location, record.artist_latitude, record.artist_longitude
    ) AS _w
  FROM batch_artist_ids
  INNER JOIN current_songs AS record
    ON batch_artist_ids.artist_id = record.artist_id
  WHERE
    NOT record.artist_id IS NULL
) AS _t
WHERE
  _w = 1

-- transform/artists/stage_before a44803938d91a6cb
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

-- transform/artists/stage_ids 31f311029fcca098
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

-- transform/batch_days/insert_new 9ba3a72a908969e5
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
    CAST(ts AS DATE) AS event_date,
    COUNT(*) AS events,
    MAX(ts) AS latest_event_at
  FROM staging_events
  WHERE
    loaded_at = %(loaded_at)s AND NOT ts IS NULL
  GROUP BY
    1,
    2
), started AS (
  SELECT
    CAST(start_time AS DATE) AS event_date,
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

-- transform/batch_days/insert_rematched 1517b1619f07cfe0
INSERT INTO batch_days (
  loaded_at,
  event_date,
  change,
  events,
  plays,
  matched_plays
)
SELECT
  CAST(%(loaded_at)s AS TIMESTAMP) AS loaded_at,
  CAST(start_time AS DATE) AS event_date,
  'rematched' AS change,
  0 AS events,
  0 AS plays,
  COUNT(song_id) - COUNT(former_song_id) AS matched_plays
FROM changed_matches
GROUP BY
  2
HAVING
  COUNT(song_id) <> COUNT(former_song_id)

-- transform/batch_days/insert_replaced d02b30d95ed33734
INSERT INTO batch_days (
  loaded_at,
  event_date,
  change,
  events,
  plays,
  matched_plays
)
SELECT
  CAST(%(loaded_at)s AS TIMESTAMP) AS loaded_at,
  CAST(start_time AS DATE) AS event_date,
  'replaced' AS change,
  0 AS events,
  -COUNT(*) AS plays,
  -COUNT(song_id) AS matched_plays
FROM plays_before
GROUP BY
  2

-- transform/garbled_texts 33ccca9191346dd1
WITH texts AS (
  SELECT
    received_title AS received
  FROM cleaned_events
  WHERE
    loaded_at = %(loaded_at)s AND page = 'NextSong'
  UNION
  SELECT
    received_artist_name AS received
  FROM cleaned_events
  WHERE
    loaded_at = %(loaded_at)s AND page = 'NextSong'
)
SELECT
  texts.received
FROM texts
LEFT JOIN text_repairs
  ON texts.received = text_repairs.delivered
WHERE
  OCTET_LENGTH(texts.received) > LENGTH(texts.received)
  AND text_repairs.delivered IS NULL

-- transform/new_user_agents d3c8e65c1b800c9b
WITH agents AS (
  SELECT DISTINCT
    user_agent
  FROM cleaned_events
  WHERE
    loaded_at = %(loaded_at)s AND NOT user_agent IS NULL
)
SELECT
  agents.user_agent
FROM agents
LEFT JOIN user_agents
  ON agents.user_agent = user_agents.user_agent
WHERE
  user_agents.user_agent IS NULL

-- transform/played_titles/first_rematched 61dc472df1136f98
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

-- transform/played_titles/insert 89e813a1c643111e
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
    start_time >= %(first_new_time)s
    AND start_time < %(end_of_new_time)s
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
  loaded_at = %(loaded_at)s

-- transform/played_titles/span_of_new b51721bdc2403be5
SELECT
  CAST(MIN(batch_days.event_date) AS TIMESTAMP) AS first_new_time,
  CAST(MAX(batch_days.event_date) AS TIMESTAMP) + INTERVAL '1 DAY' AS end_of_new_time
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

-- transform/repeated_events/count 617905a5cad25d6c
SELECT
  COUNT(*) AS repeated
FROM batch_repeated_events

-- transform/repeated_events/count_changed 602c5f4b0c65712c
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

-- transform/repeated_events/delete 4bf5aefd8f5ac5b0
DELETE FROM repeated_events USING   batch_repeated_events
WHERE
  repeated_events.session_id = batch_repeated_events.session_id
  AND repeated_events.item_in_session = batch_repeated_events.item_in_session
  AND repeated_events.user_id = batch_repeated_events.user_id
  AND repeated_events.session_id BETWEEN %(first_session)s AND %(last_session)s

-- transform/repeated_events/insert e2e7475ef828bab9
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
FROM (
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
    version.loaded_at,
    ROW_NUMBER() OVER (
      PARTITION BY version.session_id, version.item_in_session, version.user_id
      ORDER BY batches.batch_number DESC, version.occurred_at ASC, version.level ASC, version.page ASC, version.first_name ASC, version.last_name ASC, version.gender ASC, version.location ASC, version.user_agent ASC, version.received_title ASC, version.received_artist_name ASC, version.duration ASC
    ) AS _w
  FROM batch_repeated_events
  INNER JOIN cleaned_events AS version
    ON batch_repeated_events.session_id = version.session_id
    AND batch_repeated_events.item_in_session = version.item_in_session
    AND batch_repeated_events.user_id = version.user_id
  INNER JOIN batches
    ON version.loaded_at = batches.loaded_at
  WHERE
    NOT version.user_id IS NULL
    AND version.session_id BETWEEN %(first_session)s AND %(last_session)s
) AS _t
WHERE
  _w = 1

-- transform/repeated_events/stage_keys 093ed1cc21e2f8fc
CREATE TEMPORARY TABLE batch_repeated_events AS
SELECT
  session_id,
  item_in_session,
  user_id
FROM cleaned_events
WHERE
  loaded_at = %(loaded_at)s
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
  received.loaded_at = %(loaded_at)s
  AND others.loaded_at <> %(loaded_at)s
  AND others.session_id BETWEEN %(first_session)s AND %(last_session)s

-- transform/repeated_events/stage_previous 345e0153402c9be2
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
  current_events.loaded_at <> %(loaded_at)s
  AND current_events.session_id BETWEEN %(first_session)s AND %(last_session)s

-- transform/repeated_songs/count 6e70bc9f62ca60a2
SELECT
  COUNT(*) AS repeated
FROM batch_repeated_songs

-- transform/repeated_songs/count_changed d1c230b4a71f069b
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

-- transform/repeated_songs/delete 79b829214d680e7a
DELETE FROM repeated_songs USING   batch_repeated_songs
WHERE
  repeated_songs.song_id = batch_repeated_songs.song_id

-- transform/repeated_songs/insert c9670a2bbfa615a6
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
FROM (
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
    version.loaded_at,
    ROW_NUMBER() OVER (
      PARTITION BY version.song_id
      ORDER BY batches.batch_number DESC, version.artist_id ASC, version.title ASC, version.artist_name ASC, version.duration ASC, version.year ASC, version.artist_location ASC, version.artist_latitude ASC, version.artist_longitude ASC
    ) AS _w
  FROM batch_repeated_songs
  INNER JOIN cleaned_songs AS version
    ON batch_repeated_songs.song_id = version.song_id
  INNER JOIN batches
    ON version.loaded_at = batches.loaded_at
  WHERE
    NOT version.song_id IS NULL
) AS _t
WHERE
  _w = 1

-- transform/repeated_songs/stage_keys 122795b7eeff9701
CREATE TEMPORARY TABLE batch_repeated_songs AS
SELECT
  song_id
FROM cleaned_songs
WHERE
  loaded_at = %(loaded_at)s
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
  received.loaded_at = %(loaded_at)s AND others.loaded_at <> %(loaded_at)s

-- transform/repeated_songs/stage_previous 08b959c6e7b93925
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
  current_songs.loaded_at <> %(loaded_at)s

-- transform/session_totals/delete 10e86bb0c6ada600
DELETE FROM session_totals USING   batch_sessions
WHERE
  session_totals.session_id = batch_sessions.session_id
  AND session_totals.user_id = batch_sessions.user_id
  AND session_totals.session_id BETWEEN %(first_session)s AND %(last_session)s

-- transform/session_totals/insert a79df02aba938def
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

-- transform/session_totals/stage c60585cc98549d0a
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
  loaded_at = %(loaded_at)s
GROUP BY
  1,
  2

-- transform/session_totals/stage_known 4d97154de3319777
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
  session_totals.session_id BETWEEN %(first_session)s AND %(last_session)s

-- transform/session_totals/stage_replaced 6644afcfa471a3ab
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
  repeated_events.loaded_at = %(loaded_at)s
GROUP BY
  1,
  2

-- transform/songplays/count_changed 956298bc0c73caf7
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

-- transform/songplays/count_inserted b85eecfb81cba192
SELECT
  COALESCE(SUM(plays), 0) AS added,
  0 AS changed,
  0 AS removed
FROM batch_timestamps

-- transform/songplays/count_rematched 664954b7ed7ea1e5
SELECT
  0 AS added,
  COUNT(*) AS changed,
  0 AS removed
FROM changed_matches

-- transform/songplays/count_removed d813b6d350e99528
SELECT
  -COUNT(songplays.songplay_id) AS added,
  0 AS changed,
  COUNT(*) - COUNT(songplays.songplay_id) AS removed
FROM plays_before
LEFT JOIN songplays
  ON plays_before.songplay_id = songplays.songplay_id
  AND plays_before.user_id = songplays.user_id

-- transform/songplays/delete 82cce777a3fdbf3d
DELETE FROM songplays USING   repeated_events
WHERE
  repeated_events.loaded_at = %(loaded_at)s
  AND songplays.session_id = repeated_events.session_id
  AND songplays.item_in_session = repeated_events.item_in_session
  AND songplays.user_id = repeated_events.user_id
  AND songplays.session_id BETWEEN %(first_session)s AND %(last_session)s

-- transform/songplays/insert f70e038c798c7bbe
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
  cleaned_plays.loaded_at = %(loaded_at)s

-- transform/songplays/match 7db64efff18c09c8
CREATE TEMPORARY TABLE matched_titles AS
SELECT
  title,
  artist_name,
  duration,
  song_id,
  artist_id
FROM (
  SELECT
    play.title,
    play.artist_name,
    play.duration,
    current_songs.song_id,
    current_songs.artist_id,
    ROW_NUMBER() OVER (
      PARTITION BY play.title, play.artist_name, play.duration
      ORDER BY current_songs.song_id
    ) AS _w
  FROM titles_to_match AS play
  INNER JOIN current_songs
    ON play.title = current_songs.title
    AND play.artist_name = current_songs.artist_name
    AND play.duration = current_songs.duration
  WHERE
    NOT play.title IS NULL
) AS _t
WHERE
  _w = 1

-- transform/songplays/span_of_before b487bb9b71e02730
SELECT
  COUNT(*) AS plays,
  MIN(start_time) AS first_replaced_time,
  MAX(start_time) AS last_replaced_time
FROM plays_before

-- transform/songplays/span_of_changed e85e4a1fafb48dad
SELECT
  COUNT(*) AS plays,
  MIN(start_time) AS first_changed_time,
  MAX(start_time) AS last_changed_time
FROM changed_matches

-- transform/songplays/stage aff774394b222e7e
CREATE TEMPORARY TABLE titles_to_match AS
SELECT
  CAST(start_time AS DATE) AS play_date,
  title,
  artist_name,
  duration,
  COUNT(*) AS plays
FROM cleaned_plays
WHERE
  loaded_at = %(loaded_at)s
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

-- transform/songplays/stage_before ddd2d06c41fa2fab
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
  repeated_events.loaded_at = %(loaded_at)s
  AND songplays.session_id BETWEEN %(first_session)s AND %(last_session)s

-- transform/songplays/stage_changed f2cc79cc0115ff69
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

-- transform/songplays/stage_earlier 0807a7ce28f1867b
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
  start_time >= %(first_rematched_time)s
  AND duration IN (
    SELECT
      batch_songs.duration
    FROM batch_songs
  )

-- transform/songplays/stage_earlier_titles a199c67fc3dc955f
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

-- transform/songplays/stage_former e931d3023592c957
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
  songplays.start_time >= %(first_rematched_time)s AND lengths.duration IS NULL

-- transform/songplays/update_matches b787c52d0c739dcd
UPDATE songplays SET song_id = changed_matches.song_id, artist_id = changed_matches.artist_id
FROM changed_matches
WHERE
  songplays.songplay_id = changed_matches.songplay_id
  AND songplays.user_id = changed_matches.user_id
  AND songplays.start_time BETWEEN %(first_changed_time)s AND %(last_changed_time)s

-- transform/songs/count_changed 75ccfb8107841d5c
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

-- transform/songs/delete 8b3af15a22519176
DELETE FROM songs USING   batch_songs
WHERE
  songs.song_id = batch_songs.song_id

-- transform/songs/insert 8dbbb21001889fc9
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

-- transform/songs/stage e18d970cc59ce6b7
CREATE TEMPORARY TABLE batch_songs AS
SELECT
  song_id,
  title,
  artist_id,
  year,
  duration
FROM current_songs
WHERE
  loaded_at = %(loaded_at)s

-- transform/songs/stage_before 60575c097cf3814c
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

-- transform/time/count_deleted 729264702d4e4dc0
SELECT
  0 AS added,
  0 AS changed,
  COUNT(*) AS removed
FROM unplayed_timestamps

-- transform/time/count_inserted 77f9c6e20423c8ac
SELECT
  COUNT(*) AS added,
  0 AS changed,
  0 AS removed
FROM batch_timestamps
WHERE
  is_new = 1

-- transform/time/delete_unplayed f5e4f26f95cb09fe
DELETE FROM "time" USING   unplayed_timestamps
WHERE
  "time".start_time = unplayed_timestamps.start_time
  AND "time".start_time BETWEEN %(first_replaced_time)s AND %(last_replaced_time)s

-- transform/time/insert ffc2a2e33bba4177
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
  CAST(EXTRACT(HOUR FROM start_time) AS INT) AS hour,
  CAST(EXTRACT(DAY FROM start_time) AS INT) AS day,
  CAST(EXTRACT(WEEK FROM start_time) AS INT) AS week,
  CAST(EXTRACT(MONTH FROM start_time) AS INT) AS month,
  CAST(EXTRACT(YEAR FROM start_time) AS INT) AS year,
  CAST(EXTRACT(DOW FROM start_time) AS INT) AS weekday
FROM batch_timestamps
WHERE
  is_new = 1

-- transform/time/stage 03dd4b76934c25ab
CREATE TEMPORARY TABLE batch_timestamps AS
WITH known AS (
  SELECT
    start_time
  FROM "time"
  WHERE
    start_time BETWEEN %(first_start_time)s AND %(last_start_time)s
), started AS (
  SELECT
    start_time,
    COUNT(*) AS plays
  FROM staged_plays
  WHERE
    loaded_at = %(loaded_at)s
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

-- transform/time/stage_unplayed a42afdef1e793339
CREATE TEMPORARY TABLE unplayed_timestamps AS
WITH played AS (
  SELECT
    start_time
  FROM songplays
  WHERE
    start_time BETWEEN %(first_replaced_time)s AND %(last_replaced_time)s
)
SELECT DISTINCT
  plays_before.start_time
FROM plays_before
LEFT JOIN played
  ON plays_before.start_time = played.start_time
WHERE
  played.start_time IS NULL

-- transform/users/count_changed 5bfd66e3f6c70ce3
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

-- transform/users/delete fe7b3578bb308be2
DELETE FROM users USING   batch_users
WHERE
  users.user_id = batch_users.user_id

-- transform/users/insert 910fb50a2e9fe160
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

-- transform/users/stage 4ad7d198f3ec2974
CREATE TEMPORARY TABLE batch_users AS
SELECT
  user_id,
  first_name,
  last_name,
  gender,
  level,
  last_event_at,
  last_event_id,
  first_event_at
FROM (
  WITH batch_spans AS (
    SELECT
      user_id,
      MAX(occurred_at) AS last_event_at,
      MIN(occurred_at) AS first_event_at
    FROM current_events
    WHERE
      loaded_at = %(loaded_at)s
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
      current_events.loaded_at = %(loaded_at)s
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
    MIN(candidate.first_event_at) OVER (PARTITION BY candidate.user_id) AS first_event_at,
    ROW_NUMBER() OVER (
      PARTITION BY candidate.user_id
      ORDER BY candidate.last_event_at DESC, candidate.last_event_id DESC, candidate.is_known ASC
    ) AS _w
  FROM candidates AS candidate
  WHERE
    NOT candidate.user_id IS NULL
) AS _t
WHERE
  _w = 1

-- transform/users/stage_before 103bc1f212c7da3f
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

-- views/cleaned_events 96245bae5e633bc1
CREATE VIEW cleaned_events AS
SELECT
  sessionid AS session_id,
  iteminsession AS item_in_session,
  userid AS user_id,
  ts AS occurred_at,
  NULLIF(TRIM(BOTH ' ' FROM level), '') AS level,
  NULLIF(TRIM(BOTH ' ' FROM page), '') AS page,
  NULLIF(TRIM(BOTH ' ' FROM firstname), '') AS first_name,
  NULLIF(TRIM(BOTH ' ' FROM lastname), '') AS last_name,
  NULLIF(TRIM(BOTH ' ' FROM gender), '') AS gender,
  NULLIF(TRIM(BOTH ' ' FROM location), '') AS location,
  NULLIF(TRIM(BOTH ' "' FROM useragent), '') AS user_agent,
  song AS received_title,
  artist AS received_artist_name,
  length AS duration,
  loaded_at
FROM staging_events
WHERE
  NOT userid IS NULL

-- views/cleaned_plays a684e1686ee6579d
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
  NULLIF(COALESCE(titles.repaired, TRIM(BOTH ' ' FROM staged_plays.received_title)), '') AS title,
  NULLIF(
    COALESCE(artist_names.repaired, TRIM(BOTH ' ' FROM staged_plays.received_artist_name)),
    ''
  ) AS artist_name,
  staged_plays.duration,
  staged_plays.loaded_at
FROM staged_plays
LEFT JOIN text_repairs AS titles
  ON staged_plays.received_title = titles.delivered
LEFT JOIN text_repairs AS artist_names
  ON staged_plays.received_artist_name = artist_names.delivered

-- views/cleaned_songs bcf94a5552408f58
CREATE VIEW cleaned_songs AS
SELECT
  NULLIF(TRIM(BOTH ' ' FROM song_id), '') AS song_id,
  NULLIF(TRIM(BOTH ' ' FROM artist_id), '') AS artist_id,
  NULLIF(TRIM(BOTH ' ' FROM title), '') AS title,
  NULLIF(TRIM(BOTH ' ' FROM artist_name), '') AS artist_name,
  duration,
  NULLIF(year, 0) AS year,
  NULLIF(TRIM(BOTH ' ' FROM artist_location), '') AS artist_location,
  artist_latitude,
  artist_longitude,
  loaded_at
FROM staging_songs

-- views/current_events 8c0cf3a03b1ee927
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

-- views/current_songs 3cb0ec3929923525
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

-- views/daily_activity 4bbe9ca0cdfd9cb4
CREATE VIEW daily_activity AS
WITH session_days AS (
  SELECT
    CAST(occurred_at AS DATE) AS activity_date,
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
      WHEN session_days.activity_date = CAST(users.first_event_at AS DATE)
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

-- views/file_versions b75be2551068febf
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

-- views/plays 39a76d0d0defd86d
CREATE VIEW plays AS
SELECT
  songplays.songplay_id,
  songplays.start_time,
  CAST(songplays.start_time AS DATE) AS start_date,
  CAST(CAST(EXTRACT(YEAR FROM songplays.start_time) AS INT) AS INT) AS year,
  CAST(CAST(EXTRACT(MONTH FROM songplays.start_time) AS INT) AS INT) AS month,
  CAST(CAST(EXTRACT(WEEK FROM songplays.start_time) AS INT) AS INT) AS week,
  CAST(CAST(EXTRACT(DAY FROM songplays.start_time) AS INT) AS INT) AS day,
  CAST(CAST(EXTRACT(DOW FROM songplays.start_time) AS INT) AS INT) AS weekday,
  CAST(CAST(EXTRACT(HOUR FROM songplays.start_time) AS INT) AS INT) AS hour,
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

-- views/sessions 3bffd8d6adef912f
CREATE VIEW sessions AS
SELECT
  session_id,
  user_id,
  started_at,
  ended_at,
  plays,
  pages
FROM session_totals

-- views/staged_plays 54f69a82281e9f96
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

-- views/user_events d5f0e0ce3b21c366
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

-- undo/rejected_files 2d7addb0b40adf6c
DELETE FROM "rejected_files"
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

-- undo/batches 21261792524867f1
DELETE FROM "batches"
WHERE
  run_id = %(run_id)s

-- remove/staging_events 86d0a07c93e5a879
DELETE FROM "staging_events"
WHERE
  loaded_at IN (
    SELECT
      batches.loaded_at
    FROM batches
    INNER JOIN removed_batches
      ON batches.batch_number = removed_batches.batch_number
  )

-- remove/staging_songs 4be8664ad03a86b9
DELETE FROM "staging_songs"
WHERE
  loaded_at IN (
    SELECT
      batches.loaded_at
    FROM batches
    INNER JOIN removed_batches
      ON batches.batch_number = removed_batches.batch_number
  )

-- remove/load_errors 29b1a32da4af966c
DELETE FROM "load_errors"
WHERE
  loaded_at IN (
    SELECT
      batches.loaded_at
    FROM batches
    INNER JOIN removed_batches
      ON batches.batch_number = removed_batches.batch_number
  )

-- remove/loaded_files 9d90e96f4f15fdb6
DELETE FROM "loaded_files"
WHERE
  loaded_at IN (
    SELECT
      batches.loaded_at
    FROM batches
    INNER JOIN removed_batches
      ON batches.batch_number = removed_batches.batch_number
  )

-- remove/batches 94b8d90fa2921e55
DELETE FROM "batches"
WHERE
  loaded_at IN (
    SELECT
      batches.loaded_at
    FROM batches
    INNER JOIN removed_batches
      ON batches.batch_number = removed_batches.batch_number
  )

-- move/staging_events 043d4a81dbd0ed76
UPDATE "staging_events" SET loaded_at = %(moved_to)s
WHERE
  loaded_at = %(loaded_at)s

-- move/staging_songs e5aeab7083e932bf
UPDATE "staging_songs" SET loaded_at = %(moved_to)s
WHERE
  loaded_at = %(loaded_at)s

-- move/load_errors baac7a12a48448b3
UPDATE "load_errors" SET loaded_at = %(moved_to)s
WHERE
  loaded_at = %(loaded_at)s

-- move/loaded_files dcea7d0292851002
UPDATE "loaded_files" SET loaded_at = %(moved_to)s
WHERE
  loaded_at = %(loaded_at)s

-- move/batches 9fcf947d8f306ddf
UPDATE "batches" SET loaded_at = %(moved_to)s
WHERE
  loaded_at = %(loaded_at)s

-- export/songplays 47da5917d43483ae
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

-- export/users 728d6975a4f5de9d
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
