-- Written by `make golden` from the SQL and the lists of sparkify/sql.

-- drop/file_versions 87a11224e04fdba6
drop view if exists "file_versions"

-- drop/cleaned_songs ecd05e14bb4c24ec
drop view if exists "cleaned_songs"

-- drop/current_songs 14158c1c6c574864
drop view if exists "current_songs"

-- drop/cleaned_events 096c1dc08e75f203
drop view if exists "cleaned_events"

-- drop/current_events c942e3702caca64a
drop view if exists "current_events"

-- drop/staged_plays c545a15b4f2ac195
drop view if exists "staged_plays"

-- drop/cleaned_plays 2867050a7ab0e7ac
drop view if exists "cleaned_plays"

-- drop/user_events 6ea1fa12ef59d098
drop view if exists "user_events"

-- drop/plays 8b0c7826c000fd10
drop view if exists "plays"

-- drop/sessions 718fd1f9297e732d
drop view if exists "sessions"

-- drop/daily_activity 1523927ecca60632
drop view if exists "daily_activity"

-- drop/user_levels b350e11725486469
drop view if exists "user_levels"

-- drop/level_steps edb1f76948aa4b84
drop view if exists "level_steps"

-- drop/level_funnel 1c6ab2d6809dd135
drop view if exists "level_funnel"

-- drop/top_songs 07c011079162d5a7
drop view if exists "top_songs"

-- drop/top_artists af704a520ff0e216
drop view if exists "top_artists"

-- drop/retention 17a91bea51333177
drop view if exists "retention"

-- drop/catalogue 3d2d988c4a98d912
drop view if exists "catalogue"

-- drop/titled_plays 9c2a17d1db9ecc7e
drop view if exists "titled_plays"

-- drop/known_titles afa9083b171667d1
drop view if exists "known_titles"

-- drop/matches 614dac8279d18720
drop view if exists "matches"

-- drop/song_matches f0cb6145719246fb
drop view if exists "song_matches"

-- drop/staging_events d6a206ad856b27b4
drop table if exists "staging_events"

-- drop/staging_songs b52b86907d5b6c9e
drop table if exists "staging_songs"

-- drop/artists fa197688151c9c9d
drop table if exists "artists"

-- drop/songs e378897b8b5866bd
drop table if exists "songs"

-- drop/users 3c0f7ba247f2e3cb
drop table if exists "users"

-- drop/time 9da612b8f9f2c7cc
drop table if exists "time"

-- drop/songplays 544f397feba945f5
drop table if exists "songplays"

-- drop/user_agents 1186a35652518f74
drop table if exists "user_agents"

-- drop/warehouse_version 2572856090a4fb99
drop table if exists "warehouse_version"

-- drop/runs d23277a739d8f3dc
drop table if exists "runs"

-- drop/batches 62e57142c63fdc59
drop table if exists "batches"

-- drop/loaded_files 75ca0a4889be0bbe
drop table if exists "loaded_files"

-- drop/load_errors 6eacc9d291f5c612
drop table if exists "load_errors"

-- drop/rejected_files 534a5c851ad34c13
drop table if exists "rejected_files"

-- drop/check_results 888e2d1886278a3f
drop table if exists "check_results"

-- drop/source_keys deadf3dd0ea72d53
drop table if exists "source_keys"

-- drop/source_findings d09e4f4ea605befa
drop table if exists "source_findings"

-- drop/added_columns 5a8f8436ecbb2b31
drop table if exists "added_columns"

-- drop/text_repairs 3f451e115d868b23
drop table if exists "text_repairs"

-- drop/repeated_events be6713b87ce88d69
drop table if exists "repeated_events"

-- drop/repeated_songs 290cbfd5fc1ac7f5
drop table if exists "repeated_songs"

-- drop/batch_days 73412e45c3b07e72
drop table if exists "batch_days"

-- drop/session_totals bcccf9bcc0d844bc
drop table if exists "session_totals"

-- drop/played_titles 5b58ed7c171e270b
drop table if exists "played_titles"

-- drop/write_lock 157f63b999864f8e
drop table if exists "write_lock"

-- drop/erasures 19662c1c5f56109d
drop table if exists "erasures"

-- drop/suppressed_users b7f4409f77259890
drop table if exists "suppressed_users"

-- drop/contradicting_events 8d682e104eefdc38
drop table if exists "contradicting_events"

-- drop/touched_files eef7742e0b40f0b5
drop table if exists "touched_files"

-- drop/removed_batches 31dfc27b9c46c6f0
drop table if exists "removed_batches"

-- drop/batch_repeated_songs 58851029508e8ff4
drop table if exists "batch_repeated_songs"

-- drop/batch_repeated_events dc9299fd15f56428
drop table if exists "batch_repeated_events"

-- drop/previous_songs 266eff59be15ae03
drop table if exists "previous_songs"

-- drop/previous_events 2e939788acdb1974
drop table if exists "previous_events"

-- drop/batch_songs 6b97637839728805
drop table if exists "batch_songs"

-- drop/batch_artist_ids 901b33cb4a303c35
drop table if exists "batch_artist_ids"

-- drop/artists_before f36f35d0e18f8673
drop table if exists "artists_before"

-- drop/songs_before f07368a4a78bfc23
drop table if exists "songs_before"

-- drop/batch_users 55f008221e9364ec
drop table if exists "batch_users"

-- drop/users_before 0899158436629147
drop table if exists "users_before"

-- drop/batch_timestamps 635225777c80777c
drop table if exists "batch_timestamps"

-- drop/plays_before 2e5729e7b9b76fc2
drop table if exists "plays_before"

-- drop/titles_to_match 4ce204453bc2f696
drop table if exists "titles_to_match"

-- drop/earlier_plays 06d6f4e460573a6f
drop table if exists "earlier_plays"

-- drop/matched_titles 6ea9ec6110306256
drop table if exists "matched_titles"

-- drop/changed_matches ecbf77a987ffa136
drop table if exists "changed_matches"

-- drop/batch_sessions b27dc7a8151f8bb4
drop table if exists "batch_sessions"

-- drop/unplayed_timestamps a0728720d12ee299
drop table if exists "unplayed_timestamps"

-- empty/songplays e06eae0e5067352e
DELETE FROM "songplays"

-- empty/artists 1651c65d1af0d62a
DELETE FROM "artists"

-- empty/songs e3a314cf3cdbbc00
DELETE FROM "songs"

-- empty/users 273aab99fae2d4aa
DELETE FROM "users"

-- empty/time df8688db6f340ffd
DELETE FROM "time"

-- empty/repeated_events b72709f3b4b742d8
DELETE FROM "repeated_events"

-- empty/repeated_songs 569eda60cd202d09
DELETE FROM "repeated_songs"

-- undo/staging_events d613bc0af8955ea9
DELETE FROM "staging_events" WHERE loaded_at IN (SELECT loaded_files.loaded_at FROM loaded_files WHERE loaded_files.run_id = :run_id)

-- undo/staging_songs 0f86054d6755eda0
DELETE FROM "staging_songs" WHERE loaded_at IN (SELECT loaded_files.loaded_at FROM loaded_files WHERE loaded_files.run_id = :run_id)

-- undo/load_errors e1333f31ef99657b
DELETE FROM "load_errors" WHERE run_id = :run_id

-- undo/rejected_files bd572f39c4b9a541
DELETE FROM "rejected_files" WHERE run_id = :run_id

-- undo/source_keys 9ee6c5680ed240fb
DELETE FROM "source_keys" WHERE run_id = :run_id

-- undo/loaded_files e9ea5da299c31f20
DELETE FROM "loaded_files" WHERE run_id = :run_id

-- undo/batches 5bf7f6928049f9a0
DELETE FROM "batches" WHERE run_id = :run_id

-- remove/staging_events d3ff5ac06f498d64
DELETE FROM "staging_events" WHERE loaded_at IN (SELECT batches.loaded_at FROM batches INNER JOIN removed_batches ON batches.batch_number = removed_batches.batch_number)

-- move/staging_events a765438ff4aab9c4
UPDATE "staging_events" SET loaded_at = :moved_to WHERE loaded_at = :loaded_at

