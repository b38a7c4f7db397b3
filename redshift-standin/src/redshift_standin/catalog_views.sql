-- The system views by which clients look around: of tables, columns, schemas, users, rights and of
-- what ran. Each is described at https://docs.aws.amazon.com/redshift/latest/dg/r_NAME.html or NAME.html.
set allow_system_table_mods = on;

create function pg_catalog.standin_is_superuser() returns boolean language sql stable
as $$ select usesuper from pg_user where usename = session_user $$;

-- cm_chap_system-views.html: superusers see all, others what is their own
create view pg_catalog.sys_query_history as
select
    e.user_id, e.query_id, null::varchar(320) as query_label, e.query_id as transaction_id,
    e.session_id, e.database_name, e.query_type, e.status, false as result_cache_hit,
    e.start_time, e.end_time, extract(epoch from e.end_time - e.start_time)::bigint * 1000000
    + extract(microseconds from e.end_time - e.start_time)::bigint % 1000000 as elapsed_time,
    0::bigint as queue_time,
    extract(microseconds from e.end_time - e.start_time)::bigint as execution_time,
    e.error_message, 0::bigint as returned_rows, 0::bigint as returned_bytes,
    e.query_text, 'unknown'::varchar as redshift_version, 'primary'::varchar as compute_type
from standin_log('query') as entry, jsonb_to_record(entry) as e (
    user_id integer, query_id bigint, session_id integer, database_name text, query_type text,
    status text, start_time timestamp, end_time timestamp, error_message text, query_text text
);
create view pg_catalog.stl_query as
select
    user_id as userid, query_id::integer as query, 'default'::char(320) as label, transaction_id as xid,
    session_id as pid, database_name::char(32) as database, query_text::char(4000) as querytxt,
    start_time as starttime, end_time as endtime, (status = 'failed')::integer as aborted,
    0 as insert_pristine, 0 as concurrency_scaling_status
from sys_query_history;
create view pg_catalog.svl_qlog as
select
    userid, query, xid, pid, starttime, endtime, extract(microseconds from endtime - starttime)::bigint as elapsed,
    aborted, label, querytxt::char(60) as substring, null::integer as source_query
from stl_query;
create view pg_catalog.svl_statementtext as
select
    userid, xid, pid, label, starttime, endtime, 0 as sequence, 'QUERY'::varchar(10) as type,
    querytxt::char(200) as text
from stl_query;
create view pg_catalog.stl_querytext as
select userid, xid, pid, query, 0 as sequence, querytxt::char(200) as text from stl_query;
create view pg_catalog.sys_query_text as
select user_id, query_id, transaction_id, session_id, start_time, 0 as sequence, query_text as text
from sys_query_history;
create view pg_catalog.stv_recents as
select
    usesysid::integer as userid, case state when 'active' then 'Running' else 'Done' end as status,
    query_start as starttime, 0 as duration, usename::char(50) as user_name,
    datname::char(50) as db_name, query::char(600) as query, pid
from pg_stat_activity where backend_type = 'client backend';
create view pg_catalog.stv_inflight as
select
    usesysid::integer as userid, 0 as slice, 0 as query, 'default'::char(320) as label,
    0::bigint as xid, pid, query_start as starttime, query::char(100) as text, false as suspended,
    0 as insert_pristine, 0 as concurrency_scaling_status
from pg_stat_activity where state = 'active';
create view pg_catalog.stv_sessions as
select
    backend_start as starttime, pid as process, usename::char(50) as user_name,
    datname::char(50) as db_name, 0 as timeout_sec
from pg_stat_activity where backend_type = 'client backend';
create view pg_catalog.stv_locks as
select
    l.relation::integer as table_id, a.xact_start as last_commit, a.xact_start as last_update,
    0::bigint as lock_owner, l.pid as lock_owner_pid, a.xact_start as lock_owner_start_ts,
    a.xact_start as lock_owner_end_ts, l.mode::char(22) as lock_status
from pg_locks as l
inner join pg_stat_activity as a on l.pid = a.pid
where l.relation is not null;
create view pg_catalog.stv_db_isolation_level as
select datname::char(128) as db_name, 'Snapshot Isolation'::char(20) as isolation_level
from pg_database;

