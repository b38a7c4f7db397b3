-- Written by `make golden` from the SQL and the lists of sparkify/sql.

-- drop/staged_plays c545a15b4f2ac195
drop view if exists "staged_plays"

-- drop/cleaned_songs ecd05e14bb4c24ec
drop view if exists "cleaned_songs"

-- drop/cleaned_plays 2867050a7ab0e7ac
drop view if exists "cleaned_plays"

-- drop/song_matches f0cb6145719246fb
drop view if exists "song_matches"

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

-- drop/warehouse_version 2572856090a4fb99
drop table if exists "warehouse_version"

-- drop/runs d23277a739d8f3dc
drop table if exists "runs"

-- drop/loaded_files 75ca0a4889be0bbe
drop table if exists "loaded_files"

-- drop/load_errors 6eacc9d291f5c612
drop table if exists "load_errors"

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

-- drop/write_lock 157f63b999864f8e
drop table if exists "write_lock"

-- drop/repeated_events be6713b87ce88d69
drop table if exists "repeated_events"

-- drop/contradicting_events 8d682e104eefdc38
drop table if exists "contradicting_events"

-- drop/batch_artists 04edefa2ae9de8d1
drop table if exists "batch_artists"

-- drop/batch_songs 6b97637839728805
drop table if exists "batch_songs"

-- drop/batch_users 55f008221e9364ec
drop table if exists "batch_users"

-- drop/repeated_plays b43363515ae71fbf
drop table if exists "repeated_plays"

-- drop/found_songs f4f54d583e89ff28
drop table if exists "found_songs"

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

-- export/songplays 39f9e1aa606cbf98
SELECT "songplay_id", "start_time", "user_id", "level", "song_id", "artist_id", "session_id", "location", "user_agent", "item_in_session", EXTRACT(year FROM "start_time") AS "year", EXTRACT(month FROM "start_time") AS "month" FROM "songplays"

-- export/artists 39fd0ed825944437
SELECT "artist_id", "name", "location", "latitude", "longitude" FROM "artists"

-- export/songs 0e1577fd5dc9ceee
SELECT "song_id", "title", "artist_id", "year", "duration" FROM "songs"

-- export/users 14c6df9a61cfc533
SELECT "user_id", "first_name", "last_name", "gender", "level", "last_event_at", "last_event_id" FROM "users"

-- export/time bb50eb98476d8ee5
SELECT "start_time", "hour", "day", "week", "month", "year", "weekday" FROM "time"

-- undo/staging_events d613bc0af8955ea9
DELETE FROM "staging_events" WHERE loaded_at IN (SELECT loaded_files.loaded_at FROM loaded_files WHERE loaded_files.run_id = :run_id)

-- undo/staging_songs 0f86054d6755eda0
DELETE FROM "staging_songs" WHERE loaded_at IN (SELECT loaded_files.loaded_at FROM loaded_files WHERE loaded_files.run_id = :run_id)

-- undo/load_errors e1333f31ef99657b
DELETE FROM "load_errors" WHERE run_id = :run_id

-- undo/source_keys 9ee6c5680ed240fb
DELETE FROM "source_keys" WHERE run_id = :run_id

-- undo/loaded_files e9ea5da299c31f20
DELETE FROM "loaded_files" WHERE run_id = :run_id

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

-- comment/staging_events d79f8a9493e0e07b
comment on table "staging_events" is 'One row per event as delivered.'

-- comment/staging_events.artist c935d451b4397bf3
comment on column "staging_events"."artist" is 'Name of the artist whose song was played, as the app wrote it; key artist. Null unless a song was played.'

-- comment/staging_events.auth 9b6bc98f713ec77b
comment on column "staging_events"."auth" is 'Whether the user was logged in at that moment: Logged In, Logged Out, Guest or Cancelled; key auth.'

-- comment/staging_events.firstname 5f0d2ed452ba18ee
comment on column "staging_events"."firstname" is 'The user''s first name; key firstName.'

-- comment/staging_events.gender 140d842f3e036243
comment on column "staging_events"."gender" is 'The user''s gender, F or M; key gender.'

-- comment/staging_events.iteminsession 30575cdae9bab3b5
comment on column "staging_events"."iteminsession" is 'Place of the event in its session, counted from 0; key itemInSession.'

-- comment/staging_events.lastname 47fa1818b9a5bc3e
comment on column "staging_events"."lastname" is 'The user''s last name; key lastName.'

-- comment/staging_events.length 0c845d874c5e94dd
comment on column "staging_events"."length" is 'Duration of the song that was played, in seconds; key length. Null unless a song was played.'

-- comment/staging_events.level 8c8e04a4a95a57a6
comment on column "staging_events"."level" is 'The user''s subscription at that moment, free or paid; key level.'

