"""For those who ask the warehouse: what is in it, and what the data says."""
