-- The tables and views as version 1 made them, in its order.
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
sortkey (loaded_at);

create table staging_songs (
    num_songs integer,
    artist_id varchar(64),
    artist_latitude double precision,
    artist_longitude double precision,
    artist_location varchar(1024),
    artist_name varchar(1024),
    song_id varchar(64),
    title varchar(1024),
    duration double precision,
    year integer,
    loaded_at timestamp default sysdate
)
diststyle auto
sortkey (loaded_at);

create table artists (
    artist_id varchar(64) not null,
    name varchar(1024),
    location varchar(1024),
    latitude double precision,
    longitude double precision,
    primary key (artist_id)
)
diststyle auto
sortkey (artist_id);

create table songs (
    song_id varchar(64) not null,
    title varchar(1024),
    artist_id varchar(64),
    year integer,
    duration double precision,
    primary key (song_id),
    foreign key (artist_id) references artists (artist_id)
)
diststyle auto
sortkey (song_id);

create table users (
    user_id integer not null,
    first_name varchar(256),
    last_name varchar(256),
    gender varchar(16),
    level varchar(16),
    last_event_at timestamp not null,
    last_event_id bigint not null,
    primary key (user_id)
)
diststyle auto
sortkey (user_id);

create table "time" (
    start_time timestamp not null,
    hour integer not null,
    day integer not null,
    week integer not null,
    month integer not null,
    year integer not null,
    weekday integer not null,
    primary key (start_time)
)
diststyle auto
sortkey (start_time);

create table songplays (
    songplay_id bigint not null,
    start_time timestamp not null,
    user_id integer not null,
    level varchar(16),
    song_id varchar(64),
    artist_id varchar(64),
    session_id bigint not null,
    location varchar(512),
    user_agent varchar(1024),
    item_in_session integer not null,
    primary key (songplay_id),
    foreign key (start_time) references "time" (start_time),
    foreign key (user_id) references users (user_id),
    foreign key (song_id) references songs (song_id),
    foreign key (artist_id) references artists (artist_id)
)
diststyle auto
sortkey (start_time);

create table loaded_files (
    uri varchar(4096) not null,
    etag varchar(256) not null,
    bytes bigint not null,
    staging_table varchar(64) not null,
    loaded_at timestamp default sysdate,
    primary key (uri, etag)
)
diststyle auto
sortkey (loaded_at);

create table text_repairs (
    delivered varchar(1024) not null,
    repaired varchar(1024) not null,
    primary key (delivered)
)
diststyle auto
sortkey (delivered);

create view staged_plays as

select
    sessionid * 1000000 + iteminsession as songplay_id,
    ts as start_time,
    userid as user_id,
    nullif(trim(both ' ' from level), '') as level,
    sessionid as session_id,
    nullif(trim(both ' ' from location), '') as location,
    nullif(trim(both ' "' from useragent), '') as user_agent,
    iteminsession as item_in_session,
    song as delivered_title,
    artist as delivered_artist_name,
    length as duration,
    loaded_at

from staging_events

where
    page = 'NextSong'
    and userid is not null;

create view catalogue as

select
    song_id,
    artist_id,
    nullif(trim(both ' ' from title), '') as title,
    nullif(trim(both ' ' from artist_name), '') as artist_name,
    duration,
    nullif(year, 0) as year,
    nullif(trim(both ' ' from artist_location), '') as artist_location,
    artist_latitude,
    artist_longitude,
    loaded_at

from staging_songs;

create view titled_plays as

select
    staged_plays.songplay_id,
    staged_plays.duration,
    staged_plays.loaded_at,
    coalesce(titles.repaired, trim(both ' ' from staged_plays.delivered_title)) as title,
    coalesce(artist_names.repaired, trim(both ' ' from staged_plays.delivered_artist_name))
        as artist_name

from staged_plays

left join text_repairs as titles
    on staged_plays.delivered_title = titles.delivered

left join text_repairs as artist_names
    on staged_plays.delivered_artist_name = artist_names.delivered;

create view matches as

select
    titled_plays.songplay_id,
    catalogue.song_id,
    catalogue.artist_id,
    titled_plays.loaded_at as play_loaded_at,
    catalogue.loaded_at as song_loaded_at

from titled_plays

inner join catalogue
    on
        titled_plays.title = catalogue.title
        and titled_plays.artist_name = catalogue.artist_name
        and titled_plays.duration = catalogue.duration;
