"""`sparkify status`, `runs` and `reconcile`, as people and machines read them."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sparkify.sizes import readable_size
from tests.command_line import Outcome, at_terminal, call, run
from tests.s3_server import KeyPair, S3Server
from tests.small_source import COUNTS, EVENTS, SONGS, UNUSUAL_VALUES_FAIL, lines, play, write_source

DATABASE = "sparkify.duckdb"
BUCKET = "operate"


def answer(*arguments: str, cwd: Path, code: int = 0) -> Any:
    """Return what a command prints for machines: one line on stdout, nothing on stderr."""
    outcome = call(*arguments, "--json", cwd=cwd)
    assert (outcome.code, outcome.err) == (code, "")
    assert outcome.out.count("\n") == 1
    return json.loads(outcome.out)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder that is not to be changed; see `make_mixed`."""
    return make_mixed(tmp_path_factory.mktemp("mixed"))


def make_mixed(folder: Path) -> Path:
    """Make a warehouse with a rejected record, a failed run and a pending file."""
    write_source(folder)
    call("create-tables", cwd=folder)
    logs = folder / "data/log_data/2018"
    (logs / "b.json").write_bytes(b'{"ts": \x1b[31m"red"\n' + lines(play(7, 7)))
    assert call("etl", cwd=folder).code == 0
    (logs / "c.json").write_bytes(lines(play(8, 8, level="gold")))
    assert call("etl", cwd=folder, env=UNUSUAL_VALUES_FAIL).code == 3
    return folder


def test_the_status_is_one_object_for_machines(mixed: Path) -> None:
    found = answer("status", cwd=mixed, code=3)

    with duckdb.connect(str(mixed / DATABASE), read_only=True) as connection:
        [(plays, matched)] = connection.execute(
            "select count(*), count(*) - count(*) filter (where song_id is null) from songplays"
        ).fetchall()
        [(newest,)] = connection.execute("select max(ts) from staging_events").fetchall()
    assert (found["plays"], found["matched"]) == (plays, matched)
    assert found["matched_share"] == matched / plays
    assert found["newest_event"] == f"{newest.isoformat()}+00:00"
    assert found["rows"] == {**COUNTS, "staging_events": 7, "songplays": 5}
    assert found["rejected"] == [{"reason": "not JSON", "records": 1}]
    size = (mixed / "data/log_data/2018/c.json").stat().st_size
    assert found["pending"] == {"files": 1, "bytes": size}
    assert [run["outcome"] for run in found["runs"]] == ["failed", "done"]
    assert "gold" in found["runs"][0]["error"]


def test_the_status_is_drawn_for_people(mixed: Path) -> None:
    outcome = run("sparkify", "status", cwd=mixed)
    age = (datetime.now(UTC) - datetime(2018, 11, 1, 20, 57, 10, tzinfo=UTC)).days

    size = readable_size((mixed / "data/log_data/2018/c.json").stat().st_size)
    assert (outcome.code, outcome.err) == (3, "")
    assert "\x1b" not in outcome.out
    for shown in (
        rf"latest event +{age:,} days ago \(2018-11-01 20:57:10 UTC\)",
        r"latest load +\d+ (second|minute)s? ago \(.* UTC\)",
        r"Last warnings and failed checks",
        r"values_are_in_their_domain +failed +the check values_are_in_their_domain failed \(",
        r"Needs a person: the latest run \S+ failed\. Try: sparkify runs \S+",
        rf"pending +1 file \({size}\)",
        r"plays of a known song +2 of 5 \(40%\)",
        r"schema drift +none",
        r"not JSON +1",
        r"staging_events +7",
        r"failed: the check values_are_in_their_domain failed",
    ):
        assert re.search(shown, outcome.out), shown


def test_at_a_terminal_a_message_says_that_the_source_is_listed(mixed: Path) -> None:
    outcome = at_terminal("sparkify", "status", cwd=mixed)

    assert outcome.code == 3
    assert "listing the source" in outcome.err


def test_what_needs_a_person_is_named_for_machines(mixed: Path) -> None:
    found = answer("status", cwd=mixed, code=3)

    failed = found["runs"][0]["run_id"]
    assert found["needs_a_person"] == [
        {"what": f"the latest run {failed} failed", "try": f"sparkify runs {failed}"}
    ]
    assert found["last_failure"]["run_id"] == failed
    assert [(each["check_name"], each["outcome"]) for each in found["findings"]] == [
        ("values_are_in_their_domain", "failed")
    ]


