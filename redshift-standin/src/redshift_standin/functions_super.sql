-- SUPER is PostgreSQL's jsonb. Each function is described at
-- https://docs.aws.amazon.com/redshift/latest/dg/NAME.html.
set allow_system_table_mods = on;

create function pg_catalog.json_extract_array_element_text(document varchar, place integer)
returns varchar language sql immutable as $$ select document::json ->> place $$;
create function pg_catalog.json_extract_array_element_text(
    document varchar, place integer, null_if_invalid boolean
) returns varchar language sql immutable as $$
    select case when document is json array or not null_if_invalid then document::json ->> place end
$$;
create function pg_catalog.json_array_length(document varchar) returns integer
language sql immutable as $$ select pg_catalog.json_array_length(document::json) $$;
create function pg_catalog.json_array_length(document varchar, null_if_invalid boolean) returns integer
language sql immutable as $$
    select case when document is json array or not null_if_invalid
        then pg_catalog.json_array_length(document::json) end
$$;
create function pg_catalog.is_valid_json_array(document varchar) returns boolean
language sql immutable as $$ select document is json array $$;
create function pg_catalog.can_json_parse(document varchar) returns boolean
language sql immutable as $$ select document is json $$;
create function pg_catalog.get_array_length(value jsonb) returns bigint
language sql immutable as $$ select case when jsonb_typeof(value) = 'array' then jsonb_array_length(value) end $$;
create function pg_catalog.array_concat(first jsonb, second jsonb) returns jsonb
language sql immutable as $$ select first || second $$;
create function pg_catalog.split_to_array(value varchar, delimiter varchar default ',') returns jsonb
language sql immutable as $$ select to_jsonb(string_to_array(value, delimiter)) $$;
create function pg_catalog.subarray(value jsonb, first integer, length integer default null)
returns jsonb language sql immutable as $$
    select coalesce(jsonb_agg(item order by place), '[]')
    from jsonb_array_elements(value) with ordinality as u (item, place)
    where place > first and (length is null or place <= first + length)
$$;
create function pg_catalog.array_flatten(value jsonb) returns jsonb
language sql immutable as $$
    select coalesce(jsonb_agg(inner_item order by place, inner_place), '[]')
    from jsonb_array_elements(value) with ordinality as u (item, place)
    cross join lateral jsonb_array_elements(
        case when jsonb_typeof(item) = 'array' then item else jsonb_build_array(item) end
    ) with ordinality as v (inner_item, inner_place)
$$;
create function pg_catalog.redshift_array(variadic "any") returns jsonb
language internal stable as 'jsonb_build_array';
create function pg_catalog.redshift_array() returns jsonb
language internal stable as 'jsonb_build_array_noargs';
create function pg_catalog.redshift_object(variadic "any") returns jsonb
language internal stable as 'jsonb_build_object';
create function pg_catalog.redshift_object() returns jsonb
language internal stable as 'jsonb_build_object_noargs';

-- r_json_typeof.html and the IS_ functions after it
create function pg_catalog.json_typeof(value jsonb) returns varchar
language sql immutable as $$ select jsonb_typeof(value) $$;
create function pg_catalog.json_size(value jsonb) returns integer
language sql immutable as $$ select octet_length(value::text) $$;
do $make$
declare
    name text;
    condition text;
begin
    for name, condition in values
        ('is_array', $$jsonb_typeof(value) = 'array'$$),
        ('is_object', $$jsonb_typeof(value) = 'object'$$),
        ('is_boolean', $$jsonb_typeof(value) = 'boolean'$$),
        ('is_char', $$jsonb_typeof(value) = 'string'$$),
        ('is_varchar', $$jsonb_typeof(value) = 'string'$$),
        ('is_scalar', $$jsonb_typeof(value) not in ('array', 'object')$$),
        ('is_decimal', $$jsonb_typeof(value) = 'number'$$),
        ('is_float', $$jsonb_typeof(value) = 'number' and value::numeric <> trunc(value::numeric)$$),
        ('is_integer', $$jsonb_typeof(value) = 'number' and value::numeric = trunc(value::numeric)$$),
        ('is_bigint', $$jsonb_typeof(value) = 'number' and value::numeric = trunc(value::numeric)$$),
        ('is_smallint', $$jsonb_typeof(value) = 'number' and value::numeric = trunc(value::numeric)$$)
    loop
        execute format('create function pg_catalog.%I(value jsonb) returns boolean'
            ' language sql immutable as %L', name, 'select ' || condition);
    end loop;
end $make$;

-- a SUPER compared with, or put into, something of another type: query-super.html
create function pg_catalog.redshift_super_text(value jsonb) returns varchar
language sql immutable as $$ select value #>> '{}' $$;
create cast (jsonb as varchar) with function pg_catalog.redshift_super_text(jsonb) as assignment;
do $make$
declare
    other text;
    sign text;
begin
    foreach other in array array['bigint', 'integer', 'numeric', 'double precision'] loop
        foreach sign in array array['=', '<>', '<', '<=', '>', '>='] loop
            execute format('create function pg_catalog.redshift_super_%s(value jsonb, other %s)'
                ' returns boolean language sql immutable as'
                ' ''select case when jsonb_typeof(value) = ''''number'''''
                ' then value::numeric %s other::numeric end''',
                encode(sign::bytea, 'hex'), other, sign);
            execute format('create operator pg_catalog.%s (function = pg_catalog.redshift_super_%s,'
                ' leftarg = jsonb, rightarg = %s)', sign, encode(sign::bytea, 'hex'), other);
        end loop;
    end loop;
    foreach sign in array array['=', '<>'] loop
        execute format('create function pg_catalog.redshift_super_%s(value jsonb, other varchar)'
            ' returns boolean language sql immutable as'
            ' ''select (value #>> ''''{}'''') %s other''', encode(sign::bytea, 'hex'), sign);
        execute format('create operator pg_catalog.%s (function = pg_catalog.redshift_super_%s,'
            ' leftarg = jsonb, rightarg = varchar)', sign, encode(sign::bytea, 'hex'));
    end loop;
end $make$;
