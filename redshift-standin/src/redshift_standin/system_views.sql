-- The system views of loads, and those by which a client looks around.
set allow_system_table_mods = on;

-- Redshift's system tables are made from log files, so a rollback does not undo what they say, and
-- a transaction sees what was logged after its snapshot. Ours are log files too: one line of JSON
-- an entry, written by the proxy.
create function pg_catalog.standin_log(kind text) returns setof jsonb
language sql volatile security definer as $$
    select line::jsonb from string_to_table(
        pg_read_file(
            current_setting('standin.log_folder') || '/' || current_database() || '.' || kind, true
        ), chr(10)
    ) as line
    where line <> ''
        -- cm_chap_system-views.html: superusers see all rows, others their own
        and (
            (select usesuper from pg_user where usename = session_user)
            or (line::jsonb ->> 'user_id')::oid = (select usesysid from pg_user where usename = session_user)
        )
$$;

-- https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_ERROR_DETAIL.html
create view pg_catalog.sys_load_error_detail as
select
    user_id, query_id, transaction_id, session_id, database_name::char(64) as database_name,
    table_id, start_time, file_name::char(256) as file_name, line_number,
    column_name::char(127) as column_name, column_type::char(10) as column_type,
    column_length::char(10) as column_length, position, error_code,
    error_message::char(512) as error_message
from standin_log('load_error') as entry, jsonb_to_record(entry) as e (
    user_id integer, query_id bigint, transaction_id bigint, session_id integer, database_name text,
    table_id integer, start_time timestamp, file_name text, line_number bigint, column_name text,
    column_type text, column_length text, position integer, error_code integer, error_message text
);

-- https://docs.aws.amazon.com/redshift/latest/dg/r_STL_LOAD_ERRORS.html (not on Serverless)
create view pg_catalog.stl_load_errors as
select
    user_id as userid, 0 as slice, table_id as tbl, start_time as starttime, session_id as session,
    query_id::integer as query, file_name::char(256) as filename, line_number,
    column_name::char(127) as colname, column_type::char(10) as type,
    column_length::char(10) as col_length, position, raw_line::char(1024) as raw_line,
    raw_field_value::char(1024) as raw_field_value, error_code as err_code,
    error_message::char(100) as err_reason
from standin_log('load_error') as entry, jsonb_to_record(entry) as e (
    user_id integer, table_id integer, start_time timestamp, session_id integer, query_id bigint,
    file_name text, line_number bigint, column_name text, column_type text, column_length text,
    position integer, raw_line text, raw_field_value text, error_code integer, error_message text
);

-- https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_HISTORY.html
create view pg_catalog.sys_load_history as
select e.*
from standin_log('load_history') as entry, jsonb_to_record(entry) as e (
    user_id integer, query_id bigint, transaction_id bigint, session_id integer, database_name text,
    status text, table_name text, start_time timestamp, end_time timestamp, duration bigint,
    data_source text, file_format text, loaded_rows bigint, loaded_bytes bigint,
    source_file_count integer, source_file_bytes bigint, file_count_scanned integer,
    file_bytes_scanned bigint, error_count bigint, copy_job_id bigint
);

-- https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_DETAIL.html
create view pg_catalog.sys_load_detail as
select
    user_id, query_id, file_name::char(256) as file_name, bytes_scanned, lines_scanned, record_time,
    splits_scanned, start_time, end_time, file_etag, file_last_modified
from standin_log('load_detail') as entry, jsonb_to_record(entry) as e (
    user_id integer, query_id integer, file_name text, bytes_scanned bigint, lines_scanned bigint,
    record_time timestamp, splits_scanned integer, start_time timestamp, end_time timestamp,
    file_etag text, file_last_modified timestamp
);

-- https://docs.aws.amazon.com/redshift/latest/dg/r_STL_LOAD_COMMITS.html (not on Serverless)
create view pg_catalog.stl_load_commits as
select
    user_id as userid, query_id as query, 0 as slice, file_name as filename,
    lines_scanned::integer as lines_scanned, record_time as curtime
from sys_load_detail;

-- https://docs.aws.amazon.com/redshift/latest/dg/PG_LAST_COPY_ID.html and PG_LAST_COPY_COUNT.html
create function pg_catalog.pg_last_copy_id() returns integer language sql stable
as $$ select coalesce(nullif(current_setting('standin.last_copy_id', true), ''), '-1')::integer $$;
create function pg_catalog.pg_last_copy_count() returns bigint language sql stable
as $$ select coalesce(nullif(current_setting('standin.last_copy_count', true), ''), '0')::bigint $$;

-- PG_LAST_QUERY_ID.html
create function pg_catalog.pg_last_query_id() returns bigint language sql volatile as $$
    select coalesce(max((entry ->> 'query_id')::bigint), -1)
    from standin_log('query') as entry
    where (entry ->> 'session_id')::integer = pg_backend_pid()
$$;
create function pg_catalog.last_user_query_id() returns bigint
language sql volatile as $$ select pg_last_query_id() $$;