-- remove/staging_songs b3e238603d4c1e62
DELETE FROM "staging_songs" WHERE loaded_at IN (SELECT batches.loaded_at FROM batches INNER JOIN removed_batches ON batches.batch_number = removed_batches.batch_number)

-- move/staging_songs 77d05253a42797ed
UPDATE "staging_songs" SET loaded_at = :moved_to WHERE loaded_at = :loaded_at

-- remove/load_errors 9855de4bbc51db4f
DELETE FROM "load_errors" WHERE loaded_at IN (SELECT batches.loaded_at FROM batches INNER JOIN removed_batches ON batches.batch_number = removed_batches.batch_number)

-- move/load_errors d68a4210e61b29b4
UPDATE "load_errors" SET loaded_at = :moved_to WHERE loaded_at = :loaded_at

-- remove/loaded_files b81e4072d2989893
DELETE FROM "loaded_files" WHERE loaded_at IN (SELECT batches.loaded_at FROM batches INNER JOIN removed_batches ON batches.batch_number = removed_batches.batch_number)

-- move/loaded_files 6deb04ae8e19159f
UPDATE "loaded_files" SET loaded_at = :moved_to WHERE loaded_at = :loaded_at

-- remove/batches 9a97ce1e7b213aa8
DELETE FROM "batches" WHERE loaded_at IN (SELECT batches.loaded_at FROM batches INNER JOIN removed_batches ON batches.batch_number = removed_batches.batch_number)

-- move/batches 1a67ac3d962490c8
UPDATE "batches" SET loaded_at = :moved_to WHERE loaded_at = :loaded_at

-- export/songplays cbf258024b13e99a
SELECT "songplay_id", "start_time", "user_id", "level", "song_id", "artist_id", "session_id", "location", "user_agent", "item_in_session", "title", "artist_name", "duration", EXTRACT(year FROM "start_time") AS "year", EXTRACT(month FROM "start_time") AS "month" FROM "songplays"

-- export/artists 39fd0ed825944437
SELECT "artist_id", "name", "location", "latitude", "longitude" FROM "artists"

-- export/songs 0e1577fd5dc9ceee
SELECT "song_id", "title", "artist_id", "year", "duration" FROM "songs"

-- export/users f09a09662fa01e75
SELECT "user_id", "first_name", "last_name", "gender", "level", "last_event_at", "last_event_id", "first_event_at" FROM "users"

-- export/time bb50eb98476d8ee5
SELECT "start_time", "hour", "day", "week", "month", "year", "weekday" FROM "time"

-- copy_target/staging_events 8a5dd4b9e51acfb1
copy staging_events (
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
    "userid"
)

-- copy_target/staging_songs 75c3a3356b9645ff
copy staging_songs (
    "num_songs",
    "artist_id",
    "artist_latitude",
    "artist_longitude",
    "artist_location",
    "artist_name",
    "song_id",
    "title",
    "duration",
    "year"
)

-- comment/staging_events 557617c3dcfef67a
comment on table "staging_events" is 'One row per event as received.'

-- comment/staging_events.artist 469cd81799f9dff8
comment on column "staging_events"."artist" is 'Name of the song''s artist, as the app wrote it; key artist. Null unless a song was played. Personal: indirect.'

-- comment/staging_events.auth a3f7b2a9b73a0f31
comment on column "staging_events"."auth" is 'Login state of the user: Logged In, Logged Out, Guest or Cancelled; key auth. Personal: indirect.'

-- comment/staging_events.firstname 794efc507cc43ff0
comment on column "staging_events"."firstname" is 'The user''s first name; key firstName. Personal: direct.'

-- comment/staging_events.gender 4baf3d362f50896c
comment on column "staging_events"."gender" is 'The user''s gender, F or M; key gender. Personal: indirect.'

-- comment/staging_events.iteminsession d81e1405958d03e1
comment on column "staging_events"."iteminsession" is 'Number of the event within its session, from 0; key itemInSession. Personal: indirect.'

-- comment/staging_events.lastname 6c764e50312d31d8
comment on column "staging_events"."lastname" is 'The user''s last name; key lastName. Personal: direct.'

-- comment/staging_events.length 837a5b87d2a56fc9
comment on column "staging_events"."length" is 'Duration of the song in seconds; key length. Null unless a song was played. Personal: indirect.'

-- comment/staging_events.level 5713dec750478f4a
comment on column "staging_events"."level" is 'The user''s plan at that time, free or paid; key level. Personal: indirect.'

-- comment/staging_events.location 288999da4ea3bd6e
comment on column "staging_events"."location" is 'The user''s location, a metropolitan area of the United States; key location. Personal: indirect.'

-- comment/staging_events.method b7cb80b6480631f1
comment on column "staging_events"."method" is 'HTTP method of the request, GET or PUT; key method. Personal: indirect.'

-- comment/staging_events.page 40ba2d35e1ad126f
comment on column "staging_events"."page" is 'Page of the app; NextSong is the start of a song; key page. Personal: indirect.'

-- comment/staging_events.registration ae12e7cc6b8c804b
comment on column "staging_events"."registration" is 'When the user signed up, in milliseconds since 1970 in UTC; key registration. Personal: indirect.'

-- comment/staging_events.sessionid 35151b7df01f7e63
comment on column "staging_events"."sessionid" is 'Number of the session; key sessionId. Personal: indirect.'

-- comment/staging_events.song 0c5409f4958cd622
comment on column "staging_events"."song" is 'Title of the song, as the app wrote it; key song. Null unless a song was played. Personal: indirect.'

-- comment/staging_events.status 0c36bd61d12dd224
comment on column "staging_events"."status" is 'HTTP status of the response; key status. Personal: indirect.'

-- comment/staging_events.ts cba946fc4b5ad73b
comment on column "staging_events"."ts" is 'When the event happened, in UTC, to the millisecond; key ts. Personal: indirect.'

-- comment/staging_events.useragent 20733f01f0414f87
comment on column "staging_events"."useragent" is 'The browser''s user agent, often in quotes; key userAgent. Personal: indirect.'

-- comment/staging_events.userid 6d299233939ee00b
comment on column "staging_events"."userid" is 'Number of the user; key userId. Null if nobody is logged in. Personal: direct.'

-- comment/staging_events.loaded_at f608a6c118d4126c
comment on column "staging_events"."loaded_at" is 'When the load of the row''s batch began, in UTC; identifies the batch.'

-- comment/staging_songs 00c09ac44a97d459
comment on table "staging_songs" is 'One row per song record as received.'

-- comment/staging_songs.num_songs b40a3532c720dc88
comment on column "staging_songs"."num_songs" is 'Number of songs in the record''s file, always 1; key num_songs.'

-- comment/staging_songs.artist_id 165e280c69307d89
comment on column "staging_songs"."artist_id" is 'Id of the artist in the catalogue; key artist_id.'

-- comment/staging_songs.artist_latitude 2bb242ba04679580
comment on column "staging_songs"."artist_latitude" is 'Latitude of the artist''s location, in degrees north; key artist_latitude.'

-- comment/staging_songs.artist_longitude 9c4db614cd40e380
comment on column "staging_songs"."artist_longitude" is 'Longitude of the artist''s location, in degrees east; key artist_longitude.'

-- comment/staging_songs.artist_location b81e539370bcfbab
comment on column "staging_songs"."artist_location" is 'Where the artist is from; key artist_location.'

-- comment/staging_songs.artist_name 4a7b08b2c3c99001
comment on column "staging_songs"."artist_name" is 'The artist''s name in this record; records of one artist can differ; key artist_name.'

-- comment/staging_songs.song_id bd29ba56b8817c15
comment on column "staging_songs"."song_id" is 'Id of the song in the catalogue; key song_id.'

-- comment/staging_songs.title 976c0bf5b75dd16c
comment on column "staging_songs"."title" is 'The song''s title; key title.'

-- comment/staging_songs.duration bfdd58ea67def839
comment on column "staging_songs"."duration" is 'The song''s duration in seconds; key duration.'

