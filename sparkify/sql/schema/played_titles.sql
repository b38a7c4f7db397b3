-- One row per title and duration of a play, with the first day of it; and one without a title for
-- each batch with songs that looked for titles.
-- Tells such a batch from which day on plays can have one of its songs. Only such batches add to
-- it, the plays that came since the one before. It may have titles that no play has any more, and a
-- title again with an earlier day. If it is emptied, the next batch with songs reads all plays.
create table played_titles (
    -- The title as in songplays; null in the row of a batch.
    title varchar(1024),
    -- The duration in seconds as in songplays; null in the row of a batch.
    duration double precision,
    -- The first day on which it was played, in UTC; null in the row of a batch.
    first_play_date date,
    -- Number of the batch with songs that looked; null in the row of a title.
    batch_number bigint
)
diststyle auto
sortkey (title)
