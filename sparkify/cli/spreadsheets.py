"""The option --safe-for-spreadsheets of the commands that write CSV."""

import click

SAFE_CSV = "safe csv"
safe_option = click.option(
    "--safe-for-spreadsheets", is_flag=True, help="In CSV, let no text become a formula."
)


def csv_format(form: str, safe_for_spreadsheets: bool) -> str:
    """Return the format to write: the safe one for CSV that is to be. Raises UsageError."""
    if not safe_for_spreadsheets:
        return form
    if form != "csv":
        raise click.UsageError("--safe-for-spreadsheets is for --format csv")
    return SAFE_CSV
