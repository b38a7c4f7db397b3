"""The width of columns that were added to staging tables: measured, and widened for longer texts.

Redshift keeps intermediate results by the columns' declared widths, so a width is not for nothing.
https://docs.aws.amazon.com/redshift/latest/dg/c_best-practices-smallest-column-size.html
"""

from collections.abc import Mapping

from sparkify.engines.base import engine_statement
from sparkify.engines.redshift.session import Session
from sparkify.sql import ADDED_BYTES
from sparkify.sql.literals import filled, identifier

FEWEST_BYTES = 64


def measured_bytes(longest: int) -> int:
    """Return the width for texts of up to `longest` bytes: with room for one twice as long."""
    above_twice = 1 << (2 * longest).bit_length()
    return min(max(above_twice, FEWEST_BYTES), ADDED_BYTES)


def narrow_columns(session: Session, table: str, longest: Mapping[str, int]) -> dict[str, int]:
    """Return those of a table's columns that are narrower than their texts, with these lengths.

    Raises ServerRejection.
    """
    asked = filled(engine_statement("redshift", "column_widths"), {"table_name": table})
    [widths] = session.run_alone(asked)
    return {name: longest[name] for name, width in widths.rows if width < longest.get(name, 0)}


def widen_columns(session: Session, table: str, longest: Mapping[str, int]) -> None:
    """Widen columns of a table for texts of these lengths.

    The session is in no transaction: each statement must be one by itself. Raises ServerRejection.
    https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
    """
    for name, length in longest.items():
        column = f"{identifier(table)} alter column {identifier(name)}"
        session.run_alone(f"alter table {column} type varchar({measured_bytes(length)})")
