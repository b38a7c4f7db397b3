DROP TABLE repeated_plays
