"""Warehouses of earlier versions, made from one of this version."""

import re
from collections.abc import Callable
from pathlib import Path

from sparkify.sql import ANALYSTS_VIEWS, WAREHOUSE_VERSION, Statement, views_of

from .warehouse import Warehouse

FORMER = Path(__file__).parent.parent / "versions"


def made_by(name: str) -> dict[str, str]:
    """Return an earlier version's statements, by the table or view that each makes."""
    text = (FORMER / f"{name}.sql").read_text(encoding="utf-8")
    statements = text.removesuffix(";\n").split(";\n\n")
    return {re.findall(r'^create \w+ "?(\w+)', each, re.MULTILINE)[0]: each for each in statements}


VERSION_1 = made_by("version_1")
VIEWS_5 = made_by("version_5_views")


def views_as_in(version: int) -> Callable[[Warehouse], None]:
    """Return what gives a warehouse the views of an earlier version."""

    def change(warehouse: Warehouse) -> None:
        for view in reversed(views_of(version + 1)):
            warehouse.execute(f"drop view if exists {view}")
        for view, text in VIEWS_5.items():
            if version > 2 or view not in ANALYSTS_VIEWS:
                warehouse.engine.execute(Statement(f"version_{version}/{view}", text))

    return change


def executed(*texts: str) -> Callable[[Warehouse], None]:
    """Return what executes these texts."""

    def change(warehouse: Warehouse) -> None:
        for text in texts:
            warehouse.execute(text)

    return change


# What takes back from a warehouse what a version changed in it.
TAKEN_BACK = {
    3: views_as_in(2),
    4: executed("drop table source_keys", "drop table source_findings", "drop table added_columns"),
    5: executed("alter table runs drop column peak_memory_bytes"),
    6: views_as_in(5),
}


def take_back(warehouse: Warehouse, version: int) -> None:
    """Make the warehouse one of an earlier version, with its rows."""
    with warehouse.engine.transaction():
        for later in range(WAREHOUSE_VERSION, version, -1):
            TAKEN_BACK[later](warehouse)
        warehouse.execute(f"update warehouse_version set version = {version}")
