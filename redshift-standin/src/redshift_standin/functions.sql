-- What Redshift has and PostgreSQL has not, or has otherwise. It all goes into pg_catalog, so that
-- it is found whatever the search_path says, and no client sees it among its own tables.
set allow_system_table_mods = on;

-- Lengths in bytes --------------------------------------------------------------------------
-- VARCHAR(n) counts bytes; too long is an error, unless only blanks are too many; a cast cuts.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
-- In PL/pgSQL, because an SQL function would be inlined, and CREATE TABLE AS lose the length.
create function pg_catalog.redshift_varchar(value varchar, modifier integer, is_cast boolean)
returns varchar language plpgsql immutable strict as $$
declare
    width integer := modifier - 4;
begin
    if width < 0 or octet_length(value) <= width then
        return value;
    end if;
    if not is_cast and octet_length(rtrim(value, ' ')) > width then
        raise 'value too long for type character varying(%)', width using errcode = '22001';
    end if;
    value := left(value, width);
    while octet_length(value) > width loop
        value := left(value, -1);
    end loop;
    return value;
end $$;

-- A CHAR column holds single-byte characters only. Same page.
create function pg_catalog.redshift_char(value bpchar, modifier integer, is_cast boolean)
returns bpchar language plpgsql immutable strict as $$
begin
    if not is_cast and octet_length(rtrim(value::text)) <> char_length(value) then
        raise 'multibyte character not supported for type character' using errcode = '22001';
    end if;
    return pg_catalog.bpchar(value, modifier, is_cast);
end $$;

-- Every change of length goes through these two casts: of an inserted value, a CTAS, a cast.
update pg_cast set castfunc = 'redshift_varchar(varchar, integer, boolean)'::regprocedure
where castsource = 'varchar'::regtype and casttarget = 'varchar'::regtype;
update pg_cast set castfunc = 'redshift_char(bpchar, integer, boolean)'::regprocedure
where castsource = 'bpchar'::regtype and casttarget = 'bpchar'::regtype;

-- Trailing blanks -----------------------------------------------------------------------------
-- They do not count when a VARCHAR is compared, joined, grouped or sorted; they do in its length.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html#r_Character_types-significance-of-trailing-blanks
-- PostgreSQL compares CHAR that way, by functions which serve VARCHAR as well.
do $make$
declare
    left_type text;
    right_type text;
    pair text;
    operator record;
begin
    create operator family pg_catalog.redshift_varchar using btree;
    create operator family pg_catalog.redshift_varchar using hash;
    for left_type, right_type in values
        ('varchar', 'varchar'), ('varchar', 'text'), ('text', 'varchar'),
        ('varchar', 'bpchar'), ('bpchar', 'varchar')
    loop
        pair := format('(%s, %s)', left_type, right_type);
        for operator in
            select * from (values
                ('=', 'eq', '=', '<>', 'eqsel', 'eqjoinsel', 3),
                ('<>', 'ne', '<>', '=', 'neqsel', 'neqjoinsel', 0),
                ('<', 'lt', '>', '>=', 'scalarltsel', 'scalarltjoinsel', 1),
                ('<=', 'le', '>=', '>', 'scalarlesel', 'scalarlejoinsel', 2),
                ('>=', 'ge', '<=', '<', 'scalargesel', 'scalargejoinsel', 4),
                ('>', 'gt', '<', '<=', 'scalargtsel', 'scalargtjoinsel', 5)
            ) as o (sign, name, commutator, negator, selectivity, joined, strategy)
        loop
            execute format(
                'create function pg_catalog.redshift_%s%s returns boolean language internal'
                ' immutable strict parallel safe as %L', operator.name, pair, 'bpchar' || operator.name);
            execute format(
                'create operator pg_catalog.%s (function = pg_catalog.redshift_%s, leftarg = %s,'
                ' rightarg = %s, commutator = operator(pg_catalog.%s), negator = operator(pg_catalog.%s),'
                ' restrict = %s, join = %s%s)', operator.sign, operator.name, left_type, right_type,
                operator.commutator, operator.negator, operator.selectivity, operator.joined,
                case
                    when operator.sign <> '=' then ''
                    when left_type = right_type then ', hashes, merges'
                    else ', hashes'  -- to merge, text would need these operators too
                end);
            if operator.strategy > 0 then
                execute format('alter operator family pg_catalog.redshift_varchar using btree'
                    ' add operator %s pg_catalog.%s %s', operator.strategy, operator.sign, pair);
            end if;
        end loop;
        execute format('create function pg_catalog.redshift_cmp%s returns integer language internal'
            ' immutable strict parallel safe as ''bpcharcmp''', pair);
        execute format('alter operator family pg_catalog.redshift_varchar using btree'
            ' add function 1 %s pg_catalog.redshift_cmp%s', pair, pair);
        execute format('alter operator family pg_catalog.redshift_varchar using hash'
            ' add operator 1 pg_catalog.= %s', pair);
    end loop;
    foreach left_type in array array['varchar', 'text', 'bpchar'] loop
        execute format('create function pg_catalog.redshift_hash(%s) returns integer language internal'
            ' immutable strict parallel safe as ''hashbpchar''', left_type);
        execute format('alter operator family pg_catalog.redshift_varchar using hash'
            ' add function 1 (%s, %s) pg_catalog.redshift_hash(%s)', left_type, left_type, left_type);
    end loop;
    -- Texts that a function made are distinct by their own operator: to hash one side of a join.
    alter operator family pg_catalog.redshift_varchar using hash
        add operator 1 pg_catalog.= (text, text), operator 1 pg_catalog.= (bpchar, bpchar);
    create operator class pg_catalog.redshift_varchar default for type varchar using btree
        family pg_catalog.redshift_varchar as storage varchar;
    create operator class pg_catalog.redshift_varchar default for type varchar using hash
        family pg_catalog.redshift_varchar as storage varchar;
