"""`sparkify grant` on Redshift: the group of analysts reads the star and its views, no more."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from sparkify.config import Secret
from sparkify.engines import backend_of, open_reader
from sparkify.engines.redshift.grants import grant_to_group
from sparkify.errors import ConfigError, WarehouseError
from sparkify.operate.migration import migrate
from sparkify.serve.period import Period, data_period
from sparkify.serve.questions import question
from sparkify.sources import OwnFolder, S3Access
from sparkify.sql import ANALYSTS_VIEWS, DIMENSIONS, FACT, TABLES, VIEWS
from sparkify.warehouse import require_current, require_star
from tests.contract.engines import BUCKET, start_servers
from tests.contract.exports import exported
from tests.contract.former_versions import take_back
from tests.contract.source_files import event
from tests.contract.warehouse import Warehouse, open_warehouse
from tests.s3_server import S3Server

READABLE = {FACT, *DIMENSIONS, *ANALYSTS_VIEWS}


@pytest.fixture
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    """Give a warehouse of one play."""
    start_servers("redshift", request)
    with open_warehouse("redshift") as opened:
        opened.reset(tmp_path)
        opened.write_events("a.json", event())
        opened.load()
        yield opened


@pytest.fixture
def analyst(warehouse: Warehouse) -> str:
    """Make a user whom nobody knows yet; users are of all databases of a server."""
    name = f"ana_{uuid4().hex}"
    warehouse.execute(f"create user {name}")
    return name


def may(warehouse: Warehouse, user: str, privilege: str) -> set[str]:
    """Find the tables and views with which the user may do that."""
    _, rows = warehouse.query(f"""
        select relname from pg_class
        where relnamespace = (select oid from pg_namespace where nspname = current_schema())
            and relkind in ('r', 'v')
            and has_table_privilege('{user}', oid, '{privilege}')
    """)
    return {name for (name,) in rows}


def test_an_analyst_reads_the_star_and_its_views_and_nothing_else(
    warehouse: Warehouse, analyst: str
) -> None:
    grant_to_group(warehouse.engine, [analyst])

    assert may(warehouse, analyst, "select") == READABLE
    assert may(warehouse, analyst, "insert, update, delete") == set()
    assert {*TABLES, *VIEWS} > READABLE


def test_again_it_is_the_same_and_what_was_granted_beside_it_is_taken(
    warehouse: Warehouse, analyst: str
) -> None:
    grant_to_group(warehouse.engine, [])
    warehouse.execute("grant select on staging_events to group analysts")
    grant_to_group(warehouse.engine, [analyst])
    grant_to_group(warehouse.engine, [analyst])

    assert may(warehouse, analyst, "select") == READABLE


def test_an_analyst_asks_and_copies_out_and_is_told_what_is_not_for_analysts(
    warehouse: Warehouse, analyst: str, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_server.admin.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_server.admin.secret_access_key)
    warehouse.execute(f"alter user {analyst} password 'Passw0rd2'")
    grant_to_group(warehouse.engine, [analyst])
    warehouse.settings = replace(
        warehouse.settings, db_user=analyst, db_password=Secret("Passw0rd2")
    )
    days = Period(date(2018, 11, 1), date(2018, 11, 2))
    reader = open_reader(warehouse.settings)
    try:
        require_star(reader)
        assert reader.fetch(question("top_songs"), **days.parameters).rows[0][-2:] == (1, 1)
        assert data_period(reader) == Period(date(2018, 11, 1), date(2018, 11, 1))
        with pytest.raises(WarehouseError, match="analysts may not read"):
            require_current(reader)
    finally:
        reader.close()

    place = f"s3://{BUCKET}/{analyst}"
    assert exported(warehouse, place).rows == 3
    OwnFolder(place, S3Access.named_by(warehouse.settings)).empty()


def test_a_migration_lets_the_same_users_read_the_views(warehouse: Warehouse, analyst: str) -> None:
    take_back(warehouse, 5)
    grant_to_group(warehouse.engine, [analyst])
    other = f"other_{analyst}"
    warehouse.execute(f"create user {other}")
    warehouse.execute(f"grant select on titled_plays to {other}")
    warehouse.execute("grant select on top_songs to public")

    migrate(warehouse.engine)

    assert may(warehouse, analyst, "select") == READABLE
    assert may(warehouse, other, "select") == {"cleaned_plays", "top_songs"}
    assert may(warehouse, other, "insert, update, delete") == set()


def test_a_user_who_is_not_there_grants_nothing(warehouse: Warehouse, analyst: str) -> None:
    with pytest.raises(WarehouseError, match="nosuch"):
        grant_to_group(warehouse.engine, [analyst, "nosuch"])

    assert may(warehouse, analyst, "select") == set()


def test_a_name_is_a_name_whatever_is_in_it(warehouse: Warehouse, analyst: str) -> None:
    with pytest.raises(WarehouseError, match="does not exist"):
        grant_to_group(warehouse.engine, [f'{analyst}"; drop table users; --'])

    assert may(warehouse, analyst, "select") == set()


def test_duckdb_has_no_users(tmp_path: Path) -> None:
    with open_warehouse("duckdb") as opened:
        opened.reset(tmp_path)
        with pytest.raises(ConfigError, match="no users"):
            backend_of(opened.settings).grant_analysts(opened.engine, [])