-- comment/staging_events.location cb80f340aaf3f8c9
comment on column "staging_events"."location" is 'Where the user was, a metropolitan area of the United States; key location.'

-- comment/staging_events.method 45144687adfae2c8
comment on column "staging_events"."method" is 'HTTP method of the request, GET or PUT; key method.'

-- comment/staging_events.page 6b9b1b9dc61a27c6
comment on column "staging_events"."page" is 'Page of the app that was asked for; NextSong is the start of a song; key page.'

-- comment/staging_events.registration d256ab6d6f227b39
comment on column "staging_events"."registration" is 'When the user signed up, in milliseconds since 1970 in UTC; key registration.'

-- comment/staging_events.sessionid 1f21a511bf335eac
comment on column "staging_events"."sessionid" is 'Number of the session, a visit of one user; key sessionId.'

-- comment/staging_events.song 6e80b3f1e2cd2f0f
comment on column "staging_events"."song" is 'Title of the song that was played, as the app wrote it; key song. Null unless a song was played.'

-- comment/staging_events.status 5c35dc7692f6b675
comment on column "staging_events"."status" is 'HTTP status of the answer; key status.'

-- comment/staging_events.ts 562d394dfc333eb2
comment on column "staging_events"."ts" is 'When the event happened, in UTC, to the millisecond; key ts.'

-- comment/staging_events.useragent 93fa5ba5332b959d
comment on column "staging_events"."useragent" is 'The browser''s description of itself, often in quotes; key userAgent.'

-- comment/staging_events.userid 2716c7d6ad507642
comment on column "staging_events"."userid" is 'Number of the user; key userId. Null for those who are not logged in.'

-- comment/staging_events.loaded_at 510400ce863157b2
comment on column "staging_events"."loaded_at" is 'Moment at which the batch that brought the row began; tells batches apart.'

-- comment/staging_songs 4708f4ccf1b81937
comment on table "staging_songs" is 'One row per song record as delivered.'

-- comment/staging_songs.num_songs b40a3532c720dc88
comment on column "staging_songs"."num_songs" is 'Number of songs in the record''s file, always 1; key num_songs.'

-- comment/staging_songs.artist_id 165e280c69307d89
comment on column "staging_songs"."artist_id" is 'Id of the artist in the catalogue; key artist_id.'

-- comment/staging_songs.artist_latitude f586c3a25c996eb0
comment on column "staging_songs"."artist_latitude" is 'Latitude of where the artist is from, in degrees north; key artist_latitude.'

-- comment/staging_songs.artist_longitude cf328c89f06cbd82
comment on column "staging_songs"."artist_longitude" is 'Longitude of where the artist is from, in degrees east; key artist_longitude.'

-- comment/staging_songs.artist_location ed2357433f92e779
comment on column "staging_songs"."artist_location" is 'Where the artist is from, in words; key artist_location.'

-- comment/staging_songs.artist_name 31897d1eeb32f159
comment on column "staging_songs"."artist_name" is 'The artist''s name on this record, which may differ between records of one artist; key artist_name.'

-- comment/staging_songs.song_id bd29ba56b8817c15
comment on column "staging_songs"."song_id" is 'Id of the song in the catalogue; key song_id.'

-- comment/staging_songs.title 976c0bf5b75dd16c
comment on column "staging_songs"."title" is 'The song''s title; key title.'

-- comment/staging_songs.duration bfdd58ea67def839
comment on column "staging_songs"."duration" is 'The song''s duration in seconds; key duration.'

-- comment/staging_songs.year eebefd0a8344736b
comment on column "staging_songs"."year" is 'Year in which the song came out, 0 where that is not known; key year.'

-- comment/staging_songs.loaded_at d94e6fd6c984878a
comment on column "staging_songs"."loaded_at" is 'Moment at which the batch that brought the row began; tells batches apart.'

-- comment/artists 1050bfd8aeee6d93
comment on table "artists" is 'One row per artist.'

-- comment/artists.artist_id d8a1c163dc780e5b
comment on column "artists"."artist_id" is 'Id of the artist in the catalogue; key artist_id of the song file.'

-- comment/artists.name 66ae11a263d1eba4
comment on column "artists"."name" is 'The artist''s name, of the record that says most of the artist; key artist_name of the song file.'

-- comment/artists.location 860fbbb70f6fecaa
comment on column "artists"."location" is 'Where the artist is from, null where that is not known; key artist_location of the song file.'

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

-- comment/songs.year c84654cfd8d66717
comment on column "songs"."year" is 'Year in which the song came out, null where that is not known; key year of the song file.'

-- comment/songs.duration 65012f4b559c262b
comment on column "songs"."duration" is 'Duration in seconds; key duration of the song file.'

