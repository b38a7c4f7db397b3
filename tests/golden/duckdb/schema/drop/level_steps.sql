DROP VIEW IF EXISTS level_steps
