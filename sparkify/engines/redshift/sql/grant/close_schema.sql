-- No row: not everybody may create tables in the schema any more.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_REVOKE-usage-notes.html
revoke create on schema :schema from public
