-- Aggregate and window functions that PostgreSQL has not, or has otherwise.
set allow_system_table_mods = on;

-- AVG of a DECIMAL has its argument's scale, the digits beyond it cut:
-- https://docs.aws.amazon.com/redshift/latest/dg/r_AVG.html
create function pg_catalog.redshift_avg_add(state numeric[], value numeric) returns numeric[]
language sql immutable strict as $$
    select array[state[1] + 1, state[2] + value, greatest(state[3], scale(value))]
$$;
create function pg_catalog.redshift_avg_end(state numeric[]) returns numeric
language sql immutable strict as $$
    select trunc(state[2] / nullif(state[1], 0), state[3]::integer)
$$;
alter aggregate pg_catalog.avg(numeric) rename to postgres_avg;
create aggregate pg_catalog.avg(numeric) (
    sfunc = redshift_avg_add, stype = numeric[], initcond = '{0,0,0}', finalfunc = redshift_avg_end
);

-- The scale of a division of DECIMALs is worked out by the translation:
-- https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html
create function pg_catalog.redshift_divide(dividend numeric, divisor numeric, scale integer)
returns numeric language sql immutable as $$
    select trunc(round(dividend, scale + 2) / divisor, scale)
$$;

-- r_WF_RATIO_TO_REPORT.html
create function pg_catalog.redshift_ratio(part double precision, whole double precision)
returns double precision language sql immutable as $$ select part / nullif(whole, 0) $$;


-- IGNORE NULLS: r_WF_first_value.html, r_WF_LAG.html. The frame's values, of which those that are
-- null are left out; first_value, last_value and nth_value take from them.
create function pg_catalog.redshift_kept(state anyarray, value anyelement)
returns anyarray language sql immutable as $$
    select case when value is null then state else state || value end
$$;
create aggregate pg_catalog.redshift_not_null(anyelement) (
    sfunc = redshift_kept, stype = anyarray, initcond = '{}'
);

-- r_ANY_VALUE.html is PostgreSQL's own; r_BIT_AND.html, r_BOOL_AND.html as well.
-- the nth of an array, counted from its end where n is negative
create function pg_catalog.redshift_item(items anyarray, place integer) returns anyelement
language sql immutable as $$
    select items[case when place < 0 then coalesce(cardinality(items), 0) + 1 + place else place end]
$$;

-- r_WF_MEDIAN.html, r_WF_PERCENTILE_CONT.html, r_WF_PERCENTILE_DISC.html: over a window's values
create function pg_catalog.redshift_cont(items anycompatiblearray, place numeric, descending boolean)
returns double precision language sql immutable as $$
    select case when descending
        then percentile_cont(place::double precision) within group (order by item::double precision desc)
        else percentile_cont(place::double precision) within group (order by item::double precision)
    end from unnest(items) as u (item)
$$;
create function pg_catalog.redshift_disc(items anyarray, place numeric, descending boolean)
returns anyelement language sql immutable as $$
    select case when descending
        then percentile_disc(place::double precision) within group (order by item desc)
        else percentile_disc(place::double precision) within group (order by item)
    end from unnest(items) as u (item)
$$;
