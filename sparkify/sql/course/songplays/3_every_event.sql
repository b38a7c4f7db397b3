-- One row: the events of all pages.
-- published: 8,056
-- why: without page = 'NextSong' visits to Home and Login are plays
select count(*) as row_count

from staging_events
