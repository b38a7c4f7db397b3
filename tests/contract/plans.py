"""The plans of the engines: which tables a query reads, and by which filters."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sparkify.sql import Parameter, Statement
from sparkify.sql.literals import filled

from .warehouse import Warehouse


class Scan(NamedTuple):
    """A scan of a plan: its table, and the filter at it or right above it."""

    table: str
    filter: str


def scans(warehouse: Warehouse, question: str) -> list[Scan]:
    """Return the scans of the engine's plan for a question."""
    if warehouse.engine_name == "duckdb":
        ((_, plan),) = _explained(warehouse, f"explain (format json) {question}")
        return [scan for root in json.loads(plan) for scan in _duckdb_scans(root, "")]
    return list(_postgres_scans([line for (line,) in _explained(warehouse, f"explain {question}")]))


def scans_of(
    warehouse: Warehouse, statement: Statement, values: Mapping[str, Parameter]
) -> list[Scan]:
    """Return the scans of a statement; of one that creates or fills a table, those of its query."""
    text = filled(statement, values)
    planned = re.search(r"^(with|select|delete|update)\b.*", text, re.MULTILINE | re.DOTALL)
    assert planned, statement.name
    return scans(warehouse, Statement("", planned[0]).render(warehouse.engine.dialect))


def _explained(warehouse: Warehouse, text: str) -> list[tuple[Any, ...]]:
    """Ask for a plan as the text stands: what an engine shows of one is its own."""
    return warehouse.engine.fetch(Statement("test", text, is_portable=True)).rows


def _duckdb_scans(node: Mapping[str, Any], above: str) -> Iterator[Scan]:
    details = node["extra_info"]
    said = json.dumps([details.get("Filters", ""), above])
    if "Table" in details:
        yield Scan(details["Table"].rpartition(".")[2], said)
    above = json.dumps(details["Expression"]) if node["name"].strip() == "FILTER" else ""
    for child in node["children"]:
        yield from _duckdb_scans(child, above)


def _postgres_scans(lines: list[str]) -> Iterator[Scan]:
    """Read a plan: the lines below a scan, up to the next node, say its conditions."""
    for each in re.split(r"->", "\n".join(lines)):
        if found := re.search(r'\bScan (?:using \S+ )?on (?:\w+\.)?"?(\w+)', each):
            yield Scan(found[1], " ".join(re.findall(r"(?:Filter|Cond): .*", each)))
