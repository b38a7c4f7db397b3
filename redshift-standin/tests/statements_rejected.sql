-- Statements that Amazon Redshift rejects, by the page of its documentation that is named above
-- them: https://docs.aws.amazon.com/redshift/latest/dg/NAME.html. A line is a block; `;;` parts the
-- statements of one, of which the last fails.

-- c_SQL_functions_leader_node_only
select has_table_privilege('ev', 'select'), a from ev
select substr(b, 1, 2) from ev
select current_timestamp, a from ev
select age(ts) from ev
select a from ev where ts < now()
select a from ev where b = (select current_schema())
insert into ev2 (id, b) select id, current_schema() from ev
select current_schema(), pid from stv_recents

-- c_unsupported-postgresql-datatypes
create table p (a jsonb)
create table p (a int[])
create table p (a text array)
create table p (a bytea)
create type mood as enum ('a')
select 'a'::uuid
create table p (a money)
create table p (a serial)
select ('{1,2}'::int[])[1]
select '{"a":1}'::json -> 'a'

-- c_unsupported-postgresql-features
select * from ev for update
create unlogged table p (a int)
select * from ev for share
select * from ev tablesample system (10)
select * from ev fetch first 1 row only
select * from ev order by a fetch first 1 row with ties
create table p (a int) inherits (ev)
create table p (a int) tablespace x
create temp table p (a int) on commit drop
create table p (a int, exclude (a with =))
create table p (xmin int)
select 1/0
create index i on ev (a)
create unique index i on ev (a)
create sequence s
create trigger t before insert on ev execute function f()
create rule r as on insert to ev do nothing
create domain d as int
create extension hstore
create aggregate ag (int) (sfunc = int4pl, stype = int)
savepoint s
listen x
do $$ begin null; end $$
reindex table ev
cluster ev
select * from ev, lateral (select ev.a) x
select * from (values (1)) as v(a)
values (1), (2)
table ev
select row(1, 2)
select array(select a from ev)
select a = any(array[1,2]) from ev
select 1 is not distinct from 1
select 1 between symmetric 2 and 0
select grouping(a) from ev
select a, b from ev group by a
select sum(count(*)) from ev
select 1 where 'a' ~* any (array['a'])

-- c_unsupported-postgresql-functions
select string_agg(b, ',') from ev
select generate_series(1, 2), a from ev
select regexp_matches('a', 'a')
select string_to_array('a,b', ',')
select unnest(array[1])
select array_agg(a) from ev
select json_agg(a) from ev
select to_json(1)
select format('%s', 'a')
select pg_sleep(0)
select gen_random_uuid()
select make_date(2020, 1, 1)
select date_bin('1 day', ts, ts) from ev
select clock_timestamp()
select corr(a, a) from ev
select regr_slope(a, a) from ev
select width_bucket(1, 1, 2, 3)
select mode() within group (order by a) from ev
select setseed(0.5)
select nextval('x')
select concat('a', 'b', 'c')
select concat_ws(',', 'a', 'b')
select array_length(array[1], 1)
select to_tsvector('a')

-- c_Window_functions
select avg(a) over (order by a range between 2 preceding and 2 following) from ev
select sum(a) over (partition by b order by ts) from ev
select sum(a) over w from ev window w as (partition by b)
select sum(a) over (order by a groups between 1 preceding and current row) from ev
select sum(a) over (order by a range between unbounded preceding and current row) from ev
select rank() over (order by a rows between unbounded preceding and current row) from ev
select last_value(a) over (partition by b order by id) from ev
select nth_value(a, 2) over (order by id) from ev
select count(distinct a) over (partition by b) from ev
select listagg(b) within group (order by b) over (order by a) from ev
select median(a) over (order by a) from ev
select a from ev where row_number() over (order by a) = 1

-- copy-parameters-data-format
copy ev (id, nosuch) from 's3://b/k' iam_role 'arn:aws:iam::123456789012:role/loads' json 'auto'
copy ev from 's3://b/k' iam_role 'arn:aws:iam::123456789012:role/loads' json 'auto' maxerror 100001
copy ev from 's3://b/k' iam_role 'arn:aws:iam::123456789012:role/loads' json 'auto' maxerror 1 ignoreallerrors
copy ev from stdin
copy ev to 's3://b/k'

