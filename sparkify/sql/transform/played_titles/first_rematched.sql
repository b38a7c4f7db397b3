-- One row: the first day of the plays whose song the batch may change, the end of time if none can.
-- Those have the title and duration of one of its songs, now or in an earlier version.
select
    coalesce(
        cast(min(played_titles.first_play_date) as timestamp), cast('9999-06-30' as timestamp)
    ) as first_rematched_time

from batch_songs

inner join cleaned_songs
    on batch_songs.song_id = cleaned_songs.song_id

inner join played_titles
    on
        cleaned_songs.title = played_titles.title
        and cleaned_songs.duration = played_titles.duration
