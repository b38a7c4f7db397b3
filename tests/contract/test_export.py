"""The star in files is the star in the warehouse, on every engine and in every place."""

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import obstore
import pytest
from obstore.store import S3Store

from sparkify.engines.base import ExportFormat
from sparkify.errors import ConfigError, SourceError, SparkifyError, WarehouseError
from sparkify.serve.export import EXPORTED_TABLES
from sparkify.sources import OwnFolder, S3Access
from sparkify.sources.s3 import open_bucket, split_uri
from sparkify.sql import Statement, export_statement, safe_export_statement
from tests import live
from tests.s3_server import S3Server

from .exports import exported
from .source_files import DAY, NOON, event, song, visit
from .warehouse import Warehouse

# What a file may get wrong: text that has to be quoted, text in other letters, line ends.
TEXTS = ['say "so", twice', "a,b", "Für Elise 🎵", "back\\slash 'n' quotes", "two\nlines"]


class Places:
    """A place of each kind, of which nothing is there yet, and what an export wrote to it."""

    def __init__(self, folder: Path, store: S3Store, bucket: str, prefix: str) -> None:
        self.of = {"folder": str(folder / "out"), "s3": f"s3://{bucket}/{prefix}/out"}
        self.store, self.prefix = store, prefix

    def listed(self) -> list[str]:
        """List all objects below the prefix, by their paths there."""
        below = len(f"{self.prefix}/")
        found = obstore.list(self.store, self.prefix).collect()
        return sorted(entry["path"][below:] for entry in found)

    def contents(self, kind: str) -> dict[str, bytes]:
        """Return the files of the target, by path."""
        if kind == "folder":
            folder = Path(self.of["folder"])
            files = (path for path in folder.rglob("*") if path.is_file())
            return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
        keys = [key for key in self.listed() if key.startswith("out/")]
        read = [obstore.get(self.store, f"{self.prefix}/{key}").bytes().to_bytes() for key in keys]
        return dict(zip((key.removeprefix("out/") for key in keys), read, strict=True))


@pytest.fixture
def places(
    warehouse: Warehouse,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Places]:
    """Give places that we may write to: on a real cluster, below its [S3] WORK_DATA."""
    settings = warehouse.settings
    if live.asked_for():
        bucket, prefix = split_uri(settings.work_data)
        store = open_bucket(bucket, S3Access.named_by(settings))
    else:
        s3: S3Server = request.getfixturevalue("s3_server")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.admin.access_key_id)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3.admin.secret_access_key)
        warehouse.settings = replace(settings, s3_endpoint_url=s3.endpoint)
        bucket, prefix = "exports", "deep"
        s3.make_bucket(bucket)
        store = s3.store(bucket)
    yield Places(tmp_path, store, bucket, f"{prefix}/{uuid4().hex}")
    warehouse.settings = settings


@pytest.fixture
def loaded(warehouse: Warehouse) -> Iterator[Warehouse]:
    """Give a warehouse whose star has odd texts, and plays of two months; its engine is closed."""
    songs = [
        song(song_id=f"SO{place}", title=text, artist_id=f"AR{place}", artist_name=text, year=0)
        for place, text in enumerate(TEXTS)
    ]
    warehouse.write_songs("a.json", song(artist_latitude=1 / 3), *songs)
    warehouse.write_events(
        "a.json",
        event(itemInSession=0, ts=NOON + 1),
        visit(itemInSession=1, userId="9", firstName=TEXTS[0], lastName=None),
        *(
            event(itemInSession=2 + place, song=text, artist=text, ts=NOON + 40 * DAY * (place % 2))
            for place, text in enumerate(TEXTS)
        ),
    )
    warehouse.load()
    warehouse.engine.close()
    yield warehouse
    warehouse.open()


def read_back(folder: Path, form: ExportFormat, table: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Read the rows of a table's files, with the types that the manifest gives."""
    rows = []
    for file in table["files"]:
        path = str(folder / file["path"])
        if form == "parquet":
            read = duckdb.read_parquet(path, hive_partitioning=False)
        else:
            read = duckdb.read_csv(
                path, header=True, columns=table["columns"], hive_partitioning=False
            )
        assert dict(zip(read.columns, map(str, read.types), strict=True)) == table["columns"]
        found = read.fetchall()
        assert len(found) == file["rows"]
        rows += found
    return rows


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("folder", "parquet"),
        ("s3", "csv"),
        *(
            pytest.param(*each, marks=pytest.mark.slow)
            for each in [("folder", "csv"), ("s3", "parquet")]
        ),
    ],
)
def test_the_files_hold_the_rows_of_the_tables(
    loaded: Warehouse, places: Places, tmp_path: Path, kind: str, form: ExportFormat
) -> None:
    made = exported(loaded, places.of[kind], form)
    contents = places.contents(kind)
    manifest = json.loads(contents["manifest.json"])
    files = [file for table in manifest["tables"].values() for file in table["files"]]

    assert (manifest["format"], tuple(manifest["tables"])) == (form, EXPORTED_TABLES)
    assert {file["path"] for file in files} | {"manifest.json"} == set(contents)
    for file in files:
        content = contents[file["path"]]
        assert file["bytes"] == len(content)
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
    assert (made.rows, made.files) == (sum(file["rows"] for file in files), len(files))
    assert {file["path"].rpartition("/")[0] for file in files} == {
        *("songplays/year=2018/month=11", "songplays/year=2018/month=12"),
        *("users", "songs", "artists", "time", "user_agents"),
    }

    for path, content in contents.items():
        (tmp_path / "read" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "read" / path).write_bytes(content)
    loaded.open()
    for name, table in manifest["tables"].items():
        names = ", ".join(table["columns"])
        _, rows = loaded.query(f'select {names} from "{name}"')
        found = read_back(tmp_path / "read", form, table)
        assert sorted(found, key=repr) == sorted(rows, key=repr), name
        assert table["rows"] == len(rows) > 0
    loaded.engine.close()


FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\uff1d1"]


def test_a_csv_export_for_spreadsheets_has_no_formulas(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    texts = [*FORMULAS, "plain", "1-1", "'quoted'"]
    warehouse.write_events(
        "a.json",
        *(event(itemInSession=place, location=text) for place, text in enumerate(texts)),
    )
    warehouse.load()
    warehouse.engine.close()
    try:
        with warehouse.place.reachable():
            exported(warehouse, str(tmp_path / "safe"), "csv", safe_export_statement)
            exported(warehouse, str(tmp_path / "plain"), "csv")
    finally:
        warehouse.open()

    def locations(folder: Path) -> dict[str, str]:
        found: dict[str, str] = {}
        for path in folder.glob("songplays/**/*.csv"):
            with path.open(encoding="utf-8", newline="") as file:
                found |= {row["songplay_id"]: row["location"] for row in csv.DictReader(file)}
        return found

    plain, safe = locations(tmp_path / "plain"), locations(tmp_path / "safe")
    assert len(plain) == len(safe) == len(texts)
    for play, text in plain.items():
        assert safe[play] == (f"'{text}" if text in FORMULAS else text)


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_an_empty_star_is_exported_as_well(warehouse: Warehouse, places: Places, kind: str) -> None:
    warehouse.engine.close()
    exported(warehouse, places.of[kind])
    warehouse.open()
    tables = json.loads(places.contents(kind)["manifest.json"])["tables"]

    assert {name: table["rows"] for name, table in tables.items()} == dict.fromkeys(
        EXPORTED_TABLES, 0
    )
    assert tables["songplays"]["columns"]["start_time"] == "TIMESTAMP"


# --- all or nothing


def not_time(table: str) -> Statement:
    """Return the query of a table, for the last one a query that fails."""
    if table == "time":
        return Statement("export/time", "select nosuch from users")
    return export_statement(table)


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_an_export_that_fails_leaves_nothing_and_nothing_else_is_touched(
    loaded: Warehouse, places: Places, tmp_path: Path, kind: str
) -> None:
    obstore.put(places.store, f"{places.prefix}/out-of-mine/manifest.json", b"mine")
    with pytest.raises(SparkifyError, match="nosuch"):
        exported(loaded, places.of[kind], query=not_time)

    assert places.listed() == ["out-of-mine/manifest.json"]
    assert not [path for path in tmp_path.iterdir() if "out" in path.name]


def test_what_a_failed_export_could_not_take_away_is_said(
    loaded: Warehouse, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: OwnFolder) -> None:
        raise SourceError(f"{folder.location} cannot be written: permission denied", "give keys")

    monkeypatch.setattr(OwnFolder, "empty", fail)
    with pytest.raises(WarehouseError, match=f"nosuch.* still in {places.of['s3']}") as failed:
        exported(loaded, places.of["s3"], query=not_time)
    assert "give keys" in failed.value.hint
    assert places.listed()

    with pytest.raises(ConfigError, match=r"holds artists/.* already") as kept:
        exported(loaded, places.of["s3"])
    assert "is no complete export" in kept.value.hint


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_an_export_that_is_there_is_left_alone(
    loaded: Warehouse, places: Places, kind: str
) -> None:
    exported(loaded, places.of[kind])
    before = places.contents(kind)
    with pytest.raises(ConfigError, match=r"needs (a new or empty folder|an empty prefix)"):
        exported(loaded, places.of[kind])

    assert places.contents(kind) == before


@pytest.mark.skipif(live.asked_for(), reason="takes keys that may only read")
def test_a_bucket_that_may_not_be_written_is_said(
    loaded: Warehouse, places: Places, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_server.reader.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_server.reader.secret_access_key)

    with pytest.raises(SparkifyError, match=f"{places.of['s3']}.*(permission denied|are still)"):
        exported(loaded, places.of["s3"])
    assert "out/manifest.json" not in places.listed()
