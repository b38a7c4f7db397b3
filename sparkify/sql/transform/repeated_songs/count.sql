-- One row: the number of songs of the batch that were received more than once.
select count(*) as repeated
from batch_repeated_songs
