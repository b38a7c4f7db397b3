-- Statements that Amazon Redshift runs, by the page of its documentation that is named above them:
-- https://docs.aws.amazon.com/redshift/latest/dg/NAME.html. A line is a block; `;;` parts its statements.

-- c_Aggregate_Functions
select stddev(a), stddev_samp(a), stddev_pop(a), variance(a), var_pop(a), median(a), percentile_cont(0.5) within group (order by a), listagg(b), bool_and(a > 0), bool_or(a > 0), bit_and(a), bit_or(a), any_value(a), max(b), count(*) from ev

-- c_join_PG_examples
select nspname, relname from pg_class c join pg_namespace n on c.relnamespace = n.oid where relname = 'ev' and has_table_privilege(c.oid, 'select')

-- c_Window_functions
select sum(a) over (partition by b order by ts rows between unbounded preceding and current row), max(a) over (partition by b), row_number() over (partition by b order by ts desc) from ev
select id, row_number() over (order by id), rank() over (partition by b order by a), dense_rank() over (order by a), ntile(2) over (order by a), percent_rank() over (order by a), cume_dist() over (order by a), lag(a, 1) over (order by id), lead(a) over (order by id), nth_value(a, 2) over (order by id rows between unbounded preceding and unbounded following), median(a) over (partition by b), percentile_cont(0.5) within group (order by a) over (partition by b), percentile_disc(0.5) within group (order by a) over (), sum(a) over (order by id rows unbounded preceding), avg(a) over (partition by b), count(*) over (), lag(a ignore nulls) over (order by id), lead(a, 1) ignore nulls over (order by id), first_value(b) over (order by id rows between 1 preceding and current row), listagg(b, ',') within group (order by b desc) over () from ev

-- cm_chap_system-views
select query_id, status, elapsed_time from sys_query_history order by start_time desc limit 1;;select query, trim(querytxt) from stl_query limit 1;;select * from stv_recents limit 1;;select * from stv_sessions limit 1;;select * from svl_qlog limit 1;;select * from svv_transactions limit 1;;select * from stv_locks limit 1;;select * from svl_statementtext limit 1

-- Date_functions_header
select convert_timezone('US/Pacific', getdate()), date_part('dow', current_date), date_part_year(current_date), date_cmp('2020-01-01', '2020-01-02'), timestamp_cmp('2020-01-01', '2020-01-02'), timeofday(), trunc(getdate()), to_date('2020', 'YYYY'), extract(epoch from getdate()), timezone('UTC', getdate()), to_char(getdate(), 'Day'), next_day('2014-08-20', 'Tuesday'), interval_cmp('1 day', '2 days'), last_day('2020-02-01'), add_months('2020-01-31', 1), months_between('1969-01-18', '1969-03-18')
select sysdate, getdate(), current_date, trunc(sysdate), dateadd(month, 1, sysdate)

-- declare
declare c cursor for select a from ev order by id;;fetch forward 1 from c;;fetch next from c;;close c

-- Math_functions
select ceil(1.2), ceiling(1.2), floor(1.2), round(1.25, 1), trunc(1.29, 1), mod(7, 2), power(2, 3), sqrt(4), cbrt(8), exp(1), dexp(1), ln(2), dlog1(2), log(10), dlog10(10), sign(-1), abs(-1), sin(1), cos(1), tan(1), cot(1), asin(1), acos(1), atan(1), atan2(1, 1), degrees(1), radians(1), pi(), random() < 2, 7 % 2, |/ 4, 2 ^ 3

-- pattern-matching-conditions
select 'AbC' ilike 'abc', 'abc' similar to '(a|b)%', 'abc' ~ 'b', 'a' not like 'b', 'a_' like 'a\\_'

