"""The analysts' room."""
