DROP VIEW IF EXISTS titled_plays