-- query-super
select array(1, 'a', null), object('a', 1), get_array_length(array(1,2)), array_concat(array(1), array(2)), subarray(array(1,2,3), 1, 1), split_to_array('a|b', '|'), array_flatten(array(1, array(2)))
create table cu (id int, orders super);;insert into cu select 1, json_parse('[{"k": 1, "items": [{"n": "a"}]}, {"k": 2, "items": []}]');;select c.id, o.k from cu as c, c.orders as o;;select c.id, o.k, i from cu as c, c.orders as o at i;;select c.orders[0].items[0].n::varchar from cu as c;;select o.k from cu c, c.orders o where o.k = 2
select json_typeof(json_parse('[1]')), is_array(json_parse('[1]')), is_varchar(json_parse('"a"')), json_serialize(json_parse('{"a":1}')), can_json_parse('{}')
create table vb (a varbyte(10), b timetz, c timestamptz, d time, e real, f double precision, g boolean, h smallint, i int2, j int8, k float4, l float8, m decimal, n numeric(10,2), o bpchar, p nchar(3), q nvarchar(4), r text, s super)

-- r_ALTER_TABLE
alter table ev add column nn varchar(20) default 'x' not null
alter table ev rename column a to aa;;alter table ev add column z int default 3;;alter table ev drop column z;;alter table ev alter sortkey (aa);;alter table ev alter distkey id;;alter table ev rename to ev9
alter table ev2 add primary key (id);;alter table ev2 add constraint k unique (a)

-- r_ANALYZE
analyze ev;;analyze ev predicate columns;;analyze compression ev

-- r_COMMENT
comment on table ev is 'x';;comment on column ev.a is 'y'

-- r_CONNECT_BY_clause
create table emp (id int, name varchar(10), manager int);;insert into emp values (1, 'a', null), (2, 'b', 1), (3, 'c', 2);;select id, name, level from emp start with manager is null connect by prior id = manager order by level

-- r_COUNT
select approximate count(distinct a) from ev

-- r_CREATE_FUNCTION
create function f_sql_greater (float, float) returns float stable as $$ select case when $1 > $2 then $1 else $2 end $$ language sql;;select f_sql_greater(1, 2)

-- r_CREATE_PROCEDURE
create procedure noargs() as $$ begin perform 1; end; $$ language plpgsql;;call noargs();;drop procedure noargs()
create or replace procedure pr(x in int, y inout int) as $$ begin y := x + 1; end; $$ language plpgsql;;call pr(1, 2)

-- r_CREATE_SCHEMA
select current_user, current_database(), version(), current_schema(), user, session_user, pg_backend_pid(), current_user_id
select table_name from information_schema.tables where table_schema = current_schema()
create schema if not exists sx authorization awsuser;;create table sx.t (a int);;drop schema sx cascade
create schema sq quota 10 gb
select * from svv_redshift_tables limit 1;;select * from svv_redshift_columns limit 1;;select * from svv_redshift_schemas limit 1;;select * from svv_redshift_databases limit 1;;select * from svv_all_tables limit 1;;select * from svv_all_columns limit 1;;select * from svv_all_schemas limit 1;;select * from svv_external_tables limit 1;;select * from svv_external_columns limit 1;;select * from svv_external_schemas limit 1;;select * from svv_mv_info limit 1;;select * from stv_mv_info limit 1
select * from svv_roles limit 1;;select * from svv_user_info limit 1;;select * from svv_role_grants limit 1;;select * from svv_user_grants limit 1;;select * from svv_schema_privileges limit 1;;select * from svv_system_privileges limit 1;;select * from svv_default_privileges limit 1;;select * from svv_tables limit 1;;select * from pg_user_info limit 1;;select * from stv_db_isolation_level
select * from pg_get_late_binding_view_cols() cols(view_schema name, view_name name, col_name name, col_type varchar, col_num int)

-- r_CREATE_TABLE_AS
create table cc as with q as (select * from ev) select * from q
create table p (x, y) as select a, b from ev

-- r_CREATE_TABLE_NEW
create table d (a int, b int) distkey(a) sortkey(b)
create table d (a int, b int, c int) diststyle key distkey(a) interleaved sortkey(a, b)
create table d distkey(a) compound sortkey(a, id) as select a, id from ev
create table d (a int encode az64 distkey, b varchar(20) encode zstd not null) encode auto
create temp table t1 (like ev);;create table #t2 as select * from ev;;drop table t1;;drop table #t2
create table idt (a bigint identity(1,1), b date default current_date, c timestamp default sysdate, d timestamp default getdate(), e varchar(10) default 'x')
create table con (a int primary key, b int unique, c int references con(a), foreign key (b) references con (a))
create table bk (a int) backup yes diststyle all