-- comment/staging_songs.year bd1bd03f61bacf26
comment on column "staging_songs"."year" is 'Year of release, 0 if unknown; key year.'

-- comment/staging_songs.loaded_at 7455665e1e5e4adb
comment on column "staging_songs"."loaded_at" is 'When the load of the row''s batch began, in UTC; identifies the batch.'

-- comment/artists 1050bfd8aeee6d93
comment on table "artists" is 'One row per artist.'

-- comment/artists.artist_id d8a1c163dc780e5b
comment on column "artists"."artist_id" is 'Id of the artist in the catalogue; key artist_id of the song file.'

-- comment/artists.name 6210d04baa9a57fb
comment on column "artists"."name" is 'The artist''s name, from the most complete record of the artist; key artist_name of the song file.'

-- comment/artists.location 339fca741271fea1
comment on column "artists"."location" is 'Where the artist is from, null if unknown; key artist_location of the song file.'

-- comment/artists.latitude 538803934c85cb11
comment on column "artists"."latitude" is 'Latitude of that place, in degrees north; key artist_latitude of the song file.'

-- comment/artists.longitude d8408ef3820b5c5b
comment on column "artists"."longitude" is 'Longitude of that place, in degrees east; key artist_longitude of the song file.'

-- comment/songs b9c0ecbff3d49a7e
comment on table "songs" is 'One row per song in the catalogue.'

-- comment/songs.song_id 46f160d9c7f8e155
comment on column "songs"."song_id" is 'Id of the song in the catalogue; key song_id of the song file.'

-- comment/songs.title 2300221b7858bdb3
comment on column "songs"."title" is 'The song''s title; key title of the song file.'

-- comment/songs.artist_id 70a2df63097b6095
comment on column "songs"."artist_id" is 'The song''s artist; key artist_id of the song file.'

-- comment/songs.year 8aa04e05ae28d783
comment on column "songs"."year" is 'Year of release, null if unknown; key year of the song file.'

-- comment/songs.duration 65012f4b559c262b
comment on column "songs"."duration" is 'Duration in seconds; key duration of the song file.'

-- comment/users e3bc4c414204301f
comment on table "users" is 'One row per user of the app, as of their latest event. last_event_at and last_event_id identify that event, so an older file that arrives late changes nothing.'

-- comment/users.user_id f2e0545bc6908c91
comment on column "users"."user_id" is 'Number of the user; key userId of the log. Personal: direct.'

-- comment/users.first_name ac2d7c73391ccc94
comment on column "users"."first_name" is 'First name, as of the user''s latest event; key firstName of the log. Personal: direct.'

-- comment/users.last_name 730b7c40a7e16e07
comment on column "users"."last_name" is 'Last name, as of the user''s latest event; key lastName of the log. Personal: direct.'

-- comment/users.gender 772eb3f6e505c377
comment on column "users"."gender" is 'Gender, F or M, as of the user''s latest event; key gender of the log. Personal: indirect.'

-- comment/users.level f18161df39e47c9d
comment on column "users"."level" is 'Plan, free or paid, as of the user''s latest event; key level of the log. Personal: indirect.'

-- comment/users.last_event_at 2481ddcb86f2f261
comment on column "users"."last_event_at" is 'Timestamp of the user''s latest event, in UTC. Personal: indirect.'

-- comment/users.last_event_id ec8b76eb561ab22b
comment on column "users"."last_event_id" is 'Number of that event, made like songplay_id: decides between events of one timestamp. Personal: indirect.'

-- comment/users.first_event_at 587f73dc7ea3cd82
comment on column "users"."first_event_at" is 'Timestamp of the user''s first event, in UTC: no later version of an event changes it. Personal: indirect.'

-- comment/time e47314d06c66a399
comment on table "time" is 'One row per timestamp at which a song was started, in UTC. week is the ISO 8601 week; weekday counts from Sunday = 0.'

-- comment/time.start_time e32f241ddcc728f8
comment on column "time"."start_time" is 'The timestamp, in UTC, to the millisecond; key ts of the log. Personal: indirect.'

-- comment/time.hour a84717a60a20f384
comment on column "time"."hour" is 'Hour of the day, 0 to 23, in UTC.'

-- comment/time.day 67ffccf8d05880d7
comment on column "time"."day" is 'Day of the month, 1 to 31.'

-- comment/time.week acf15a5948b91c18
comment on column "time"."week" is 'Week of the year by ISO 8601, 1 to 53.'

-- comment/time.month 2240935e6ce4ef59
comment on column "time"."month" is 'Month, 1 to 12.'

-- comment/time.year cf67235068b58281
comment on column "time"."year" is 'Calendar year, which can differ from the year of the ISO week around New Year.'

-- comment/time.weekday a918ff8d638f2e25
comment on column "time"."weekday" is 'Day of the week, 0 for Sunday to 6 for Saturday.'

-- comment/songplays 0f4579bb2f65565d
comment on table "songplays" is 'One row per song a user started. songplay_id is made from the session and the item in it, so a play has the same id after every load, on every engine; users can share a number of a session, so only with user_id it is the key. song_id and artist_id are null while the song is not in the catalogue, as for most plays, so they are no distribution key.'

-- comment/songplays.songplay_id 2a79beeb14808dc6
comment on column "songplays"."songplay_id" is 'Id of the play: session_id * 1000000 + item_in_session, the same after every load; unique with user_id. Personal: indirect.'

-- comment/songplays.start_time 1f5628d5cf7fe4be
comment on column "songplays"."start_time" is 'When the song was started, in UTC; key ts of the log. Personal: indirect.'

-- comment/songplays.user_id 1873d8188e01203d
comment on column "songplays"."user_id" is 'The user who played it; key userId of the log. Personal: direct.'

-- comment/songplays.level d1de54bc39b74489
comment on column "songplays"."level" is 'The user''s plan at that time, free or paid; key level of the log. Personal: indirect.'

-- comment/songplays.song_id 15396e0282d7f93c
comment on column "songplays"."song_id" is 'The song with the same title, artist name and duration in the catalogue; null for most plays. Personal: indirect.'

-- comment/songplays.artist_id dfeee60a2e938380
comment on column "songplays"."artist_id" is 'The artist of that song; null where song_id is. Personal: indirect.'

-- comment/songplays.session_id f74e23123c728a29
comment on column "songplays"."session_id" is 'The session in which it was played; key sessionId of the log. Personal: indirect.'

-- comment/songplays.location a116dbb72bb630e2
comment on column "songplays"."location" is 'The user''s location; key location of the log. Personal: indirect.'

-- comment/songplays.user_agent d4c765807c983ec7
comment on column "songplays"."user_agent" is 'The browser''s user agent, without quotes; key userAgent of the log. Personal: indirect.'

-- comment/songplays.item_in_session 8ed999b0faaa4d49
comment on column "songplays"."item_in_session" is 'Number of the play within its session, from 0; key itemInSession of the log. Personal: indirect.'

-- comment/songplays.title 0492dd18d485c690
comment on column "songplays"."title" is 'The song''s title as logged, repaired and trimmed; key song of the log. Personal: indirect.'

-- comment/songplays.artist_name 75580d890f7d169b
comment on column "songplays"."artist_name" is 'The artist''s name as logged, repaired and trimmed; key artist of the log. Personal: indirect.'

-- comment/songplays.duration 058c6177b263c376
comment on column "songplays"."duration" is 'The song''s duration in seconds as logged; key length of the log. Personal: indirect.'

-- comment/user_agents 59587ed5821b39c2
comment on table "user_agents" is 'One row per user agent of the logs: the device and the browser that it names. A parser library decides them when an agent is first met; a rebuild decides them again, so a newer library may tell more.'

-- comment/user_agents.user_agent 0b69f1af3ce86fff
comment on column "user_agents"."user_agent" is 'The user agent, without quotes, as in songplays; key userAgent of the log. Personal: indirect.'

-- comment/user_agents.device 256308230ee38886
comment on column "user_agents"."device" is 'The device: iPhone, iPad, iPod, Mac, Windows PC, Windows phone, Linux PC, Chromebook, Android device, Bot or Other. Personal: indirect.'

