"""The tools a user would pick instead, each loading the same files into the same tables.

One script a tool, written as somebody who knows the tool would: the schema given, in bulk, all
cores, and nothing that Sparkify does beside (no ledger, no checks, no quarantine, no second
delivery to be told from the first). Each leaves staging_events, staging_songs, songplays, users,
songs, artists and time on disk, with the brief's columns, row by row those of Sparkify.
`python -m bench.peers` runs and compares them.
"""