-- r_CREATE_VIEW
create view lb as select a from public.ev with no schema binding
create or replace view v1 as select 1 as a;;drop view v1 cascade

-- r_DECODE_expression
select decode(a, 1, 'one', 'other'), nvl(a, 0), nvl2(a, 1, 2), nullif(a, 1), coalesce(b, 'z') from ev

-- r_DELETE
delete from ev using ev2 where ev.id = ev2.id
delete from ev where id in (select id from ev2)

-- r_LISTAGG
select listagg(b, ',') within group (order by a, id), listagg(a, ',') within group (order by a, id) from ev

-- r_EXCLUDE_list
select e.* exclude (a, b) from ev as e join ev2 on e.id = ev2.id

-- r_EXPLAIN
explain select * from ev

-- r_FROM_clause-pivot-unpivot-examples
select * from (select b, a from ev) pivot (sum(a) as s, count(*) as c for b in ('x' as xx, 'y'))
select * from ev pivot (max(id) for a in (1, 2, 3)) as p
select * from (select 1 as red, 2 as green, 3 as blue) unpivot (cnt for color in (red, green, blue))

-- r_GRANT
create role ro;;grant select on table ev to role ro;;grant role ro to awsuser;;revoke select on ev from role ro;;drop role ro
create group gg;;create user uu password 'Passw0rd1' in group gg;;grant usage on schema public to group gg;;grant select on all tables in schema public to uu;;revoke all on all tables in schema public from uu;;revoke usage on schema public from group gg;;drop user uu;;drop group gg
revoke assumerole on all from public for all;;create role r2;;grant assumerole on 'arn:aws:iam::123456789012:role/loads' to role r2 for copy;;drop role r2
create group g4;;grant select on all tables in schema public to group g4;;alter default privileges in schema public grant select on tables to group g4;;grant create on database dev1 to group g4

-- r_GROUP_BY_clause
select a, b, count(*) from ev group by grouping sets ((a), (b), ())
select a, b, count(*), grouping(a), grouping_id(a, b) from ev group by cube (a, b)
create materialized view mvs distkey(a) sortkey(a) auto refresh yes as select a, count(*) c from ev group by a;;refresh materialized view mvs;;drop materialized view mvs

-- r_HLL_function
select hll(a) from ev

-- r_INSERT_30
insert into ev (id, a) select id + 10, a from ev2
insert into ev (id, a) values (10, default), (11, 2)
insert into ev2 with q as (select * from ev) select * from q

-- r_interval_literals
select ts + interval '1 day', ts - interval '2 hours', dateadd(hour, 3, ts), date_diff('day', ts, ts + interval '3 days') from ev
select date '2020-01-01' + 1, timestamp '2020-01-01' + interval '1 hour', interval '2 days 3 hours', date_trunc('month', date '2020-02-03')

-- r_LOCK
lock ev, ev2

-- r_numeric_computations201
create table sales (pricepaid decimal(8,2), commission decimal(8,2));;insert into sales values (10, 3);;select pricepaid / commission, commission/pricepaid from sales;;select sum(pricepaid)/count(*), avg(pricepaid) from sales
select 1.0/3, 10/4, 7::decimal/2, 1::float/3

-- r_PREPARE
prepare pp (int) as select a from ev where id = $1;;execute pp (1);;deallocate pp

-- r_REVOKE
revoke create on schema public from public

-- r_SELECT_list
select top 1 id from ev order by id

-- r_SELECT_synopsis
select * from ev where b like '%a^_b' escape '^'
select id from ev where a in (1, 2) and a = any (select a from ev2) or a >= all (select a from ev2)
select case a when 1 then 'one' else 'other' end, case when a > 1 then 2 else 3 end from ev
select ((((((((((1))))))))))
select pg_terminate_backend(999999)

