-- The rows of :query in files whose names begin with :target, and the options that follow.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
unload (:query)
to :target
iam_role :role
