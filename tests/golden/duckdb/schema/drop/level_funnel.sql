DROP VIEW IF EXISTS level_funnel