-- r_SET
set session characteristics as transaction read only;;set local statement_timeout to 100
set search_path to public;;set timezone to 'UTC';;set enable_result_cache_for_session to off;;set wlm_query_slot_count to 3;;reset wlm_query_slot_count

-- r_SHOW_COLUMNS
show columns from table public.ev

-- r_SHOW_TABLES
show search_path;;show query_group;;show tables from schema public

-- r_TRUNCATE
truncate ev

-- r_TRY_CAST
select try_cast('a' as int), try_cast('12' as int), cast('1' as decimal(4,2)), convert(int, '3'), '1'::bool

-- r_UNION
select id from ev union select id from ev2 except select 3 intersect select 3
select id from ev union all select id from ev2 order by 1 limit 2 offset 1

-- r_UNLOAD
select pg_last_copy_id(), pg_last_query_id(), pg_last_copy_count(), pg_last_unload_count()
unload ('select a from ev') to 's3://out2/k1' iam_role 'arn:aws:iam::123456789012:role/loads' format json;;unload ('select a, b from ev') to 's3://out2/k2' iam_role 'arn:aws:iam::123456789012:role/loads';;unload ('select a, b from ev') to 's3://out2/k3' iam_role 'arn:aws:iam::123456789012:role/loads' delimiter '|' addquotes escape gzip;;unload ($$select a, b from ev$$) to 's3://out2/k4' iam_role 'arn:aws:iam::123456789012:role/loads' parquet partition by (a) include;;unload ('select a from ev') to 's3://out2/k5' iam_role default csv header gzip allowoverwrite parallel off

-- r_UPDATE
update ev set a = a + 1 where b like 'x%' and ts between '2018-01-01' and '2019-01-01'
with q as (select 1 as id) update ev set a = 2 from q where ev.id = q.id
update ev as e set a = (select max(z.a) from ev2 as z where z.id = e.id), b = default where exists (select 1 from ev2 where ev2.id = e.id)

-- r_WITH_clause
with a as (select * from ev), b as (select * from a where a.a > 1) select count(*) from b join a using (id)
with recursive r(id, n) as (select id, 1 from ev where id = 1 union all select ev.id, r.n + 1 from ev join r on ev.id = r.id + 1) select * from r

-- String_functions_header
select strpos('abc', 'c'), charindex('c', 'abc'), ltrim('  a'), rtrim('a  '), lower('A'), initcap('ab cd'), substring('abcdef', 2, 3), regexp_substr('a1b2', '[0-9]', 1, 2), regexp_instr('abc', 'b', 1), regexp_replace('abc', 'b', 'x', 1), regexp_count('aab', 'a', 1)
select crc32('hello'), sha1('abc'), func_sha1('abc'), md5('a'), sha2('a', 256), strtol('-1f', 16), soundex('Robert'), difference('Robert', 'Rupert'), replicate('a', 3), octetindex('q', 'éq'), repeat('a', 2), chr(65), ascii('A'), quote_ident('a b'), quote_literal('x'), regexp_count('abcabc', 'b'), regexp_instr('abc', 'c'), regexp_substr('abc', 'b.'), regexp_replace('abc', 'b', 'x'), to_hex(255), rpad('a', 3, 'x'), ltrim('xa', 'x'), textlen('abc'), upper('a'), lower('B'), trim(' a '), position('b' in 'ab'), substring('abc', 2, 1), substring('abc' from 2 for 1), left('abc', 1), right('abc', 1), concat('a', 'b'), 'a' || 'b', translate('abc', 'a', 'x')

-- varbyte-functions
select to_varbyte('ab', 'utf8'), from_varbyte(from_hex('6162'), 'utf8'), to_hex('ab'::varbyte)

-- r_TO_NUMBER
select to_number('12,454.8-', '99G999D9S'), to_char(125.8, '999D99'), to_char(-125, '999S')

-- r_Join_examples
select count(*) from ev cross join ev2;;select * from ev full outer join ev2 on ev.id = ev2.id;;select * from ev natural join ev2

-- r_HAVING_clause
select b, count(*) from ev group by b having count(*) > 0 order by count(*) desc nulls last limit 5