-- Databases, schemas, tables, columns
create view pg_catalog.svv_redshift_databases as
select
    datname::varchar as database_name, datdba::integer as database_owner,
    'local'::varchar as database_type, null::varchar as database_acl, null::varchar as database_options,
    'Snapshot Isolation'::varchar as database_isolation_level
from pg_database where not datistemplate;
create view pg_catalog.svv_redshift_schemas as
select
    current_database()::varchar as database_name, nspname::varchar as schema_name,
    nspowner::integer as schema_owner, 'local'::varchar as schema_type,
    array_to_string(nspacl, ',')::varchar as schema_acl, null::varchar as schema_option
from pg_namespace;
create view pg_catalog.svv_all_schemas as
select database_name, schema_name, schema_owner, schema_type, schema_acl, null::varchar as source_database,
    schema_option
from svv_redshift_schemas;
create view pg_catalog.svv_redshift_tables as
select
    table_catalog::varchar as database_name, table_schema::varchar as schema_name,
    table_name::varchar as table_name,
    case table_type when 'BASE TABLE' then 'TABLE' else table_type end::varchar as table_type,
    null::varchar as table_acl, null::varchar as remarks, null::varchar as table_owner
from information_schema.tables;
create view pg_catalog.svv_all_tables as
select database_name, schema_name, table_name, table_acl, table_type, remarks from svv_redshift_tables;
create view pg_catalog.svv_all_columns as
select
    table_catalog::varchar as database_name, table_schema::varchar as schema_name,
    table_name::varchar as table_name, column_name::varchar as column_name,
    ordinal_position::integer as ordinal_position, column_default::varchar as column_default,
    is_nullable::varchar as is_nullable, data_type::varchar as data_type,
    character_maximum_length::integer as character_maximum_length,
    numeric_precision::integer as numeric_precision, numeric_scale::integer as numeric_scale,
    null::varchar as remarks
from information_schema.columns;
create view pg_catalog.svv_redshift_columns as
select
    database_name, schema_name, table_name, column_name, ordinal_position, data_type,
    column_default, is_nullable, 'none'::varchar as encoding, false as distkey, 0 as sortkey,
    null::varchar as column_acl, remarks
from svv_all_columns;
create view pg_catalog.stv_mv_info as
select
    current_database()::char(128) as db_name, schemaname::char(128) as schema,
    matviewname::char(128) as name, 0::bigint as updated_upto_xid, 'f'::char(1) as is_stale,
    matviewowner::char(128) as owner_user_name, 0 as state, false as autorefresh, false as autorewrite
from pg_matviews;
create view pg_catalog.svv_mv_info as
select
    current_database()::char(128) as database_name, schemaname::char(128) as schema_name,
    usesysid::integer as user_id, matviewname::char(128) as name, 'f'::char(1) as is_stale, 0 as state,
    'f'::char(1) as autorewrite, 'f'::char(1) as autorefresh
from pg_matviews
inner join pg_user on matviewowner = usename;
create view pg_catalog.svv_external_schemas as
select
    0::oid as esoid, 0::smallint as eskind, null::name as schemaname, 0 as esowner,
    null::text as databasename, null::text as esoptions
where false;
create view pg_catalog.svv_external_tables as
select
    null::text as redshift_database_name, null::text as schemaname, null::text as tablename,
    null::text as tabletype, null::text as location, null::text as input_format,
    null::text as output_format, null::text as serialization_lib, null::text as serde_parameters,
    0 as compressed, null::text as parameters
where false;
create view pg_catalog.svv_external_columns as
select
    null::text as redshift_database_name, null::text as schemaname, null::text as tablename,
    null::text as columnname, null::text as external_type, 0 as columnnum, 0 as part_key,
    null::text as is_nullable
where false;
create view pg_catalog.svv_external_partitions as
select null::text as schemaname, null::text as tablename, null::text as "values", null::text as location
where false;
create view pg_catalog.svv_alter_table_recommendations as
select null::text as type, null::text as database, 0 as table_id, null::text as group_id,
    null::text as ddl, null::text as auto_eligible
