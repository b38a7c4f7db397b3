-- One row per record that the COPY :copy_id rejected; line_number is that of its last line.
-- sys_load_error_detail is there on clusters and on workgroups.
select
    trim(file_name) as file_name,
    line_number,
    trim(column_name) as column_name,
    trim(column_type) as column_type,
    trim(column_length) as column_length,
    trim(error_message) as error_message

from sys_load_error_detail

where query_id = :copy_id

order by 1, 2