end $make$;
-- the catalog's names: without these, a VARCHAR compared with one fits two operators
create function pg_catalog.redshift_eq(varchar, name) returns boolean language internal
immutable strict parallel safe as 'texteqname';
create function pg_catalog.redshift_eq(name, varchar) returns boolean language internal
immutable strict parallel safe as 'nameeqtext';
create operator pg_catalog.= (
    function = pg_catalog.redshift_eq, leftarg = varchar, rightarg = name, commutator = =
);
create operator pg_catalog.= (
    function = pg_catalog.redshift_eq, leftarg = name, rightarg = varchar, commutator = =
);

-- Time ----------------------------------------------------------------------------------------
-- SYSDATE: when the transaction began, the same in every statement of it.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_SYSDATE.html
create function pg_catalog.redshift_sysdate() returns timestamp language sql stable
as $$ select transaction_timestamp() at time zone 'UTC' $$;

-- GETDATE(): when the statement began, without fractions.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_GETDATE.html
create function pg_catalog.getdate() returns timestamp language sql stable
as $$ select date_trunc('second', statement_timestamp() at time zone 'UTC') $$;

-- EXTRACT gives an integer, of that part and no lower or higher one; of a TIMESTAMPTZ a double.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_EXTRACT_function.html
create function pg_catalog.redshift_extract(part text, moment timestamp) returns integer
language sql immutable as $$
    select case
        when part in ('milliseconds', 'microseconds') then floor(date_part(part, moment))::bigint % 1000
        -- https://docs.aws.amazon.com/redshift/latest/dg/r_Dateparts_for_datetime_functions.html:
        -- the first decade is the years 1 to 9
        when part = 'decade' then date_part(part, moment)::bigint + 1
        else floor(date_part(part, moment))::bigint
    end::integer
$$;
create function pg_catalog.redshift_extract(part text, day date) returns integer
language sql immutable as $$ select redshift_extract(part, day::timestamp) $$;
create function pg_catalog.redshift_extract(part text, moment timestamptz) returns double precision
language sql stable as $$ select redshift_extract(part, moment at time zone 'UTC') $$;
create function pg_catalog.redshift_extract(part text, clock time) returns integer
language sql immutable as $$ select redshift_extract(part, '2000-01-01'::date + clock) $$;

-- DATE_TRUNC of a DATE is a TIMESTAMP, its weeks begin on Monday.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_DATE_TRUNC.html
create function pg_catalog.date_trunc(part text, day date) returns timestamp
language sql immutable as $$ select date_trunc(part, day::timestamp) $$;

-- TRUNC of a TIMESTAMP is its DATE.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_TRUNC_date.html
create function pg_catalog.trunc(moment timestamp) returns date
language sql immutable as $$ select moment::date $$;

-- DATEDIFF counts the boundaries crossed.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_DATEDIFF_function.html
create function pg_catalog.redshift_ordinal(part text, moment timestamp) returns bigint
language sql immutable as $$
    select case part
        when 'millennium' then date_part('millennium', moment)::bigint
        when 'century' then date_part('century', moment)::bigint
        when 'decade' then date_part('decade', moment)::bigint
        when 'year' then date_part('year', moment)::bigint
        when 'quarter' then date_part('year', moment)::bigint * 4 + date_part('quarter', moment)::bigint
        when 'month' then date_part('year', moment)::bigint * 12 + date_part('month', moment)::bigint
        when 'week' then (date_trunc('week', moment)::date - date '2000-01-03') / 7
        when 'day' then moment::date - date '2000-01-03'
        when 'hour' then floor(extract(epoch from moment) / 3600)::bigint
        when 'minute' then floor(extract(epoch from moment) / 60)::bigint
        when 'second' then floor(extract(epoch from moment))::bigint
        when 'milliseconds' then floor(extract(epoch from moment) * 1000)::bigint
        when 'microseconds' then (extract(epoch from moment) * 1000000)::bigint
    end
$$;
create function pg_catalog.redshift_datediff(part text, first timestamp, last timestamp)
returns bigint language sql immutable
as $$ select redshift_ordinal(part, last) - redshift_ordinal(part, first) $$;

