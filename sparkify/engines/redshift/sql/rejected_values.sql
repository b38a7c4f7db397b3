-- One row per record that this session's last COPY rejected, with the value at fault.
-- stl_load_errors is not there on workgroups.
select
    trim(filename) as file_name,
    line_number,
    trim(raw_field_value) as raw_field_value

from stl_load_errors

where query = pg_last_copy_id()

order by 1, 2
