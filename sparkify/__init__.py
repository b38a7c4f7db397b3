"""Sparkify's JSON logs and song metadata as a star schema, on DuckDB or Amazon Redshift."""
