-- One row per title or artist name of the batch's plays that may be UTF-8 encoded twice.
-- Such a text has letters of more than one byte; which of them are garbled is for Python to say.
with

texts as (

    select received_title as delivered
    from staged_plays
    where loaded_at = :loaded_at

    union

    select received_artist_name as delivered
    from staged_plays
    where loaded_at = :loaded_at

)

select texts.delivered

from texts

where
    octet_length(texts.delivered) > char_length(texts.delivered)
    and not exists (
        select 1
        from text_repairs
        where text_repairs.delivered = texts.delivered
    )
