-- No row: the table source_findings is gone.
drop table if exists source_findings
