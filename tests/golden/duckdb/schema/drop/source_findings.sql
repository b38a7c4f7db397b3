DROP TABLE IF EXISTS source_findings
