"""Metrics of the loads in a Prometheus text file, for the textfile collector of node_exporter."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sparkify import warehouse
from sparkify.config import Settings
from sparkify.engines import open_reader
from sparkify.engines.base import Queryable
from sparkify.errors import ConfigError, SourceError, SparkifyError
from sparkify.operate.history import past_runs
from sparkify.operate.status import PendingFiles, WarehouseStatus, find_pending, read_status
from sparkify.unfinished import atomic_file

RUN_OUTCOMES = ("done", "failed", "interrupted", "running", "undone", "reloaded")
# The collector runs as a user of its own; the file holds counts and times only.
METRICS_FILE_MODE = 0o644

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LoadEnd:
    """How a load ended: with `error` if it failed. A partial one was to take some files only."""

    exit_code: int
    error: Exception | None = None
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Gauge:
    """A metric with its samples, each of other labels; without samples it is left out."""

    name: str
    meaning: str
    samples: Sequence[tuple[Labels, float]]

    def lines(self) -> Iterator[str]:
        """Yield its lines in Prometheus's text format."""
        if self.samples:
            yield f"# HELP {self.name} {self.meaning}"
            yield f"# TYPE {self.name} gauge"
        for labels, value in self.samples:
            pairs = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
            yield f"{self.name}{{{pairs}}} {value}" if pairs else f"{self.name} {value}"


def write_metrics(settings: Settings, file: Path, end: LoadEnd) -> None:
    """Replace the metrics file after a load.

    What the warehouse or the source cannot tell now is left out. Raises OSError.
    """
    gauges = [*_of_load(end.exit_code, datetime.now(UTC)), *_of_warehouse(settings, end)]
    text = "".join(f"{line}\n" for gauge in gauges for line in gauge.lines())
    with atomic_file(file) as unfinished:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        unfinished.chmod(METRICS_FILE_MODE)


def _of_load(exit_code: int, now: datetime) -> list[Gauge]:
    return [
        _single("load_exit_code", "Exit code of the last load, 0 if all is well.", exit_code),
        _single("load_end_timestamp_seconds", "Time at which the last load ended.", _seconds(now)),
    ]


def _of_warehouse(settings: Settings, end: LoadEnd) -> list[Gauge]:
    with suppress(SparkifyError), closing(open_reader(settings)) as reader:
        warehouse.require_current(reader)
        outcomes = Counter(run.outcome for run in past_runs(reader))
        return [
            _by_label("runs", "Runs that had files to load.", "outcome", _all_of(outcomes)),
            *_of_status(read_status(reader)),
            *_of_pending(_pending(reader, settings, end)),
        ]
    return []


def _pending(reader: Queryable, settings: Settings, end: LoadEnd) -> PendingFiles | None:
    """Return the files that the load left; of all that it listed, one that succeeded left none."""
    if end.error is None and not end.is_partial:
        return PendingFiles(0, 0)
    # A source that failed is not listed again: each attempt may take minutes.
    with suppress(SourceError, ConfigError):
        return None if isinstance(end.error, SourceError) else find_pending(reader, settings)
    return None


def _of_status(status: WarehouseStatus) -> Iterator[Gauge]:
    yield _by_label("rows", "Rows by table.", "table", status.rows)
    meaning = "Open rejected records by reason."
    yield _by_label("rejected_records", meaning, "reason", status.rejected)
    yield _single("rejected_files", "Files that are rejected whole.", status.rejected_files)
    meaning = "Time of the latest event."
    yield _at("newest_event_timestamp_seconds", meaning, status.newest_event)
    meaning = "Time of the latest batch."
    yield _at("loaded_timestamp_seconds", meaning, status.loaded_at)
    if status.runs:
        run, of_latest = status.runs[0], "of the latest run that had files to load."
        stages = run.seconds_by_stage if run.seconds else {}
        yield _by_label("run_seconds", f"Seconds by stage {of_latest}", "stage", stages)
        yield _single("run_files", f"Files {of_latest}", run.files)
        yield _single("run_rows", f"Rows loaded into staging {of_latest}", run.rows)
        yield _single("run_rejected_records", f"Rejected records {of_latest}", run.rejected)
        outcomes = {str(outcome): count for outcome, count in status.checks.items()}
        meaning = f"Results of checks {of_latest}"
        yield _by_label("run_checks", meaning, "outcome", outcomes)


def _of_pending(pending: PendingFiles | None) -> Iterator[Gauge]:
    if pending:
        yield _single("pending_files", "Files that the last load left pending.", pending.files)
        yield _single("pending_bytes", "Size of those files.", pending.bytes)


def _all_of(outcomes: Mapping[str, int]) -> dict[str, int]:
    # A sample that is missing until there is a first failure would hide that first one's increase.
    return dict.fromkeys(RUN_OUTCOMES, 0) | dict(outcomes)


def _single(name: str, meaning: str, value: float) -> Gauge:
    return Gauge(f"sparkify_{name}", meaning, [({}, value)])


def _by_label(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Gauge:
    return Gauge(f"sparkify_{name}", meaning, _labelled(label, values.items()))


def _labelled(label: str, values: Iterable[tuple[str, float]]) -> list[tuple[Labels, float]]:
    return [({label: text}, value) for text, value in values]


def _at(name: str, meaning: str, timestamp: datetime | None) -> Gauge:
    samples: list[tuple[Labels, float]] = [({}, _seconds(timestamp))] if timestamp else []
    return Gauge(f"sparkify_{name}", meaning, samples)


def _seconds(timestamp: datetime) -> float:
    return timestamp.replace(tzinfo=UTC).timestamp()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
