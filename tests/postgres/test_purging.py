"""After an erasure PostgreSQL's files of the database have no byte of the user."""

from collections.abc import Iterator
from pathlib import Path

from sparkify.operate.forget import ErasureRequest, finish_erasures, forget_users
from tests.contract.source_files import event
from tests.contract.warehouse import Warehouse
from tests.postgres_server import PostgresServer

NAME, PLACE = "Zebulonia", "Ypsilanti-by-the-Water, ZZ"
PERSON = {"userId": "77", "firstName": NAME, "lastName": "Quux", "location": PLACE}


def files_with(server: PostgresServer, *marks: str) -> Iterator[Path]:
    """Yield the files of all databases that have any of these texts; the WAL is not among them."""
    server.execute("checkpoint")
    for file in sorted((server.folder / "data/base").rglob("*")):
        content = file.read_bytes() if file.is_file() else b""
        if any(mark.encode() in content for mark in marks):
            yield file


def test_no_byte_is_left_in_tables_and_statistics(
    warehouse: Warehouse, postgres_server: PostgresServer
) -> None:
    others = [event(itemInSession=n) for n in range(200)]
    mine = [event(**PERSON, itemInSession=n, sessionId=77) for n in range(200)]
    warehouse.write_events("a.json", *others, *mine)
    warehouse.load()
    warehouse.engine.analyze()
    statistics = "select count(*) from pg_stats where most_common_vals::text like '%Zebulonia%'"
    assert warehouse.query(statistics)[1] != [(0,)]

    forget_users(warehouse.engine, warehouse.settings, ErasureRequest((77,)))

    assert list(files_with(postgres_server, NAME, PLACE))  # in what was deleted
    finish_erasures(warehouse.engine)
    assert list(files_with(postgres_server, NAME, PLACE)) == []
    assert list(files_with(postgres_server, "Walter"))
    assert warehouse.query(statistics)[1] == [(0,)]
    unfinished = "select count(*) from erasures where bytes_gone_at is null"
    assert warehouse.query(unfinished)[1] == [(0,)]
    warehouse.load()  # the session can be used as before
