"""The engines: each is complete, and all that differs between them is in their folders."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

from sparkify.config import EngineName
from sparkify.engines import ENGINES
from sparkify.engines.base import Backend
from sparkify.sql import Dialect

PACKAGE = Path(__file__).resolve().parent.parent / "sparkify"
PARTS = ("engine", "loader", "reader", "exporter")

# The rooms that may name an engine, and the setting HOST.
ROOMS_OF_ENGINES = ("engines", "cloud", "sql", "config.py")
ALLOWED = {
    # The heading above `cluster` in --help, and its first line.
    "cli/__init__.py": {"Redshift", "Create, inspect, pause or remove Redshift in AWS."},
    "sources/s3_listing.py": {"host"},  # a header of a request
    "requirements.py": {"duckdb"},  # a package to install
}
ENGINE_WORD = re.compile("|".join(ENGINES), re.IGNORECASE)
HOST_KEY = re.compile(r"(\[?CLUSTER\]?[ .])?HOST|host")


def engines_named(source: str) -> list[str]:
    """List the identifiers and literals that name an engine, and where HOST is read.

    Docstrings, which also are the texts of --help, and comments may name them.
    """
    tree = ast.parse(source)
    docstrings = {id(node) for node in _docstrings(tree)}
    named = [
        text
        for node in ast.walk(tree)
        if id(node) not in docstrings
        for text in _texts(node)
        if ENGINE_WORD.search(text)
    ]
    return [*named, *(text for node in ast.walk(tree) for text in _host_reads(node))]


def _docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value


def _texts(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
            yield name
        case ast.ImportFrom(module=str(name)) | ast.keyword(arg=str(name)):
            yield name
        case ast.alias(name=name, asname=other):
            yield from (name, other or "")
        case ast.Constant(value=str(text)):
            yield text


def _host_reads(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr="host"):
            if owner.endswith("settings"):
                yield f"{owner}.host"
        case ast.Constant(value=str(text)) if HOST_KEY.fullmatch(text):
            yield text


def _outside_rooms_of_engines() -> list[str]:
    paths = (path.relative_to(PACKAGE) for path in sorted(PACKAGE.rglob("*.py")))
    return [path.as_posix() for path in paths if path.parts[0] not in ROOMS_OF_ENGINES]


@pytest.mark.parametrize("module", _outside_rooms_of_engines())
def test_what_differs_is_asked_of_the_engine(module: str) -> None:
    named = engines_named((PACKAGE / module).read_text(encoding="utf-8"))

    assert set(named) <= ALLOWED.get(module, set())


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("if settings.engine == 'duckdb': pass", ["duckdb"]),
        ("print(f'on Redshift: {x}')", ["on Redshift: "]),
        ("from sparkify.engines.postgres import x", ["sparkify.engines.postgres"]),
        ("class DuckDbThing:\n    redshift_role = 1", ["DuckDbThing", "redshift_role"]),
        ("def f(is_redshift): return x.to_duckdb(postgres=1)", ["is_redshift", "to_duckdb"]),
        ("settings.host or self._settings.host", ["settings.host", "_settings.host"]),
        ("overrides['CLUSTER.HOST']", ["CLUSTER.HOST"]),
        ("getattr(settings, 'host')", ["host"]),
    ],
)
def test_the_rule_finds(source: str, named: list[str]) -> None:
    assert set(named) <= set(engines_named(source))


@pytest.mark.parametrize(
    "source",
    [
        '"""On Redshift."""\n# DuckDB\ndef f():\n    """Ask PostgreSQL."""',
        "backend_of(settings).is_in_cloud",
        "created.host",
        "print('HOST and ARN are in the settings file')",
    ],
)
def test_the_rule_allows(source: str) -> None:
    assert engines_named(source) == []


def test_the_settings_name_the_engines_there_are() -> None:
    assert set(get_args(EngineName)) == set(ENGINES)


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_has_all_parts(name: str) -> None:
    backend = ENGINES[name]()
    members = {each for each in {**vars(Backend), **Backend.__annotations__} if each[0] != "_"}

    assert len(members) > 15
    assert members <= set(dir(backend))
    assert backend.dialect in get_args(Dialect)
    for part in PARTS:
        assert import_module(f"sparkify.engines.{name}.{part}")
