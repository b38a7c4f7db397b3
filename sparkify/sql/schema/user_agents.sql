-- One row per user agent of the logs: the device and the browser that it names.
-- A parser library decides them when an agent is first met; a rebuild decides them again, so a
-- newer library may tell more.
create table user_agents (
    -- The user agent, without quotes, as in songplays; key userAgent of the log. Personal:
    -- indirect.
    user_agent varchar(1024) not null,
    -- The device: iPhone, iPad, iPod, Mac, Windows PC, Windows phone, Linux PC, Chromebook, Android
    -- device, Bot or Other. Personal: indirect.
    device varchar(64) not null,
    -- The browser's family, like Chrome, Firefox or Mobile Safari; Other where none is known.
    -- Personal: indirect.
    browser varchar(256) not null
)
diststyle auto
sortkey (user_agent)
