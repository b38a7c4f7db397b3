-- Every session has its first and last event, its plays and its pages in session_totals, once.
-- Checked are the sessions with events since :since, with all of their events: they are read
-- between the first and the last session.
-- try: sparkify rebuild counts all sessions again
with

received as (

    select distinct
        session_id,
        user_id

    from cleaned_events

    where loaded_at >= :since

),

counted as (

    select
        current_events.session_id,
        current_events.user_id,
        min(current_events.occurred_at) as started_at,
        max(current_events.occurred_at) as ended_at,
        count(case when current_events.page = 'NextSong' then 1 end) as plays,
        count(case when current_events.page != 'NextSong' then 1 end) as pages,
        0 as in_totals,
        1 as in_events

    from received

    inner join current_events
        on
            received.session_id = current_events.session_id
            and received.user_id = current_events.user_id

    where current_events.session_id between :first_session and :last_session

    group by 1, 2

    union all

    select
        session_totals.session_id,
        session_totals.user_id,
        session_totals.started_at,
        session_totals.ended_at,
        session_totals.plays,
        session_totals.pages,
        1 as in_totals,
        0 as in_events

    from received

    inner join session_totals
        on
            received.session_id = session_totals.session_id
            and received.user_id = session_totals.user_id

    where session_totals.session_id between :first_session and :last_session

)

select
    session_id,
    user_id,
    started_at,
    ended_at,
    plays,
    pages,
    sum(in_totals) as in_totals,
    sum(in_events) as in_events

from counted

group by 1, 2, 3, 4, 5, 6

having sum(in_totals) != 1 or sum(in_events) != 1
