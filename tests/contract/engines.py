"""The engines that the contract is held against, and what one of them cannot do.

A new engine is one more entry of ENGINES: how to come by an empty warehouse, as its settings and
the place that it loads from.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from sparkify.config import Settings
from sparkify.sources.s3 import split_uri
from tests import live
from tests.redshift_standin import Standin
from tests.redshift_standin.fixtures import settings_for
from tests.s3_server import S3Server

from .places import Bucket, Disk, Place

BUCKET = "contract"
_running: list[tuple[Standin, S3Server]] = []


class Opened(NamedTuple):
    """An empty warehouse, and where what it loads is delivered."""

    settings: Settings
    place: Place


@contextmanager
def _duckdb(folder: Path) -> Iterator[Opened]:
    yield Opened(Settings(db_name=str(folder / "warehouse"), max_errors=0), Disk())


@contextmanager
def _redshift(folder: Path) -> Iterator[Opened]:
    if live.asked_for():
        with live.own_schema() as (settings, store):
            bucket, prefix = split_uri(settings.work_data)
            yield Opened(settings, Bucket(store, bucket, f"{prefix}/data", None))
        return
    [(standin, s3)] = _running
    login = standin.login(standin.new_database())
    place = Bucket(s3.store(BUCKET), BUCKET, "", s3.admin)
    settings = settings_for(
        login, s3_endpoint_url=s3.endpoint, work_data=f"s3://{BUCKET}/scratch", max_errors=0
    )
    yield Opened(settings, place)
    standin.drop_database(login.database)


ENGINES: dict[str, Callable[[Path], AbstractContextManager[Opened]]] = {
    "duckdb": _duckdb,
    "redshift": _redshift,
}


def run_on(standin: Standin, s3: S3Server) -> None:
    """Say where the stand-in for Redshift is, and the S3 that it reads."""
    _running[:] = [(standin, s3)]


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
