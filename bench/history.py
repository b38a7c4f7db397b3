"""Measure incremental loads on top of a hundred days: with nothing new, and with a new day.

    python -m bench.history                       a hundred days of 10,000 events, 1,000 song files
    python -m bench.history --events 100000 --songs 14896 --rounds 5

`--events` is the number per day. The history is loaded one batch per day. Then processes run in
turns, and ratios are taken by round. With nothing new: `etl.py`, beside a process that reads the
settings and lists all files, and beside one that also opens the warehouse. With a new day, and
then with that day and new songs: `etl.py` on the hundred days, beside `etl.py` on a warehouse with
the same songs and no events. CPU seconds are printed too, since wall time is noisy.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench.peers.lineup import ROOT, run_module
from bench.peers.page import Cost
from bench.peers.sparkify_etl import settings_for
from bench.target import Target, run_bench
from sparkify.generate import Recipe, generate

LISTING = """
from sparkify.config import load_settings
from sparkify.staging import open_staging_sources

for feed in open_staging_sources(load_settings()):
    for file in feed.source.files():
        pass
"""
OPENING = f"""
import duckdb
{LISTING}
duckdb.connect(str(load_settings().database_file)).close()
"""
ETL = [str(ROOT / "etl.py")]
NEW_SONGS = 10
# Limits: of a run with nothing new relative to listing, and of a new day relative to the same
# day in an empty warehouse.
NOTHING_NEW_LIMIT, NEW_DAY_LIMIT = 1.6, 1.1


def targets(days: int, events: int, songs: int, rounds: int) -> list[Target]:
    """Measure and print runs relative to listing, and new days relative to an empty warehouse."""
    # As on most machines, compiled modules and rendered SQL are kept for the next run.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as name:
        folder = Path(name)
        new_day, new_songs = _generate_history(folder, days, events, songs)
        for files in (new_day, new_songs):
            _move(files, folder / "data", folder / "withheld")
        _build_warehouses(folder)
        print(f"{days} days of {events:,} events, {songs:,} songs")
        nothing = _measure_nothing_new(folder, rounds)
        _move(new_day, folder / "withheld", folder / "data")
        day = _measure_new_day(folder, rounds, "a new day")
        _move(new_songs, folder / "withheld", folder / "data")
        songs_too = _measure_new_day(folder, rounds, f"a new day and {NEW_SONGS} new songs")
    size = f"on top of {days} of {events:,} events and {songs:,} songs"
    return [
        Target(5, f"nothing new, relative to listing, {size}", nothing, NOTHING_NEW_LIMIT),
        Target(5, f"a new day, relative to an empty warehouse, {size}", day, NEW_DAY_LIMIT),
        Target(
            5, f"a new day and {NEW_SONGS} new songs, likewise, {size}", songs_too, NEW_DAY_LIMIT
        ),
    ]


def _generate_history(
    folder: Path, days: int, events: int, songs: int
) -> tuple[list[Path], list[Path]]:
    """Generate the data and set the environment for it.

    Returns the log file of the last day and the last song files, relative to the data's folder.
    """
    data, made = folder / "data", days + 2
    artists = max(1, songs * 3 // 5)
    generate(data, Recipe(max(1, events // 2), songs, artists, made, events * made))
    logs, records = (
        sorted(path.relative_to(data) for path in (data / each).rglob("*.json"))
        for each in ("log_data", "song_data")
    )
    (data / logs.pop()).unlink()  # the events end within this day
    (folder / "no_events").mkdir()
    (folder / "no_events/none.json").touch()
    os.environ |= settings_for(data) | {"SPARKIFY_CLUSTER_DB_NAME": f"{folder}/measured"}
    return logs[-1:], records[-NEW_SONGS:]


def _move(files: Iterable[Path], source: Path, target: Path) -> None:
    for file in files:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        (source / file).rename(target / file)


def _build_warehouses(folder: Path) -> None:
    """Build two warehouses: one with the whole history, one with its songs only."""
    # With this setting each day is a batch of its own.
    for name, setting in (
        ("history", "ETL.BATCH_MB=1"),
        ("songs", f"S3.LOG_DATA={folder}/no_events"),
    ):
        _output(str(ROOT / "create_tables.py"))
        _output(*ETL, "--set", setting)
        (folder / "measured.duckdb").rename(folder / f"{name}.duckdb")


def _measure_nothing_new(folder: Path, rounds: int) -> list[float]:
    _restore("history", folder)
    costs = [
        (_measure(*ETL), _measure("-c", LISTING), _measure("-c", OPENING)) for _ in range(rounds)
    ]
    _print_ratios(
        "nothing new, and listing and opening", [(etl, opening) for etl, _, opening in costs]
    )
    return _print_ratios("nothing new, and listing", [(etl, listing) for etl, listing, _ in costs])


def _measure_new_day(folder: Path, rounds: int, what: str) -> list[float]:
    days = {
        "history": [],
        # The same day and songs, without the days before.
        "songs": ["--set", f"S3.LOG_DATA={_last_log_file(folder / 'data/log_data')}"],
    }
    costs: dict[str, list[Cost]] = {name: [] for name in days}
    seconds: dict[str, dict[str, float]] = {}
    for _ in range(rounds):
        for name, options in days.items():
            _restore(name, folder)
            costs[name].append(_measure(*ETL, *options))
    for name, options in days.items():
        _restore(name, folder)
        seconds[name] = json.loads(_output(*ETL, "--json", *options))["seconds"]
    ratios = _print_ratios(what, list(zip(costs["history"], costs["songs"], strict=True)))
    for stage, spent in seconds["history"].items():
        print(f"    {stage:<18} {spent:7.3f} s {seconds['songs'][stage]:7.3f} s")
    return ratios


def _restore(name: str, folder: Path) -> None:
    """Replace the measured warehouse by a copy of the named one."""
    shutil.copy(folder / f"{name}.duckdb", folder / "measured.duckdb")
    os.sync()  # else the load would also wait until the copy is on disk


def _last_log_file(folder: Path) -> Path:
    return max(folder.rglob("*.json"))


def _measure(*arguments: str) -> Cost:
    return Cost(**json.loads(run_module("measure", sys.executable, *arguments)))


def _output(*arguments: str) -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _print_ratios(what: str, pairs: list[tuple[Cost, Cost]]) -> list[float]:
    """Print the medians of both and of their ratios; return the ratios by round, in seconds."""
    print(what)
    for measure in ("seconds", "cpu"):
        values = [(getattr(one, measure), getattr(other, measure)) for one, other in pairs]
        one, other = (statistics.median(each) for each in zip(*values, strict=True))
        ratios = sorted(one / other for one, other in values)
        spread = f"{statistics.median(ratios):5.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        print(f"    {measure:<18} {one:7.3f} s {other:7.3f} s   ratio {spread}")
    return [one.seconds / other.seconds for one, other in pairs]


if __name__ == "__main__":
    run_bench(targets, __doc__, days=100, events=10_000, songs=1_000, rounds=9)
