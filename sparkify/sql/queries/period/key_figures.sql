-- One row: the period's plays, listeners, sessions, and plays whose song is in the catalogue.
with

played as (

    select
        count(*) as plays,
        count(distinct user_id) as listeners,
        count(case when level = 'paid' then 1 end) as paid_plays,
        count(song_id) as matched_plays

    from songplays

    where
        start_time >= :period_start
        and start_time < :period_end

),

user_sessions as (

    select distinct
        user_id,
        session_id

    from songplays

    where
        start_time >= :period_start
        and start_time < :period_end

),

counted_sessions as (

    select count(*) as sessions
    from user_sessions

),

first_plays as (

    select
        user_id,
        min(start_time) as first_play_at

    from songplays

    group by 1

),

newcomers as (

    select count(*) as new_listeners

    from first_plays

    where
        first_play_at >= :period_start
        and first_play_at < :period_end

)

select
    played.plays,
    played.listeners,
    newcomers.new_listeners,
    counted_sessions.sessions,
    played.paid_plays,
    played.matched_plays

from played

cross join counted_sessions

cross join newcomers
