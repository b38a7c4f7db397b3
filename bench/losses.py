"""Where the bare script's time goes beyond parsing: by statement, and what keeping columns takes.

    python -m bench.losses                a million events, 14,896 one-object song files

Prints what each statement of `bench/bare.py` takes. Then what it takes to keep the staged events
once more, already parsed: all columns, and one of each kind, in the database's file, there without
compression, and in a temporary table. What a table in the file takes more than a temporary one is
DuckDB's way to lay columns out on disk.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from bench.bare import build, opened
from bench.peers.delivery import deliver
from bench.peers.page import Cost
from bench.target import amounts

KEPT = {
    "all columns": "*",
    "a text of two values": "level",
    "a long text": "userAgent",
    "a number": "ts",
}
WAYS = {
    "in the file": ("create table kept as", "auto"),
    "in the file, not compressed": ("create table kept as", "uncompressed"),
    "in a temporary table": ("create temporary table kept as", "auto"),
}


class Timed:
    """A connection that prints what each statement takes."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def execute(self, statement: str, parameters: object = None) -> Any:
        """Run the statement, as the connection does."""
        cost, answer = _cost(lambda: self._connection.execute(statement, parameters))
        _print(" ".join(statement.split())[:48], cost)
        return answer


def tell(events: int, songs: int, rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as folder:
        data, database = Path(folder, "data"), Path(folder, "bare.duckdb")
        deliver(data, events, songs)
        whole, _ = _cost(lambda: _build(data, database))
        _print("all of the bare script", whole)
        with opened(database) as connection:
            _keep(connection, rounds)


def _build(data: Path, database: Path) -> None:
    with opened(database) as connection:
        build(data, Timed(connection))


def _keep(connection: duckdb.DuckDBPyConnection, rounds: int) -> None:
    for what, columns in KEPT.items():
        for way, (create, compression) in WAYS.items():
            connection.execute(f"set force_compression = '{compression}'")
            costs = [_kept(connection, f"{create} select {columns}") for _ in range(rounds)]
            _print(f"{what}, {way}", Cost(*map(statistics.median, zip(*costs, strict=True))))


def _kept(connection: duckdb.DuckDBPyConnection, select: str) -> Cost:
    connection.begin()
    cost, _ = _cost(lambda: connection.execute(f"{select} from staging_events"))
    connection.rollback()
    return cost


def _cost(do: Callable[[], Any]) -> tuple[Cost, Any]:
    began, cpu = time.perf_counter(), time.process_time()
    answer = do()
    return Cost(time.perf_counter() - began, time.process_time() - cpu, 0), answer


def _print(what: str, cost: Cost) -> None:
    print(f"{what:<52} {cost.seconds:6.2f} s   CPU {cost.cpu:6.2f} s")


if __name__ == "__main__":
    tell(**amounts(__doc__, events=1_000_000, songs=14_896, rounds=5))