-- comment/user_agents.browser 32da48354e6d90de
comment on column "user_agents"."browser" is 'The browser''s family, like Chrome, Firefox or Mobile Safari; Other where none is known. Personal: indirect.'

-- comment/warehouse_version 9fdd8dbba1b02f0d
comment on table "warehouse_version" is 'One row per version that the tables have had; the highest is the current one. A Sparkify of another version does not use them.'

-- comment/warehouse_version.version fe3c358c2888ce5c
comment on column "warehouse_version"."version" is 'Number of the version.'

-- comment/warehouse_version.made_at 50f17cb466beb525
comment on column "warehouse_version"."made_at" is 'When the tables were created in it or migrated to it, in UTC.'

-- comment/runs bc4f73f020d06f9f
comment on table "runs" is 'One row per run that had files to load. The outcome of a run that was killed stays running until the next run changes it to interrupted. Its loaded files are in loaded_files, its rejected records in load_errors.'

-- comment/runs.run_id 93981007187f4370
comment on column "runs"."run_id" is 'Id of the run; sorts by start time.'

-- comment/runs.started_at 260b327575704311
comment on column "runs"."started_at" is 'Start time, in UTC.'

-- comment/runs.ended_at a3cd4e679991c579
comment on column "runs"."ended_at" is 'End time, in UTC; null while the run lasts, and if it was killed.'

-- comment/runs.outcome f448e480539a6096
comment on column "runs"."outcome" is 'running, done, failed, interrupted, undone or reloaded.'

-- comment/runs.error 56cbeda11b20144a
comment on column "runs"."error" is 'The error of a failed run. Personal: direct.'

-- comment/runs.stage_seconds 971e8132af21ea70
comment on column "runs"."stage_seconds" is 'Seconds per stage, as a JSON object.'

-- comment/runs.peak_memory_bytes bb85251e9e82883d
comment on column "runs"."peak_memory_bytes" is 'Peak memory of its process, in bytes; null where the operating system does not report it, and for runs of earlier versions.'

-- comment/runs.changed_records 37563f5d7675bb91
comment on column "runs"."changed_records" is 'Number of records loaded before it that have another current version since; null for runs of earlier versions.'

-- comment/batches 413ca4014e26da0b
comment on table "batches" is 'One row per loaded batch. Its number, and no clock, says which batch is later.'

-- comment/batches.batch_number 59c875d9ba51f461
comment on column "batches"."batch_number" is 'Number of the batch, counted from 1 in the order of loading.'

-- comment/batches.run_id d06efb300ad4b673
comment on column "batches"."run_id" is 'The run that loaded it; null for batches that earlier versions loaded.'

-- comment/batches.loaded_at fb88836ac026c62e
comment on column "batches"."loaded_at" is 'When the load of the batch began, in UTC, as in its rows; no two batches have the same.'

-- comment/batches.suppressed 4d7b34e61cd1c695
comment on column "batches"."suppressed" is 'Number of its records that are not in staging, since their user is forgotten.'

-- comment/loaded_files ec5693c3d5ce01bc
comment on table "loaded_files" is 'One row per loaded version of a source file, each as often as it was loaded: the ledger. Each of the objects (records) in a file is staged, or is rejected and in load_errors. The latest version of a file is the one in the batch with the highest number: see the view file_versions.'

-- comment/loaded_files.uri 6dffa27392d1abbb
comment on column "loaded_files"."uri" is 'The file: an absolute path, or s3://bucket/key.'

-- comment/loaded_files.etag 6b76ab6078356a20
comment on column "loaded_files"."etag" is 'Etag of the loaded version: S3''s, or modification time and size of a local file.'

-- comment/loaded_files.touched_etag 78b7c064d91db9a4
comment on column "loaded_files"."touched_etag" is 'Etag with which its content was found again, in a file that was only touched or copied again; null if it was not.'

-- comment/loaded_files.bytes 0f6307ce4086367e
comment on column "loaded_files"."bytes" is 'Size of the file at the source, compressed or not.'

-- comment/loaded_files.content_hash 0f2479123dc51d63
comment on column "loaded_files"."content_hash" is 'Hash of the file''s bytes: XXH3 of 128 bits, in hexadecimal digits; null for files that COPY read in place, and for those that earlier versions loaded.'

-- comment/loaded_files.staging_table c6c9f2eabe493d2e
comment on column "loaded_files"."staging_table" is 'The staging table that its records were loaded into.'

-- comment/loaded_files.objects 2c2849248ba29582
comment on column "loaded_files"."objects" is 'Number of records in the file; null for files that earlier versions loaded.'

-- comment/loaded_files.refused cd7f2b8aadb44de5
comment on column "loaded_files"."refused" is 'Number of its records that were rejected and are in load_errors; null where objects is.'

-- comment/loaded_files.run_id bd2d10e83bdf87e1
comment on column "loaded_files"."run_id" is 'The run that loaded it; null for files that earlier versions loaded.'

-- comment/loaded_files.loaded_at 47c9ec900c4f58e6
comment on column "loaded_files"."loaded_at" is 'When the load of its batch began, in UTC, as in the rows of the batch.'

-- comment/load_errors a0fc6a454df8ff4a
comment on table "load_errors" is 'One row per rejected record: the quarantine. line is where the record starts in its file; column_name is empty if no one column is at fault.'

-- comment/load_errors.uri f49eea1a8a75103e
comment on column "load_errors"."uri" is 'The file of the record: an absolute path, or s3://bucket/key.'

-- comment/load_errors.etag 3a8a23948d08b9e9
comment on column "load_errors"."etag" is 'The version of the file, as in loaded_files.'

-- comment/load_errors.staging_table ca2aa8f9f7214c30
comment on column "load_errors"."staging_table" is 'The staging table that the record was meant for.'

-- comment/load_errors.line 8c383ba68a44baef
comment on column "load_errors"."line" is 'Line of the file on which the record starts, counted from 1.'

-- comment/load_errors.column_name aced6d7906c8f5b6
comment on column "load_errors"."column_name" is 'The column at fault, empty if no one column is.'

-- comment/load_errors.reason 887cd8070a288368
comment on column "load_errors"."reason" is 'Why it was rejected: one of a few phrases that can be counted.'

-- comment/load_errors.detail 3623a96a8957b895
comment on column "load_errors"."detail" is 'Detail of the reason, such as the length of a text. Personal: direct.'

-- comment/load_errors.raw_text fc60ab3336985ec5
comment on column "load_errors"."raw_text" is 'The record''s text as received, cut to the column''s length. Personal: direct.'

-- comment/load_errors.run_id e0876d9fb028cf54
comment on column "load_errors"."run_id" is 'The run that rejected it.'

-- comment/load_errors.loaded_at 9ff2d9d1902c3525
comment on column "load_errors"."loaded_at" is 'When the load of its batch began, in UTC.'

-- comment/rejected_files 07fcd241ebfca80d
comment on table "rejected_files" is 'One row per version of a source file that was rejected whole, at each time. It is loaded once it changes, or by quarantine retry.'

-- comment/rejected_files.uri 946eb89ff6b918b5
comment on column "rejected_files"."uri" is 'The file: an absolute path, or s3://bucket/key.'

-- comment/rejected_files.etag 33f2f649a4d55729
comment on column "rejected_files"."etag" is 'Version of the content, as in loaded_files.'

-- comment/rejected_files.bytes e2daf86cb4af7f6f
comment on column "rejected_files"."bytes" is 'Size of the file at the source, compressed or not.'

-- comment/rejected_files.staging_table 38d61d56f62395ac
comment on column "rejected_files"."staging_table" is 'The staging table that its records were meant for.'

-- comment/rejected_files.reason dee1363cffe64abb
comment on column "rejected_files"."reason" is 'Why it was rejected: one of a few phrases that can be counted.'

-- comment/rejected_files.message d3ffcbc3e0a075d8
comment on column "rejected_files"."message" is 'What happened, in a sentence. Personal: direct.'

-- comment/rejected_files.hint ef7047b68d7e2f41
comment on column "rejected_files"."hint" is 'What to do.'

