"""Statements that AWS's pages say fail, and those that run, each in a transaction of its own.

`statements_rejected.sql` and `statements_run.sql` name the page of each. What is said here of a
statement is that it runs or not; what it gives is tested in test_sql.py.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redshift_connector.error import Error
from redshift_standin.client import Client
from redshift_standin.s3_server import S3Server
from redshift_standin.standin import Standin

_HERE = Path(__file__).parent
_BUCKETS = ("out", "out2")
_TABLES = (
    "create table {} (id bigint not null{}, a int, b varchar(10), ts timestamp)",
    "insert into {} values (1, 1, 'x', '2018-11-01 10:00:00'), (2, 2, 'y', '2018-11-02 10:00:00')",
)


def _blocks(name: str) -> Iterator[tuple[str, str]]:
    """Yield each line of a file that is no comment, and the page above it."""
    page = ""
    for line in (_HERE / name).read_text().splitlines():
        if line.startswith("-- "):
            page = line.removeprefix("-- ")
        elif line:
            yield page, line


def _cases(name: str) -> list[object]:
    return [pytest.param(line, id=f"{page}: {line[:50]}") for page, line in _blocks(name)]


@pytest.fixture(scope="module")
def connected(standin: Standin, s3_server: S3Server) -> Iterator[Client]:
    for bucket in _BUCKETS:
        s3_server.make_bucket(bucket)
    client = Client(standin.login(standin.new_database()))
    for table, key in (("ev", " primary key"), ("ev2", "")):
        for statement in _TABLES:
            client.run(statement.format(table, key))
    client.connection.commit()
    yield client
    client.close()


@pytest.fixture
def tables(connected: Client, s3_server: S3Server) -> Iterator[Client]:
    yield connected
    connected.connection.rollback()
    for bucket in _BUCKETS:
        for key in s3_server.keys(bucket):
            s3_server.delete(bucket, key)


@pytest.mark.parametrize("block", _cases("statements_rejected.sql"))
def test_what_the_pages_reject_is_rejected(tables: Client, block: str) -> None:
    *before, last = block.split(";;")
    for statement in before:
        tables.run(statement)
    with pytest.raises(Error):
        tables.run(last)


@pytest.mark.parametrize("block", _cases("statements_run.sql"))
def test_what_the_pages_run_runs(tables: Client, block: str) -> None:
    for statement in block.split(";;"):
        tables.run(statement)


def test_there_are_many_of_both() -> None:
    assert len(list(_blocks("statements_rejected.sql"))) > 150
    assert len(list(_blocks("statements_run.sql"))) > 70
