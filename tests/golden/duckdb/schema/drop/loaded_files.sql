DROP TABLE IF EXISTS loaded_files