-- comment/rejected_files.run_id dc24c62afc56692b
comment on column "rejected_files"."run_id" is 'The run that rejected it.'

-- comment/rejected_files.rejected_at 9acbeb7b3675398b
comment on column "rejected_files"."rejected_at" is 'When its batch was loaded without it, in UTC.'

-- comment/check_results c5a52d673cc1c9c1
comment on table "check_results" is 'One row per check that a run made: how many rows failed it.'

-- comment/check_results.run_id 9f86084187829810
comment on column "check_results"."run_id" is 'The run that made the check.'

-- comment/check_results.stage d200c7bbe72ee222
comment on column "check_results"."stage" is 'Which rows were checked: staging, star or ledger; own for a check of [CHECKS] FOLDER.'

-- comment/check_results.check_name a631c7ad8a6072bc
comment on column "check_results"."check_name" is 'Name of the check: its file in sparkify/sql/checks, or in that folder.'

-- comment/check_results.severity a5dffe30160adc16
comment on column "check_results"."severity" is 'block if rows that fail the check fail the batch, warn if they are only reported.'

-- comment/check_results.offending 6c972988f65fcc89
comment on column "check_results"."offending" is 'Number of rows that failed the check.'

-- comment/check_results.account f3b80534d55bb91f
comment on column "check_results"."account" is 'The finding with its first rows, empty if the check passed. Personal: direct.'

-- comment/check_results.checked_at bb14f6fc2e8c4b0d
comment on column "check_results"."checked_at" is 'When the load of the checked batch began, in UTC.'

-- comment/source_keys dea304bf3608035e
comment on table "source_keys" is 'One row per field that is read from the source, and JSON type that its values have had. A type that is not here yet is a schema change, reported once; see source_findings.'

-- comment/source_keys.staging_table 8bb34cdfa6dfbc08
comment on column "source_keys"."staging_table" is 'The staging table that the field is read for.'

-- comment/source_keys.key_name 9f2802728e135e62
comment on column "source_keys"."key_name" is 'The field, as path.to.field if it is nested.'

-- comment/source_keys.json_type 8ac9ea1a9ba579cd
comment on column "source_keys"."json_type" is 'text, number, boolean, object or array.'

-- comment/source_keys.first_file 52782aed8f5cbb8c
comment on column "source_keys"."first_file" is 'The first file with the type: an absolute path, or s3://bucket/key.'

-- comment/source_keys.run_id c680972dadb347ec
comment on column "source_keys"."run_id" is 'The run that found it first.'

-- comment/source_keys.loaded_at 57e09b639412a7be
comment on column "source_keys"."loaded_at" is 'When the load of the batch with that file began, in UTC.'

-- comment/source_findings 8a8812a36db5bc21
comment on table "source_findings" is 'One row per schema change found in the files of a batch, such as a new or missing field.'

-- comment/source_findings.run_id 8d4b0d6ee8be8614
comment on column "source_findings"."run_id" is 'The run that found it.'

-- comment/source_findings.staging_table b439f81aefbf99fb
comment on column "source_findings"."staging_table" is 'The staging table that the files are for.'

-- comment/source_findings.key_name 1899f00b2a2468a4
comment on column "source_findings"."key_name" is 'The field, as path.to.field if it is nested.'

-- comment/source_findings.finding be65563e371e20e7
comment on column "source_findings"."finding" is 'The change: new field, missing field, retyped field, new column, or not profiled.'

-- comment/source_findings.detail 50a436457c3f506f
comment on column "source_findings"."detail" is 'The types of the values, or why the files could not be read.'

-- comment/source_findings.objects 7b40ef6791da15c2
comment on column "source_findings"."objects" is 'Number of profiled records with the change.'

-- comment/source_findings.first_file c9d2174e5c79576e
comment on column "source_findings"."first_file" is 'The first file with the change: an absolute path, or s3://bucket/key.'

-- comment/source_findings.found_at 423549f430b82330
comment on column "source_findings"."found_at" is 'When the load of the batch began, in UTC; if the change failed the run, when it was recorded.'

-- comment/added_columns e5779c352b2a41da
comment on table "added_columns" is 'One row per column that a run added to a staging table for a new field of the source.'

-- comment/added_columns.staging_table 55c0f5258a2c7832
comment on column "added_columns"."staging_table" is 'The staging table that has the column.'

-- comment/added_columns.column_name 6ce8832944a8f4fd
comment on column "added_columns"."column_name" is 'Name of the column: the field''s name in lower case.'

-- comment/added_columns.key_name 03659621b53b8ca4
comment on column "added_columns"."key_name" is 'The field of the source''s records that it holds, as text.'

-- comment/added_columns.run_id ce0654b28f5743fd
comment on column "added_columns"."run_id" is 'The run that added it.'

-- comment/added_columns.added_at f9164c39fc6be937
comment on column "added_columns"."added_at" is 'When it was added.'

-- comment/text_repairs 68bdb526b8b21359
comment on table "text_repairs" is 'One row per title or artist name that is UTF-8 encoded twice in the logs.'

-- comment/text_repairs.delivered a9d640d1b0526789
comment on column "text_repairs"."delivered" is 'The text as received.'

-- comment/text_repairs.repaired 487eae0f014efba5
comment on column "text_repairs"."repaired" is 'The text as it should read; songs are matched by it.'

-- comment/repeated_events e1938f539b0e9eae
comment on table "repeated_events" is 'One row per event of a user that was received more than once: its current version. That is the one that was loaded last, as a whole; within one batch the smallest by value. Staging has every version; an event that was received once is there alone.'

-- comment/repeated_events.session_id e5dadd5b3f660522
comment on column "repeated_events"."session_id" is 'The session of the event. Personal: indirect.'

-- comment/repeated_events.item_in_session 37e6953a207aa808
comment on column "repeated_events"."item_in_session" is 'Number of the event within its session, from 0. Personal: indirect.'

-- comment/repeated_events.user_id 97b7331faa397026
comment on column "repeated_events"."user_id" is 'The user of the event. Personal: direct.'

-- comment/repeated_events.occurred_at 49d1a222654d80cd
comment on column "repeated_events"."occurred_at" is 'Timestamp of the event, in UTC. Personal: indirect.'

-- comment/repeated_events.level f1ec41172866edde
comment on column "repeated_events"."level" is 'The user''s plan at that time, free or paid. Personal: indirect.'

-- comment/repeated_events.page b4d637ff83a34b03
comment on column "repeated_events"."page" is 'NextSong if a song was started, else the page that was opened. Personal: indirect.'

-- comment/repeated_events.first_name 4e7bea75bf400720
comment on column "repeated_events"."first_name" is 'The user''s first name. Personal: direct.'

-- comment/repeated_events.last_name 6ded0d0f036d2f59
comment on column "repeated_events"."last_name" is 'The user''s last name. Personal: direct.'

-- comment/repeated_events.gender 9b63f09c2c8c099a
comment on column "repeated_events"."gender" is 'The user''s gender, F or M. Personal: indirect.'

-- comment/repeated_events.location 82866f1a22cdf3bf
comment on column "repeated_events"."location" is 'The user''s location. Personal: indirect.'

-- comment/repeated_events.user_agent 0741120e4ab94a97
comment on column "repeated_events"."user_agent" is 'The browser''s user agent, without quotes. Personal: indirect.'

-- comment/repeated_events.received_title 101bad8f0dfe7b13
comment on column "repeated_events"."received_title" is 'The song''s title, as received. Personal: indirect.'

-- comment/repeated_events.received_artist_name 48692df1dbe5988a
comment on column "repeated_events"."received_artist_name" is 'The artist''s name, as received. Personal: indirect.'

-- comment/repeated_events.duration 940244e72f33b3e4
comment on column "repeated_events"."duration" is 'The song''s duration in seconds. Personal: indirect.'

-- comment/repeated_events.loaded_at 6af1b0f2df8e8336
comment on column "repeated_events"."loaded_at" is 'When the load of the current version''s batch began, in UTC; identifies the batch.'

