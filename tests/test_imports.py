"""The floors of the package: imports only go down, and each foreign package has one room."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sparkify.engines import ENGINES

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ("create_tables", "etl", "sql_queries")
LAUNCHER = "sparkify.launcher"
# The one name of the package itself that its modules may import.
VERSION = "sparkify.__version__"
# Only these may import from the folder of an engine that is not their own.
ENGINE_OPENERS = ("sparkify.engines", "sparkify.engines.answers")

# A room is a module or a folder of the package; the cli has the root scripts and their launcher.
# Only these lie below floor 0: the settings use them, and they import nothing of the package.
FLOORS = {
    room: floor
    for floor, rooms in {
        9: "cli",
        8: "commands",
        7: "aftermath",
        6: "operate serve",
        5: "pipeline query_lists",
        4: "ledger staging quarantine transform checks contract cloud generate quotes runs "
        "suppression warehouse",
        3: "engines",
        2: "records sources",
        1: "sql",
        0: "config diagnosis installation memory requirements sizes user_agents",
        -1: "errors unfinished",
    }.items()
    for room in rooms.split()
}
# The modules, or rooms, that may know a foreign package.
AT_HOME = {
    # Redshift's login reads secrets, and handles AWS's errors: docs/adr/0016
    "boto3": ("sparkify.cloud", "sparkify.engines.redshift.login"),
    "botocore": ("sparkify.cloud", "sparkify.engines.redshift.login"),
    "configupdater": ("sparkify.config",),
    "duckdb": ("sparkify.engines.duckdb",),
    "psycopg": ("sparkify.engines.postgres",),
    "redshift_connector": ("sparkify.engines.redshift",),
    "sqlglot": ("sparkify.sql",),
    "obstore": ("sparkify.sources",),
    "click": ("sparkify.cli",),
    "rich": ("sparkify.cli",),
    "prompt_toolkit": ("sparkify.cli",),
    "pygments": ("sparkify.cli",),
    "jinja2": ("sparkify.serve",),
    "ua_parser": ("sparkify.user_agents",),
    "yaml": ("sparkify.serve",),
    "apprise": ("sparkify.operate.notice",),
}


def faults(module: str, source: str) -> list[str]:
    """List the imports of a module that break the rules, wherever in it they are."""
    room = room_of(module)
    if room is None:
        return [f"{module}: is in no room that has a floor"]
    found = []
    for imported in imports(source):
        if imported is None:
            if room != "cli":  # all of the package lies below it
                found.append(f"{module}: imports a name that is computed")
            continue
        if imported.startswith("."):
            found.append(f"{module}: {imported} is relative, write sparkify.<room>")
        foreign = imported.partition(".")[0]
        if foreign in AT_HOME and not any(_is_within(module, home) for home in AT_HOME[foreign]):
            found.append(f"{module}: {foreign} is not imported here")
        if module.startswith("sparkify") and foreign in SCRIPTS:
            found.append(f"{module}: {foreign} is a script, not for import")
        if _is_within(imported, LAUNCHER) and module not in SCRIPTS:
            found.append(f"{module}: the launcher is for the scripts")
        found += _climbing(module, room, imported) + _of_other_engine(module, imported)
    return found


def _is_within(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


def _climbing(module: str, room: str, imported: str) -> list[str]:
    other = room_of(imported)
    if not imported.startswith("sparkify.") or imported == VERSION or other == room:
        return []
    if other is None:
        return [f"{module}: {imported} is in no room that has a floor"]
    if FLOORS[other] < FLOORS[room]:
        return []
    return [f"{module}: {other} (floor {FLOORS[other]}) is not below {room} ({FLOORS[room]})"]


def _of_other_engine(module: str, imported: str) -> list[str]:
    """List an import of an engine's own module from outside its folder."""
    engine = _engine_of(imported)
    if engine is None or _engine_of(module) == engine or module in ENGINE_OPENERS:
        return []
    return [f"{module}: {imported} belongs to {engine} alone"]


def _engine_of(module: str) -> str | None:
    found = re.match(r"sparkify\.engines\.(\w+)", module)
    return found[1] if found and found[1] in ENGINES else None


def room_of(module: str) -> str | None:
    if module in (*SCRIPTS, "sparkify.__main__") or _is_within(module, LAUNCHER):
        return "cli"
    room = module.split(".")[1] if module.startswith("sparkify.") else ""
    return room if room in FLOORS else None


