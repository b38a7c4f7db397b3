-- One row per version that the tables have had; the highest is the current one.
-- A Sparkify of another version does not use them.
create table warehouse_version (
    -- Number of the version.
    version integer not null,
    -- When the tables were created in it or migrated to it, in UTC.
    made_at timestamp default sysdate
)
diststyle auto
