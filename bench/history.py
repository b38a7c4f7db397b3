"""What a hundred days of history cost a run: one with nothing new, and one with a new day.

    python -m bench.history                       a hundred days of 10,000 events, 1,000 song files
    python -m bench.history --events 100000 --songs 14896 --rounds 5

`--events` are those of a day. The history is loaded a batch a day. Then processes are run in
turns, and ratios taken round by round. With nothing new: `etl.py`, beside a process that reads the
settings and lists all files, and beside one that also opens the warehouse. With a day more, and
then with that day and new songs: `etl.py` on the hundred days, beside `etl.py` on a warehouse that
knows the same songs and no event. The clock is of a noisy machine, so the processors' seconds are
told too.
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

from bench.peers.lineup import ROOT, run
from bench.peers.ours import settings_for
from bench.peers.page import Cost
from bench.target import Target, measure_alone
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
# A run with nothing new is to take so many times listing, and a day into an empty warehouse.
LISTED, EMPTY = 1.2, 1.5


def targets(days: int, events: int, songs: int, rounds: int) -> list[Target]:
    """Measure and print; how a run compares to listing, and a new day to an empty warehouse."""
    # As on most machines: what Python compiles, and we render, is kept for the next run.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as name:
        folder = Path(name)
        new_day, new_songs = _deliver(folder, days, events, songs)
        for files in (new_day, new_songs):
            _move(files, folder / "data", folder / "held")
        _prepare(folder)
        print(f"{days} days of {events:,} events, {songs:,} songs")
        nothing = _nothing_new(folder, rounds)
        _move(new_day, folder / "held", folder / "data")
        day = _new_day(folder, rounds, "a new day")
        _move(new_songs, folder / "held", folder / "data")
        songs_too = _new_day(folder, rounds, f"a new day and {NEW_SONGS} new songs")
    size = f"on top of {days} of {events:,} events and {songs:,} songs"
    return [
        Target(5, f"nothing new, times listing, {size}", nothing, LISTED),
        Target(5, f"a new day, times the same into an empty warehouse, {size}", day, EMPTY),
        Target(5, f"a new day and {NEW_SONGS} new songs, times the same, {size}", songs_too, EMPTY),
    ]


def _deliver(folder: Path, days: int, events: int, songs: int) -> tuple[list[Path], list[Path]]:
    """Make the data and the settings that name it; the files of the last day, and the last songs.

    Paths are below the data's folder.
    """
    data, made = folder / "data", days + 2
    artists = max(1, songs * 3 // 5)
    generate(data, Recipe(max(1, events // 2), songs, artists, made, events * made))
    logs, records = (
        sorted(path.relative_to(data) for path in (data / each).rglob("*.json"))
        for each in ("log_data", "song_data")
    )
    (data / logs.pop()).unlink()  # a day that is cut short, where the events end
    (folder / "no_events").mkdir()
    (folder / "no_events/none.json").touch()
    os.environ |= settings_for(data) | {"SPARKIFY_CLUSTER_DB_NAME": f"{folder}/tried"}
    return logs[-1:], records[-NEW_SONGS:]


def _move(files: Iterable[Path], place: Path, other: Path) -> None:
    for file in files:
        (other / file).parent.mkdir(parents=True, exist_ok=True)
        (place / file).rename(other / file)


def _prepare(folder: Path) -> None:
    """Make the two warehouses: of the whole history, and of its songs alone."""
    # A file of more than a megabyte is a batch of its own.
    for name, setting in (
        ("history", "ETL.BATCH_MB=1"),
        ("songs", f"S3.LOG_DATA={folder}/no_events"),
    ):
        _output(str(ROOT / "create_tables.py"))
        _output(*ETL, "--set", setting)
        (folder / "tried.duckdb").rename(folder / f"{name}.duckdb")


def _nothing_new(folder: Path, rounds: int) -> list[float]:
    _begin_from("history", folder)
    costs = [(_cost(*ETL), _cost("-c", LISTING), _cost("-c", OPENING)) for _ in range(rounds)]
    _tell("nothing new, and listing and opening", [(etl, opening) for etl, _, opening in costs])
    return _tell("nothing new, and listing", [(etl, listing) for etl, listing, _ in costs])


def _new_day(folder: Path, rounds: int, what: str) -> list[float]:
    days = {
        "history": [],
        # The same day and songs, and nothing of the days before.
        "songs": ["--set", f"S3.LOG_DATA={_newest(folder / 'data/log_data')}"],
    }
    costs: dict[str, list[Cost]] = {name: [] for name in days}
    seconds: dict[str, dict[str, float]] = {}
    for _ in range(rounds):
        for name, options in days.items():
            _begin_from(name, folder)
            costs[name].append(_cost(*ETL, *options))
    for name, options in days.items():
        _begin_from(name, folder)
        seconds[name] = json.loads(_output(*ETL, "--json", *options))["seconds"]
    ratios = _tell(what, list(zip(costs["history"], costs["songs"], strict=True)))
    for stage, spent in seconds["history"].items():
        print(f"    {stage:<18} {spent:7.3f} s {seconds['songs'][stage]:7.3f} s")
    return ratios


def _begin_from(name: str, folder: Path) -> None:
    """Put a copy of a warehouse in the place of the one tried."""
    shutil.copy(folder / f"{name}.duckdb", folder / "tried.duckdb")
    os.sync()  # or the load would wait until the disk has the copy, too


def _newest(folder: Path) -> Path:
    return max(folder.rglob("*.json"))


def _cost(*arguments: str) -> Cost:
    return Cost(**json.loads(run("measured", sys.executable, *arguments)))


def _output(*arguments: str) -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _tell(what: str, pairs: list[tuple[Cost, Cost]]) -> list[float]:
    """Print the medians of both, and of the ratios of the first to the second, which it returns.

    Those of their seconds, round by round.
    """
    print(what)
    for measure in ("seconds", "cpu"):
        values = [(getattr(one, measure), getattr(other, measure)) for one, other in pairs]
        one, other = (statistics.median(each) for each in zip(*values, strict=True))
        ratios = sorted(one / other for one, other in values)
        spread = f"{statistics.median(ratios):5.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        print(f"    {measure:<18} {one:7.3f} s {other:7.3f} s   ratio {spread}")
    return [one.seconds / other.seconds for one, other in pairs]


if __name__ == "__main__":
    measure_alone(targets, __doc__, days=100, events=10_000, songs=1_000, rounds=9)
