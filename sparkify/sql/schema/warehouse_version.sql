-- One row per warehouse: the version of its tables, so that no other Sparkify half uses them.
create table warehouse_version (
    -- Number of the version, which says what tables and columns there are.
    version integer not null,
    -- When the tables were brought to it.
    made_at timestamp default sysdate
)
diststyle auto
