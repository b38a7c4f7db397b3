"""Measure the bare script beyond parsing: by statement, and writing columns.

    python -m bench.write_cost            a million events, 14,896 song files of one record each

Prints the cost of each statement of `bench/bare.py`. Then the cost of storing the staged events
once more, already parsed: all columns, and one of each kind; in the database's file, there without
compression, and in a temporary table. The difference between a table in the file and a temporary
one is how DuckDB lays out columns on disk.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from bench.bare import build, open_database
from bench.peers.dataset import generate_dataset
from bench.peers.page import Cost
from bench.target import parse_amounts

STORED_COLUMNS = {
    "all columns": "*",
    "a text of two values": "level",
    "a long text": "userAgent",
    "a number": "ts",
}
STORED_AS = {
    "in the file": ("create table stored as", "auto"),
    "in the file, not compressed": ("create table stored as", "uncompressed"),
    "in a temporary table": ("create temporary table stored as", "auto"),
}


class TimedConnection:
    """A connection that prints the cost of each statement."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def execute(self, statement: str, parameters: object = None) -> Any:
        """Run the statement as the connection does."""
        cost, answer = _measure_call(lambda: self._connection.execute(statement, parameters))
        _print_cost(" ".join(statement.split())[:48], cost)
        return answer


def measure_writes(events: int, songs: int, rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as folder:
        data, database = Path(folder, "data"), Path(folder, "bare.duckdb")
        generate_dataset(data, events, songs)
        whole, _ = _measure_call(lambda: _build_timed(data, database))
        _print_cost("the whole bare script", whole)
        with open_database(database) as connection:
            _store_columns(connection, rounds)


def _build_timed(data: Path, database: Path) -> None:
    with open_database(database) as connection:
        build(data, TimedConnection(connection))


def _store_columns(connection: duckdb.DuckDBPyConnection, rounds: int) -> None:
    for what, columns in STORED_COLUMNS.items():
        for way, (create, compression) in STORED_AS.items():
            connection.execute(f"set force_compression = '{compression}'")
            costs = [_store(connection, f"{create} select {columns}") for _ in range(rounds)]
            _print_cost(f"{what}, {way}", Cost(*map(statistics.median, zip(*costs, strict=True))))


def _store(connection: duckdb.DuckDBPyConnection, select: str) -> Cost:
    connection.begin()
    cost, _ = _measure_call(lambda: connection.execute(f"{select} from staging_events"))
    connection.rollback()
    return cost


def _measure_call(call: Callable[[], Any]) -> tuple[Cost, Any]:
    began, cpu = time.perf_counter(), time.process_time()
    answer = call()
    return Cost(time.perf_counter() - began, time.process_time() - cpu, 0), answer


def _print_cost(what: str, cost: Cost) -> None:
    print(f"{what:<52} {cost.seconds:6.2f} s   CPU {cost.cpu:6.2f} s")


if __name__ == "__main__":
    measure_writes(**parse_amounts(__doc__, events=1_000_000, songs=14_896, rounds=5))
