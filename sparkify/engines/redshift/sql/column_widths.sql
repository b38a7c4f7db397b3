-- One row per text column of the table :table_name in the schema we work in: its width in bytes.
select
    column_name,
    character_maximum_length as width

from information_schema.columns

where
    table_schema = current_schema()
    and table_name = :table_name
    and character_maximum_length is not null