-- comment/users fd6cf8ec481d18db
comment on table "users" is 'One row per user of the app, as of their latest event. last_event_at and last_event_id say which event that was, so that an older file that arrives late takes nothing back.'

-- comment/users.user_id ea678a51e90ad411
comment on column "users"."user_id" is 'Number of the user; key userId of the log.'

-- comment/users.first_name 8b2c7a4f3af9f919
comment on column "users"."first_name" is 'First name, as of the user''s latest event; key firstName of the log.'

-- comment/users.last_name ba065d6362cec5a6
comment on column "users"."last_name" is 'Last name, as of the user''s latest event; key lastName of the log.'

-- comment/users.gender 0517640d14c3688f
comment on column "users"."gender" is 'Gender, F or M, as of the user''s latest event; key gender of the log.'

-- comment/users.level edd9572cde22d38e
comment on column "users"."level" is 'Subscription, free or paid, as of the user''s latest event; key level of the log.'

-- comment/users.last_event_at 917402546e8af859
comment on column "users"."last_event_at" is 'Moment of the user''s latest event, in UTC: what decides which event counts.'

-- comment/users.last_event_id 1ea3b3ad0546e660
comment on column "users"."last_event_id" is 'Number of that event, made like songplay_id: decides between events of one moment.'

-- comment/time 1d2dd231a47a905c
comment on table "time" is 'One row per moment at which a song was started, in UTC. week is ISO 8601''s; weekday counts from Sunday = 0.'

-- comment/time.start_time 5104c00215e8f9a9
comment on column "time"."start_time" is 'The moment, in UTC, to the millisecond; key ts of the log.'

-- comment/time.hour a84717a60a20f384
comment on column "time"."hour" is 'Hour of the day, 0 to 23, in UTC.'

-- comment/time.day 67ffccf8d05880d7
comment on column "time"."day" is 'Day of the month, 1 to 31.'

-- comment/time.week acf15a5948b91c18
comment on column "time"."week" is 'Week of the year by ISO 8601, 1 to 53.'

-- comment/time.month 2240935e6ce4ef59
comment on column "time"."month" is 'Month, 1 to 12.'

-- comment/time.year b5e805c91bd7127e
comment on column "time"."year" is 'Calendar year, which differs from the ISO week''s year around New Year.'

-- comment/time.weekday a918ff8d638f2e25
comment on column "time"."weekday" is 'Day of the week, 0 for Sunday to 6 for Saturday.'

-- comment/songplays 1bf4e34bba1527f6
comment on table "songplays" is 'One row per song a user started. songplay_id is made from the session and the item in it, so that every load, on every engine, gives a play the same id. song_id and artist_id are null while the catalogue does not know the song: most plays, which is why they make no distribution key.'

-- comment/songplays.songplay_id 5d386bac0fb2ae22
comment on column "songplays"."songplay_id" is 'Id of the play: session_id * 1000000 + item_in_session, the same at every load.'

-- comment/songplays.start_time 71ff6aaa7f301114
comment on column "songplays"."start_time" is 'Moment at which the song was started, in UTC; key ts of the log.'

-- comment/songplays.user_id d5026b388b7c4dc5
comment on column "songplays"."user_id" is 'Who played it; key userId of the log.'

-- comment/songplays.level 04c08e55862a03c5
comment on column "songplays"."level" is 'The user''s subscription at that moment, free or paid; key level of the log.'

-- comment/songplays.song_id af0f896528529371
comment on column "songplays"."song_id" is 'The song, where the catalogue has one of the same title, artist and duration; null for most plays.'

-- comment/songplays.artist_id 915668d3cb9e28a6
comment on column "songplays"."artist_id" is 'The song''s artist; null where song_id is.'

-- comment/songplays.session_id 8c925619f18af971
comment on column "songplays"."session_id" is 'The session in which it was played; key sessionId of the log.'

-- comment/songplays.location 6cf020e9ee02057c
comment on column "songplays"."location" is 'Where the user was; key location of the log.'

-- comment/songplays.user_agent 46826b852d4dcde1
comment on column "songplays"."user_agent" is 'The browser''s description of itself, without quotes; key userAgent of the log.'

-- comment/songplays.item_in_session 05041c938907179a
comment on column "songplays"."item_in_session" is 'Place of the play in its session, counted from 0; key itemInSession of the log.'

-- comment/warehouse_version 15d48fe5983e3b97
comment on table "warehouse_version" is 'One row per warehouse: the version of its tables, so that no other Sparkify half uses them.'

-- comment/warehouse_version.version 6b2f6f626e0b5a62
comment on column "warehouse_version"."version" is 'Number of the version, which says what tables and columns there are.'

-- comment/warehouse_version.made_at e35b121b0b0e8352
comment on column "warehouse_version"."made_at" is 'When the tables were brought to it.'

