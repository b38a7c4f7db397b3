DROP VIEW IF EXISTS known_titles
