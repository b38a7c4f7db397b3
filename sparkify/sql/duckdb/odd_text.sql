-- Whether a text does not fit its column, in bytes, or is one that not every engine can keep (NUL).
-- COPY refuses it; nothing is cut.
create or replace temporary macro odd_text(stored, bytes) as
strlen(stored) > bytes or contains(stored, chr(0))
