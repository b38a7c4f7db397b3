"""The example project, run in one process by Dagster itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from integrations.environments import ROOT, block_of_page, run_in
from tests.small_source import EVENT, SONG, UNUSUAL_VALUES_FAIL, lines, play

HERE = Path(__file__).parent
DAY = 86_400_000  # milliseconds
# Runs the days that it is given, each as Dagster's daemon would, and prints what came of them.
PROGRAM = """
import json, sys
import dagster as dg
from definitions import defs

job = defs.resolve_job_def("load_day")
found = []
with dg.DagsterInstance.ephemeral() as instance:
    for first, last in json.loads(sys.argv[1]):
        beginning = "dagster/asset_partition_range"
        tags = {f"{beginning}_start": first, f"{beginning}_end": last}
        done = job.execute_in_process(tags=tags, instance=instance, raise_on_error=False)
        found.append({
            "success": done.success,
            "rows": {
                made.asset_key.path[-1]: made.metadata["rows_added"].value
                for event in done.get_asset_materialization_events()
                for made in [event.event_specific_data.materialization]
            },
            "checks": {
                each.check_name: [each.asset_key.path[-1], each.passed, each.severity.value]
                for each in done.get_asset_check_evaluations()
            },
            "failure": [
                event.event_specific_data.error.message
                for event in done.all_events if event.is_step_failure
            ],
        })
    graph = defs.resolve_asset_graph()
    assets = {
        key.path[-1]: sorted(parent.path[-1] for parent in graph.get(key).parent_keys)
        for key in graph.get_all_asset_keys()
    }
    lineage = graph.get(dg.AssetKey(["sparkify", "songplays"])).metadata["dagster/column_lineage"]
    columns = lineage.value if hasattr(lineage, "value") else lineage
print("RESULT", json.dumps({
    "runs": found,
    "assets": assets,
    "title": [[dep.asset_key.path[-1], dep.column_name] for dep in columns.deps_by_column["title"]],
}))
"""


@pytest.fixture
def days(tmp_path: Path) -> Path:
    """Give a folder with a song and three days of logs, of one play each."""
    logs, songs = tmp_path / "data/log_data", tmp_path / "data/song_data"
    logs.mkdir(parents=True)
    songs.mkdir()
    (songs / "a.json").write_bytes(lines(SONG))
    paths = [f"$['{key}']" for key in EVENT]
    (tmp_path / "data/log_json_path.json").write_text(json.dumps({"jsonpaths": paths}))
    for day in range(3):
        event = play(day, 0, ts=1541105830796 + day * DAY)
        (logs / f"2018-11-0{1 + day}-events.json").write_bytes(lines(event))
    return tmp_path


def runs(folder: Path, *days: tuple[str, str], **env: str) -> dict[str, Any]:
    """Run partitions of the example; return what came of each, and its assets."""
    done = run_in(
        "dagster",
        *("python", "-c", PROGRAM, json.dumps(days)),
        cwd=folder,
        env={"PYTHONPATH": f"{ROOT}:{HERE}:{HERE / 'example'}", **env},
    )
    [result] = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")] or [""]
    assert result, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(result.removeprefix("RESULT "))
    return found


def test_a_partition_is_a_day_and_a_backfill_of_days_is_one_run(days: Path) -> None:
    found = runs(days, ("2018-11-01", "2018-11-01"), ("2018-11-02", "2018-11-03"))

    first, rest = found["runs"]
    assert (first["success"], rest["success"]) == (True, True)
    assert first["rows"] == {
        "staging_events": 1,
        "staging_songs": 1,
        "songplays": 1,
        "users": 1,
        "songs": 1,
        "artists": 1,
        "time": 1,
    }
    assert (rest["rows"]["songplays"], rest["rows"]["time"], rest["rows"]["users"]) == (2, 2, 0)
    # The star is made from the staging tables, and songplays also knows the songs.
    assets = found["assets"]
    assert len(assets) == 7
    assert assets["users"] == ["staging_events"]
    assert "staging_events" in assets["songplays"]
    assert found["title"] == [["staging_events", "song"]]
    # Each check is a check of the asset that it is about.
    assert first["checks"]["user_ids_are_unique"] == ["users", True, "ERROR"]
    assert first["checks"]["values_are_in_their_domain"] == ["songplays", True, "WARN"]
    assert first["checks"]["no_file_was_rejected"] == ["staging_events", True, "ERROR"]
    shipped = list((ROOT / "sparkify/sql/checks").rglob("*.sql"))
    assert len(first["checks"]) == len(shipped) + len(["no_file_was_rejected"])


def test_the_definitions_of_the_page_load_as_pasted(days: Path) -> None:
    (days / "dwh.cfg").write_text("[CLUSTER]\n[IAM_ROLE]\n[S3]\n")
    (days / "definitions.py").write_text(block_of_page("dagster.md", "import dagster"))

    [loaded] = runs(days, ("2018-11-01", "2018-11-03"), PYTHONPATH=f"{ROOT}:{HERE}:{days}")["runs"]

    assert (loaded["success"], loaded["rows"]["songplays"]) == (True, 3)


def test_a_check_that_blocks_fails_the_run_and_the_corrected_day_loads(days: Path) -> None:
    file = days / "data/log_data/2018-11-01-events.json"
    good = file.read_bytes()
    file.write_bytes(lines(play(0, 0, level="gold")))

    [failed] = runs(days, ("2018-11-01", "2018-11-01"), **UNUSUAL_VALUES_FAIL)["runs"]
    file.write_bytes(good)
    [corrected] = runs(days, ("2018-11-01", "2018-11-01"), **UNUSUAL_VALUES_FAIL)["runs"]

    assert (failed["success"], failed["rows"]) == (False, {})
    assert failed["checks"]["values_are_in_their_domain"] == ["songplays", False, "ERROR"]
    assert "values_are_in_their_domain failed" in failed["failure"][0]
    assert (corrected["success"], corrected["rows"]["songplays"]) == (True, 1)


def test_a_file_that_is_rejected_is_a_failed_check_and_the_others_load(days: Path) -> None:
    (days / "data/log_data/2018-11-02-events.json").write_text("<html>")

    [found] = runs(days, ("2018-11-01", "2018-11-03"))["runs"]

    assert (found["success"], found["rows"]["songplays"]) == (True, 2)
    assert found["checks"]["no_file_was_rejected"] == ["staging_events", False, "ERROR"]
