"""Load new files incrementally: `python etl.py`, see `--help`."""

from sparkify.launcher import launch

if __name__ == "__main__":
    launch("etl", __file__)