where false;
-- late-binding views are ordinary views here
create function pg_catalog.pg_get_late_binding_view_cols() returns setof record
language sql stable as $$ select null::name, null::name, null::name, null::varchar, 0 where false $$;
create function pg_catalog.pg_get_cols(relation text) returns setof record
language sql stable as $$
    select n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod)::varchar, a.attnum::integer
    from pg_attribute as a
    inner join pg_class as c on a.attrelid = c.oid
    inner join pg_namespace as n on c.relnamespace = n.oid
    where c.oid = to_regclass(relation) and a.attnum > 0 and not a.attisdropped
$$;

-- Users, roles and rights
create view pg_catalog.svv_user_info as
select
    usename::text as user_name, usesysid::integer as user_id, usecreatedb as createdb,
    usesuper as superuser, false as catalog_update, 'UNLIMITED'::text as connection_limit,
    'RESTRICTED'::text as syslog_access, null::timestamp as last_ddl_timestamp, 0 as session_timeout,
    null::text as external_user_id
from pg_user;
create view pg_catalog.pg_user_info as
select
    usename, usesysid::integer as usesysid, usecreatedb, usesuper, usecatupd, passwd, valuntil, useconfig,
    'UNLIMITED'::text as useconnlimit, 'RESTRICTED'::text as syslogaccess, null::timestamp as last_ddl_ts,
    0 as sessiontimeout, null::text as external_user_id
from (select *, false as usecatupd from pg_user) as u;
create view pg_catalog.svv_role_grants as
select
    m.member::integer as role_id, member.rolname::text as role_name,
    m.roleid::integer as granted_role_id, granted.rolname::text as granted_role_name
from pg_auth_members as m
inner join pg_roles as member on m.member = member.oid and not member.rolcanlogin
inner join pg_roles as granted on m.roleid = granted.oid
where granted.rolname not like 'pg\\_%';
create view pg_catalog.svv_user_grants as
select
    m.member::integer as user_id, member.rolname::text as user_name,
    m.roleid::integer as role_id, granted.rolname::text as role_name, m.admin_option
from pg_auth_members as m
inner join pg_roles as member on m.member = member.oid and member.rolcanlogin
inner join pg_roles as granted on m.roleid = granted.oid
where granted.rolname not like 'pg\\_%';
create view pg_catalog.svv_schema_privileges as
select
    n.nspname::text as namespace_name, granted.privilege_type::text as privilege_type,
    granted.grantee::integer as identity_id, coalesce(r.rolname::text, 'public') as identity_name,
    case when r.rolname is null then 'public' when r.rolcanlogin then 'user' else 'role' end
        as identity_type,
    granted.is_grantable as admin_option, 'SCHEMA'::text as privilege_scope
from pg_namespace as n
cross join lateral aclexplode(n.nspacl) as granted
left join pg_roles as r on granted.grantee = r.oid
where n.nspname not in ('pg_catalog', 'information_schema');
create view pg_catalog.svv_system_privileges as
select null::text as system_privilege, 0 as identity_id, null::text as identity_name,
    null::text as identity_type
where false;
create view pg_catalog.svv_default_privileges as
select
    n.nspname::text as schema_name, d.defaclnamespace::integer as schema_id,
    d.defaclrole::integer as owner_id, pg_get_userbyid(d.defaclrole)::text as owner_name,
    'user'::text as owner_type, granted.privilege_type::text as privilege_type,
    granted.grantee::integer as grantee_id, coalesce(r.rolname::text, 'public') as grantee_name,
    'user'::text as grantee_type, granted.is_grantable as admin_option
from pg_default_acl as d
cross join lateral aclexplode(d.defaclacl) as granted
left join pg_namespace as n on d.defaclnamespace = n.oid
left join pg_roles as r on granted.grantee = r.oid;

-- All may read the system views, their own rows of what ran
do $make$
declare
    name text;
begin
    for name in
        select oid::regclass from pg_class
        where relnamespace = 'pg_catalog'::regnamespace and oid >= 16384 and relkind = 'v'
    loop
        execute format('grant select on %s to public', name);
    end loop;
end $make$;
-- r_SVV_TABLE_INFO.html: "visible only to superusers"
revoke select on pg_catalog.svv_table_info from public;
