"""A small warehouse under test: write source files, load them, read its tables."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from sparkify import pipeline
from sparkify.config import Settings
from sparkify.engines import open_engine
from sparkify.engines.base import JsonLoad, ignore_progress
from sparkify.errors import Interrupted
from sparkify.records.jsonpaths import JsonPath
from sparkify.sources import S3Access, open_source
from sparkify.sql import (
    DIMENSIONS,
    FACT,
    STAGING_TABLES,
    TABLES,
    VIEWS,
    WAREHOUSE_VERSION,
    Statement,
)
from sparkify.warehouse import tables, version
from tests.oracle import Rows, sort_rows

from .engines import ENGINES, open_empty
from .places import Place
from .source_files import JSONPATHS, lines

# Settings of a run: an unusual value, such as the level gold, fails its batch.
UNUSUAL_VALUES_FAIL: Mapping[str, Any] = {
    "check_severities": {"values_are_in_their_domain": "block"}
}
LOCATIONS = ("log_data", "song_data", "log_jsonpath")
SILENCE = pipeline.NullReporter()
STAR = (FACT, *DIMENSIONS)
LOG = ("runs", "check_results", "source_findings")
# What it holds depends on the batches: tests/contract/test_played_titles.py says how it is used.
CACHE = ("played_titles",)
DATA = (*STAGING_TABLES, *STAR)


class _TakenBack(Exception):  # noqa: N818 - not an error: it ends a transaction
    """Ends a transaction that is rolled back."""


class Warehouse:
    """A warehouse on one engine, and the folders that it is loaded from."""

    logs: Path
    songs: Path

    def __init__(self, engine_name: str, settings: Settings, place: Place) -> None:
        self.engine_name = engine_name
        self.settings = settings
        self.place = place
        self.examples = 0
        self.engine = open_engine(settings)

    def open(self) -> None:
        """Open the engine again, after it was closed for others."""
        self.engine = open_engine(self.settings)

    def reset(self, folder: Path) -> None:
        """Be empty, and be loaded from new folders below this one.

        Each holds an empty file from the start, since a folder without any is an error.
        """
        self.logs, self.songs = folder / "logs", folder / "songs"
        jsonpaths = self.write_file(folder / "log_json_path.json", json.dumps(JSONPATHS))
        self.write_file(self.logs / "none.json", b"")
        self.write_file(self.songs / "none.json", b"")
        self.settings = replace(
            self.settings,
            log_data=str(self.logs),
            song_data=str(self.songs),
            log_jsonpath=str(jsonpaths),
            privacy_key_path=str(folder / "privacy.key"),
        )
        try:
            self._empty()
        except Interrupted:  # the test before may have cut the connection
            self._empty()

    def create_tables(self) -> None:
        pipeline.create_tables(self.engine)

    def _empty(self) -> None:
        """Empty all tables if they exist, which is faster than to recreate them."""
        made = tables(self.engine) == {*TABLES, *VIEWS}
        if (
            not made
            or version(self.engine) != WAREHOUSE_VERSION
            or self.query("select 1 from added_columns")[1]
        ):
            self.create_tables()
            return
        with self.engine.transaction():
            for table in TABLES:
                if table != "warehouse_version":
                    self.execute(f'delete from "{table}"')

    def tried_enough(self) -> bool:
        """Count an example of a property; return whether there were enough on this engine.

        A cluster takes a hundred statements for what DuckDB does at once; the thorough profile
        tries all examples on it too.
        """
        self.examples += 1
        most = ENGINES[self.engine_name].examples
        steady = os.environ.get("SPARKIFY_HYPOTHESIS", "steady") == "steady"
        return steady and most is not None and self.examples > most

    def write_file(self, path: Path, content: bytes | str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def write_events(self, name: str, *events: Mapping[str, Any]) -> Path:
        return self.write_file(self.logs / name, lines(events))

    def write_songs(self, name: str, *songs: Mapping[str, Any]) -> Path:
        return self.write_file(self.songs / name, lines(songs))

    def uri(self, path: Path) -> str:
        """Return the uri of a source file."""
        return self.place.location(str(path))

    def load(self, observer: pipeline.RunReporter = SILENCE, **changes: Any) -> pipeline.Run:
        """Load what is pending; `changes` are of the settings."""
        with self.reached(**changes) as settings:
            return pipeline.load_pending(self.engine, settings, observer)

    @contextmanager
    def reached(self, **changes: Any) -> Iterator[Settings]:
        """Put the source files where the engine reads them; give the settings for there."""
        settings = replace(self.settings, **changes)
        places: dict[str, Any] = {
            name: self.place.location(getattr(settings, name)) for name in LOCATIONS
        }
        with self.place.reachable():
            yield replace(settings, **places)

    def table(self, name: str, *, without: tuple[str, ...] = ("loaded_at",)) -> Rows:
        """Return a table's rows, sorted, each as a mapping of column to value."""
        columns, rows = self.query(f'select * from "{name}"')
        return sort_rows(
            {
                column: value
                for column, value in zip(columns, row, strict=True)
                if column not in without
            }
            for row in rows
        )

    def tables(self) -> dict[str, Rows]:
        """Return the staging tables and the star, without the times of loading."""
        return {name: self.table(name) for name in DATA}

    def everything(self) -> dict[str, Rows]:
        """Return all tables with all columns, the ledger included, but no log of runs or cache."""
        there = tables(self.engine).intersection(TABLES).difference(LOG, CACHE)
        return {name: self.table(name, without=()) for name in sorted(there)}

    def query(self, text: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        return self.engine.fetch(Statement("test", text))

    def execute(self, text: str) -> None:
        self.engine.execute(Statement("test", text))

    @contextmanager
    def taken_back(self) -> Iterator[None]:
        """Open a transaction that is rolled back."""
        with suppress(_TakenBack), self.engine.transaction():
            yield
            raise _TakenBack

    def staged(
        self,
        *contents: bytes | str,
        table: str = "staging_events",
        paths: tuple[JsonPath, ...] | None = None,
        ignore_case: bool = False,
    ) -> Rows:
        """Return what files of these contents become in a staging table; nothing of it stays.

        Without `paths` a key is the column of its name. Raises what the engine raises.
        """
        with tempfile.TemporaryDirectory() as folder:
            for place, content in enumerate(contents):
                self.write_file(Path(folder, f"{place}.json"), content)
            location = self.place.location(folder)
            with self.place.reachable():
                source = open_source(location, S3Access.named_by(self.settings))
                load = JsonLoad(table, source, list(source.files()), paths, ignore_case)
                with self.taken_back():
                    self.engine.load_json([load], max_errors=0, on_progress=ignore_progress)
                    return self.table(table)


@contextmanager
def open_warehouse(engine_name: str) -> Iterator[Warehouse]:
    """Open a warehouse that is gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="sparkify-contract-") as folder,
        open_empty(engine_name, Path(folder)) as (settings, place),
    ):
        warehouse = Warehouse(engine_name, settings, place)
        try:
            yield warehouse
        finally:
            warehouse.engine.close()
