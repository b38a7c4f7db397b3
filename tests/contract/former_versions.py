"""Warehouses of earlier versions, made from one of this version."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path

import sqlglot
from sqlglot import exp

from sparkify.sql import ANALYSTS_VIEWS, VIEWS, WAREHOUSE_VERSION, Statement, migration_steps
from tests.oracle import Rows, sort_rows

from .warehouse import Warehouse

FORMER = Path(__file__).parent.parent / "versions"


def made_by(name: str) -> dict[str, str]:
    """Return an earlier version's statements, by the table or view that each makes."""
    text = (FORMER / f"{name}.sql").read_text(encoding="utf-8")
    statements = text.removesuffix(";\n").split(";\n\n")
    return {re.findall(r'^create \w+ "?(\w+)', each, re.MULTILINE)[0]: each for each in statements}


VERSION_1 = made_by("version_1")
VIEWS_5 = made_by("version_5_views")


def columns_since(version: int) -> dict[str, set[str]]:
    """Return the columns that later versions added, by table."""
    added: dict[str, set[str]] = defaultdict(set)
    for tree in map(_parsed, _steps_since(version)):
        if isinstance(tree, exp.Alter):
            added[tree.this.name] |= {action.name for action in tree.args["actions"]}
    return added | _recreated_since(version)


def _recreated_since(version: int) -> dict[str, set[str]]:
    """Return the tables that later versions dropped and created again, with their new columns."""
    trees = list(map(_parsed, _steps_since(version)))
    drops = (tree.find(exp.Table) for tree in trees if isinstance(tree, exp.Drop))
    dropped = {table.name for table in drops if table}
    columns: dict[type[exp.Expr], dict[str, set[str]]] = {exp.Create: {}, exp.Insert: {}}
    for tree in trees:
        if type(tree) in columns and isinstance(tree.this, exp.Schema):
            columns[type(tree)][tree.this.this.name] = {each.name for each in tree.this.expressions}
    return {
        table: names - columns[exp.Insert][table]
        for table, names in columns[exp.Create].items()
        if table in dropped
    }


def with_columns_since(version: int, tables: Mapping[str, Rows]) -> dict[str, Rows]:
    """Return tables of an earlier version with null in the columns that later versions added.

    What migrating a warehouse of that version makes of them.
    """
    added = columns_since(version)
    return {
        table: sort_rows(
            dict(sorted({**row, **dict.fromkeys(added[table])}.items())) for row in rows
        )
        for table, rows in tables.items()
    }


def take_back(warehouse: Warehouse, version: int) -> None:
    """Make the warehouse one of an earlier version, with its rows.

    From version 6 on it has no views: only earlier ones are kept, and migrating recreates them.
    """
    with warehouse.engine.transaction():
        for view in reversed(VIEWS):
            warehouse.execute(f"drop view {view}")
        recreated = _recreated_since(version)
        for table, columns in recreated.items():
            for column in columns:
                warehouse.execute(f"alter table {table} drop column {column}")
        for step in reversed(_steps_since(version)):
            _undo(warehouse, step, recreated)
        for view, text in VIEWS_5.items() if version < 6 else ():
            if version > 2 or view not in ANALYSTS_VIEWS:
                warehouse.engine.execute(Statement(f"version_{version}/{view}", text))
        warehouse.execute(f"update warehouse_version set version = {version}")


def _steps_since(version: int) -> list[Statement]:
    later = range(version + 1, WAREHOUSE_VERSION + 1)
    return [step for number in later for step in migration_steps(number)]


def _undo(warehouse: Warehouse, step: Statement, kept: Collection[str]) -> None:
    """Drop the table or columns that a step makes; changes of rows are not undone."""
    tree = _parsed(step)
    if isinstance(tree, exp.Create) and isinstance(tree.this, exp.Schema):
        if tree.this.this.name not in kept:
            warehouse.execute(f"drop table {tree.find(exp.Table)}")
    elif isinstance(tree, exp.Alter):
        for action in tree.args["actions"]:
            assert isinstance(action, exp.ColumnDef), f"{step.name}: only columns are added"
            warehouse.execute(f"alter table {tree.this} drop column {action.this}")


def _parsed(step: Statement) -> exp.Expr:
    return sqlglot.parse_one(step.text, read="redshift")
