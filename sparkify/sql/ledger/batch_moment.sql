-- One row: the moment this transaction began, which every row it loads carries as loaded_at.
select sysdate as loaded_at
