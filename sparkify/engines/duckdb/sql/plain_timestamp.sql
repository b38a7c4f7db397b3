-- True for a timestamp in milliseconds before the year 2286. The slow path reads all others.
create or replace temporary macro plain_timestamp(received) as
plain_integer(received) and (received is null or strlen(received) <= 13)
