-- No file is in a batch twice.
select
    uri,
    loaded_at,
    count(*) as times

from loaded_files

where loaded_at >= :since

group by 1, 2

having count(*) > 1