-- comment/runs 003d24c8bbc3aa74
comment on table "runs" is 'One row per run that had something to load. A run that says running while no process is at it was killed; the next run notes it as interrupted. What it loaded, and what was refused, is in loaded_files and load_errors.'

-- comment/runs.run_id 2f435e4065e56771
comment on column "runs"."run_id" is 'Id of the run, which sorts by the time it began.'

-- comment/runs.started_at 929aebe370f8900a
comment on column "runs"."started_at" is 'When the run began, in UTC.'

-- comment/runs.ended_at 551986bfed79c65c
comment on column "runs"."ended_at" is 'When the run ended, in UTC; null while it runs, and if it was killed.'

-- comment/runs.outcome 78abca8f90895c65
comment on column "runs"."outcome" is 'running, done, failed or interrupted.'

-- comment/runs.error 610d99823237c2d2
comment on column "runs"."error" is 'What went wrong in a run that failed.'

-- comment/runs.stage_seconds e3ebd8f75ac9dcb9
comment on column "runs"."stage_seconds" is 'Seconds that each stage took, as a JSON object.'

-- comment/runs.peak_memory_bytes 6f379ef848595d15
comment on column "runs"."peak_memory_bytes" is 'The most bytes of memory that its process had until it ended; null where the operating system does not tell, and for runs of earlier versions.'

-- comment/loaded_files f09dfd043541cb6b
comment on table "loaded_files" is 'One row per version of a source file that is loaded: the ledger. objects is how many the file holds; each of them is staged, or refused and in load_errors.'

-- comment/loaded_files.uri 33155436cffb071a
comment on column "loaded_files"."uri" is 'Where the file lies: an absolute path, or s3://bucket/key.'

-- comment/loaded_files.etag 2a6b48ab12f4af5f
comment on column "loaded_files"."etag" is 'Token of the file''s content: S3''s etag, or time of change and size of a local file.'

-- comment/loaded_files.bytes 96b1f65aa55ba253
comment on column "loaded_files"."bytes" is 'Size of the file as delivered, compressed or not.'

-- comment/loaded_files.staging_table f67747cc770ecf66
comment on column "loaded_files"."staging_table" is 'The staging table that its objects went to.'

-- comment/loaded_files.objects 700ad28d6e3102b7
comment on column "loaded_files"."objects" is 'How many objects the file holds; null for files that earlier versions loaded.'

-- comment/loaded_files.refused 736a1b9c8ad2fb70
comment on column "loaded_files"."refused" is 'How many of them were refused, and are in load_errors; null as objects is.'

-- comment/loaded_files.run_id bd2d10e83bdf87e1
comment on column "loaded_files"."run_id" is 'The run that loaded it; null for files that earlier versions loaded.'

-- comment/loaded_files.loaded_at f377e069a5ef7ae6
comment on column "loaded_files"."loaded_at" is 'Moment at which the batch that loaded it began, as its rows carry it.'

-- comment/load_errors 3c7192d302cca79e
comment on table "load_errors" is 'One row per object that was refused: the quarantine. line is where the object starts in its file; column_name is empty where no column is at fault.'

-- comment/load_errors.uri 98dceee9e15bc42c
comment on column "load_errors"."uri" is 'The file that the object stands in: an absolute path, or s3://bucket/key.'

-- comment/load_errors.etag 3a8a23948d08b9e9
comment on column "load_errors"."etag" is 'The version of the file, as in loaded_files.'

-- comment/load_errors.staging_table 4f1931a7cf1d4ada
comment on column "load_errors"."staging_table" is 'The staging table that the object was meant for.'

-- comment/load_errors.line 458c99a6cc3af7e7
comment on column "load_errors"."line" is 'Line of the file on which the object starts, counted from 1.'

-- comment/load_errors.column_name 9616f4aefd1cd3bf
comment on column "load_errors"."column_name" is 'The column at fault, empty where none is.'

-- comment/load_errors.reason 0d9967605c6fefaa
comment on column "load_errors"."reason" is 'Why it was refused, one of a few phrases that can be counted.'

-- comment/load_errors.detail a9ec525766dbcfe0
comment on column "load_errors"."detail" is 'What there is to add to the reason, such as a text''s length.'

-- comment/load_errors.raw_text 62f1b8914f189918
comment on column "load_errors"."raw_text" is 'The object''s text as delivered, as far as it fits.'

-- comment/load_errors.run_id d328ca809e72af76
comment on column "load_errors"."run_id" is 'The run that refused it.'

-- comment/load_errors.loaded_at fb61bf167d4ea853
comment on column "load_errors"."loaded_at" is 'Moment at which the batch that refused it began.'

