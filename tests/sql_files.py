"""The SQL files of the product, by name."""

from tests.command_line import ROOT

SQL = ROOT / "sparkify" / "sql"
NAMES = sorted(str(path.relative_to(SQL).with_suffix("")) for path in SQL.rglob("*.sql"))
