-- One row per set of field names that records of the files have.
select distinct json_keys(json) as keys
from read_json_objects($files, format = $format)
