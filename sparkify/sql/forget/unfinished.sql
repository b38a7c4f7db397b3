-- When the latest erasure was whose bytes are still in the storage; null if there is none.
select max(erased_at) as erased_at

from erasures

where
    bytes_gone_at is null
    and action != 'unsuppress'
