-- One row per warehouse: the version of its tables, so that no other Sparkify half uses them.
create table warehouse_version (
    version integer not null,
    made_at timestamp default sysdate
)
diststyle auto
