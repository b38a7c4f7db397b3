"""What AWS knows of the stand-in under test."""

NARROW_ROLE = "arn:aws:iam::123456789012:role/narrow"  # reads one folder of one bucket
NARROW_PREFIX = "s3://narrow/allowed/"
FAR_BUCKET, FAR_REGION = "far", "eu-west-1"
