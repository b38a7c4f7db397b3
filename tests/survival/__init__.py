"""Proof by attack: whatever happens to a run, the next one makes the tables whole."""
