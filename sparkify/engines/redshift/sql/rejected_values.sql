-- One row per record that the COPY :copy_id rejected, with the value at fault.
-- stl_load_errors is not there on workgroups.
select
    trim(filename) as file_name,
    line_number,
    trim(raw_field_value) as raw_field_value

from stl_load_errors

where query = :copy_id

order by 1, 2
