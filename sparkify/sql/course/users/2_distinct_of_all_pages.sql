-- One row: the distinct users with their level, of all pages.
-- published: 105
-- why: the same, and nobody counts as a user: events of who is logged out have no user id
with

visitors as (

    select distinct
        userid,
        firstname,
        lastname,
        gender,
        level

    from staging_events

)

select count(*) as row_count

from visitors
