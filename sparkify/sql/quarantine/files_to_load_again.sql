-- One row per file with records that a former rule rejected, of which no later version is loaded.
-- Until version 7 two users could not share a number of a session.
select distinct load_errors.uri

from load_errors

inner join file_versions
    on
        load_errors.uri = file_versions.uri
        and load_errors.loaded_at = file_versions.loaded_at

where
    file_versions.is_latest
    and load_errors.reason in (
        'contradicts another record of the event', 'contradicts another delivery of the event'
    )

order by 1
