-- One row per title and artist name of the logs: the ten with the most plays.
select
    title,
    artist_name,
    count(*) as plays

from songplays

where title is not null

group by 1, 2

order by 3 desc, 1 asc, 2 asc

limit 10
