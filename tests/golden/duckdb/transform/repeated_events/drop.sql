DROP TABLE IF EXISTS repeated_events
