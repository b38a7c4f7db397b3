"""For those who run it: seeing what runs did, and mending it."""
