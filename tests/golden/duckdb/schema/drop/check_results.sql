DROP TABLE IF EXISTS check_results
