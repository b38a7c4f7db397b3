"""Load every file that is not loaded yet: `python etl.py`, see `--help`."""

import sys

from sparkify.cli import main

if __name__ == "__main__":
    main(["etl", *sys.argv[1:]])
