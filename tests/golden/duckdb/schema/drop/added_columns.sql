DROP TABLE IF EXISTS added_columns
