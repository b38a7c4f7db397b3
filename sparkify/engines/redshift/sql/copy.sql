-- One row per record of the files that :source names, as received.
-- The staging table and its columns are put in where it says staging_table, from its schema.
copy staging_table
from :source
iam_role :role
format as json :jsonpaths
timeformat 'epochmillisecs'
maxerror :errors_to_fail
compupdate off
statupdate off
