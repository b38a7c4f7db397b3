-- Whether a value is a whole number, or blank, which is null. Any other spelling (12.0, true, 1e3)
-- stops the quick reading, and the careful one decides (json_rows.py): DuckDB would round to fit.
create or replace temporary macro plain_integer(delivered) as
delivered is null or regexp_full_match(delivered, '-?[0-9]*')
