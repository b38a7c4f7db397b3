"""Drop and recreate all tables, empty: `python create_tables.py`, see `--help`."""

from sparkify.launcher import launch

if __name__ == "__main__":
    launch("create-tables", __file__)
