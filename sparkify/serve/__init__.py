"""For analysts: queries, the report, exports and the data dictionary."""