-- comment/check_results 32274411933c3407
comment on table "check_results" is 'One row per check that a run made: how many rows broke it.'

-- comment/check_results.run_id 9f86084187829810
comment on column "check_results"."run_id" is 'The run that made the check.'

-- comment/check_results.stage 62381d7f973f7dc3
comment on column "check_results"."stage" is 'What was checked: staging, star or ledger.'

-- comment/check_results.check_name 66c23a7b4e869da3
comment on column "check_results"."check_name" is 'Name of the check, which is that of its file in sparkify/sql/checks.'

-- comment/check_results.severity 5b3fcec4a71b7cab
comment on column "check_results"."severity" is 'block if rows that break it fail the batch, warn if they do not.'

-- comment/check_results.offending a5fea129199a5406
comment on column "check_results"."offending" is 'How many rows broke it.'

-- comment/check_results.account 3584b3f8cf17d521
comment on column "check_results"."account" is 'What was found, with the first rows; empty if nothing was.'

-- comment/check_results.checked_at d66f80c4509c8223
comment on column "check_results"."checked_at" is 'Moment at which the batch that was checked began.'

-- comment/source_keys 5cdf391a192ebc3f
comment on table "source_keys" is 'One row per key that is read of the source, and type of JSON that its values were seen to have. A type that is not here yet is a change, which is found once; see source_findings.'

-- comment/source_keys.staging_table c2d5786e9519e301
comment on column "source_keys"."staging_table" is 'The staging table that the key is read for.'

-- comment/source_keys.key_name db16fd96f448f136
comment on column "source_keys"."key_name" is 'The key, with those above it before a dot where it lies deeper.'

-- comment/source_keys.json_type 8ac9ea1a9ba579cd
comment on column "source_keys"."json_type" is 'text, number, boolean, object or array.'

-- comment/source_keys.first_file d11d3aac4352eeb8
comment on column "source_keys"."first_file" is 'The file in which the type was seen first: an absolute path, or s3://bucket/key.'

-- comment/source_keys.run_id f9525487b6c6766e
comment on column "source_keys"."run_id" is 'The run that saw it first.'

-- comment/source_keys.loaded_at d8eaf067a79f60ca
comment on column "source_keys"."loaded_at" is 'Moment at which the batch began in which it was seen first.'

-- comment/source_findings 4e5114092979623f
comment on table "source_findings" is 'One row per key of which a batch''s files were seen to break the contract of the source.'

-- comment/source_findings.run_id 8d4b0d6ee8be8614
comment on column "source_findings"."run_id" is 'The run that found it.'

-- comment/source_findings.staging_table b439f81aefbf99fb
comment on column "source_findings"."staging_table" is 'The staging table that the files are for.'

-- comment/source_findings.key_name a1bd549dee78edb7
comment on column "source_findings"."key_name" is 'The key, with those above it before a dot where it lies deeper.'

-- comment/source_findings.finding d6bab564b4d4eeae
comment on column "source_findings"."finding" is 'new field, missing field, retyped field, new column, or not profiled.'

-- comment/source_findings.detail 245e2b90eea925a5
comment on column "source_findings"."detail" is 'What there is to add: the types of the values, or why the files could not be read.'

-- comment/source_findings.objects 3cb830fc0bc65320
comment on column "source_findings"."objects" is 'In how many of the objects that were looked at.'

-- comment/source_findings.first_file 8e465b38741e22d1
comment on column "source_findings"."first_file" is 'The first file of those: an absolute path, or s3://bucket/key.'

-- comment/source_findings.found_at 6c1ca40be9994c44
comment on column "source_findings"."found_at" is 'Moment at which the batch began; in a run that failed for it, at which that was noted.'

-- comment/added_columns c2ea56e437c1ff9f
comment on table "added_columns" is 'One row per column that was added to a staging table for a key of which none was filled before.'

-- comment/added_columns.staging_table 55c0f5258a2c7832
comment on column "added_columns"."staging_table" is 'The staging table that has the column.'

-- comment/added_columns.column_name 2d944733772f021f
comment on column "added_columns"."column_name" is 'Name of the column: the key in lower case.'

-- comment/added_columns.key_name 540350686cfc9614
comment on column "added_columns"."key_name" is 'The key of the source''s objects that it holds, as text.'

-- comment/added_columns.run_id ce0654b28f5743fd
comment on column "added_columns"."run_id" is 'The run that added it.'

-- comment/added_columns.added_at f9164c39fc6be937
comment on column "added_columns"."added_at" is 'When it was added.'

-- comment/text_repairs bb162b55baafe51f
comment on table "text_repairs" is 'One row per title or artist name that the logs spell in UTF-8 encoded twice.'

-- comment/text_repairs.delivered bec3f68ef00d9a67
comment on column "text_repairs"."delivered" is 'The text as the logs spell it.'