-- comment/repeated_songs bf6a0e2155a903a5
comment on table "repeated_songs" is 'One row per song that was received more than once: its current record. That is the one that was loaded last, as a whole; within one batch the smallest by value. Staging has every record; a song that was received once is there alone.'

-- comment/repeated_songs.song_id 40f883e6dc02b4f3
comment on column "repeated_songs"."song_id" is 'Id of the song in the catalogue.'

-- comment/repeated_songs.artist_id b16c86c433d51d04
comment on column "repeated_songs"."artist_id" is 'Id of the artist in the catalogue.'

-- comment/repeated_songs.title 2ea49ba937aa39fc
comment on column "repeated_songs"."title" is 'The song''s title.'

-- comment/repeated_songs.artist_name ee74b5faab1306c4
comment on column "repeated_songs"."artist_name" is 'The artist''s name in this record.'

-- comment/repeated_songs.duration f9f33fa5648959ac
comment on column "repeated_songs"."duration" is 'The song''s duration in seconds.'

-- comment/repeated_songs.year e68cd4173f264809
comment on column "repeated_songs"."year" is 'Year of release, null if unknown.'

-- comment/repeated_songs.artist_location fc5ce7ece9753601
comment on column "repeated_songs"."artist_location" is 'Where the artist is from.'

-- comment/repeated_songs.artist_latitude 61849c6787eeec21
comment on column "repeated_songs"."artist_latitude" is 'Latitude of that place, in degrees north.'

-- comment/repeated_songs.artist_longitude 4d2d8d7529e03987
comment on column "repeated_songs"."artist_longitude" is 'Longitude of that place, in degrees east.'

-- comment/repeated_songs.loaded_at a89855510acb8684
comment on column "repeated_songs"."loaded_at" is 'When the load of the current record''s batch began, in UTC; identifies the batch.'

-- comment/batch_days 94e9355af145f3dd
comment on table "batch_days" is 'One row per batch, day (UTC) and kind of change: what the batch brought to the plays of that day. The sum of a day''s rows is its plays, so checks over weeks need not read them. A rebuild fills it again.'

-- comment/batch_days.loaded_at ff11b8341b7f4c91
comment on column "batch_days"."loaded_at" is 'When the load of the batch began, in UTC, as in its rows.'

-- comment/batch_days.event_date 46bdd06ab662ed2b
comment on column "batch_days"."event_date" is 'The day, in UTC.'

-- comment/batch_days.change 94b534c4e19a0bd4
comment on column "batch_days"."change" is 'What it changed: new for its own events, replaced for earlier plays that it corrects, rematched for earlier plays whose song became known or is gone.'

-- comment/batch_days.events 821b51abcb78ede9
comment on column "batch_days"."events" is 'Number of its events as received; 0 if it is not new.'

-- comment/batch_days.latest_event_at 9109b50bc3794ec0
comment on column "batch_days"."latest_event_at" is 'Timestamp of the latest of its events, in UTC; null if it is not new.'

-- comment/batch_days.plays 62405b3db3fc609a
comment on column "batch_days"."plays" is 'Number of plays that it added; below 0 for replaced ones.'

-- comment/batch_days.matched_plays f1e2b2b220e4499d
comment on column "batch_days"."matched_plays" is 'Number of plays with a known song that it added; below 0 where there are fewer.'

-- comment/session_totals cff56ea2de678270
comment on table "session_totals" is 'One row per session of a user: its first and last event, and the numbers of plays and pages. Each batch adds its events to those of the sessions, so a question about a day reads the sessions of that day and no events. A rebuild fills it again.'

-- comment/session_totals.session_id e3f614a7d2fc217b
comment on column "session_totals"."session_id" is 'Id of the session. Personal: indirect.'

-- comment/session_totals.user_id 6762e3ed3084c2ab
comment on column "session_totals"."user_id" is 'The user of the session. Personal: direct.'

-- comment/session_totals.started_at 244eeef82f9f49c4
comment on column "session_totals"."started_at" is 'Timestamp of its first event, in UTC. Personal: indirect.'

-- comment/session_totals.ended_at 8c4029edf946075a
comment on column "session_totals"."ended_at" is 'Timestamp of its last event, in UTC. Personal: indirect.'

-- comment/session_totals.plays 416b706bb95d84ef
comment on column "session_totals"."plays" is 'Number of songs started in it. Personal: indirect.'

-- comment/session_totals.pages ace2d1b887eaddd4
comment on column "session_totals"."pages" is 'Number of other pages opened in it. Personal: indirect.'

-- comment/played_titles 8ee3fc79dd8acbdb
comment on table "played_titles" is 'One row per title and duration of a play, with the first day of it; and one without a title for each batch with songs that looked for titles. Tells such a batch from which day on plays can have one of its songs. Only such batches add to it, the plays that came since the one before. It may have titles that no play has any more, and a title again with an earlier day. If it is emptied, the next batch with songs reads all plays.'

-- comment/played_titles.title 6f26921ff78b76f6
comment on column "played_titles"."title" is 'The title as in songplays; null in the row of a batch.'

-- comment/played_titles.duration 4669dd59f092ae97
comment on column "played_titles"."duration" is 'The duration in seconds as in songplays; null in the row of a batch.'

-- comment/played_titles.first_play_date c7ea3ffbd44f4e65
comment on column "played_titles"."first_play_date" is 'The first day on which it was played, in UTC; null in the row of a batch.'

-- comment/played_titles.batch_number 682f7b4b18cf0f97
comment on column "played_titles"."batch_number" is 'Number of the batch with songs that looked; null in the row of a title.'

-- comment/write_lock ad56db477d23869e
comment on table "write_lock" is 'One row per nothing: the table stays empty. A run on Redshift locks it, so that one run writes at a time and readers of the other tables do not wait.'

-- comment/write_lock.locked_at 58194407f75fa964
comment on column "write_lock"."locked_at" is 'Never filled.'

-- comment/erasures 3600a30265cf924d
comment on table "erasures" is 'One row per forgotten user, or other step of an erasure: the log, which says when and why. It outlives create-tables, and says of whom only to whoever has the key.'

-- comment/erasures.action bf7b18542a6943d9
comment on column "erasures"."action" is 'forget; unsuppress if later loads take the user''s records again; dropped if a load left out records of forgotten users.'

-- comment/erasures.user_hash 96770d956f0f91d5
comment on column "erasures"."user_hash" is 'The user, as in suppressed_users; empty for dropped.'

-- comment/erasures.reason e206a20a0946a987
comment on column "erasures"."reason" is 'Why, as given to the command; for dropped the run.'

-- comment/erasures.reference d7359963aca8e8c8
comment on column "erasures"."reference" is 'The request that it answers, such as the number of a ticket, as given to the command.'

-- comment/erasures.erased_at f2f84d0c55f3c902
comment on column "erasures"."erased_at" is 'When the rows were deleted, in UTC.'

-- comment/erasures.bytes_gone_at fe5f904d26118c3b
comment on column "erasures"."bytes_gone_at" is 'When the bytes of the deleted rows were gone from the storage, in UTC; null until then.'

-- comment/suppressed_users 863546c0447cbcb4
comment on table "suppressed_users" is 'One row per forgotten user, of whom no load takes a record any more. It outlives create-tables, and says who it is only to whoever has the key.'

-- comment/suppressed_users.user_hash 066b4e409e83f815
comment on column "suppressed_users"."user_hash" is 'Keyed hash of the user''s number: HMAC-SHA256, in hexadecimal digits.'

-- comment/suppressed_users.key_check ab365f27aba2c5ac
comment on column "suppressed_users"."key_check" is 'Keyed hash of a constant, by which another key is noticed.'

-- comment/suppressed_users.suppressed_at c173238a85961ed3
comment on column "suppressed_users"."suppressed_at" is 'When the user was forgotten, in UTC.'

-- comment/file_versions 53611799494549d9
comment on view "file_versions" is 'One row per loaded version of a source file: the version that it replaced, and whether it is the latest. The order is that of the batches, by their numbers.'

-- comment/file_versions.uri 85511c8e702a3329
comment on column "file_versions"."uri" is 'The file: an absolute path, or s3://bucket/key.'

