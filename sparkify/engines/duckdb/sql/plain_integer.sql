-- True for a whole number in plain digits, or a blank, which is null. Any other spelling (-5, 12.0,
-- true, 1e3) stops the fast path, and the slow path decides (records/python_reader.py): DuckDB
-- would round to fit. A glob takes two thirds of a regular expression's time.
create or replace temporary macro plain_integer(received) as
received is null or not received glob '*[!0-9]*'