-- comment/text_repairs.repaired bd5a7f3c550e086d
comment on column "text_repairs"."repaired" is 'The text as it should read, which is what songs are matched by.'

-- comment/write_lock b01c2e4f09902aa4
comment on table "write_lock" is 'One row per nothing: it stays empty. A run on Redshift locks it, so that there is one at a time, and that those who read the other tables need not wait.'

-- comment/write_lock.locked_at 58194407f75fa964
comment on column "write_lock"."locked_at" is 'Never filled.'

-- comment/staged_plays 721177d0df7972e7
comment on view "staged_plays" is 'One row per play as delivered: an event that starts a song, of a user. This is the one place that says which events are plays and how a play is numbered.'

-- comment/cleaned_songs 2bd8dd34cc7950ec
comment on view "cleaned_songs" is 'One row per song record as received, with its texts trimmed and blanks as null. The artist''s name is the record''s own: one artist_id can have several names.'

-- comment/cleaned_plays 4809e329039fec1e
comment on view "cleaned_plays" is 'One row per play as received, with its title and artist name repaired and trimmed.'

-- comment/song_matches e1dcdfb9350f5c5e
comment on view "song_matches" is 'One row per play as received and song record that it plays: the match rule. Title, artist name and duration are equal, never fewer of them; texts are repaired and trimmed first. A play can have several rows: its song is the one with the smallest song_id.'

-- comment/user_events da5e6689010ca02f
comment on view "user_events" is 'One row per event of a user, however often it was delivered. What somebody did logged out belongs to nobody and is not here. Where the versions of an event differ the smallest value counts; in moment and user they cannot.'

-- comment/user_events.event_id dc1fa25509e3d5cf
comment on column "user_events"."event_id" is 'Id of the event: session_id * 1000000 + item_in_session. A play''s is its songplay_id.'

-- comment/user_events.session_id a799d266a45759c1
comment on column "user_events"."session_id" is 'The session in which it was done.'

-- comment/user_events.item_in_session faf0d6b1f9fd1cee
comment on column "user_events"."item_in_session" is 'Place of the event in its session, counted from 0.'

-- comment/user_events.occurred_at de7840864cfc0345
comment on column "user_events"."occurred_at" is 'Moment of the event, in UTC.'

-- comment/user_events.user_id 4c0f0cca779adf01
comment on column "user_events"."user_id" is 'Who did it.'

-- comment/user_events.level cb3835d955f80567
comment on column "user_events"."level" is 'The user''s subscription at that moment, free or paid; null where the log has none.'

-- comment/user_events.page cd2770108a9fb564
comment on column "user_events"."page" is 'What was done: NextSong for a song that was started, else the page opened; null where the log has none.'

-- comment/plays 88045b92aab9c7c9
comment on view "plays" is 'One row per song a user started, with the names and the parts of the moment: ready to filter. A play whose song the catalogue knows has the catalogue''s names; another has title and artist as they were logged, made readable, and no song_id.'

-- comment/plays.songplay_id aadae2680d908c77
comment on column "plays"."songplay_id" is 'Id of the play, as in songplays.'

-- comment/plays.start_time 4f39be4503ce7d05
comment on column "plays"."start_time" is 'Moment at which the song was started, in UTC.'

-- comment/plays.start_date 484d04c294a297d0
comment on column "plays"."start_date" is 'The day of that moment, in UTC.'

-- comment/plays.year a478c71d97789947
comment on column "plays"."year" is 'Its calendar year.'

-- comment/plays.month a0d3a808f7c9d622
comment on column "plays"."month" is 'Its month, 1 to 12.'

-- comment/plays.week 6bf743b3d2a9301b
comment on column "plays"."week" is 'Its week of the year by ISO 8601, 1 to 53.'

-- comment/plays.day e0b9692903901667
comment on column "plays"."day" is 'Its day of the month, 1 to 31.'

-- comment/plays.weekday 17bf47d1fd8c8465
comment on column "plays"."weekday" is 'Its day of the week, 0 for Sunday to 6 for Saturday.'

-- comment/plays.hour 222c8b042c085ceb
comment on column "plays"."hour" is 'Its hour of the day, 0 to 23.'

-- comment/plays.user_id 8a37933d5c237251
comment on column "plays"."user_id" is 'Who played it.'

-- comment/plays.first_name 31e28fee40e353c1
comment on column "plays"."first_name" is 'The user''s first name, the latest that is known; null where the log has none.'

-- comment/plays.last_name de8a9e499cf32d08
comment on column "plays"."last_name" is 'The user''s last name, the latest that is known; null where the log has none.'

-- comment/plays.gender 270f3ce9513f19f2
comment on column "plays"."gender" is 'The user''s gender, F or M; null where the log has none.'

