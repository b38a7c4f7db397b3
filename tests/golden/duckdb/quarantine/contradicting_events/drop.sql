DROP TABLE IF EXISTS contradicting_events
