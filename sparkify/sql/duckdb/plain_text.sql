-- Whether a text fits its column, in bytes, and is one that every engine can keep (no NUL).
-- COPY refuses what does not; nothing is cut.
create or replace temporary macro plain_text(delivered, bytes) as
delivered is null or (strlen(delivered) <= bytes and not contains(delivered, chr(0)))
