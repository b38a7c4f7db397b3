-- Whether a number is not finite, or might be none: DuckDB has read JSON's true and false as 1 and
-- 0 by now, so those two stop the quick reading as well, and the careful one decides.
create or replace temporary macro odd_number(stored) as
not isfinite(stored) or stored in (0, 1)