@pytest.mark.parametrize(("hours", "code"), [(27, 3), (25, 0)])
def test_an_older_latest_event_than_requested_needs_a_person(
    tmp_path: Path, hours: int, code: int
) -> None:
    write_source(tmp_path)
    call("create-tables", cwd=tmp_path)
    began = datetime.now(UTC) - timedelta(hours=hours)
    log = tmp_path / "data/log_data/2018/a.json"
    log.write_bytes(lines(play(1, 1, ts=int(began.timestamp() * 1000))))
    assert call("etl", cwd=tmp_path).code == 0

    found = answer("status", "--fail-if-older-than", "26h", cwd=tmp_path, code=code)

    assert found["newest_event_age_seconds"] == pytest.approx(hours * 3600, abs=300)
    assert found["loaded_age_seconds"] < 300
    assert [each["what"].partition(":")[0] for each in found["needs_a_person"]] == (
        ["the latest event is too old"] if code else []
    )
    assert f" {hours} hours ago (" in call("status", cwd=tmp_path).out
    assert call("status", cwd=tmp_path).code == 0


def test_a_warehouse_without_events_is_too_old_for_any_age(tmp_path: Path) -> None:
    call("create-tables", cwd=tmp_path)

    outcome = call("status", "--offline", "--fail-if-older-than", "52w", cwd=tmp_path)

    assert outcome.code == 3
    assert "Needs a person: the latest event is too old: none." in outcome.out


@pytest.mark.parametrize("age", ["26", "h", "-1h", "1.5h", "26 hours", ""])
def test_an_age_that_is_none_is_wrong_usage(tmp_path: Path, age: str) -> None:
    outcome = call("status", "--fail-if-older-than", age, cwd=tmp_path)

    assert outcome.code == 2
    assert "such as 26h" in outcome.err


def test_a_file_that_was_rejected_whole_needs_a_person_until_it_loads(tmp_path: Path) -> None:
    write_source(tmp_path)
    call("create-tables", cwd=tmp_path)
    log = tmp_path / "data/log_data/2018/bad.json"
    log.write_bytes(b"<html>")
    assert call("etl", cwd=tmp_path).code == 3

    [concern] = answer("status", cwd=tmp_path, code=3)["needs_a_person"]
    log.write_bytes(lines(play(9, 9)))
    assert call("etl", cwd=tmp_path).code == 0

    assert concern == {
        "what": "files are not loaded: 1 rejected whole",
        "try": "sparkify quarantine",
    }
    assert answer("status", cwd=tmp_path)["needs_a_person"] == []


def test_a_failure_before_the_runs_that_are_shown_is_shown_too(tmp_path: Path) -> None:
    write_source(tmp_path)
    call("create-tables", cwd=tmp_path)
    log = tmp_path / "data/log_data/2018/b.json"
    log.write_bytes(lines(play(8, 8, level="gold")))
    assert call("etl", cwd=tmp_path, env=UNUSUAL_VALUES_FAIL).code == 3
    for number in range(5):
        log.write_bytes(lines(*(play(8, item) for item in range(number + 1))))
        assert call("etl", cwd=tmp_path).code == 0

    found = answer("status", cwd=tmp_path)

    assert {run["outcome"] for run in found["runs"]} == {"done"}
    assert found["last_failure"]["outcome"] == "failed"
    assert "Last failure" in call("status", cwd=tmp_path).out


def test_a_run_is_found_by_the_beginning_of_its_id_and_as_the_last(mixed: Path) -> None:
    failed, done = (each["run_id"] for each in answer("runs", cwd=mixed))
    same = next(at for at, letter in enumerate(failed) if letter != done[at])

    for name, run_id in (
        ("last", failed),
        (failed[: same + 1], failed),
        (done[: same + 1], done),
        (done, done),
    ):
        assert answer("runs", name, cwd=mixed)["run"]["run_id"] == run_id


def test_a_beginning_of_several_ids_names_them(mixed: Path) -> None:
    ids = [each["run_id"] for each in answer("runs", cwd=mixed)]

    outcome = call("runs", ids[0][:4], cwd=mixed)

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        f"Error: 2 runs have ids that begin with {ids[0][:4]}\n"
        f"Try: write more of one of these: {ids[0]}, {ids[1]}\n"
    )


def test_there_is_no_last_run_before_any(tmp_path: Path) -> None:
    call("create-tables", cwd=tmp_path)

    assert call("runs", "last", cwd=tmp_path).code == 2


def test_offline_the_source_is_not_listed(loaded: Path) -> None:
    assert not (loaded / "data").exists()

    found = answer("status", "--offline", cwd=loaded)

    assert found["pending"] is None
    assert found["rows"] == COUNTS


def test_a_source_that_cannot_be_listed_is_a_warning_and_the_rest_is_shown(loaded: Path) -> None:
    outcome = call("status", "--json", cwd=loaded)

    assert outcome.code == 0
    assert json.loads(outcome.out)["pending"] is None
    assert outcome.err.startswith("Warning: pending files are not known: ")
    assert outcome.err.count("\n") == 1


