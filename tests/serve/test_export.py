"""`sparkify export`: the star in files, all of it or nothing."""

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sparkify.config import Settings
from sparkify.engines import open_exporter
from sparkify.engines.duckdb.exporter import DuckDbExporter
from sparkify.errors import WarehouseError
from sparkify.sources import S3Access
from sparkify.sql import (
    ANALYSTS_TABLES,
    DIMENSIONS,
    FACT,
    Statement,
    drop_statement,
    export_statement,
)
from tests.command_line import call, run
from tests.oracle import expected_tables

STAR = ANALYSTS_TABLES


def manifest(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return read


def rows_of(relation: duckdb.DuckDBPyRelation) -> list[tuple[Any, ...]]:
    return sorted(relation.fetchall(), key=lambda row: str(row[0]))


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_files_hold_what_plain_python_reads(asked: Path, loaded_once: Path, form: str) -> None:
    done = call("export", "out", "--format", form, cwd=asked)
    assert done.code == 0, done.err
    expected = expected_tables(loaded_once / "data/log_data", loaded_once / "data/song_data")

    for name in (FACT, *DIMENSIONS):
        files = str(asked / "out" / name / "**" / f"*.{form}")
        kinds = manifest(asked / "out")["tables"][name]["columns"]
        if form == "parquet":
            written = duckdb.read_parquet(files, hive_partitioning=False)
        else:
            written = duckdb.read_csv(files, header=True, columns=kinds, hive_partitioning=False)
        assert dict(zip(written.columns, map(str, written.types), strict=True)) == kinds
        assert rows_of(written) == sorted(
            (tuple(row.values()) for row in expected[name]), key=lambda row: str(row[0])
        ), name


def test_an_export_draws_no_progress_bar(asked: Path) -> None:
    exporter = open_exporter(Settings(db_name=str(asked / "sparkify")))
    drawn = Statement("test", "select current_setting('enable_progress_bar') as drawn")

    assert exporter.fetch(drawn).rows == [(False,)]
    exporter.close()


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_manifest_tells_every_file_its_rows_and_its_checksum(asked: Path, form: str) -> None:
    call("export", "out", "--format", form, cwd=asked)
    out = asked / "out"
    tables = manifest(out)["tables"]
    listed = {file["path"]: file for table in tables.values() for file in table["files"]}

    assert tuple(tables) == STAR
    assert set(listed) | {"manifest.json"} == {
        path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()
    }
    for path, entry in listed.items():
        content = (out / path).read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert entry["bytes"] == len(content)
        read = duckdb.read_parquet if form == "parquet" else duckdb.read_csv
        assert entry["rows"] == len(read(str(out / path)).fetchall())
    for table in tables.values():
        assert table["rows"] == sum(file["rows"] for file in table["files"])


def test_plays_are_partitioned_by_year_and_month(asked: Path) -> None:
    call("export", "out", cwd=asked)
    paths = [file["path"] for file in manifest(asked / "out")["tables"]["songplays"]["files"]]
    months = duckdb.read_parquet(
        str(asked / "out/songplays/**/*.parquet"), hive_partitioning=True
    ).aggregate("year, month, min(start_time), max(start_time)")

    assert {path.rpartition("/")[0] for path in paths} == {
        "songplays/year=2018/month=11",
        "songplays/year=2018/month=12",
    }
    for year, month, first, last in months.fetchall():
        assert (first.year, first.month, last.year, last.month) == (year, month, year, month)


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_an_empty_star_is_exported_as_well(tmp_path: Path, form: str) -> None:
    call("create-tables", "--yes", cwd=tmp_path)
    done = call("export", "out", "--format", form, cwd=tmp_path)

    assert done.code == 0, done.err
    assert {
        name: table["rows"] for name, table in manifest(tmp_path / "out")["tables"].items()
    } == dict.fromkeys(STAR, 0)


def test_csv_tells_null_from_an_empty_text(asked: Path) -> None:
    call("export", "out", "--format", "csv", cwd=asked)
    header, first, *_ = (asked / "out/songplays").rglob("*.csv").__next__().read_text().splitlines()

    assert header.startswith("songplay_id,start_time,user_id,level,song_id,artist_id,session_id")
    assert ",,," in first, "an unmatched play has neither song_id nor artist_id"


# --- all or nothing


@pytest.mark.parametrize("there", ["file", "folder"])
def test_what_is_there_is_left_alone(asked: Path, there: str) -> None:
    out = asked / "out"
    if there == "file":
        out.write_text("mine")
    else:
        out.mkdir()
        (out / "mine").write_text("mine")
    done = call("export", "out", cwd=asked)

    assert done.code == 2
    assert "out exists already" in done.err
    assert (out if there == "file" else out / "mine").read_text() == "mine"


def test_an_empty_folder_may_be_there(asked: Path) -> None:
    (asked / "out").mkdir()

    assert call("export", "out", cwd=asked).code == 0
    assert manifest(asked / "out")["format"] == "parquet"


def test_an_export_that_fails_leaves_nothing(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unload = DuckDbExporter.unload

    def fail_at_last(exporter: DuckDbExporter, query: Any, *others: Any) -> Any:
        if query.name == "export/time":
            raise WarehouseError("the disk is full", "make room")
        return unload(exporter, query, *others)

    monkeypatch.setattr(DuckDbExporter, "unload", fail_at_last)
    done = call("export", "out", cwd=asked)

    assert done.code == 1
    there = {path.name for path in asked.iterdir()}
    assert there == {"sparkify.duckdb", "sparkify.read.duckdb"}


def test_a_folder_that_cannot_be_written_is_two_lines(asked: Path) -> None:
    (asked / "file").write_text("")
    done = call("export", "file/out", cwd=asked)

    assert done.code == 2
    assert done.err.count("\n") == 2


def test_rows_that_are_missing_from_the_files_fail_it(
    asked: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    exporter = DuckDbExporter(asked / "sparkify.duckdb", S3Access())
    monkeypatch.setattr("sparkify.engines.duckdb.exporter._rows_in", lambda *_: 1)
    (tmp_path / "users").mkdir()

    with pytest.raises(WarehouseError, match="1 were read back"):
        exporter.unload(export_statement("users"), str(tmp_path / "users"), "parquet", ())
    exporter.close()


def test_an_export_changes_nothing(asked: Path) -> None:
    before = (asked / "sparkify.duckdb").read_bytes()
    done = run("sparkify", "export", "out", cwd=asked)

    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("Wrote ")
    assert (asked / "sparkify.duckdb").read_bytes() == before


def test_without_a_warehouse_it_says_how_to_make_one(tmp_path: Path) -> None:
    done = call("export", "out", cwd=tmp_path)

    assert done.code == 1
    assert "sparkify create-tables" in done.err


def test_the_exporter_only_reads(asked: Path) -> None:
    exporter = open_exporter(Settings(db_name=str(asked / "sparkify")))

    with pytest.raises(WarehouseError, match="read-only"):
        exporter.fetch(drop_statement("plays"))
    exporter.close()
