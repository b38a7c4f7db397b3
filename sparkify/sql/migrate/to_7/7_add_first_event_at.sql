-- No rows: adds the column; the star is rebuilt after the steps.
alter table users add column first_event_at timestamp