-- declare
declare c cursor with hold for select 1
declare c scroll cursor for select 1
declare c cursor for select 1;;fetch backward 1 from c

-- materialized-view-create-sql-command
create materialized view concurrently mv as select 1
refresh materialized view nosuch

-- r_ALTER_TABLE
alter table ev alter column b type varchar(12)
alter table ev alter column a type varchar(20)
alter table ev alter column a type integer
alter table ev alter column a set default 4
alter table ev alter column id drop not null
alter table ev set schema x
alter table ev add column z int not null
alter table ev add column z int unique
alter table ev add column z int primary key
alter table ev drop column if exists z
alter table ev drop column a, drop column b
alter table ev alter column b type varchar(20) using b::varchar

-- r_ALTER_TABLE_APPEND
alter table ev append from ev2

-- r_Character_types
insert into ev values (5, 1, 'eleven char', null)
create table p (a char(4097))

-- r_correlated_subqueries
select x.id from ev as x where x.a in (select sum(s.a) from ev2 as s where s.id = x.id group by s.b)
select x.a, (select count(s.id) from ev2 as s where s.a = x.a) as list from ev as x group by list, x.a
select * from ev2 as x left join ev as y on x.id = y.id and y.id = (select max(s.id) from ev2 as s where s.id = y.id)
select e.a from ev as e where exists (select 1 from ev2 as s where exists (select 1 from ev2 as t where t.a = e.a))
select id from ev where a not in (select sum(z.a) over () from ev2 as z where z.id = ev.id)
select id, (select max(z.a) from ev2 as z where z.id < ev.id) from ev
select id, (select z.a from ev2 as z where z.id = ev.id order by z.ts limit 1) from ev

-- r_CREATE_DATABASE
create database x
drop database x

-- r_CREATE_FUNCTION
create function fp (a int) returns int stable as $$ return a $$ language plpythonu

-- r_CREATE_TABLE_AS
create table p (a int) as select 1

-- r_CREATE_TABLE_NEW
create table p (a int distkey, b int distkey)
create table p (a int) diststyle even distkey (a)
create table p (a int) diststyle key
create table p (a int, b int, c int, d int, e int, f int, g int, h int, i int) interleaved sortkey (a, b, c, d, e, f, g, h, i)
create table p (a int encode gzip)
create table p (a int) distkey (zz)
create table p (a int) sortkey (zz)

-- r_CREATE_VIEW
create temp view tv as select 1 as a

-- r_DROP_TABLE
create view vd as select a from ev;;alter table ev drop column a
create view vd as select a from ev;;drop table ev

-- r_EXPLAIN
explain analyze select * from ev

-- r_INSERT_30
insert into ev values ((select 7), 1, 'x', null)
insert into ev values (5, 1, 'x', 'not a date')
insert into ev values (5, 3000000000, 'x', null)
insert into ev values (null, 1, 'x', null)
insert into ev (id) values (1) on conflict do nothing
insert into ev (id) values (1) returning id
insert into ev (id, a) values (1)

-- r_LOCK
lock table ev in exclusive mode
create view vw as select 1 as a;;lock vw
lock table ev nowait

-- r_MERGE
merge into ev as t using ev2 on t.id = ev2.id when matched then update set a = ev2.a when not matched then insert (id) values (ev2.id)
merge into ev using ev2 on ev.id = ev2.id when matched then update set a = ev2.a
merge into ev using ev2 on ev.id = ev2.id when matched then do nothing when not matched then insert (id) values (ev2.id)

-- r_names
create table aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (a int)

-- r_Numeric_types201
create table p (a numeric(39, 2))
select 1::decimal(40,1)

-- r_pg_keywords
create table p (tag int)

-- r_SELECT_list
select distinct on (a) a, b from ev

-- r_TRUNCATE
truncate ev, ev2
truncate ev cascade

-- r_UNION
select id from ev intersect all select id from ev2
select id from ev except all select id from ev2

-- r_UNLOAD
unload ('select a from ev order by a limit 3') to 's3://b/k' iam_role 'arn:aws:iam::123456789012:role/loads'
unload ('select a from ev') to 's3://b/k' iam_role 'arn:aws:iam::123456789012:role/loads' parquet delimiter '|'

