-- One row per song that is in the batch more than once, or in it and in another batch.
create temporary table batch_repeated_songs as

select song_id

from cleaned_songs

where loaded_at = :loaded_at

group by 1

having count(*) > 1

union

select others.song_id

from cleaned_songs as received

inner join cleaned_songs as others
    on received.song_id = others.song_id

where
    received.loaded_at = :loaded_at
    and others.loaded_at != :loaded_at
