-- One row per erasure up to :erased_at whose bytes are gone by now.
update erasures
set bytes_gone_at = :bytes_gone_at
where
    bytes_gone_at is null
    and erased_at <= :erased_at