-- r_UPDATE
update ev set a = 5 from ev as e left join ev2 as s on e.id = s.id where e.a > s.a
update ev set a = z.a from ev2 as q full join ev2 as z on q.id = z.id where ev.id = q.id
update ev set a = z.a from ev2 as q right join ev2 as z on q.id = z.id where ev.id = q.id
update ev set a = 1 limit 1

-- r_WITH_clause
with q as materialized (select 1) select * from q
with d as (delete from ev returning *) select * from d
with q as (select 1 as id) insert into ev (id) select id from q
with recursive r(n) as (select 1 union select n + 1 from r where n < 3) select * from r

-- r_QUALIFY_clause
select id from ev qualify row_number() over (order by a) = 1

-- r_DELETE
delete from ev limit 1

-- r_VACUUM_command
vacuum ev

-- r_PERCENTILE_CONT
select percentile_cont(0.5) within group (order by a), percentile_cont(0.5) within group (order by id) from ev

-- r_MEDIAN
select median(a), listagg(b, ',') within group (order by id) from ev

-- r_CREATE_VIEW
create view late as select * from ev with no schema binding

-- limitations-super
create table t (a super) sortkey (a)
create table t (a super) distkey (a)
create table t (b int, a super sortkey)
create table t (a super distkey)

-- r_UPDATE
update ev set (a, b) = (select a, b from ev2 where ev2.id = ev.id)

-- r_WF_RANK
select a, rank() over (order by a rows unbounded preceding) from ev

-- c_unsupported-postgresql-features
insert into ev values (7, 1, 'x', null) on conflict do nothing
create table t (a int, exclude (a with =))
create domain d as int

-- r_CREATE_TABLE_NEW
create table t (a int) distkey (b)
create table t (a int) sortkey (b)

-- r_WF_LAG
select lag(a) over (partition by b) from ev
select lead(a, 2) over () from ev

-- r_CREATE_TABLE_NEW
create table p (id int generated always as identity)
create table p (a int unique nulls not distinct)
create table p (a int references ev (id) on delete cascade)

-- c_unsupported-postgresql-datatypes
create table p (a point)

-- r_CREATE_FUNCTION
create function f() returns int immutable as $$ begin return 1; end $$ language plpgsql

-- c_SQL_functions_leader_node_only
select current_schemas(true), a from ev
select has_schema_privilege('public', 'usage') from ev
select factorial(a) from ev
select localtime, a from ev
select to_ascii(b) from ev
delete from ev where ts < current_timestamp
update ev set b = current_schema()
create table p as select substr(b, 1, 1) as s from ev
select a from (select a, now() as n from ev) as q
with q as (select current_schema() as s) select s, a from q, ev
create materialized view mv as select now() as n, a from ev

-- c_SQL_functions_compute_node_only
select listagg('a', ',')
select median(1)
select percentile_cont(0.5) within group (order by 1)
select percentile_disc(0.5) within group (order by 1)
select listagg(relname, ',') from pg_class

-- r_correlated_subqueries
select e.id from ev as e where exists (select 1 from ev2 as z where z.id = e.id and exists (select 1 from ev2 as y where y.a = e.a))
select e.id, (select max(z.a) from ev2 as z where z.id = e.id) as m, count(*) from ev as e group by e.id, m
select * from ev where a = (select max(z.a) from ev2 as z where z.id = ev.id or z.id = 1)

-- r_UPDATE
update ev set a = z.a from ev2 as q left outer join ev2 as z on q.id = z.id
update ev set a = q.a from ev as e right join ev2 as q on e.id = q.id
update ev set ev.a = 1

-- c_Window_functions
select first_value(b) over (partition by a order by id) from ev
select count(*) over (order by id) from ev
select min(a) over (order by ts desc), id from ev
select stddev(a) over (partition by b order by id) from ev
select max(a) over (order by id rows current row following) from ev
select ntile(2) over (order by id rows unbounded preceding) from ev
select lag(a) over (order by id rows unbounded preceding) from ev

-- r_ALTER_TABLE
alter table ev alter column b type text
alter table ev alter column b encode nosuch
alter table ev alter distkey nosuch
alter table ev alter diststyle key distkey nosuch
alter table ev alter sortkey (id, nosuch)
alter table ev alter diststyle nosuch
alter table ev alter column nosuch encode zstd