-- DATEADD: whole units; the last day of a shorter month stands for a day it has not.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_DATEADD_function.html
create function pg_catalog.redshift_dateadd(part text, amount numeric, moment timestamp)
returns timestamp language sql immutable as $$
    select moment + case part
        when 'quarter' then trunc(amount)::integer * interval '3 months'
        when 'century' then trunc(amount)::integer * interval '100 years'
        when 'decade' then trunc(amount)::integer * interval '10 years'
        when 'millennium' then trunc(amount)::integer * interval '1000 years'
        else trunc(amount)::double precision * ('1 ' || part)::interval
    end
$$;

create function pg_catalog.convert_timezone(target text, moment timestamp) returns timestamp
language sql immutable as $$ select (moment at time zone 'UTC') at time zone target $$;
create function pg_catalog.convert_timezone(source text, target text, moment timestamp)
returns timestamp language sql immutable
as $$ select (moment at time zone source) at time zone target $$;
create function pg_catalog.last_day(moment timestamp) returns date language sql immutable
as $$ select (date_trunc('month', moment) + interval '1 month - 1 day')::date $$;
create function pg_catalog.add_months(moment timestamp, months integer) returns timestamp
language sql immutable as $$
    select case when moment::date = last_day(moment)  -- a last day stays one: r_ADD_MONTHS.html
        then last_day(moment + months * interval '1 month') + moment::time
        else moment + months * interval '1 month' end
$$;

-- Strings and numbers ---------------------------------------------------------------------------
-- https://docs.aws.amazon.com/redshift/latest/dg/r_LEN.html
create function pg_catalog.len(value text) returns integer
language sql immutable as $$ select char_length(value) $$;
create function pg_catalog.charindex(part text, whole text) returns integer
language sql immutable as $$ select strpos(whole, part) $$;
create function pg_catalog.regexp_replace(source text, pattern text) returns text
language sql immutable as $$ select regexp_replace(source, pattern, '', 'g') $$;
create function pg_catalog.sha2(value text, bits integer) returns text language sql immutable as $$
    select encode(case bits
        when 224 then sha224(convert_to(value, 'UTF8')) when 384 then sha384(convert_to(value, 'UTF8'))
        when 512 then sha512(convert_to(value, 'UTF8')) else sha256(convert_to(value, 'UTF8'))
    end, 'hex')
$$;
create function pg_catalog.json_extract_path_text(document varchar, variadic path text[])
returns text language sql immutable
as $$ select pg_catalog.json_extract_path_text(document::json, variadic path) $$;
create function pg_catalog.is_valid_json(document varchar) returns boolean
language sql immutable as $$ select document is json object $$;
create function pg_catalog.json_parse(document varchar) returns jsonb
language sql immutable as $$ select document::jsonb $$;
create function pg_catalog.json_serialize(document jsonb) returns varchar
language sql immutable as $$ select document::text $$;
-- https://docs.aws.amazon.com/redshift/latest/dg/r_NVL_function.html
create function pg_catalog.nvl(anycompatible, anycompatible) returns anycompatible
language sql immutable as $$ select coalesce($1, $2) $$;
create function pg_catalog.nvl(anycompatible, anycompatible, anycompatible) returns anycompatible
language sql immutable as $$ select coalesce($1, $2, $3) $$;
create function pg_catalog.nvl2(anyelement, anycompatible, anycompatible) returns anycompatible
language sql immutable as $$ select case when $1 is not null then $2 else $3 end $$;
create function pg_catalog.round(value double precision, places integer) returns double precision
language sql immutable as $$ select round(value::numeric, places)::double precision $$;

-- AVG of integers is a BIGINT, cut. https://docs.aws.amazon.com/redshift/latest/dg/r_AVG.html
create function pg_catalog.redshift_avg_add(state bigint[], value bigint) returns bigint[]
language sql immutable strict as $$ select array[state[1] + 1, state[2] + value] $$;
create function pg_catalog.redshift_avg_end(state bigint[]) returns bigint
language sql immutable strict as $$ select state[2] / nullif(state[1], 0) $$;
create function pg_catalog.redshift_avg_add(state bigint[], value integer) returns bigint[]
language sql immutable strict as $$ select array[state[1] + 1, state[2] + value] $$;
create function pg_catalog.redshift_avg_add(state bigint[], value smallint) returns bigint[]
language sql immutable strict as $$ select array[state[1] + 1, state[2] + value] $$;
do $make$
declare
    integer_type text;
begin
    foreach integer_type in array array['bigint', 'integer', 'smallint'] loop
        execute format('alter aggregate pg_catalog.avg(%s) rename to postgres_avg', integer_type);
        execute format('create aggregate pg_catalog.avg(%s) (sfunc = redshift_avg_add, stype = bigint[],'
            ' initcond = ''{0,0}'', finalfunc = redshift_avg_end)', integer_type);
    end loop;
end $make$;
