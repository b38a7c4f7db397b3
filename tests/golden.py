"""Generate the committed files that follow from the SQL; tests compare them.

python -m tests.golden
"""

import json
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, get_args

from sparkify import checks, contract, ledger, quarantine
from sparkify.sql import (
    DIMENSIONS,
    EXPORT_PARTITIONS,
    FACT,
    FORMER_VIEWS,
    STAGING_TABLES,
    TABLES,
    VIEWS,
    WAREHOUSE_VERSION,
    WRITTEN_IN,
    Dialect,
    comments,
    export_statement,
    move_statement,
    removal_statement,
    rendering,
    source_columns,
    statement,
    undo_statement,
)
from sparkify.sql.descriptions import table_columns
from sparkify.sql.render_cache import text_key
from sparkify.transform import FIND_REPEATS, TRANSFORM_STEPS
from sparkify.user_agents import AGENT_COLUMNS
from tests.command_line import ROOT
from tests.sql_files import NAMES, PORTABLE, RENDERED

DIGESTS = ROOT / "tests" / "schema_digests.json"

DIALECTS = [dialect for dialect in get_args(Dialect) if dialect != WRITTEN_IN]
UNDONE = (
    *(*STAGING_TABLES, "load_errors", "rejected_files", "source_keys"),
    *("loaded_files", "batches"),
)
# The tables that a load appends rows to, and the columns that it gives.
APPENDED = {
    "warehouse_version": ("version",),
    "text_repairs": ("delivered", "repaired"),
    "user_agents": AGENT_COLUMNS,
    "batches": ledger.BATCH_COLUMNS,
    "loaded_files": ledger.LEDGER_COLUMNS,
    "touched_files": ledger.TOUCHED_COLUMNS,
    "removed_batches": ledger.BATCH_COLUMNS,
    "load_errors": quarantine.QUARANTINE_COLUMNS,
    "rejected_files": quarantine.REJECTED_FILE_COLUMNS,
    "check_results": checks.RESULT_COLUMNS,
    "source_keys": contract.FIELD_TYPE_COLUMNS,
    "source_findings": contract.SCHEMA_CHANGE_COLUMNS,
}


class Entry(NamedTuple):
    """A text of a rendered file: what it is, and by which function and arguments it is rendered."""

    label: str
    function: str
    arguments: tuple[str, ...]

    @property
    def key(self) -> str:
        return text_key(self.function, *self.arguments)

    def text(self) -> str:
        """Render the text now."""
        text: str = getattr(rendering, self.function)(*self.arguments)
        return f"-- {self.label} {self.key}\n{text}\n"


def generated_entries() -> Iterator[Entry]:
    """Yield the texts that are generated from the lists of tables and views."""
    for name in (*VIEWS, *FORMER_VIEWS):
        yield Entry(f"drop/{name}", "drop_text", ("view", name))
    steps = (*FIND_REPEATS.values(), *TRANSFORM_STEPS)
    temporary = [step.temporary_table for step in steps if step.temporary_table]
    for name in (*TABLES, "contradicting_events", "touched_files", "removed_batches", *temporary):
        yield Entry(f"drop/{name}", "drop_text", ("table", name))
    for name in (FACT, *DIMENSIONS, "repeated_events", "repeated_songs"):
        yield Entry(f"empty/{name}", "empty_text", (name,))
    for name in UNDONE:
        function = "undo_staging_text" if name in STAGING_TABLES else "undo_text"
        yield Entry(f"undo/{name}", function, (name,))
    for name in ledger.BATCH_TABLES:
        yield Entry(f"remove/{name}", "removal_text", (name,))
        yield Entry(f"move/{name}", "move_text", (name,))
    for name in (FACT, *DIMENSIONS):
        columns = (column for column, *_ in table_columns(statement(f"schema/{name}").text))
        parts = "/".join(EXPORT_PARTITIONS.get(name, ()))
        yield Entry(f"export/{name}", "export_text", (name, parts, *columns))
    for name in STAGING_TABLES:
        columns = (column.name for column in source_columns(name))
        yield Entry(f"copy_target/{name}", "copy_target", (name, *columns))
    for kind, name, column, meaning in comments():
        label = f"comment/{name}.{column}" if column else f"comment/{name}"
        yield Entry(label, "comment_text", (kind, name, column, meaning))


def dialect_entries(dialect: str) -> Iterator[Entry]:
    """Yield the texts in a dialect that Redshift's are rendered to."""
    exported = map(export_statement, (FACT, *DIMENSIONS))
    of_batches = [
        make(table) for make in (removal_statement, move_statement) for table in ledger.BATCH_TABLES
    ]
    statements = [
        *(*map(statement, PORTABLE), *map(undo_statement, UNDONE)),
        *(*of_batches, *exported),
    ]
    for each in statements:
        yield Entry(each.name, "render", (dialect, each.text))
    if dialect == "duckdb":
        yield from _entries_of_duckdb()


def _entries_of_duckdb() -> Iterator[Entry]:
    for table, columns in APPENDED.items():
        yield Entry(f"append/{table}", "append", (table, *columns))
    for table in STAGING_TABLES:
        yield Entry(f"insert_batches/{table}", "insert_batches", (table,))


def rendered_files() -> dict[Path, str]:
    """Render the content of all files of the folder rendered/."""
    files = {"generated": list(generated_entries())}
    files |= {dialect: list(dialect_entries(dialect)) for dialect in DIALECTS}
    heading = "-- Written by `make golden` from the SQL and the lists of sparkify/sql.\n\n"
    return {
        RENDERED / f"{name}.sql": heading + "\n".join(entry.text() for entry in entries)
        for name, entries in files.items()
    }


def table_definitions() -> str:
    """Return the digest of what the schema's files say of tables; comments do not count."""
    return _digest(f"schema/{table}" for table in sorted(TABLES))


def view_definitions() -> str:
    """Return the digest of the views, comments aside."""
    return _digest(f"views/{view}" for view in VIEWS)


def migration_digests() -> dict[str, str]:
    """Return the digest of each step of the migrations."""
    steps = [name for name in NAMES if name.startswith("migrate/")]
    return {name: _digest([name]) for name in steps}


def _digest(names: Iterable[str]) -> str:
    texts = (re.sub(r"^ *--.*\n", "", statement(name).text, flags=re.MULTILINE) for name in names)
    return sha256(" ".join(" ".join(texts).split()).encode()).hexdigest()[:16]


def committed_digests() -> dict[str, dict[str, str]]:
    """Return the digests of the tables and the views by version, and of the migrations' steps."""
    digests: dict[str, dict[str, str]] = json.loads(DIGESTS.read_text(encoding="utf-8"))
    return digests


def main() -> None:
    for path, content in rendered_files().items():
        path.write_text(content, encoding="utf-8")
    # A version and a step are never changed: what has a digest keeps it.
    version, committed = str(WAREHOUSE_VERSION), committed_digests()
    digests = {
        "tables": {version: table_definitions()} | committed["tables"],
        "views": {version: view_definitions()} | committed.get("views", {}),
        "steps": migration_digests() | committed["steps"],
    }
    DIGESTS.write_text(json.dumps(digests, indent=4, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