-- comment/plays.level a517164de02e1f8d
comment on column "plays"."level" is 'The user''s subscription at that moment, free or paid; null where the log has none.'

-- comment/plays.song_id b091df329d50f993
comment on column "plays"."song_id" is 'The song in the catalogue; null for most plays, whose song it does not know.'

-- comment/plays.title fa33d2e39fcc5589
comment on column "plays"."title" is 'The song''s title: the catalogue''s, else as it was logged; null where the log has none.'

-- comment/plays.artist_id 0a3dcfa46f63b578
comment on column "plays"."artist_id" is 'The song''s artist in the catalogue; null where song_id is.'

-- comment/plays.artist_name 4c5305695af51e7d
comment on column "plays"."artist_name" is 'The artist''s name: the catalogue''s, else as it was logged; null where the log has none.'

-- comment/plays.duration e40ddd0da3bec547
comment on column "plays"."duration" is 'How long the song is, in seconds: by the catalogue, else by the log; null where it has none.'

-- comment/plays.session_id 6d302e10d5e8f2a3
comment on column "plays"."session_id" is 'The session in which it was played.'

-- comment/plays.item_in_session 3307695cafa84431
comment on column "plays"."item_in_session" is 'Place of the play in its session, counted from 0.'

-- comment/plays.location 6e54c0475d5332aa
comment on column "plays"."location" is 'Where the user was, like San Jose-Sunnyvale-Santa Clara, CA; null where the log has none.'

-- comment/plays.user_agent 70c3858c8c21f6b5
comment on column "plays"."user_agent" is 'The browser''s description of itself; null where the log has none.'

-- comment/sessions 0a13684ae7c646e7
comment on view "sessions" is 'One row per session of a user: when it began and ended, the songs started and the pages opened. ended_at is the moment of the last event; how long somebody stayed after it nobody logged.'

-- comment/sessions.session_id 51febc356963cbea
comment on column "sessions"."session_id" is 'Id of the session.'

-- comment/sessions.user_id 5534e24f1b90c589
comment on column "sessions"."user_id" is 'Whose it is.'

-- comment/sessions.started_at ca84a39515ff06b4
comment on column "sessions"."started_at" is 'Moment of its first event, in UTC.'

-- comment/sessions.ended_at c235f5ca30d5f9dc
comment on column "sessions"."ended_at" is 'Moment of its last event, in UTC.'

-- comment/sessions.plays bec3a8967399a57d
comment on column "sessions"."plays" is 'How many songs were started in it.'

-- comment/sessions.pages 9031abd85f13690b
comment on column "sessions"."pages" is 'How many other pages were opened in it.'

-- comment/daily_activity 6e7369cab2b2ad2e
comment on view "daily_activity" is 'One row per day (UTC) on which a user did anything: who came, and what they played. new_users are those who were never seen before. Somebody who changes level is in paid_users and in free_users on that day, and once in users.'

-- comment/daily_activity.activity_date e8b1e074f264dc66
comment on column "daily_activity"."activity_date" is 'The day, in UTC.'

-- comment/daily_activity.plays e5534061dce8803c
comment on column "daily_activity"."plays" is 'How many songs were started.'

-- comment/daily_activity.users e47b7667c4862094
comment on column "daily_activity"."users" is 'How many users did anything.'

-- comment/daily_activity.sessions d337f1af0813a3ce
comment on column "daily_activity"."sessions" is 'How many sessions had an event.'

-- comment/daily_activity.new_users 42f32c95b8bac1b4
comment on column "daily_activity"."new_users" is 'How many of the users were never seen before.'

-- comment/daily_activity.paid_plays c0526080e99fe92f
comment on column "daily_activity"."paid_plays" is 'How many songs were started by users who were paid then.'

-- comment/daily_activity.free_plays 16dbbb4bfe26dcf4
comment on column "daily_activity"."free_plays" is 'How many songs were started by users who were free then.'

-- comment/daily_activity.paid_users e7ca9ddaf844f3ae
comment on column "daily_activity"."paid_users" is 'How many users did anything while they were paid.'

-- comment/daily_activity.free_users ffca3207b704b138
comment on column "daily_activity"."free_users" is 'How many users did anything while they were free.'

-- comment/user_levels d0cfb1295bcacfe2
comment on view "user_levels" is 'One row per stretch of time in which a user had one level: free, paid, free is three rows. valid_from is their first event at that level; valid_to, their first at the next, is null while the level is current.'

-- comment/user_levels.user_id 63c547d124cb0b5d
comment on column "user_levels"."user_id" is 'Whose level it is.'

-- comment/user_levels.level 435c6e5d3281a802
comment on column "user_levels"."level" is 'The level, free or paid.'