def imports(source: str) -> Iterator[str | None]:
    """Yield the dotted names that are imported, `None` for one that is computed."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            dots = "." * node.level
            yield from (f"{dots}{node.module or ''}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _imports(node.func):
            name = node.args[0] if node.args else None
            literal = isinstance(name, ast.Constant) and isinstance(name.value, str)
            yield str(name.value) if literal and isinstance(name, ast.Constant) else None


def _imports(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in {"import_module", "__import__"}


def _modules() -> dict[str, Path]:
    found = {}
    for path in sorted((ROOT / "sparkify").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__")] = path
    return found | {name: ROOT / f"{name}.py" for name in SCRIPTS}


@pytest.mark.parametrize("module", _modules())
def test_a_module_imports_only_what_lies_below_it(module: str) -> None:
    source = _modules()[module].read_text(encoding="utf-8")

    if module == "sparkify":
        rooms = {room_of(name) for name in imports(source) if name and "sparkify." in name}
        assert rooms >= {"commands", "errors"}
        assert "cli" not in rooms
    else:
        assert faults(module, source) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("sparkify.cli", "from sparkify import pipeline"),
        ("sparkify.cli.progress", "from sparkify.cli import main"),
        ("etl", "from sparkify.launcher import launch"),
        ("sql_queries", "from sparkify.sql import statement"),
        ("sparkify.pipeline", "import sparkify.ledger, sparkify.engines"),
        (
            "sparkify.engines.duckdb",
            "import duckdb\nfrom sparkify.engines.duckdb.loader import insert_files",
        ),
        ("sparkify.engines.duckdb.loader", "import duckdb"),
        ("sparkify.engines.redshift.login", "import_module('boto3')"),
        ("sparkify.engines.answers", "from sparkify.engines.duckdb.frames import to_arrow"),
        ("sparkify.records.python_reader", "from sparkify.sql import Column"),
        ("sparkify.cloud.cost", "import boto3, botocore.exceptions"),
        ("sparkify.sources", "import_module('obstore.auth.boto3')"),
        ("sparkify.sql.rendering", "import sqlglot.expressions"),
        ("sparkify.config", "from sparkify.errors import ConfigError"),
        ("sparkify.errors", "import dataclasses"),
        ("sparkify.__main__", "from sparkify.cli import main"),
        ("sparkify.operate.doctor", "from sparkify import __version__"),
    ],
)
def test_the_rule_allows_what_lies_below_or_in_the_room(module: str, source: str) -> None:
    assert faults(module, source) == []


@pytest.mark.parametrize(
    ("module", "source", "why"),
    [
        # up
        ("sparkify.engines", "from sparkify.pipeline import Run", "pipeline (floor 5)"),
        ("sparkify.config", "from sparkify import sql", "sql (floor 1)"),
        ("sparkify.sql.rendering", "from sparkify.cli import main", "cli (floor 9)"),
        ("sparkify.engines.duckdb", "from ..ledger import record", "relative"),
        ("sparkify.engines.duckdb", "from .. import ledger", "relative"),
        # sideways
        ("sparkify.ledger", "import sparkify.staging", "staging (floor 4)"),
        ("sparkify.commands", "from sparkify.cli import main", "cli (floor 9)"),
        ("sparkify.operate", "from sparkify.commands import load", "commands (floor 8)"),
        ("sparkify.operate", "from sparkify.serve.overview import answers", "serve (floor 6)"),
        ("sparkify.sources", "import sparkify.records.jsonpaths", "records (floor 2)"),
        ("sparkify.cloud", "from sparkify.generate import Recipe", "generate (floor 4)"),
        ("sparkify.errors", "from sparkify.config import Settings", "config (floor 0)"),
        # hidden in a function, behind TYPE_CHECKING, or in a call
        ("sparkify.sql", "def f():\n    from sparkify.engines import Engine", "engines (floor 3)"),
        (
            "sparkify.sql",
            "if TYPE_CHECKING:\n    from sparkify.engines.base import Engine",
            "engines (floor 3)",
        ),
        ("sparkify.sql", "importlib.import_module('sparkify.cli')", "cli (floor 9)"),
        ("sparkify.sql", "import_module(f'{__name__}.x')", "computed"),
        ("sparkify.sql", "__import__(name)", "computed"),
        # foreign packages
        ("sparkify.sources", "import boto3", "boto3"),
        ("sparkify.sources", "from botocore.exceptions import ClientError", "botocore"),
        ("sparkify.records.python_reader", "import duckdb", "duckdb"),
        ("sparkify.engines", "def f():\n    import duckdb", "duckdb"),
        ("sparkify.engines.redshift.loader", "import boto3", "boto3"),
        ("sparkify.engines.duckdb_native", "import duckdb", "duckdb"),
        ("sparkify.engines.duckdb", "import redshift_connector", "redshift_connector"),
        ("sparkify.engines.redshift", "import psycopg", "psycopg"),
        ("sparkify.engines.redshift", "from duckdb import connect", "duckdb"),
        ("sparkify.engines.duckdb", "from sqlglot import exp", "sqlglot"),
        ("sparkify.engines.duckdb.loader", "from obstore.store import S3Store", "obstore"),
        ("sparkify.pipeline", "import click", "click"),
        ("sparkify.serve.overview", "from rich.table import Table", "rich"),
        ("etl", "import click", "click"),
        # an engine's own modules
        (
            "sparkify.staging",
            "from sparkify.engines.duckdb.loader import insert_files",
            "duckdb alone",
        ),
        ("sparkify.engines.redshift", "import sparkify.engines.duckdb.frames", "duckdb alone"),
        ("sparkify.engines.base", "from sparkify.engines import postgres", "postgres alone"),
        # no room
        ("sparkify.utils", "", "no room"),
        ("sparkify.config", "from sparkify.helpers import x", "no room"),
        ("sparkify.cli", "import etl", "script"),
        ("sparkify.cli", "from sparkify import launcher", "launcher is for the scripts"),
    ],
)
def test_the_rule_finds(module: str, source: str, why: str) -> None:
    found = faults(module, source)

    assert len(found) == 1, found
    assert why in found[0]


def test_no_module_imports_a_test_module() -> None:
    """Keep what tests share in a conftest.py or a plain module."""
    modules = [path for room in ("tests", "bench") for path in (ROOT / room).rglob("*.py")]
    found = [
        f"{path.relative_to(ROOT)}: {imported}"
        for path in modules
        for imported in imports(path.read_text(encoding="utf-8"))
        if imported and any(part.startswith("test_") for part in imported.split("."))
    ]
    assert len(modules) > 100
    assert found == []
