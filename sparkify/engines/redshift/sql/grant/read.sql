-- No row: the role analysts may read the star and the views for analysts.
grant select on
songplays,
artists,
songs,
users,
"time",
user_agents,
user_events,
plays,
sessions,
daily_activity,
user_levels,
level_steps,
level_funnel,
top_songs,
top_artists,
retention
to role analysts
