"""`[METRICS] FILE`, read by Prometheus's own parser."""

import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sparkify.operate.metrics import Gauge
from tests.command_line import Outcome, call
from tests.small_source import COUNTS, EVENTS, UNUSUAL_VALUES_FAIL, lines, play, write_source

LOG = "data/log_data/2018/b.json"
Samples = dict[tuple[str, str], float]


def samples(folder: Path) -> Samples:
    """Return the value of each metric by its name and its only label, empty for none."""
    text = (folder / "sparkify.prom").read_text(encoding="utf-8")
    return {
        (sample.name.removeprefix("sparkify_"), "".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def etl(tmp_path: Path) -> Callable[..., Outcome]:
    write_source(tmp_path)
    assert call("create-tables", cwd=tmp_path).code == 0

    def load(*arguments: str) -> Outcome:
        options = ("--set", "METRICS.FILE=sparkify.prom", *arguments)
        return call("etl", *options, cwd=tmp_path, env=UNUSUAL_VALUES_FAIL)

    return load


def test_the_metrics_of_a_good_load(tmp_path: Path, etl: Callable[..., Outcome]) -> None:
    (tmp_path / LOG).write_bytes(b'{"ts": "red"}\n' + lines(play(7, 7)))
    began = datetime.now(UTC).timestamp()
    assert etl().code == 0

    found = samples(tmp_path)
    [run] = json.loads(call("runs", "--json", cwd=tmp_path).out)
    assert found["load_exit_code", ""] == 0
    assert began <= found["load_end_timestamp_seconds", ""] <= datetime.now(UTC).timestamp()
    assert {label: value for (name, label), value in found.items() if name == "runs"} == {
        "done": 1,
        **dict.fromkeys(("failed", "interrupted", "running", "undone", "reloaded"), 0),
    }
    rows = {label: value for (name, label), value in found.items() if name == "rows"}
    assert rows == {**COUNTS, "staging_events": 7, "songplays": 5, "time": rows["time"]}
    assert found["run_rows", ""] == EVENTS.count(b"\n") + 1 + 1
    assert (found["run_files", ""], found["run_rejected_records", ""]) == (3, 1)
    rejected = [value for (name, _), value in found.items() if name == "rejected_records"]
    assert (rejected, found["rejected_files", ""]) == ([1], 0)
    assert found["run_seconds", "load"] == run["seconds"]["load"]
    assert sum(value for (name, _), value in found.items() if name == "run_checks") > 10
    assert found["run_checks", "failed"] == 0
    newest = datetime(2018, 11, 1, 20, 57, 10, 798_000, tzinfo=UTC)
    assert found["newest_event_timestamp_seconds", ""] == newest.timestamp()
    assert found["loaded_timestamp_seconds", ""] == pytest.approx(began, abs=60)
    assert (found["pending_files", ""], found["pending_bytes", ""]) == (0, 0)


def test_the_metrics_of_a_failed_load(tmp_path: Path, etl: Callable[..., Outcome]) -> None:
    assert etl().code == 0
    content = lines(play(8, 8, level="gold"))
    (tmp_path / LOG).write_bytes(content)
    assert etl().code == 3

    found = samples(tmp_path)
    assert found["load_exit_code", ""] == 3
    assert (found["runs", "done"], found["runs", "failed"]) == (1, 1)
    assert found["run_checks", "failed"] == 1
    assert (found["pending_files", ""], found["pending_bytes", ""]) == (1, len(content))


def test_where_the_source_failed_the_pending_files_are_not_known(
    tmp_path: Path, etl: Callable[..., Outcome]
) -> None:
    assert etl().code == 0
    assert etl("--set", "S3.LOG_DATA=nowhere").code == 1

    found = samples(tmp_path)
    assert found["load_exit_code", ""] == 1
    assert ("pending_files", "") not in found
    assert found["rows", "songplays"] == COUNTS["songplays"]


def test_without_a_warehouse_there_are_the_metrics_of_the_load(
    tmp_path: Path, etl: Callable[..., Outcome]
) -> None:
    assert etl("--set", "CLUSTER.DB_NAME=nowhere/other").code == 1

    assert samples(tmp_path).keys() == {("load_exit_code", ""), ("load_end_timestamp_seconds", "")}


def test_the_file_is_replaced_whole_and_the_collector_may_read_it(
    tmp_path: Path, etl: Callable[..., Outcome]
) -> None:
    assert etl().code == 0
    file = tmp_path / "sparkify.prom"
    before = file.stat()
    with file.open(encoding="utf-8") as opened:
        first = file.read_text(encoding="utf-8")
        assert etl().code == 0
        assert opened.read() == first  # a collector that reads meanwhile reads the former one
    assert file.stat().st_ino != before.st_ino
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert [each.name for each in tmp_path.iterdir() if "unfinished" in each.name] == []


def test_a_file_that_cannot_be_written_is_a_warning(
    tmp_path: Path, etl: Callable[..., Outcome]
) -> None:
    loaded = etl("--set", "METRICS.FILE=no/such/folder/x.prom")

    assert loaded.code == 0
    assert "Warning: the metrics cannot be written to no/such/folder/x.prom: " in loaded.err


def test_any_text_of_a_label_is_read_back() -> None:
    text = 'a "b"\\n \\\nc\\'
    gauge = Gauge("x", "All.", [({"reason": text}, 1.5)])

    [family] = text_string_to_metric_families("\n".join(gauge.lines()) + "\n")

    assert [(each.labels, each.value) for each in family.samples] == [({"reason": text}, 1.5)]
