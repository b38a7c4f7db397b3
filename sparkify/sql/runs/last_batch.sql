-- One row: the latest batch; none if nothing is loaded.
-- By its number and not by order and limit: of those DuckDB skips blocks by the rows that were
-- deleted from them, and then finds none.
select
    batch_number,
    loaded_at

from batches

where batch_number = (select max(latest.batch_number) from batches as latest)
