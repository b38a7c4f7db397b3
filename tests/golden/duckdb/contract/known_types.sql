SELECT staging_table,
key_name,
json_type
FROM source_keys
