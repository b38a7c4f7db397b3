-- Whether a text does not fit its column, in bytes, or is one that not every engine can keep (NUL).
-- COPY refuses it; nothing is cut. Or whether it may be what Python writes for a number that is
-- none, which is no JSON: DuckDB has read it as a text by now, and the careful reading decides.
create or replace temporary macro odd_text(stored, bytes) as
strlen(stored) > bytes
or contains(stored, chr(0))
or stored in ('NaN', 'Infinity', '-Infinity')
