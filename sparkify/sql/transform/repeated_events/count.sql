-- One row: the number of events of the batch that were received more than once.
select count(*) as repeated
from batch_repeated_events
