"""Run the command line as `python -m sparkify`."""

from sparkify.cli import main

if __name__ == "__main__":
    main()
