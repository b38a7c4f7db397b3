DROP VIEW IF EXISTS staged_plays
