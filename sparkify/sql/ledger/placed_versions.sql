-- One row per loaded version of a file, with its batch, in the order of loading.
select
    file_versions.uri,
    file_versions.staging_table,
    file_versions.batch_number,
    file_versions.run_id,
    file_versions.objects - file_versions.refused as staged

from file_versions

order by 3, 1
