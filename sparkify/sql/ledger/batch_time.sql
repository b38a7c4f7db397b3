-- One row: the start time of this transaction, which is the loaded_at of every row that it loads.
select sysdate as loaded_at
