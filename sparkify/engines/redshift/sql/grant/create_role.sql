-- No row: the role analysts is there.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_ROLE.html
create role analysts