-- comment/user_levels.previous_level d7a7d5c7df6585ea
comment on column "user_levels"."previous_level" is 'The level before it; null for the first of a user.'

-- comment/user_levels.valid_from de9cb4b5f6a138a0
comment on column "user_levels"."valid_from" is 'Moment of the user''s first event at the level, in UTC.'

-- comment/user_levels.valid_to 16d8e0ca7419c941
comment on column "user_levels"."valid_to" is 'Moment of the user''s first event at the next level, in UTC; null while there is none.'

-- comment/user_levels.current 1d080ca362667ad3
comment on column "user_levels"."current" is 'Whether it is the user''s level now, as far as is known.'

-- comment/level_steps ad18e1c3ed631eea
comment on view "level_steps" is 'One row per event that is a step of a user from one level to the other, and per arrival there.'

-- comment/level_steps.direction 67eb53096168a295
comment on column "level_steps"."direction" is 'From which level to which: free to paid, or paid to free.'

-- comment/level_steps.step 280783c521edbca7
comment on column "level_steps"."step" is 'Which step on that way: 1 to be at the first level, 2 to open the page, 3 to arrive.'

-- comment/level_steps.step_name 9be5189ceba4c09b
comment on column "level_steps"."step_name" is 'The step in words, like opens Upgrade.'

-- comment/level_steps.user_id a65cbffb46ade5ff
comment on column "level_steps"."user_id" is 'Who took it.'

-- comment/level_steps.taken_at 1fddbafa02f23078
comment on column "level_steps"."taken_at" is 'When, in UTC.'

-- comment/level_funnel 5eb09b6144183687
comment on view "level_funnel" is 'One row per step from one level to the other: how many users ever took it.'

-- comment/level_funnel.direction d8f705b5fb9be1b8
comment on column "level_funnel"."direction" is 'From which level to which: free to paid, or paid to free.'

-- comment/level_funnel.step 32a0361f11327497
comment on column "level_funnel"."step" is 'Which step on that way, 1 to 3.'

-- comment/level_funnel.step_name 78c3aff025f97e90
comment on column "level_funnel"."step_name" is 'The step in words, like opens Upgrade.'

-- comment/level_funnel.users 67637901f4343911
comment on column "level_funnel"."users" is 'How many users ever took it.'

-- comment/top_songs 4a711a16723b5678
comment on view "top_songs" is 'One row per song by title and artist, the most played first: rank 1.'

-- comment/top_songs.rank 7a73fae56ed375a2
comment on column "top_songs"."rank" is 'Place by plays, 1 for the most; of equals, by title and artist.'

-- comment/top_songs.title 52eadb2d36bd8b19
comment on column "top_songs"."title" is 'The song''s title.'

-- comment/top_songs.artist_name e1a01ebc3bf675a9
comment on column "top_songs"."artist_name" is 'The artist''s name; null where the log has none.'

-- comment/top_songs.plays 446edd746219c6ef
comment on column "top_songs"."plays" is 'How often it was started.'

-- comment/top_songs.listeners 7e876a64f744d5d3
comment on column "top_songs"."listeners" is 'How many users started it.'

-- comment/top_artists fa3243fb8d7a93f3
comment on view "top_artists" is 'One row per artist by name, the most played first: rank 1.'

-- comment/top_artists.rank 1d06cf83507da46f
comment on column "top_artists"."rank" is 'Place by plays, 1 for the most; of equals, by name.'

-- comment/top_artists.artist_name be53a12fdb00fdf3
comment on column "top_artists"."artist_name" is 'The artist''s name.'

-- comment/top_artists.plays 47e39bf554f5ec11
comment on column "top_artists"."plays" is 'How often songs of the artist were started.'

-- comment/top_artists.listeners 025cc49a203992f4
comment on column "top_artists"."listeners" is 'How many users started one.'

-- comment/top_artists.songs e53f7cd1d16b7895
comment on column "top_artists"."songs" is 'How many titles of the artist were started.'

-- comment/retention 36f6c7b8b5f955a7
comment on view "retention" is 'One row per week of first play and week since: how many of those who began then played again. Weeks begin on Monday. cohort_users is how many began in cohort_week; in week 0 all are active.'

-- comment/retention.cohort_week d55e3cb2b8e1db0c
comment on column "retention"."cohort_week" is 'Monday of the week in which the users played first.'

-- comment/retention.weeks_since f678251a14bf54d4
comment on column "retention"."weeks_since" is 'Weeks from then, 0 for that week itself.'

-- comment/retention.cohort_users 9c206c7110945e4b
comment on column "retention"."cohort_users" is 'How many users played first in that week.'

-- comment/retention.active_users 25d16aea1e84ea16
comment on column "retention"."active_users" is 'How many of them played in the week that is so many weeks later.'
