"""`sparkify person`, as it is called."""

import json
from pathlib import Path

from tests.command_line import call
from tests.small_source import lines, play, write_source


def test_all_that_is_held_is_one_json_object(tmp_path: Path) -> None:
    logs = write_source(tmp_path) / "data/log_data"
    broken = lines(play(8, 8, userId="8")).replace(b"200", b"2x0")
    (logs / "z.json").write_bytes(lines(play(8, 9, userId="8")) + broken)
    assert call("etl", cwd=tmp_path).code == 0

    outcome = call("person", "8", cwd=tmp_path)

    assert (outcome.code, outcome.err, outcome.out.count("\n")) == (0, "", 1)
    held = json.loads(outcome.out)
    assert held.keys() == {"user_id", "rows", "quoted"}
    assert {row["user_id"] for row in held["rows"]["songplays"]} == {8}
    assert held["rows"]["users"][0]["last_event_at"].endswith("+00:00")
    assert [row["line"] for row in held["quoted"]["load_errors"]] == [2]


def test_nobody_is_no_error(loaded: Path) -> None:
    held = json.loads(call("person", "4711", cwd=loaded).out)

    assert not any([*held["rows"].values(), *held["quoted"].values()])


def test_a_name_is_no_number(loaded: Path) -> None:
    outcome = call("person", "Walter", cwd=loaded)

    assert (outcome.code, outcome.out) == (2, "")
    assert "'Walter' is not a valid integer" in outcome.err
