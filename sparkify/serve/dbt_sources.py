"""The tables and views as a dbt source: descriptions, types, tests and freshness, as YAML."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sparkify.engines.base import TablePlace
from sparkify.serve.dictionary import STAR, DescribedTable
from sparkify.sql import FACT, STAGING_TABLES
from sparkify.sql.lineage import Described, expected_values, primary_key, references
from sparkify.unfinished import atomic_file

DBT_SOURCE = "sparkify"
# Logs come each day: as the check of freshness with a usual lag of half a day.
WARN_AFTER = {"count": 2, "period": "day"}
TIME_COLUMNS = {**dict.fromkeys(STAGING_TABLES, "loaded_at"), FACT: "start_time"}
HEADER = """\
# Written by `sparkify docs --format dbt`; write it again after a new version of Sparkify.
# The variables sparkify_database and sparkify_schema say where the tables are.
"""


def write_dbt_sources(
    tables: Sequence[DescribedTable], place: TablePlace, folder: Path
) -> list[Path]:
    """Write `sources.yml` into the folder. Raises OSError if it cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "sources.yml"
    with atomic_file(file) as unfinished:
        unfinished.write_text(dbt_sources(tables, place), encoding="utf-8")
    return [file]


def dbt_sources(tables: Sequence[DescribedTable], place: TablePlace) -> str:
    """Return the tables and views as a dbt source."""
    source = {
        "name": DBT_SOURCE,
        "description": "The star schema of Sparkify, its views, and the records as received.",
        "database": f"{{{{ var('sparkify_database', '{place.database}') }}}}",
        "schema": f"{{{{ var('sparkify_schema', '{place.schema}') }}}}",
        "tables": [_table(table) for table in tables],
    }
    return f"{HEADER}{_yaml({'version': 2, 'sources': [source]})}\n"


def _table(table: DescribedTable) -> dict[str, Any]:
    found: dict[str, Any] = {"name": table.name, "description": _text(table.doc)}
    if table.name in TIME_COLUMNS:
        freshness = {"warn_after": WARN_AFTER}
        found["config"] = {"loaded_at_field": TIME_COLUMNS[table.name], "freshness": freshness}
    key = primary_key(table.name)
    if len(key) > 1:
        texts = (f"cast({column} as varchar(64))" for column in key)
        combined = {"name": f"unique_{table.name}", "arguments": {"column_name": _joined(texts)}}
        found["data_tests"] = [{"unique": combined}]
    found["columns"] = [_column(table.name, column, kind) for column, kind, _ in table.columns]
    return found


def _joined(texts: Iterable[str]) -> str:
    return " || '-' || ".join(texts)


def _column(table: str, column: Described, kind: str) -> dict[str, Any]:
    found = {"name": column.name, "description": _text(column.meaning), "data_type": kind}
    tests = list(_tests(table, column)) if table in STAR else []
    return {**found, "data_tests": tests} if tests else found


def _tests(table: str, column: Described) -> Iterator[Any]:
    """Yield the tests of a column: what the checks examine at every load."""
    if not column.nullable:
        yield "not_null"
    if primary_key(table) == (column.name,):
        yield "unique"
    for each in references(table):
        if each.column == column.name:
            to = {"to": f"source('{DBT_SOURCE}', '{each.table}')", "field": each.to_column}
            yield {"relationships": {"arguments": to}}
    values = expected_values().get((table, column.name))
    if values:
        arguments = {"arguments": {"values": list(values)}, "config": {"severity": "warn"}}
        yield {"accepted_values": arguments}


def _text(text: str) -> str:
    """Return a description in which Jinja finds nothing to run."""
    return " ".join(text.split()).replace("{", "(").replace("}", ")")


def _yaml(value: Any, indent: str = "") -> str:
    """Return a value as block YAML; texts are quoted as JSON quotes them, which YAML reads."""
    if isinstance(value, Mapping):
        return "\n".join(f"{indent}{name}:{_below(each, indent)}" for name, each in value.items())
    if isinstance(value, str):
        return f"{indent}{json.dumps(value, ensure_ascii=False)}"
    items = (_yaml(each, f"{indent}  ").lstrip() for each in value)
    return "\n".join(f"{indent}- {item}" for item in items)


def _below(value: Any, indent: str) -> str:
    if isinstance(value, Mapping | list):
        return f"\n{_yaml(value, f'{indent}  ')}"
    return f" {json.dumps(value, ensure_ascii=False)}"