-- comment/file_versions.etag 567df985e14254ee
comment on column "file_versions"."etag" is 'Etag of the loaded version.'

-- comment/file_versions.source_etag 70eb8d152e6e73b9
comment on column "file_versions"."source_etag" is 'Etag with which this content was last found at the source.'

-- comment/file_versions.bytes 3430d2fe13a1356a
comment on column "file_versions"."bytes" is 'Size of the file at the source, compressed or not.'

-- comment/file_versions.content_hash 431d6f80ed76ec30
comment on column "file_versions"."content_hash" is 'Hash of the file''s bytes; null where it is not known.'

-- comment/file_versions.staging_table 6e3bdae38f955c7b
comment on column "file_versions"."staging_table" is 'The staging table that its records were loaded into.'

-- comment/file_versions.objects 502a59fb2be36053
comment on column "file_versions"."objects" is 'Number of records in the file; null for files that earlier versions loaded.'

-- comment/file_versions.refused e674527ecd7dae02
comment on column "file_versions"."refused" is 'Number of its records that were rejected and are in load_errors; null where objects is.'

-- comment/file_versions.run_id 358dc34e1c143912
comment on column "file_versions"."run_id" is 'The run that loaded it; null for files that earlier versions loaded.'

-- comment/file_versions.loaded_at dded78232d2ad7cc
comment on column "file_versions"."loaded_at" is 'When the load of its batch began, in UTC.'

-- comment/file_versions.batch_number 18efa96fc705c12a
comment on column "file_versions"."batch_number" is 'Number of its batch.'

-- comment/file_versions.replaced_etag 4ada2ea8d2f2064a
comment on column "file_versions"."replaced_etag" is 'Etag of the version that it replaced; null for the first version of a file.'

-- comment/file_versions.replaced_content_hash f2c42ef17a959f9d
comment on column "file_versions"."replaced_content_hash" is 'Hash of the bytes of the version that it replaced.'

-- comment/file_versions.is_latest 58e3037a82fa6a8c
comment on column "file_versions"."is_latest" is 'True until a later version of the file is loaded.'

-- comment/cleaned_songs 2bd8dd34cc7950ec
comment on view "cleaned_songs" is 'One row per song record as received, with its texts trimmed and blanks as null. The artist''s name is the record''s own: one artist_id can have several names.'

-- comment/current_songs 12b9fc03ca062465
comment on view "current_songs" is 'One row per song in the catalogue: its current record.'

-- comment/cleaned_events 3b5e2ae0eb201ba2
comment on view "cleaned_events" is 'One row per event of a user as received, with its texts trimmed and blanks as null. Events without a user are nobody''s, and not here.'

-- comment/current_events 7a8477314eaaa50e
comment on view "current_events" is 'One row per event of a user, in its current version. All versions of an event have its timestamp: compared as well, it carries a filter on occurred_at to both tables.'

-- comment/staged_plays 2823d03a201de835
comment on view "staged_plays" is 'One row per play in staging, in its current version: an event of a user that starts a song. Only this view defines which events are plays and how a play is numbered.'

-- comment/cleaned_plays 42dd9fa6e4643fef
comment on view "cleaned_plays" is 'One row per play, in its current version, with its title and artist name repaired and trimmed.'

-- comment/user_events 465933a41d979edf
comment on view "user_events" is 'One row per event of a user, in its current version, however often it was received. Events without a user are not here.'

-- comment/user_events.event_id 7d3a67ab1da596b4
comment on column "user_events"."event_id" is 'Id of the event: session_id * 1000000 + item_in_session. A play''s is its songplay_id. Only with user_id it is unique, since users can share a number of a session.'

-- comment/user_events.session_id 0dd52835095a4a01
comment on column "user_events"."session_id" is 'The session of the event.'

-- comment/user_events.item_in_session ab1d706a0b586f91
comment on column "user_events"."item_in_session" is 'Number of the event within its session, from 0.'

-- comment/user_events.occurred_at ea2125f89f7399eb
comment on column "user_events"."occurred_at" is 'Timestamp of the event, in UTC.'

-- comment/user_events.user_id deb3ae90a644d4fd
comment on column "user_events"."user_id" is 'The user of the event.'

-- comment/user_events.level 6f6fada5e6b4643c
comment on column "user_events"."level" is 'The user''s plan at that time, free or paid; null where the log has none.'

-- comment/user_events.page 515f401fedbdc4bd
comment on column "user_events"."page" is 'NextSong if a song was started, else the page that was opened; null where the log has none.'

-- comment/user_events.location 1dfb8fee190ca3ea
comment on column "user_events"."location" is 'The user''s location, like San Jose-Sunnyvale-Santa Clara, CA; null where the log has none.'

-- comment/user_events.user_agent f2bc7a4a5f07b0d8
comment on column "user_events"."user_agent" is 'The browser''s user agent; null where the log has none.'

-- comment/plays 1ccaf11e87ddf1fe
comment on view "plays" is 'One row per song a user started, with names and the parts of the timestamp: ready to filter. If the song is in the catalogue, the names are the catalogue''s; else title and artist name are those of the log, repaired and trimmed, and song_id is null.'

-- comment/plays.songplay_id aadae2680d908c77
comment on column "plays"."songplay_id" is 'Id of the play, as in songplays.'

-- comment/plays.start_time 4fa3e24eb07e03ab
comment on column "plays"."start_time" is 'When the song was started, in UTC.'

-- comment/plays.start_date c9cd8446c62a1573
comment on column "plays"."start_date" is 'The day, in UTC.'

-- comment/plays.year a4dc2a7523371ed0
comment on column "plays"."year" is 'Calendar year.'

-- comment/plays.month 25d1b61892f958ba
comment on column "plays"."month" is 'Month, 1 to 12.'

-- comment/plays.week a9b20610986eb343
comment on column "plays"."week" is 'Week of the year by ISO 8601, 1 to 53.'

-- comment/plays.day 669601f27a978ae8
comment on column "plays"."day" is 'Day of the month, 1 to 31.'

-- comment/plays.weekday f6b3c3e4402734a0
comment on column "plays"."weekday" is 'Day of the week, 0 for Sunday to 6 for Saturday.'

-- comment/plays.hour fba7a677b821d2ec
comment on column "plays"."hour" is 'Hour of the day, 0 to 23.'

-- comment/plays.user_id d7a1ab5835c7e1be
comment on column "plays"."user_id" is 'The user who played it.'

-- comment/plays.first_name d025212b4aac1223
comment on column "plays"."first_name" is 'The user''s first name in their latest event; null where the log has none.'

-- comment/plays.last_name 44a2b91f217338e6
comment on column "plays"."last_name" is 'The user''s last name in their latest event; null where the log has none.'

-- comment/plays.gender 270f3ce9513f19f2
comment on column "plays"."gender" is 'The user''s gender, F or M; null where the log has none.'

-- comment/plays.level eb639f6b6d689985
comment on column "plays"."level" is 'The user''s plan at that time, free or paid; null where the log has none.'

-- comment/plays.song_id 5d048289334def53
comment on column "plays"."song_id" is 'The song in the catalogue; null for most plays, whose song is not in it.'

-- comment/plays.title 6d6e47c0154607d8
comment on column "plays"."title" is 'The song''s title: the catalogue''s, else the log''s; null where neither has one.'

-- comment/plays.artist_id a23ef39e5865d585
comment on column "plays"."artist_id" is 'The artist of that song; null where song_id is.'

-- comment/plays.artist_name f4a6166626adbb9b
comment on column "plays"."artist_name" is 'The artist''s name: the catalogue''s, else the log''s; null where neither has one.'

-- comment/plays.duration 1d7cb2e0ab822d14
comment on column "plays"."duration" is 'The song''s duration in seconds: the catalogue''s, else the log''s; null where neither has one.'

-- comment/plays.session_id 6d302e10d5e8f2a3
comment on column "plays"."session_id" is 'The session in which it was played.'

-- comment/plays.item_in_session d89359df6c36308f
comment on column "plays"."item_in_session" is 'Number of the play within its session, from 0.'

