"""The engines that keep the contract, and what one of them cannot do.

A new engine is one more entry of ENGINES.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from redshift_standin import Standin

from sparkify.config import Settings
from sparkify.sources.s3 import split_uri
from tests import live
from tests.postgres_server import PostgresServer
from tests.redshift_fixtures import settings_for
from tests.s3_server import S3Server

from .places import Bucket, Disk, Place

BUCKET = "contract"


class Opened(NamedTuple):
    """The settings of an empty warehouse, and the place that it loads from."""

    settings: Settings
    place: Place


class ContractEngine(NamedTuple):
    """An engine under test: how to open an empty warehouse, and how much `make test` tries."""

    # takes a folder of the warehouse's own, and what the fixtures give
    open: Callable[..., AbstractContextManager[Opened]]
    fixtures: tuple[str, ...] = ()  # servers that it needs, of the session
    cases: int | None = None  # of each test, at the most; None means all, properties too
    examples: int | None = None  # of each property


@contextmanager
def _duckdb(folder: Path) -> Iterator[Opened]:
    yield Opened(Settings(db_name=str(folder / "warehouse"), max_errors=0), Disk())


@contextmanager
def _live_redshift(folder: Path) -> Iterator[Opened]:
    with live.own_schema() as (settings, store):
        bucket, prefix = split_uri(settings.work_data)
        yield Opened(settings, Bucket(store, bucket, f"{prefix}/data", None))


@contextmanager
def _redshift(folder: Path, standin: Standin, s3: S3Server) -> Iterator[Opened]:
    login = standin.login(standin.new_database())
    place = Bucket(s3.store(BUCKET), BUCKET, "", s3.admin)
    settings = settings_for(
        login, s3_endpoint_url=s3.endpoint, work_data=f"s3://{BUCKET}/scratch", max_errors=0
    )
    yield Opened(settings, place)
    standin.drop_database(login.database)


@contextmanager
def _postgres(folder: Path, server: PostgresServer) -> Iterator[Opened]:
    settings = server.settings_for(server.new_database())
    yield Opened(settings, Disk())
    server.drop_database(settings.db_name)


ENGINES = {
    "duckdb": ContractEngine(_duckdb),
    # A load takes the stand-in a second.
    "redshift": ContractEngine(_live_redshift)
    if live.asked_for()
    else ContractEngine(_redshift, fixtures=("standin", "s3_server"), cases=1, examples=5),
    "postgres": ContractEngine(_postgres, fixtures=("postgres_server",), cases=1, examples=5),
}
# Where a text is read in place, no error says so; see docs/redshift.md.
CUTS_TEXTS_AT_NUL = frozenset({"redshift"})
_servers: dict[str, list[Any]] = {}


def start_servers(engine_name: str, request: pytest.FixtureRequest) -> None:
    """Start the servers of an engine, if they do not run."""
    fixtures = ENGINES[engine_name].fixtures
    _servers[engine_name] = [request.getfixturevalue(name) for name in fixtures]


def open_empty(engine_name: str, folder: Path) -> AbstractContextManager[Opened]:
    """Open an empty warehouse of an engine whose servers run."""
    return ENGINES[engine_name].open(folder, *_servers.get(engine_name, ()))


def cannot(*engines: str, reason: str) -> pytest.MarkDecorator:
    """Say that a promise is not kept on these engines, and why.

    The test runs nevertheless and has to fail there, so that we see when it begins to pass.
    """
    unknown = set(engines) - set(ENGINES)
    if unknown or not engines:
        raise ValueError(f"not engines of the contract: {sorted(unknown) or 'none named'}")
    if not reason:
        raise ValueError("say why the engine cannot do it")
    return pytest.mark.cannot(*engines, reason=reason)


def expected_failure(mark: pytest.Mark, engine: str) -> pytest.MarkDecorator | None:
    """Return the xfail that a `cannot` mark means on this engine, if it does."""
    if engine not in mark.args:
        return None
    return pytest.mark.xfail(reason=f"{engine}: {mark.kwargs['reason']}", strict=True)
