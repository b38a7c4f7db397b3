"""An MCP server over the warehouse: metrics, read-only queries, and what the tables mean.

No model is inside. Each answer says how fresh the data is and which checks did not pass.
https://modelcontextprotocol.io
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import wraps
from importlib.resources import files
from threading import Timer
from typing import Any

from sparkify import __version__
from sparkify.config import Settings
from sparkify.engines import open_reader
from sparkify.engines.base import Queryable, Reader
from sparkify.errors import ConfigError, SparkifyError
from sparkify.installation import extra_command
from sparkify.serve.dictionary import described_tables, dictionary_markdown
from sparkify.serve.metrics import metric_model, metric_query
from sparkify.serve.query import limit_rows
from sparkify.serve.schema_commands import relation_grain, schema
from sparkify.sql import statement
from sparkify.sql.lineage import described
from sparkify.sql.masking import READABLE, confined_query, masked_columns

ROWS_IN_ANSWER = 1000
SECONDS_OF_QUERY = 30.0
# By it each place stands in the answer, however few its listeners are.
DIMENSIONS_OF_PLACES = ("city",)
INSTRUCTIONS = (
    "Sparkify's music streaming warehouse: who played what, when and where. Ask `metric` first, "
    "`describe` for tables and columns, `query` for what no metric says. Read sparkify://caveats "
    "before you write SQL. Say how fresh the data is, and which checks did not pass."
)


@dataclass(frozen=True, slots=True)
class WarehouseTools:
    """The tools of the server. Names and places are masked unless `with_personal_data`."""

    settings: Settings
    with_personal_data: bool = False

    def metric(
        self,
        metrics: list[str],
        by: list[str] | None = None,
        where: dict[str, list[str]] | None = None,
        first: date | None = None,
        last: date | None = None,
    ) -> dict[str, Any]:
        """Count metrics by dimensions, in a period of days; by default all days with data.

        `where` keeps some values of a dimension: {"state": ["TX"]}. `describe` lists the names.
        """
        self._require_no_place([*(by or ()), *(where or ())])
        with self._reading() as reader:
            text = metric_query(reader, metrics, by or (), where, first, last)
            return self._answer(reader, text, ROWS_IN_ANSWER)

    def query(self, sql: str, limit: int = 100) -> dict[str, Any]:
        """Run one read-only query of the star and its views, and return its first rows."""
        with self._reading() as reader:
            text = confined_query(sql, reader.dialect, masked=not self.with_personal_data)
            return self._answer(reader, text, max(1, min(limit, ROWS_IN_ANSWER)))

    def describe(self, table: str = "") -> dict[str, Any]:
        """Describe a table or view; without a name list them, the metrics and their dimensions."""
        if not table:
            return _names()
        if table not in READABLE:
            raise ConfigError(
                f"there is no table {table} to read", f"name one of: {', '.join(READABLE)}"
            )
        hidden = [] if self.with_personal_data else masked_columns(table)
        with self._reading() as reader:
            types = schema(reader)[table]
        return {
            "table": table,
            "meaning": relation_grain(table),
            "columns": [
                {
                    "name": each.name,
                    "type": types[each.name],
                    "meaning": each.meaning,
                    "may_be_null": each.nullable,
                    "personal": each.personal,
                    "is_masked": each.name in hidden,
                }
                for each in described(table)
            ],
        }

    def freshness(self) -> dict[str, Any]:
        """Return when the data ends, when it was loaded, and the checks that did not pass."""
        with self._reading() as reader:
            return _trust(reader)

    def dictionary(self) -> str:
        """Return all tables and views with the meaning and the lineage of each column."""
        return dictionary_markdown(described_tables(READABLE))

    def _require_no_place(self, dimensions: list[str]) -> None:
        found = [each for each in dimensions if each in DIMENSIONS_OF_PLACES]
        if found and not self.with_personal_data:
            raise ConfigError(f"{found[0]} is masked here", "ask by state, or start it with --pii")

    @contextmanager
    def _reading(self) -> Iterator[Reader]:
        with closing(open_reader(self.settings)) as reader:
            yield reader

    def _answer(self, reader: Reader, text: str, most: int) -> dict[str, Any]:
        """Run a query for a bounded time; return its first rows, and how far to trust them."""
        trust = _trust(reader)
        stop = Timer(SECONDS_OF_QUERY, reader.interrupt)
        stop.start()
        try:
            answer, has_more = limit_rows(reader.query(text), most)
            rows = [[_json_value(cell) for cell in row] for row in answer.rows]
            is_cut = has_more()
        finally:
            stop.cancel()
        return {"columns": list(answer.columns), "rows": rows, "is_cut": is_cut, "trust": trust}


def serve_mcp(settings: Settings, *, with_personal_data: bool) -> None:
    """Serve over stdin and stdout until stdin ends. Raises ConfigError without the extra."""
    try:
        from mcp.server import MCPServer
    except ImportError as error:
        raise ConfigError(f"{error.name} is not installed", extra_command("mcp")) from error
    tools = WarehouseTools(settings, with_personal_data)
    server = MCPServer(
        "sparkify", version=__version__, instructions=INSTRUCTIONS, log_level="ERROR"
    )
    for tool in (tools.metric, tools.query, tools.describe):
        server.tool()(_with_hint(tool))
    resources = {
        "dictionary": (tools.dictionary, "text/markdown"),
        "caveats": (_caveats, "text/markdown"),
        "freshness": (tools.freshness, "application/json"),
    }
    for name, (read, kind) in resources.items():
        server.resource(f"sparkify://{name}", name=name, mime_type=kind)(_with_hint(read))
    server.run("stdio")


def _with_hint(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function whose errors tell a client what to do; of any other it learns nothing."""

    @wraps(function)
    def told(*arguments: Any, **named: Any) -> Any:
        from mcp.server.mcpserver.exceptions import ToolError

        try:
            return function(*arguments, **named)
        except SparkifyError as error:
            raise ToolError(f"{error}\nTry: {error.hint}") from None

    return told


def _names() -> dict[str, Any]:
    model = metric_model()
    return {
        "tables": {name: relation_grain(name) for name in READABLE},
        "metrics": {name: each.description for name, each in model.metrics.items()},
        "dimensions": {name: each.description for name, each in model.dimensions.items()},
    }


def _caveats() -> str:
    return (files("sparkify.serve") / "caveats.md").read_text(encoding="utf-8")


def _trust(reader: Queryable) -> dict[str, Any]:
    [(latest_event, loaded_at)] = reader.fetch(statement("operate/freshness")).rows
    columns, rows = reader.fetch(statement("queries/last_check_results"))
    results = (dict(zip(columns, row, strict=True)) for row in rows)
    # Without what a check found, which can quote rows.
    return {
        "latest_event": _json_value(latest_event),
        "latest_load": _json_value(loaded_at),
        "checks_not_passed": {
            each["check_name"]: each["outcome"] for each in results if each["outcome"] != "passed"
        },
    }


def _json_value(value: Any) -> Any:
    """Return a value as JSON has it; a timestamp with its zone, UTC."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, str | int | float | None) else str(value)
