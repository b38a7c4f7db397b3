-- Date and time functions that PostgreSQL has not. Each is described at
-- https://docs.aws.amazon.com/redshift/latest/dg/r_NAME.html.
set allow_system_table_mods = on;

-- r_MONTHS_BETWEEN_function.html: whole months where the days are the same or both last ones,
-- otherwise the difference of the days counts in months of 31
create function pg_catalog.months_between(last timestamp, first timestamp) returns double precision
language sql immutable as $$
    select (date_part('year', last) - date_part('year', first)) * 12
        + date_part('month', last) - date_part('month', first)
        + case
            when date_part('day', last) = date_part('day', first) then 0
            when last::date = last_day(last) and first::date = last_day(first) then 0
            else (date_part('day', last) - date_part('day', first)
                + extract(epoch from last::time - first::time)::double precision / 86400) / 31
        end
$$;
create function pg_catalog.next_day(moment timestamp, weekday text) returns date
language sql immutable as $$
    select moment::date + (
        (strpos('sumotuwethfrsa', left(lower(weekday), 2)) - 1) / 2
        - date_part('dow', moment)::integer + 6
    ) % 7 + 1
$$;
-- r_TO_TIMESTAMP.html, r_TO_DATE_function.html: PostgreSQL is strict always
create function pg_catalog.to_timestamp(moment text, format text, is_strict boolean) returns timestamptz
language sql stable as $$ select to_timestamp(moment, format) $$;
create function pg_catalog.to_date(day text, format text, is_strict boolean) returns date
language sql immutable as $$ select to_date(day, format) $$;
create function pg_catalog.date_part_year(day date) returns integer
language sql immutable as $$ select date_part('year', day)::integer $$;
create function pg_catalog.timezone(target text, moment varchar) returns timestamptz
language sql stable as $$ select moment::timestamp at time zone target $$;
do $make$
declare
    name text;
    first text;
    second text;
begin
    for name, first, second in values
        ('date_cmp', 'date', 'date'), ('date_cmp_timestamp', 'date', 'timestamp'),
        ('date_cmp_timestamptz', 'date', 'timestamptz'),
        ('timestamp_cmp', 'timestamp', 'timestamp'), ('timestamp_cmp_date', 'timestamp', 'date'),
        ('timestamp_cmp_timestamptz', 'timestamp', 'timestamptz'),
        ('timestamptz_cmp_date', 'timestamptz', 'date'),
        ('timestamptz_cmp_timestamp', 'timestamptz', 'timestamp'),
        ('interval_cmp', 'interval', 'interval')
    loop
        -- date_cmp, timestamp_cmp and interval_cmp of equal types are PostgreSQL's own
        if not exists (select from pg_proc where proname = name and pg_proc.pronamespace = 11) then
            execute format('create function pg_catalog.%I(first %s, second %s) returns integer'
                ' language sql stable as ''select case when first = second then 0'
                ' when first < second then -1 else 1 end''', name, first, second);
        end if;
    end loop;
end $make$;
