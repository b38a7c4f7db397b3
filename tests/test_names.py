"""A public name at the top level of a module is unique in the package."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from sparkify.cloud.lifecycle import DEPLOYMENTS, Deployment

PACKAGE = Path(__file__).resolve().parent.parent / "sparkify"

# A protocol that modules implement gives them the names of its members.
IMPLEMENTATIONS = {
    Deployment: {f"cloud/{name}.py" for name in DEPLOYMENTS},
}


# For Python programs a command is named as it is, and so may be the function that does it.
COMMANDS = PACKAGE / "commands.py"


def public_names(source: str) -> Iterator[str]:
    """Yield the names that a module defines at its top level, except private ones."""
    for node in ast.parse(source).body:
        for name in _defined(node):
            if not name.startswith("_"):
                yield name


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    targets = node.targets if isinstance(node, ast.Assign) else ()
    target = (node.target,) if isinstance(node, ast.AnnAssign) else ()
    for each in (*targets, *target):
        yield from (name.id for name in ast.walk(each) if isinstance(name, ast.Name))


def test_every_name_is_defined_once() -> None:
    modules: dict[str, set[str]] = defaultdict(set)
    for path in sorted({*PACKAGE.rglob("*.py")} - {COMMANDS}):
        for name in public_names(path.read_text(encoding="utf-8")):
            modules[name].add(path.relative_to(PACKAGE).as_posix())
    repeated = {name: found for name, found in modules.items() if len(found) > 1}

    for protocol, implementing in IMPLEMENTATIONS.items():
        members = {name for name in vars(protocol) if not name.startswith("_")}
        assert {name for name, found in repeated.items() if found == implementing} == members
        repeated = {name: found for name, found in repeated.items() if name not in members}
    assert len(modules) > 500
    assert repeated == {}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def load(): pass\nasync def wait(): pass\nclass Run: pass", ["load", "wait", "Run"]),
        ("LIMIT = 3\nRow = dict[str, int]\nfound: int = 0", ["LIMIT", "Row", "found"]),
        ("FIRST, LAST = 1, 2\nLOW = HIGH = 0", ["FIRST", "LAST", "LOW", "HIGH"]),
        ("from sparkify import pipeline\n_cache = {}\n__all__ = []\ndef _load(): pass", []),
        ("def load():\n    limit = 3\n    def inner(): pass", ["load"]),
    ],
)
def test_the_names_of_a_module(source: str, names: list[str]) -> None:
    assert list(public_names(source)) == names
