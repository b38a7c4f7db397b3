WITH batches AS (SELECT DISTINCT loaded_at
    FROM loaded_files
    WHERE loaded_at >= $since)
SELECT source_findings.staging_table,
source_findings.key_name,
source_findings.finding,
source_findings.detail,
source_findings.objects,
source_findings.first_file
FROM source_findings
INNER JOIN batches
ON source_findings.found_at = batches.loaded_at
ORDER BY 1,
3,
2
