-- One row per field that is read from the source, and JSON type that its values have had.
select
    staging_table,
    key_name,
    json_type

from source_keys
