-- No rows: adds the column; the star is rebuilt after the steps.
alter table songplays add column duration double precision
