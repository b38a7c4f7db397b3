"""Other tools that load the same files into the same tables.

One script per tool, written as an expert in it would: explicit schema, bulk loading, all cores,
and none of what Sparkify does besides (ledger, checks, quarantine, deduplication of repeated
events). Each leaves staging_events, staging_songs, songplays, users, songs, artists and time on
disk, with the brief's columns and the same rows as Sparkify's. `python -m bench.peers` runs and
compares them.
"""
