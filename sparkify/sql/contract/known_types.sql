-- One row per key that is read of the source, and type that its values were seen to have.
select
    staging_table,
    key_name,
    json_type

from source_keys
