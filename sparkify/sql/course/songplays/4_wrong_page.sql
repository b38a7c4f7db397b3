-- One row: the events of a page that does not exist.
-- published: 0
-- why: the page is NextSong, without a blank
select count(*) as row_count

from staging_events

where page = 'Next Song'
