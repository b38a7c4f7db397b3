-- One row: the distinct timestamps of all pages.
-- published: 8,023
-- why: time has the timestamps of plays; without page = 'NextSong' it has those of all events
select count(distinct ts) as row_count

from staging_events
