"""How a text begins that a spreadsheet takes for a formula."""

from typing import Any

# Those of https://owasp.org/www-community/attacks/CSV_Injection: also the wide forms, and what
# spreadsheets pass over before them.
FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_cell(value: Any) -> Any:
    """Return a value, a text with an apostrophe before what would make it a formula."""
    if isinstance(value, str) and value.startswith(FORMULA_BEGINNINGS):
        return f"'{value}"
    return value
