"""The SQL files of the product, by the names of their statements."""

from sparkify.engines.base import engine_statement
from sparkify.sql import Statement, statement
from tests.command_line import ROOT

SQL = ROOT / "sparkify" / "sql"
ENGINES = ROOT / "sparkify" / "engines"
RENDERED = SQL / "rendered"

PORTABLE = sorted(
    str(path.relative_to(SQL).with_suffix(""))
    for path in SQL.rglob("*.sql")
    if path.parent != RENDERED
)
# These are used as they stand, by one engine.
OF_ONE_ENGINE = sorted(
    f"{folder.parent.name}/{path.relative_to(folder).with_suffix('')}"
    for folder in ENGINES.glob("*/sql")
    for path in folder.rglob("*.sql")
)
NAMES = sorted([*PORTABLE, *OF_ONE_ENGINE])


def statement_named(name: str) -> Statement:
    """Return a statement of the package or of one engine."""
    if name in PORTABLE:
        return statement(name)
    engine, _, rest = name.partition("/")
    return engine_statement(engine, rest)