def test_the_runs_are_listed_the_latest_first(mixed: Path) -> None:
    failed, done = answer("runs", cwd=mixed)

    assert (failed["outcome"], failed["files"], failed["records"]) == ("failed", 0, 0)
    assert (done["outcome"], done["files"]) == ("done", 3)
    sizes = [path.stat().st_size for path in (mixed / "data").rglob("[ab].json")]
    assert done["bytes"] == sum(sizes)
    assert (done["records"], done["rejected"]) == (9, 1)
    assert done["seconds"]["transform"] > 0
    assert 10e6 < done["peak_memory_bytes"] < 10e9
    assert answer("runs", "--last", "1", cwd=mixed) == [failed]


def test_a_cut_list_of_runs_says_so(mixed: Path) -> None:
    outcome = call("runs", "--last", "1", cwd=mixed)

    assert outcome.out.count("failed") == 3  # in the table, before the error and in it
    assert outcome.err == "Showing 1 of 2; --last 2 shows all.\n"


def test_one_run_is_shown_with_all_its_details(mixed: Path) -> None:
    _, done = answer("runs", cwd=mixed)

    found = answer("runs", done["run_id"], cwd=mixed)

    assert found["run"] == done
    assert {Path(file["uri"]).name: file["rejected"] for file in found["files"]}["b.json"] == 1
    assert sum(batch["records"] for batch in found["batches"]) == done["records"]
    assert len(found["checks"]) > 10
    assert [(row["line"], row["reason"]) for row in found["rejected"]] == [(1, "not JSON")]

    drawn = call("runs", done["run_id"], cwd=mixed)
    assert (drawn.code, drawn.err) == (0, "")
    for shown in (done["run_id"], "b.json", "values_are_in_their_domain", "transform", "not JSON"):
        assert shown in drawn.out


def test_where_the_time_of_a_run_went_is_drawn_for_people(mixed: Path) -> None:
    _, done = answer("runs", cwd=mixed)

    drawn = call("runs", done["run_id"], cwd=mixed).out

    took = done["seconds"]["list"] + done["seconds"]["all"]
    for shown in (
        r"files +3 in 1 batch",
        r"rows +8; 1 record rejected",
        rf"time +{took:.1f} s",
        r"rate +[\d,]+ rows? per second",
        rf"peak memory +{readable_size(done['peak_memory_bytes'])}\b",
    ):
        assert re.search(shown, drawn), shown
    [rate] = re.findall(r"([\d,]+) rows? per second", drawn)
    assert int(rate.replace(",", "")) == pytest.approx(8 / took, abs=1)
    shares = dict(re.findall(r"^ +([a-z ]+?) +[\d.]+ m?s +(\d+)% *$", drawn, re.MULTILINE))
    names = {*done["seconds"], "commit_and_rest"} - {"all"}
    assert shares.keys() == {name.replace("_", " ") for name in names}
    assert sum(map(float, shares.values())) == pytest.approx(100, abs=len(names) / 2)
    assert float(shares["load"]) == pytest.approx(100 * done["seconds"]["load"] / took, abs=1)


def test_a_killed_run_is_drawn_without_its_times(loaded: Path) -> None:
    with duckdb.connect(str(loaded / DATABASE)) as connection:
        connection.execute(
            "update runs set outcome = 'running', ended_at = null, stage_seconds = null,"
            " peak_memory_bytes = null"
        )
    [killed] = answer("runs", cwd=loaded)

    drawn = call("runs", killed["run_id"], cwd=loaded)

    assert (drawn.code, drawn.err) == (0, "")
    for shown in (r"outcome +interrupted", r"time +-", r"rate +-", r"peak memory +-"):
        assert re.search(shown, drawn.out), shown
    assert "Time by stage" not in drawn.out


def test_an_unknown_run_is_two_lines_with_the_nearest(mixed: Path) -> None:
    _, done = answer("runs", cwd=mixed)

    for command in (["runs", "x1"], ["runs", f"{done['run_id']}0"], ["quarantine", "--run", "x"]):
        outcome = call(*command, cwd=mixed)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.startswith(f"Error: there is no run {command[-1]}\nTry: one of these: ")
        assert done["run_id"] in outcome.err
        assert outcome.err.count("\n") == 2


def test_before_any_load_there_are_no_runs(tmp_path: Path) -> None:
    call("create-tables", cwd=tmp_path)

    assert call("runs", cwd=tmp_path) == (0, "No run has loaded anything yet.\n", "")
    assert answer("runs", cwd=tmp_path) == []
    found = answer("status", "--offline", cwd=tmp_path)
    assert (found["runs"], found["newest_event"], found["matched_share"]) == ([], None, None)
    assert call("status", "--offline", cwd=tmp_path).code == 0


