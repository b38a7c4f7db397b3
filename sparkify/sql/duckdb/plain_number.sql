-- Whether a value is a finite number. DuckDB has read JSON's true and false as 1 and 0 by now, so
-- those two stop the quick reading as well, and the careful one decides.
create or replace temporary macro plain_number(delivered) as
delivered is null or (isfinite(delivered) and delivered not in (0, 1))