-- https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_TABLE_INFO.html: tables with rows. Keys and
-- encodings are not kept by the stand-in, so it tells of every table what AUTO would.
create function pg_catalog.standin_row_count(relation oid) returns bigint
language plpgsql volatile as $$
declare
    counted bigint;
begin
    execute format('select count(*) from %s', relation::regclass) into counted;
    return counted;
end $$;
create view pg_catalog.svv_table_info as
select
    current_database()::text as database, n.nspname::text as schema, c.oid::integer as table_id,
    c.relname::text as "table", 'Y, AUTO(ENCODE)'::text as encoded, 'AUTO(ALL)'::text as diststyle,
    'AUTO(SORTKEY)'::text as sortkey1, 0 as max_varchar, 'none'::char(32) as sortkey1_enc,
    0 as sortkey_num, greatest(pg_relation_size(c.oid) / 1048576, 1) as size,
    0.0::numeric(10, 4) as pct_used, 0::bigint as empty, 0::numeric(5, 2) as unsorted,
    0::numeric(5, 2) as stats_off, counted.tbl_rows::numeric(38, 0) as tbl_rows,
    0::numeric(19, 2) as skew_sortkey1, 0::numeric(19, 2) as skew_rows,
    counted.tbl_rows::numeric(38, 0) as estimated_visible_rows, null::text as risk_event,
    0::numeric(12, 2) as vacuum_sort_benefit, null::timestamp as create_time
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
cross join standin_row_count(c.oid) as counted (tbl_rows)
where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') and counted.tbl_rows > 0;

-- https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_TABLES.html
create view pg_catalog.svv_tables as
select table_catalog::text, table_schema::text, table_name::text, table_type::text, null::text as remarks
from information_schema.tables;

-- https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_RELATION_PRIVILEGES.html: what was granted,
-- which leaves out what an owner may do anyway
create view pg_catalog.svv_relation_privileges as
select
    n.nspname::text as namespace_name, c.relname::text as relation_name,
    granted.privilege_type::text as privilege_type, granted.grantee::integer as identity_id,
    coalesce(r.rolname::text, 'public') as identity_name,
    case
        when r.rolname is null then 'public'
        when r.rolcanlogin then 'user'
        when shobj_description(r.oid, 'pg_authid') = 'redshift role' then 'role'
        else 'group'
    end as identity_type,
    granted.is_grantable as admin_option
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
cross join lateral aclexplode(c.relacl) as granted
left join pg_roles as r on granted.grantee = r.oid
where granted.grantee <> c.relowner and n.nspname not in ('pg_catalog', 'information_schema');

-- https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_COLUMNS.html
create view pg_catalog.svv_columns as
select
    table_catalog::text, table_schema::text, table_name::text, column_name::text,
    ordinal_position::integer, column_default::text, is_nullable::text, data_type::text,
    character_maximum_length::integer, numeric_precision::integer, numeric_scale::integer,
    null::text as remarks
from information_schema.columns;

-- https://docs.aws.amazon.com/redshift/latest/dg/r_PG_TABLE_DEF.html: tables on the search path
create view pg_catalog.pg_table_def as
select
    n.nspname as schemaname, c.relname as tablename, a.attname as "column",
    format_type(a.atttypid, a.atttypmod) as type, 'none'::text as encoding, false as distkey,
    0 as sortkey, a.attnotnull as "notnull"
from pg_attribute as a
inner join pg_class as c on a.attrelid = c.oid
inner join pg_namespace as n on c.relnamespace = n.oid
where c.relkind in ('r', 'v') and a.attnum > 0 and not a.attisdropped and pg_table_is_visible(c.oid);

-- https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_TRANSACTIONS.html
create view pg_catalog.svv_transactions as
select
    a.usename::text as txn_owner, a.datname::text as txn_db, l.pid::bigint as xid, l.pid,
    (a.xact_start at time zone 'UTC')::timestamp as txn_start, l.mode::text as lock_mode,
    l.locktype::text as lockable_object_type, l.relation::integer as relation, l.granted
from pg_locks as l
inner join pg_stat_activity as a on l.pid = a.pid;

-- https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_ROLES.html
create view pg_catalog.svv_roles as
select oid::integer as role_id, rolname::text as role_name, null::text as role_owner
from pg_roles
where shobj_description(oid, 'pg_authid') = 'redshift role';

-- Who may give which IAM role to which command; at first, everybody may:
-- https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT-usage-notes.html
create table pg_catalog.standin_assume_role (arn text, grantee text, command text);
insert into standin_assume_role values ('all', 'public', 'ALL');
grant select on standin_assume_role to public;
create function pg_catalog.standin_may_assume(role text, used_by text) returns boolean
language sql stable security definer as $$
    select exists (select from pg_user where usename = session_user and usesuper) or exists (
        select from standin_assume_role as a
        where (a.arn in ('all', lower(role))) and a.command in ('ALL', used_by)
            and (a.grantee = 'public' or exists (
                select from pg_roles as r
                where r.rolname = a.grantee and pg_has_role(session_user, r.oid, 'member')
            ))
    )
$$;
