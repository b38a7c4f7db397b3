-- One row per event as delivered.
create table staging_events (
    artist varchar(1024),
    auth varchar(64),
    firstname varchar(256),
    gender varchar(16),
    iteminsession integer,
    lastname varchar(256),
    length double precision,
    level varchar(16),
    location varchar(512),
    method varchar(16),
    page varchar(64),
    registration double precision,
    sessionid bigint,
    song varchar(1024),
    status integer,
    ts timestamp,
    useragent varchar(1024),
    userid integer,
    loaded_at timestamp default sysdate
)
diststyle auto
sortkey (loaded_at)
