"""Drop all tables and make them anew: `python create_tables.py`, see `--help`."""

import sys

from sparkify.cli import main

if __name__ == "__main__":
    main(["create-tables", *sys.argv[1:]])
