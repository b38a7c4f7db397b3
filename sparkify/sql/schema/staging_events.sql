-- One row per event as received.
create table staging_events (
    -- Name of the song's artist, as the app wrote it; key artist. Null unless a song was played.
    -- Personal: indirect.
    artist varchar(1024),
    -- Login state of the user: Logged In, Logged Out, Guest or Cancelled; key auth. Personal:
    -- indirect.
    auth varchar(64),
    -- The user's first name; key firstName. Personal: direct.
    firstname varchar(256),
    -- The user's gender, F or M; key gender. Personal: indirect.
    gender varchar(16),
    -- Number of the event within its session, from 0; key itemInSession. Personal: indirect.
    iteminsession integer,
    -- The user's last name; key lastName. Personal: direct.
    lastname varchar(256),
    -- Duration of the song in seconds; key length. Null unless a song was played. Personal:
    -- indirect.
    length double precision,
    -- The user's plan at that time, free or paid; key level. Personal: indirect.
    level varchar(16),
    -- The user's location, a metropolitan area of the United States; key location. Personal:
    -- indirect.
    location varchar(512),
    -- HTTP method of the request, GET or PUT; key method. Personal: indirect.
    method varchar(16),
    -- Page of the app; NextSong is the start of a song; key page. Personal: indirect.
    page varchar(64),
    -- When the user signed up, in milliseconds since 1970 in UTC; key registration. Personal:
    -- indirect.
    registration double precision,
    -- Number of the session; key sessionId. Personal: indirect.
    sessionid bigint,
    -- Title of the song, as the app wrote it; key song. Null unless a song was played. Personal:
    -- indirect.
    song varchar(1024),
    -- HTTP status of the response; key status. Personal: indirect.
    status integer,
    -- When the event happened, in UTC, to the millisecond; key ts. Personal: indirect.
    ts timestamp,
    -- The browser's user agent, often in quotes; key userAgent. Personal: indirect.
    useragent varchar(1024),
    -- Number of the user; key userId. Null if nobody is logged in. Personal: direct.
    userid integer,
    -- When the load of the row's batch began, in UTC; identifies the batch.
    loaded_at timestamp default sysdate
)
diststyle auto
sortkey (loaded_at)