-- comment/plays.location 4cf90a46efd1002f
comment on column "plays"."location" is 'The user''s location, like San Jose-Sunnyvale-Santa Clara, CA; null where the log has none.'

-- comment/plays.user_agent e5f7eaa09364c048
comment on column "plays"."user_agent" is 'The browser''s user agent; null where the log has none.'

-- comment/sessions a7962293041b1e86
comment on view "sessions" is 'One row per session of a user: when it began and ended, the songs started and the pages opened. ended_at is the timestamp of the last event; the log does not contain when the user left.'

-- comment/sessions.session_id 51febc356963cbea
comment on column "sessions"."session_id" is 'Id of the session.'

-- comment/sessions.user_id 58323f9b6cad7a21
comment on column "sessions"."user_id" is 'The user of the session.'

-- comment/sessions.started_at 6a7634ba280f9d25
comment on column "sessions"."started_at" is 'Timestamp of its first event, in UTC.'

-- comment/sessions.ended_at e2e43161d2d88ff4
comment on column "sessions"."ended_at" is 'Timestamp of its last event, in UTC.'

-- comment/sessions.plays aa68009887ce2594
comment on column "sessions"."plays" is 'Number of songs started in it.'

-- comment/sessions.pages 6e1c22c1f8fb907c
comment on column "sessions"."pages" is 'Number of other pages opened in it.'

-- comment/daily_activity 82418e28a5bd388a
comment on view "daily_activity" is 'One row per day (UTC) with events of users: active users, sessions and plays. new_users had no event before that day. A user who changes plan counts in paid_users and in free_users on that day, and once in users.'

-- comment/daily_activity.activity_date e8b1e074f264dc66
comment on column "daily_activity"."activity_date" is 'The day, in UTC.'

-- comment/daily_activity.plays 81fe810ed7eacbd2
comment on column "daily_activity"."plays" is 'Number of songs started.'

-- comment/daily_activity.users 600693a0ceebe7e4
comment on column "daily_activity"."users" is 'Number of active users.'

-- comment/daily_activity.sessions 8bd84414c6034568
comment on column "daily_activity"."sessions" is 'Number of sessions with an event.'

-- comment/daily_activity.new_users 0d0a4b48b4b956a3
comment on column "daily_activity"."new_users" is 'Number of active users without an event before that day.'

-- comment/daily_activity.paid_plays f4513689a12cef6c
comment on column "daily_activity"."paid_plays" is 'Number of songs started by users on the paid plan.'

-- comment/daily_activity.free_plays a446992f72bc6ea1
comment on column "daily_activity"."free_plays" is 'Number of songs started by users on the free plan.'

-- comment/daily_activity.paid_users 59bb84f7f2d31c6a
comment on column "daily_activity"."paid_users" is 'Number of active users on the paid plan.'

-- comment/daily_activity.free_users 4f6f1872109300e5
comment on column "daily_activity"."free_users" is 'Number of active users on the free plan.'

-- comment/user_levels 6b5cd341ec8ac068
comment on view "user_levels" is 'One row per period in which a user had one plan: free, paid, free is three rows. valid_from is the first event with that plan; valid_to is the first event with the next plan, null while the plan is current.'

-- comment/user_levels.user_id 6f4f54f5c61ed467
comment on column "user_levels"."user_id" is 'The user.'

-- comment/user_levels.level 94001352612b7b2c
comment on column "user_levels"."level" is 'The plan, free or paid.'

-- comment/user_levels.previous_level d1ee11ef01de8028
comment on column "user_levels"."previous_level" is 'The plan before it; null for the first one of a user.'

-- comment/user_levels.valid_from 080941b30184a454
comment on column "user_levels"."valid_from" is 'Timestamp of the user''s first event with the plan, in UTC.'

-- comment/user_levels.valid_to b608423f384e4525
comment on column "user_levels"."valid_to" is 'Timestamp of the user''s first event with the next plan, in UTC; null while there is none.'

-- comment/user_levels.current 54e07b354d321ab5
comment on column "user_levels"."current" is 'True for the plan of the user''s latest event.'

-- comment/level_steps 7ea000e67806814f
comment on view "level_steps" is 'One row per event of a user that is a step from one plan to the other.'

-- comment/level_steps.direction 3149c18e3622a20f
comment on column "level_steps"."direction" is 'The change of plan: free to paid, or paid to free.'

-- comment/level_steps.step ce6fe93fbbf40a8c
comment on column "level_steps"."step" is 'Number of the step: 1 has the first plan, 2 opens the page, 3 has the second plan.'

-- comment/level_steps.step_name 70c7083ff4a5068c
comment on column "level_steps"."step_name" is 'Name of the step, like opens Upgrade.'

-- comment/level_steps.user_id 66404a9037ab85cc
comment on column "level_steps"."user_id" is 'The user who took it.'

-- comment/level_steps.taken_at 1fddbafa02f23078
comment on column "level_steps"."taken_at" is 'When, in UTC.'

-- comment/level_funnel fcaea84f4126f8e6
comment on view "level_funnel" is 'One row per step from one plan to the other: how many users ever took it.'

-- comment/level_funnel.direction 8230cf378b45a271
comment on column "level_funnel"."direction" is 'The change of plan: free to paid, or paid to free.'

-- comment/level_funnel.step 4aa24021a2374a1e
comment on column "level_funnel"."step" is 'Number of the step, 1 to 3.'

-- comment/level_funnel.step_name dc42f8a0ca7c4a2e
comment on column "level_funnel"."step_name" is 'Name of the step, like opens Upgrade.'

-- comment/level_funnel.users 9c4dc17f093e0c9d
comment on column "level_funnel"."users" is 'Number of users who ever took it.'

-- comment/top_songs 1ce264d8e0fae107
comment on view "top_songs" is 'One row per title and artist name, ranked by plays.'

-- comment/top_songs.rank 58dbf48d58bd761e
comment on column "top_songs"."rank" is 'Rank by plays, 1 for the most; ties by title and artist name.'

-- comment/top_songs.title 52eadb2d36bd8b19
comment on column "top_songs"."title" is 'The song''s title.'

-- comment/top_songs.artist_name e1a01ebc3bf675a9
comment on column "top_songs"."artist_name" is 'The artist''s name; null where the log has none.'

-- comment/top_songs.plays fec3a3c08ad4ff49
comment on column "top_songs"."plays" is 'Number of plays.'

-- comment/top_songs.listeners 3349e69e75f70011
comment on column "top_songs"."listeners" is 'Number of users who played it.'

-- comment/top_artists 3d2036d2fe527a46
comment on view "top_artists" is 'One row per artist name, ranked by plays.'

-- comment/top_artists.rank 27c97f83add5d3da
comment on column "top_artists"."rank" is 'Rank by plays, 1 for the most; ties by name.'

-- comment/top_artists.artist_name be53a12fdb00fdf3
comment on column "top_artists"."artist_name" is 'The artist''s name.'

-- comment/top_artists.plays 4fd1af0ddc2d3401
comment on column "top_artists"."plays" is 'Number of plays of the artist''s songs.'

-- comment/top_artists.listeners e035c3005f27e29b
comment on column "top_artists"."listeners" is 'Number of users who played one.'

-- comment/top_artists.songs bfc39352eb59386c
comment on column "top_artists"."songs" is 'Number of the artist''s titles that were played.'

-- comment/retention bab330de3b8ce839
comment on view "retention" is 'One row per week of first play and week since then: weekly retention. Weeks begin on Monday. All users of a cohort are active in week 0.'

-- comment/retention.cohort_week 8cfbe8cf3ab19667
comment on column "retention"."cohort_week" is 'Monday of the week of the users'' first play.'

-- comment/retention.weeks_since 8a42279723d250d5
comment on column "retention"."weeks_since" is 'Number of weeks since then, 0 for that week.'

-- comment/retention.cohort_users 1fa657938ff5dc39
comment on column "retention"."cohort_users" is 'Number of users whose first play was in that week.'

-- comment/retention.active_users 0c241e9be713c34d
comment on column "retention"."active_users" is 'Number of them who played that many weeks later.'
