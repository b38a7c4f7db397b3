"""`sparkify grant` on PostgreSQL: the role of analysts reads the star and its views, no more."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from sparkify.config import Secret
from sparkify.engines import backend_of, open_reader
from sparkify.errors import WarehouseError
from sparkify.operate.migration import migrate
from sparkify.serve.connection import Connection
from sparkify.serve.period import Period
from sparkify.serve.questions import question
from sparkify.sql import ANALYSTS_TABLES, ANALYSTS_VIEWS, TABLES, VIEWS
from sparkify.warehouse import require_current, require_star
from tests.contract.exports import exported
from tests.contract.former_versions import take_back
from tests.contract.warehouse import Warehouse
from tests.postgres_server import PostgresServer

READABLE = {*ANALYSTS_TABLES, *ANALYSTS_VIEWS}


@pytest.fixture
def granting(loaded: Warehouse, postgres_server: PostgresServer) -> Iterator[Warehouse]:
    """Give a warehouse of a user who may make roles; roles are of all databases of a server."""
    postgres_server.execute(f"alter role {postgres_server.user} createrole")
    yield loaded
    loaded.create_tables()  # drops what was granted on them
    with loaded.engine.transaction():
        loaded.engine.fetch_own(  # type: ignore[attr-defined]
            "do $$ begin if exists (select from pg_roles where rolname = 'analysts') then"
            " revoke all on schema public from analysts; drop role analysts; end if; end $$"
        )
    postgres_server.execute(f"alter role {postgres_server.user} nocreaterole")


@pytest.fixture
def analyst(granting: Warehouse) -> str:
    """Make a user whom nobody knows yet."""
    name = f"ana_{uuid4().hex}"
    with granting.engine.transaction():
        granting.engine.fetch_own(  # type: ignore[attr-defined]
            f"create role {name} login password 'Passw0rd2'"
        )
    return name


def grant(warehouse: Warehouse, *users: str) -> None:
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
    granting: Warehouse, analyst: str
) -> None:
    grant(granting, analyst)
    grant(granting, analyst)

    assert may(granting, analyst, "select") == READABLE
    assert may(granting, analyst, "insert, update, delete") == set()
    assert {*TABLES, *VIEWS} > READABLE


def test_an_analyst_asks_and_exports_and_is_told_what_is_not_for_analysts(
    granting: Warehouse, analyst: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant(granting, analyst)
    own = replace(granting.settings, db_user=analyst, db_password=Secret("Passw0rd2"))
    monkeypatch.setattr(granting, "settings", own)
    reader = open_reader(own)
    try:
        require_star(reader)
        assert Connection(reader).metric("plays,churn", by="device,state").rows
        days = Period(date(2018, 11, 1), date(2018, 11, 2))
        assert reader.fetch(question("top_songs"), **days.parameters).rows[0][-2:] == (1, 1)
        with pytest.raises(WarehouseError, match="analysts may not read"):
            require_current(reader)
    finally:
        reader.close()
    assert exported(granting, str(granting.logs.parent / "out")).rows == 6


def test_a_migration_lets_the_same_users_read_the_views(granting: Warehouse, analyst: str) -> None:
    take_back(granting, 5)
    # Version 5 had no such table to grant, and needed none.
    granting.execute("create table user_agents (user_agent varchar(1))")
    grant(granting, analyst)
    granting.execute("drop table user_agents")
    migrate(granting.engine)

    assert may(granting, analyst, "select") == READABLE


def test_who_may_make_no_role_is_told(loaded: Warehouse) -> None:
    with pytest.raises(WarehouseError, match="permission denied to create role"):
        grant(loaded)


@pytest.mark.parametrize("name", ["nosuch", 'nosuch"; drop table users; --'])
def test_a_user_who_is_not_there_grants_nothing(
    granting: Warehouse, analyst: str, name: str
) -> None:
    with pytest.raises(WarehouseError, match=r"nosuch.* does not exist"):
        grant(granting, analyst, name)

    assert may(granting, analyst, "select") == set()
