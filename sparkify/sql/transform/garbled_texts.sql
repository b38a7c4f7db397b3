-- One row per title or artist name of the batch's plays that may be UTF-8 encoded twice.
-- Such a text has letters of more than one byte; Python decides which texts are garbled.
with

texts as (

    select received_title as received
    from staged_plays
    where loaded_at = :loaded_at

    union

    select received_artist_name as received
    from staged_plays
    where loaded_at = :loaded_at

)

select texts.received

from texts

where
    octet_length(texts.received) > char_length(texts.received)
    and not exists (
        select 1
        from text_repairs
        where text_repairs.delivered = texts.received
    )
