-- One row per event as delivered.
create table staging_events (
    -- Name of the artist whose song was played, as the app wrote it; key artist. Null unless a
    -- song was played.
    artist varchar(1024),
    -- Whether the user was logged in at that moment: Logged In, Logged Out, Guest or Cancelled;
    -- key auth.
    auth varchar(64),
    -- The user's first name; key firstName.
    firstname varchar(256),
    -- The user's gender, F or M; key gender.
    gender varchar(16),
    -- Place of the event in its session, counted from 0; key itemInSession.
    iteminsession integer,
    -- The user's last name; key lastName.
    lastname varchar(256),
    -- Duration of the song that was played, in seconds; key length. Null unless a song was
    -- played.
    length double precision,
    -- The user's subscription at that moment, free or paid; key level.
    level varchar(16),
    -- Where the user was, a metropolitan area of the United States; key location.
    location varchar(512),
    -- HTTP method of the request, GET or PUT; key method.
    method varchar(16),
    -- Page of the app that was asked for; NextSong is the start of a song; key page.
    page varchar(64),
    -- When the user signed up, in milliseconds since 1970 in UTC; key registration.
    registration double precision,
    -- Number of the session, a visit of one user; key sessionId.
    sessionid bigint,
    -- Title of the song that was played, as the app wrote it; key song. Null unless a song was
    -- played.
    song varchar(1024),
    -- HTTP status of the answer; key status.
    status integer,
    -- When the event happened, in UTC, to the millisecond; key ts.
    ts timestamp,
    -- The browser's description of itself, often in quotes; key userAgent.
    useragent varchar(1024),
    -- Number of the user; key userId. Null for those who are not logged in.
    userid integer,
    -- Moment at which the batch that brought the row began; tells batches apart.
    loaded_at timestamp default sysdate
)
diststyle auto
sortkey (loaded_at)