def test_the_status_commands_leave_the_warehouse_as_it_is(mixed: Path) -> None:
    before = (mixed / DATABASE).read_bytes()

    for command in ("status", "runs", "reconcile", "quarantine"):
        call(command, cwd=mixed)

    assert (mixed / DATABASE).read_bytes() == before


# Reconciliation


def test_all_agree_after_a_load(tmp_path: Path) -> None:
    write_source(tmp_path)
    call("create-tables", cwd=tmp_path)
    call("etl", cwd=tmp_path)

    assert answer("reconcile", cwd=tmp_path) == {"agree": True, "differences": []}
    assert call("reconcile", cwd=tmp_path) == (0, "Source, ledger and tables agree.\n", "")


def test_a_difference_is_exit_code_3(tmp_path: Path) -> None:
    mixed = make_mixed(tmp_path)
    logs = mixed / "data/log_data/2018"
    (logs / "a.json").unlink()
    (logs / "b.json").write_bytes(b"")

    report = answer("reconcile", cwd=mixed, code=3)

    assert report["agree"] is False
    found = {(each["kind"], Path(each["name"]).name) for each in report["differences"]}
    assert found == {("deleted", "a.json"), ("changed", "b.json"), ("missing", "c.json")}
    drawn = run("sparkify", "reconcile", cwd=mixed)
    assert (drawn.code, drawn.err) == (3, "")
    for shown in ("Deleted: 1", "Changed: 1", "Missing: 1", "Source, ledger and tables disagree."):
        assert shown in drawn.out


def test_a_long_list_of_differences_is_cut_and_says_so(loaded: Path) -> None:
    write_source(loaded)
    for number in range(25):
        (loaded / f"data/log_data/2018/{number}.json").write_bytes(b"")

    outcome = call("reconcile", cwd=loaded)

    assert outcome.code == 3
    assert "Missing: 27" in outcome.out
    assert "Showing 20 of 27; --json lists all.\n" in outcome.err
    assert len(answer("reconcile", cwd=loaded, code=3)["differences"]) == 28


def test_a_source_that_cannot_be_listed_is_an_error_and_no_deletion(loaded: Path) -> None:
    outcome = call("reconcile", cwd=loaded)

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("Error: ")
    assert outcome.err.count("\n") == 2


@pytest.fixture
def in_s3(
    s3_server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Outcome]:
    """Call a command on a warehouse that is loaded from S3, with the rights of the reader."""
    keys: KeyPair = s3_server.reader
    names = {
        "AWS_ACCESS_KEY_ID": keys.access_key_id,
        "AWS_SECRET_ACCESS_KEY": keys.secret_access_key,
    }
    settings = {
        "S3.ENDPOINT_URL": s3_server.endpoint,
        "S3.LOG_DATA": f"s3://{BUCKET}/logs/",
        "S3.SONG_DATA": f"s3://{BUCKET}/songs",
        "S3.LOG_JSONPATH": "",
    }
    options = [part for pair in settings.items() for part in ("--set", "=".join(pair))]
    s3_server.put(BUCKET, "logs/a.json", EVENTS)
    s3_server.put(BUCKET, "songs/a.json", SONGS)
    return lambda *arguments: call(*arguments, *options, cwd=tmp_path, env=names)


def test_a_bucket_is_compared_with_the_ledger(
    in_s3: Callable[..., Outcome], s3_server: S3Server
) -> None:
    s3_server.put(BUCKET, "logs/b.json", lines(play(7, 1)))
    s3_server.put(BUCKET, "logs/c.json", lines(play(7, 1)))
    in_s3("create-tables")
    assert in_s3("etl").code == 0

    report = json.loads(in_s3("reconcile", "--json").out)
    assert report["agree"] is True
    [note] = report["differences"]
    assert (note["kind"], note["name"], note["note"]) == (
        "same_content",
        f"s3://{BUCKET}/logs/b.json",
        True,
    )
    assert f"s3://{BUCKET}/logs/c.json" in note["detail"]

    s3_server.delete(BUCKET, "logs/b.json")
    s3_server.put(BUCKET, "logs/c.json", lines(play(7, 2)))
    s3_server.put(BUCKET, "logs/d.json", lines(play(7, 3)))
    report = json.loads(in_s3("reconcile", "--json").out)
    found = {
        (each["kind"], each["name"][-6:]) for each in report["differences"] if not each["note"]
    }
    assert found == {("deleted", "b.json"), ("changed", "c.json"), ("missing", "d.json")}
    status = json.loads(in_s3("status", "--json").out)
    assert status["pending"]["files"] == 2
    assert json.loads(in_s3("plan", "--json").out)["files"] == 2
