-- One row: the distinct users with their level, of plays.
-- published: 104
-- why: a user who changed between free and paid counts twice
with

listeners as (

    select distinct
        userid,
        firstname,
        lastname,
        gender,
        level

    from staging_events

    where page = 'NextSong'

)

select count(*) as row_count

from listeners
