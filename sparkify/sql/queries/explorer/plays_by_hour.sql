-- One row per hour (UTC), state and plan with plays in the period, with the weekday (Sunday = 0)
-- and hour of the listeners' own clocks. The clocks are those of plays_by_local_hour.
with

utc_hours as (

    select
        date_trunc('hour', start_time) at time zone 'UTC' as played_at,
        split_part(split_part(location, ', ', 2), '-', 1) as state,
        level,
        count(*) as plays

    from songplays

    where
        start_time >= :period_start
        and start_time < :period_end

    group by 1, 2, 3

),

local_hours as (

    select
        state,
        level,
        plays,
        case
            when state in (
                'CT', 'DC', 'DE', 'FL', 'GA', 'KY', 'MA', 'MD', 'ME', 'MI', 'NC', 'NH', 'NJ',
                'NY', 'OH', 'PA', 'RI', 'SC', 'VA', 'VT', 'WV'
            ) then played_at at time zone 'America/New_York'
            when state = 'IN' then played_at at time zone 'America/Indiana/Indianapolis'
            when state in (
                'AL', 'AR', 'IA', 'IL', 'KS', 'LA', 'MN', 'MO', 'MS', 'ND', 'NE', 'OK', 'SD',
                'TN', 'TX', 'WI'
            ) then played_at at time zone 'America/Chicago'
            when state in ('CO', 'ID', 'MT', 'NM', 'UT', 'WY')
                then played_at at time zone 'America/Denver'
            when state = 'AZ' then played_at at time zone 'America/Phoenix'
            when state in ('CA', 'NV', 'OR', 'WA')
                then played_at at time zone 'America/Los_Angeles'
            when state = 'AK' then played_at at time zone 'America/Anchorage'
            when state = 'HI' then played_at at time zone 'Pacific/Honolulu'
            when state = 'PR' then played_at at time zone 'America/Puerto_Rico'
        end as local_hour,
        played_at at time zone 'UTC' as utc_hour

    from utc_hours

)

select
    utc_hour,
    state,
    level,
    cast(extract(dow from coalesce(local_hour, utc_hour)) as integer) as local_weekday,
    cast(extract(hour from coalesce(local_hour, utc_hour)) as integer) as local_hour,
    plays

from local_hours
