"""Drop and recreate all tables, empty: `python create_tables.py`, see `--help`.

It asks at a terminal, where there is data; in a script it goes on.
"""

from sparkify.launcher import launch

if __name__ == "__main__":
    launch("create-tables", __file__, "--yes")
