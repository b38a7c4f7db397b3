"""`sparkify grant` on Redshift: the role of analysts reads the star and its views, no more."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from redshift_standin import Standin

from sparkify.config import Secret
from sparkify.engines import backend_of, open_engine, open_reader
from sparkify.errors import ConfigError, WarehouseError
from sparkify.operate.migration import migrate
from sparkify.serve.period import Period, data_period
from sparkify.serve.questions import question
from sparkify.sql import ANALYSTS_TABLES, ANALYSTS_VIEWS, TABLES, VIEWS, Statement
from sparkify.warehouse import require_current, require_star
from tests.contract.engines import BUCKET, start_servers
from tests.contract.exports import exported
from tests.contract.former_versions import take_back
from tests.contract.source_files import event
from tests.contract.warehouse import Warehouse, open_warehouse
from tests.s3_server import S3Server

READABLE = {*ANALYSTS_TABLES, *ANALYSTS_VIEWS}


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


def grant(warehouse: Warehouse, users: list[str]) -> None:
    backend_of(warehouse.settings).grant_analysts(warehouse.engine, users)


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
    grant(warehouse, [analyst])

    assert may(warehouse, analyst, "select") == READABLE
    assert may(warehouse, analyst, "insert, update, delete") == set()
    assert {*TABLES, *VIEWS} > READABLE


def test_again_it_is_the_same_and_what_was_granted_beside_it_is_taken(
    warehouse: Warehouse, analyst: str
) -> None:
    grant(warehouse, [])
    warehouse.execute("grant select on staging_events to role analysts")
    grant(warehouse, [analyst])
    grant(warehouse, [analyst])

    assert may(warehouse, analyst, "select") == READABLE


def test_an_analyst_asks_and_is_told_what_is_not_for_analysts(
    warehouse: Warehouse, analyst: str
) -> None:
    warehouse.execute(f"alter user {analyst} password 'Passw0rd2'")
    grant(warehouse, [analyst])
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


def test_an_analyst_neither_makes_tables_nor_uses_the_clusters_role(
    warehouse: Warehouse, analyst: str, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_server.admin.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_server.admin.secret_access_key)
    warehouse.execute(f"alter user {analyst} password 'Passw0rd2'")
    grant(warehouse, [analyst])
    settings = replace(warehouse.settings, db_user=analyst, db_password=Secret("Passw0rd2"))

    with closing(open_engine(settings)) as engine:
        with pytest.raises(WarehouseError, match="permission denied for schema"):
            engine.execute(Statement("make", "create table stolen (a varchar(9))"))
        copy = f"copy stolen from 's3://{BUCKET}/' iam_role '{settings.iam_role}' json 'auto'"
        with engine.transaction():
            engine.execute(Statement("make", "create temporary table stolen (a varchar(9))"))
            with pytest.raises(WarehouseError, match="does not have ASSUMEROLE permission"):
                engine.execute(Statement("copy", copy))
    own = replace(warehouse.settings, db_user=analyst, db_password=Secret("Passw0rd2"))
    theirs = Warehouse("redshift", own, warehouse.place)
    try:
        with pytest.raises(WarehouseError, match="ASSUMEROLE"):
            exported(theirs, f"s3://{BUCKET}/{analyst}")
    finally:
        theirs.engine.close()


@pytest.fixture
def loader(warehouse: Warehouse, standin: Standin) -> Iterator[Warehouse]:
    """Give an empty warehouse to a user who is no superuser, as a log-in by IAM is."""
    name = f"loader_{uuid4().hex}"
    warehouse.execute(f"create user {name} password 'Passw0rd2'")
    warehouse.engine.close()
    standin.reset(warehouse.settings.db_name)
    settings = replace(warehouse.settings, db_user=name, db_password=Secret("Passw0rd2"))
    made = Warehouse("redshift", settings, warehouse.place)
    made.logs, made.songs = warehouse.logs, warehouse.songs
    made.create_tables()
    yield made
    made.engine.close()
    standin.reset(warehouse.settings.db_name)
    warehouse.open()


def test_who_loads_is_no_superuser_and_is_told_who_may_grant(loader: Warehouse) -> None:
    with pytest.raises(WarehouseError, match="only a superuser may grant this") as told:
        grant(loader, [])
    assert "DB_SECRET" in told.value.hint
    assert "docs/aws.md" in told.value.hint


def test_the_journey_of_a_loader_an_administrator_and_an_analyst(
    loader: Warehouse, warehouse: Warehouse
) -> None:
    loader.load()
    warehouse.open()
    analyst = f"ana_{uuid4().hex}"
    warehouse.execute(f"create user {analyst}")

    grant(warehouse, [analyst])

    assert may(warehouse, analyst, "select") == READABLE
    loader.write_events("b.json", event(itemInSession=2))
    assert loader.load().files == 1
    loader.create_tables()
    assert may(warehouse, analyst, "select") == set()
    grant(warehouse, [analyst])
    assert may(warehouse, analyst, "select") == READABLE
    warehouse.engine.close()


def test_a_migration_lets_the_same_users_read_the_views(warehouse: Warehouse, analyst: str) -> None:
    take_back(warehouse, 5)
    # Version 5 had no such table to grant, and needed none.
    warehouse.execute("create table user_agents (user_agent varchar(1))")
    grant(warehouse, [analyst])
    warehouse.execute("drop table user_agents")
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
        grant(warehouse, [analyst, "nosuch"])

    assert may(warehouse, analyst, "select") == set()


def test_a_name_is_a_name_whatever_is_in_it(warehouse: Warehouse, analyst: str) -> None:
    with pytest.raises(WarehouseError, match="does not exist"):
        grant(warehouse, [f'{analyst}"; drop table users; --'])

    assert may(warehouse, analyst, "select") == set()


def test_duckdb_has_no_users(tmp_path: Path) -> None:
    with open_warehouse("duckdb") as opened:
        opened.reset(tmp_path)
        with pytest.raises(ConfigError, match="no users"):
            backend_of(opened.settings).grant_analysts(opened.engine, [])
