-- One row per version that the warehouse was migrated to.
create table warehouse_version (
    version integer not null,
    made_at timestamp default sysdate
)
diststyle auto