-- r_correlated_subqueries
select id from ev where exists (select 1 from ev2 where ev2.id = ev.id);;select id, (select count(*) from ev2 where ev2.id = ev.id) from ev;;select id from ev where a > (select avg(z.a) from ev2 as z where z.id = ev.id)

-- r_BEGIN
begin;;delete from ev where id = 1;;rollback

-- json-functions
select json_extract_path_text('{"f2":{"f3":1}}', 'f2', 'f3', true), json_extract_array_element_text('[1]', 5, true), json_array_length('[1,2]', true), is_valid_json_array('[1]')

-- r_System_information_functions
select last_user_query_id() is not null, pg_last_query_id() > 0
select pg_get_userbyid(1), has_schema_privilege('public', 'usage'), current_schemas(true)

-- r_CREATE_USER
create user gx password disable nocreatedb nocreateuser syslog access restricted session timeout 600;;drop user gx
create user gv password 'Passw0rd1' valid until '2030-01-01' connection limit 5;;alter user gv password disable;;alter user gv rename to gw;;drop user gw
create user gu password 'Passw0rd1';;grant select (a, b) on ev to gu;;grant all on schema public to gu;;grant usage on language sql to gu;;grant execute on all functions in schema public to gu;;revoke select (a, b) on ev from gu;;revoke all on schema public from gu;;revoke usage on language sql from gu;;drop user gu

-- r_SHOW
show all;;show timezone;;show databases;;show schemas from database dev

-- r_LISTAGG
select listagg(distinct b, '|') within group (order by b desc) from ev

-- r_DELETE
delete ev
delete ev using ev2 where ev.id = ev2.id

-- r_PERCENTILE_CONT
select percentile_cont(0.4) within group (order by a), percentile_cont(0.6) within group (order by a), median(a) from ev
select (select median(b.id) from ev2 as b), median(a) from ev
select median(a) over (partition by b), median(id) over (partition by b) from ev

-- r_CREATE_VIEW
create view late as with q as (select * from public.ev) select * from q with no schema binding

-- limitations-super
create table t (a super, b int) sortkey (b)

-- r_EXCLUDE_list
select * exclude a from ev

-- r_FROM_clause30
select * from (select b, a from ev) pivot (sum(a) for b in ('x', 'y'))

-- r_PREPARE
prepare q (int) as select $1;;execute q(1);;deallocate q

-- r_ALTER_TABLE
alter table ev add column c int default 5 encode az64;;alter table ev2 add c varchar(10) encode zstd

-- r_SHOW_TABLE
show table ev;;show table public.ev2

-- c_sql-functions-leader-node
select current_schemas(true)
select has_schema_privilege('public', 'usage')
select current_schema() from pg_class limit 1
select trunc(sysdate), a from ev
select current_date, a from ev

-- c_SQL_functions_compute_node_only
select listagg(b, ',') within group (order by id) from ev
select median(a) from ev
select percentile_disc(0.5) within group (order by a) from (select a from ev) as q

-- r_correlated_subqueries
select e.id from ev as e where e.id not in (select z.id from ev2 as z where z.a = e.a)
select e.id from ev as e where e.a > (select avg(z.a) from ev2 as z where z.b = e.b)

-- r_UPDATE
update ev e set a = 1
update ev set a = q.a from (select z.id, z.a from ev2 as y left join ev2 as z on y.id = z.id) as q where ev.id = q.id
update ev set a = z.a from ev2 as y join ev2 as z on y.id = z.id where ev.id = y.id

-- c_Window_functions
select percentile_cont(0.5) within group (order by a) over (partition by b) from ev
select avg(a) over (order by id rows between 1 preceding and 1 following) from ev
select ratio_to_report(a) over (partition by b) from ev

-- r_ALTER_TABLE
alter table ev alter distkey id
alter table ev alter diststyle key distkey id
alter table ev alter diststyle even
alter table ev alter sortkey (ts, id)
alter table ev alter compound sortkey (ts)
alter table ev alter sortkey none
alter table ev alter sortkey auto
alter table ev alter diststyle auto
alter table ev alter encode auto
alter table ev alter column a encode az64
alter table ev alter column a encode az64, alter column b encode lzo
