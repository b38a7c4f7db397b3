-- No row: COPY and UNLOAD run under an IAM role only for whom that is granted.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT-usage-notes.html
revoke assumerole on all from public for all
