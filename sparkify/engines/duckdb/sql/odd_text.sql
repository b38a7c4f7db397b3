-- True for a text that does not fit its column, in bytes, or has a NUL, which not every engine can
-- store: COPY rejects both. Also for a text that may be NaN or an infinity, which are no JSON:
-- DuckDB has read them as texts by now, in any letter case, and the slow path decides.
create or replace temporary macro odd_text(stored, bytes) as
strlen(stored) > bytes
or contains(stored, chr(0))
or not isfinite(try_cast(stored as double))
