"""History is frozen: a table changes by a new version only, and no step to one is ever edited."""

import pytest

from sparkify.sql import WAREHOUSE_VERSION, migration_steps
from tests import golden


def test_a_changed_table_is_a_new_version() -> None:
    committed = golden.committed_digests()["tables"].get(str(WAREHOUSE_VERSION))

    assert committed, "a new WAREHOUSE_VERSION: run make golden"
    assert golden.table_definitions() == committed, (
        "the schema changed: raise WAREHOUSE_VERSION, add "
        f"sql/migrate/to_{WAREHOUSE_VERSION + 1}/ and run make golden (CONTRIBUTING.md)"
    )


def test_a_changed_view_is_a_new_version() -> None:
    """Else a warehouse of this version would keep the view it has: migrate recreates them."""
    committed = golden.committed_digests()["views"].get(str(WAREHOUSE_VERSION))

    assert committed, "a new WAREHOUSE_VERSION: run make golden"
    assert golden.view_definitions() == committed, (
        "a view changed: raise WAREHOUSE_VERSION and run make golden; before a version's first "
        "release, delete its entry in tests/schema_digests.json instead"
    )


def test_no_step_of_a_migration_was_edited() -> None:
    committed = golden.committed_digests()["steps"]
    found = golden.migration_digests()

    assert set(found) == set(committed), "a step is new or gone: run make golden for a new one"
    changed = [name for name, digest in found.items() if digest != committed[name]]
    assert changed == [], "a step is never edited: add another one"


@pytest.mark.parametrize("name", golden.migration_digests())
def test_every_step_belongs_to_a_version_that_there_is(name: str) -> None:
    version = int(name.split("/")[1].removeprefix("to_"))

    assert 1 < version <= WAREHOUSE_VERSION
    assert name in {step.name for step in migration_steps(version)}


def test_a_version_that_changes_no_table_has_no_steps() -> None:
    assert migration_steps(3) == ()
