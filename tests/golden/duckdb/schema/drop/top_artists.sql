DROP VIEW IF EXISTS top_artists
