"""`sparkify forget`, as it is called."""

import json
import shutil
from pathlib import Path

import pytest

from tests.command_line import at_terminal, call
from tests.small_source import lines, play, write_source


def held(folder: Path, user_id: int) -> list[object]:
    found = json.loads(call("person", str(user_id), cwd=folder).out)
    return [*found["rows"].values(), *found["quoted"].values()]


def test_a_user_is_forgotten_and_it_is_said_what_was_removed(tmp_path: Path) -> None:
    assert call("etl", cwd=write_source(tmp_path)).code == 0
    assert any(held(tmp_path, 1))

    outcome = call("forget", "1", "--yes", "--reason", "asked", cwd=tmp_path)

    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err.startswith("Removed all rows about 1 user: staging_events ")
    assert not any(held(tmp_path, 1))
    assert any(held(tmp_path, 2))
    assert call("reconcile", cwd=tmp_path).code == 0
    assert call("check", "--all", cwd=tmp_path).code == 0


def test_a_reload_says_how_many_records_of_forgotten_users_it_left_out(tmp_path: Path) -> None:
    assert call("etl", cwd=write_source(tmp_path)).code == 0
    assert call("forget", "1", "--yes", cwd=tmp_path).code == 0

    outcome = call("reload", "--full-refresh", "--yes", cwd=tmp_path)

    assert ": 7 records, 3 of forgotten users left out; checks: " in outcome.out


def test_a_dry_run_says_what_would_be_removed(loaded: Path) -> None:
    outcome = call("forget", "1", "--dry-run", cwd=loaded)

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("An erasure removes all rows about 1 user: staging_events ")
    assert any(held(loaded, 1))


def test_users_of_a_file_are_forgotten(loaded: Path) -> None:
    (loaded / "users.txt").write_text("1\n\n 2 \n", encoding="utf-8")

    outcome = call("forget", "--file", "users.txt", "--yes", "--json", cwd=loaded)

    assert json.loads(outcome.out)["users"] == 2
    assert not any([*held(loaded, 1), *held(loaded, 2)])


def test_a_line_that_is_no_number_is_not_repeated(loaded: Path) -> None:
    (loaded / "users.txt").write_text("1\nWalter\n", encoding="utf-8")

    outcome = call("forget", "--file", "users.txt", "--yes", cwd=loaded)

    assert outcome.code == 2
    assert "line 2 of users.txt" in outcome.err
    assert "Walter" not in outcome.err
    assert any(held(loaded, 1))


def test_somebody_has_to_be_named(loaded: Path) -> None:
    outcome = call("forget", cwd=loaded)

    assert outcome.code == 2
    assert "say whom to forget" in outcome.err


@pytest.mark.parametrize(("answer", "stays"), [(b"n\n", True), (b"y\n", False)])
def test_at_a_terminal_it_asks(loaded: Path, answer: bytes, stays: bool) -> None:
    outcome = at_terminal("sparkify", "forget", "1", cwd=loaded, keys=answer, after="[y/N]:")

    assert "An erasure removes all rows about 1 user" in outcome.err
    assert any(held(loaded, 1)) == stays


def remains(folder: Path, *options: str) -> dict[str, list[str]]:
    """Return the places that still hold user 1, by kind."""
    outcome = call("forget", "1", "--verify", *options, "--json", cwd=folder)
    found: dict[str, list[str]] = {}
    for each in json.loads(outcome.out)["remains"]:
        found.setdefault(each["kind"], []).append(Path(each["place"]).name)
    assert outcome.code == (3 if found else 0), outcome.err
    return found


def test_what_still_holds_a_user_is_found_before_and_after(tmp_path: Path) -> None:
    write_source(tmp_path)
    place = "Ypsilanti-by-the-Water, ZZ"
    mine = tmp_path / "data/log_data/z.json"
    mine.write_bytes(lines(*(play(88, number, location=place) for number in range(40))))
    assert call("etl", cwd=tmp_path).code == 0
    assert call("export", "star", cwd=tmp_path).code == 0
    options = ("--text", place, "--in-export", "star")

    before = remains(tmp_path, *options)

    assert {"staging_events", "songplays", "users", "session_totals"} <= set(before["rows"])
    assert before["bytes"] == ["sparkify.duckdb", "sparkify.read.duckdb"]
    assert before["export"] == ["star"]
    assert "z.json" in before["source"]
    assert call("forget", "1", "--yes", cwd=tmp_path).code == 0
    assert remains(tmp_path, *options) == {key: before[key] for key in ("export", "source")}

    shutil.rmtree(tmp_path / "star")
    assert call("export", "star", cwd=tmp_path).code == 0
    for file in (tmp_path / "data/log_data").rglob("*.json"):
        file.write_bytes(b"")
    assert remains(tmp_path, *options) == {}


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert call("etl", cwd=write_source(tmp_path)).code == 0
    (tmp_path / "data/log_data/broken.json.gz").write_bytes(b"no gzip")

    assert remains(tmp_path)["unreachable"] == ["broken.json.gz"]


def test_the_list_is_shown_as_a_table_too(tmp_path: Path) -> None:
    assert call("etl", cwd=write_source(tmp_path)).code == 0
    assert call("forget", "1", "--yes", cwd=tmp_path).code == 0

    outcome = call("forget", "1", "--verify", cwd=tmp_path)

    assert outcome.code == 3
    assert "What still holds them" in outcome.out
    assert "source" in outcome.out
    assert call("forget", "4711", "--verify", cwd=tmp_path).out == (
        "Nothing that was searched holds them.\n"
    )
