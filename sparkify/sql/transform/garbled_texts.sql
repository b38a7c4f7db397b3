-- One row per title or artist name of the batch's plays that may be UTF-8 encoded twice.
-- Such a text has letters of more than one byte; Python decides which texts are garbled.
with

texts as (

    select received_title as received

    from cleaned_events

    where
        loaded_at = :loaded_at
        and page = 'NextSong'

    union

    select received_artist_name as received

    from cleaned_events

    where
        loaded_at = :loaded_at
        and page = 'NextSong'

)

select texts.received

from texts

left join text_repairs
    on texts.received = text_repairs.delivered

where
    octet_length(texts.received) > char_length(texts.received)
    and text_repairs.delivered is null
