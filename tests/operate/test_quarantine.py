"""`sparkify quarantine`: rejected records are listed, and exported as received."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.command_line import at_terminal, call, run
from tests.small_source import lines, play, write_source

# Each in its own file: they would end a line, a field or a text, or steer a terminal.
TEXTS = [
    '{"artist": "a,b;\\"c\\"", "status": "?"}',
    '{"artist":\r\n "Ünï 🎵",\n\n "status": "?"}',
    '{"artist": "\x1b[31mred\x07", "status": "?"}',
    '{"artist": "=1+1", "status": "?", "note": "' + "x" * 5000 + '"}',
    "[[not closed",
]


@pytest.fixture(scope="module")
def rejecting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a warehouse that rejected each of the texts; not to be changed."""
    folder = write_source(tmp_path_factory.mktemp("rejecting"))
    for number, text in enumerate(TEXTS):
        path = folder / f"data/log_data/2018/bad{number}.json"
        path.write_bytes(lines(play(50, number)) + text.encode())
    assert call("create-tables", cwd=folder).code == 0
    assert call("etl", cwd=folder).code == 0
    return folder


def listed(folder: Path, *options: str) -> list[dict[str, Any]]:
    outcome = call("quarantine", "--format", "json", *options, cwd=folder)
    assert (outcome.code, outcome.err) == (0, "")
    found: list[dict[str, Any]] = json.loads(outcome.out)
    return found


def kept(folder: Path) -> list[dict[str, Any]]:
    with duckdb.connect(str(folder / "sparkify.duckdb"), read_only=True) as connection:
        cursor = connection.execute("select * from load_errors order by uri")
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def as_texts(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{name: str(value) for name, value in row.items()} for row in rows]


def test_the_export_has_the_rows_of_load_errors(rejecting: Path) -> None:
    expected = [
        {**row, "loaded_at": f"{row['loaded_at'].isoformat()}+00:00", "is_open": True}
        for row in kept(rejecting)
    ]
    assert [row["raw_text"] for row in expected][:2] == TEXTS[:2]

    exported = sorted(listed(rejecting), key=lambda row: row["uri"])
    assert exported == expected

    by_line = call("quarantine", "--format", "ndjson", cwd=rejecting).out
    assert [json.loads(line) for line in by_line.splitlines()] == listed(rejecting)

    in_csv = call("quarantine", "--format", "csv", cwd=rejecting).out
    rows = list(csv.DictReader(io.StringIO(in_csv, newline="")))
    for row in rows:
        row["loaded_at"] = row["loaded_at"].replace(" ", "T")
        row["is_open"] = row["is_open"].capitalize()
    assert rows == as_texts(listed(rejecting))


@pytest.mark.parametrize("form", ["table", "json", "ndjson", "csv"])
def test_a_file_gets_what_stdout_gets(rejecting: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / "rejected"

    outcome = call("quarantine", "--format", form, "--out", str(out), cwd=rejecting)

    assert outcome == (0, "", "")
    shown = run("sparkify", "quarantine", "--format", form, cwd=rejecting)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.encode() == out.read_bytes()
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("form", ["table", "json", "ndjson", "csv"])
def test_a_closed_stdout_is_no_error(rejecting: Path, form: str) -> None:
    through = ("sh", "-c", 'exec "$@" >&-', "sh")

    outcome = run("sparkify", "quarantine", "--format", form, cwd=rejecting, through=through)

    assert outcome == (0, "", "")


def test_a_file_that_cannot_be_written_is_an_error_in_two_lines(rejecting: Path) -> None:
    outcome = call("quarantine", "--out", "nowhere/rejected", cwd=rejecting)

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("Error: cannot write nowhere/rejected: ")
    assert outcome.err.count("\n") == 2


def test_a_table_shows_where_and_why_and_never_steers_the_terminal(rejecting: Path) -> None:
    for outcome in (
        run("sparkify", "quarantine", cwd=rejecting),
        at_terminal("sparkify", "quarantine", cwd=rejecting),
    ):
        assert outcome.code == 0
        for number in range(len(TEXTS)):
            assert f"bad{number}.json" in outcome.out
        assert "status" in outcome.out
        assert "not a whole number" in outcome.out
        assert "\x1b" not in outcome.out
        assert "\x07" not in outcome.out
        assert "x" * 300 not in outcome.out


def test_the_options_filter_the_records(rejecting: Path) -> None:
    def names(*options: str) -> list[str]:
        return sorted(Path(row["uri"]).name for row in listed(rejecting, *options))

    [run_id] = {row["run_id"] for row in listed(rejecting)}
    assert names("--run", run_id) == [f"bad{number}.json" for number in range(5)]
    assert names("--file", "bad2") == ["bad2.json"]
    assert names("--reason", "not json") == ["bad2.json", "bad4.json"]
    assert names("--column", "STATUS") == ["bad0.json", "bad1.json", "bad3.json"]
    assert names("--column", "status", "--file", "bad1") == ["bad1.json"]
    assert names("--column", "nosuch") == []


def test_a_limited_list_says_so(rejecting: Path) -> None:
    for form in ("table", "ndjson"):
        outcome = call("quarantine", "--limit", "2", "--format", form, cwd=rejecting)
        assert outcome.code == 0
        assert outcome.err == "Showing 2 of 5; --limit 0 shows all.\n"
    assert len(outcome.out.splitlines()) == 2
    assert len(listed(rejecting, "--limit", "0")) == len(listed(rejecting, "--limit", "5")) == 5


def test_a_table_is_limited_and_an_export_is_not(tmp_path: Path) -> None:
    write_source(tmp_path)
    bad = lines(*({"status": "?"} for _ in range(60)))
    (tmp_path / "data/log_data/2018/bad.json").write_bytes(bad)
    call("create-tables", cwd=tmp_path)
    call("etl", cwd=tmp_path)

    outcome = call("quarantine", cwd=tmp_path)

    assert outcome.err == "Showing 50 of 60; --limit 0 shows all.\n"
    assert outcome.out.count("not a whole number") == 50
    assert len(listed(tmp_path)) == 60


def test_corrected_records_are_shown_only_with_all(tmp_path: Path) -> None:
    write_source(tmp_path)
    path = tmp_path / "data/log_data/2018/b.json"
    path.write_bytes(lines(play(8, 8)) + b"[")
    call("create-tables", cwd=tmp_path)
    call("etl", cwd=tmp_path)
    path.write_bytes(lines(play(9, 9)))
    call("etl", cwd=tmp_path)

    assert listed(tmp_path) == []
    [corrected] = listed(tmp_path, "--all")
    assert (corrected["raw_text"], corrected["is_open"]) == ("[", False)
    assert call("quarantine", cwd=tmp_path) == (0, "There are no rejected records.\n", "")
    header = call("quarantine", "--format", "csv", cwd=tmp_path).out
    assert header == ",".join(corrected) + "\n"


def test_an_unknown_subcommand_is_wrong_usage(loaded: Path) -> None:
    outcome = call("quarantine", "nosuch", cwd=loaded)

    assert (outcome.code, outcome.out) == (2, "")
    assert "nosuch" in outcome.err
    assert outcome.err.count("\n") == 2
