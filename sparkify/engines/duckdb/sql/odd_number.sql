-- True for a number that is not finite, or may be none: DuckDB has read JSON's true and false as 1
-- and 0 by now, so these two stop the fast path as well, and the slow path decides.
create or replace temporary macro odd_number(stored) as
not isfinite(stored) or stored in (0, 1)
