-- Whether a text does not fit its column, in bytes, or is one that not every engine can keep (NUL).
-- COPY refuses it; nothing is cut. Or whether it may be NaN or an infinity, which are no JSON:
-- DuckDB has read them as texts by now, in whatever letters, and the careful reading decides.
create or replace temporary macro odd_text(stored, bytes) as
strlen(stored) > bytes
or contains(stored, chr(0))
or not isfinite(try_cast(stored as double))
