"""For operators: the status of the warehouse, and its repair."""
