-- Whether a value is a moment in milliseconds before the year 2286. The careful way knows the rest.
create or replace temporary macro plain_moment(delivered) as
plain_integer(delivered) and (delivered is null or strlen(delivered) <= 13)
