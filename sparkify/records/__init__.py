"""From the bytes of a JSON file to typed records, by the rules of Redshift's COPY."""
