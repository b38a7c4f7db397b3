-- Whether a text does not fit its column, in bytes, or is one that not every engine can keep (NUL).
-- COPY refuses it; nothing is cut. Or whether it may be the NaN that Python writes where a value is
-- missing, which is no JSON: DuckDB has read it as a text by now, and the careful reading decides.
create or replace temporary macro odd_text(stored, bytes) as
strlen(stored) > bytes or contains(stored, chr(0)) or stored = 'NaN'
