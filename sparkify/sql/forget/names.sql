-- One row per name that a user to forget ever had.
select distinct
    staging_events.userid as user_id,
    staging_events.firstname as first_name,
    staging_events.lastname as last_name

from staging_events

inner join forgotten_users
    on staging_events.userid = forgotten_users.user_id
