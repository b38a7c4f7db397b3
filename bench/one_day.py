"""Measure a question about one day on a hundred days, beside the same question on that day alone.

    python -m bench.one_day                   a hundred days of 10,000 events, 1,000 song files
    python -m bench.one_day --days 30 --events 100000 --rounds 21
    python -m bench.one_day --page docs/performance.md

`--events` is the number per day. Two warehouses are built in DuckDB: one of all days, loaded a
few days at a time, and one of the day in their middle, with the same songs. A connection to each
asks in turns, and ratios are taken by round. Parsing and planning the question are part of it.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb

from bench.page import replace_section
from bench.peers.lineup import ROOT
from bench.peers.sparkify_etl import settings_for
from bench.target import Target, targets_table
from sparkify.generate import Recipe, generate

LIMIT = 1.5
AMOUNTS = {"days": 100, "events": 10_000, "songs": 1_000, "rounds": 51}
QUESTIONS = {
    "plays": """
        select artist_name, count(*) from plays where start_date = ? group by 1 order by 2 desc
    """,
    "sessions": """
        select * from sessions where started_at >= $1 and started_at < $1 + interval 1 day
    """,
    "daily_activity": "select * from daily_activity where activity_date = ?",
}


def targets(days: int, events: int, songs: int, rounds: int) -> list[Target]:
    """Measure and print the questions on all days relative to the day alone."""
    with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as name:
        folder = Path(name)
        day = _generate_days(folder, days, events, songs)
        for warehouse, logs in (("all", "data/log_data"), ("one", "one")):
            _build_warehouse(folder, warehouse, folder / logs)
        size = f"on {days} days of {events:,} events"
        return [
            Target(10, f"a day of `{view}`, {size}", _ratios(folder, question, day, rounds), LIMIT)
            for view, question in QUESTIONS.items()
        ]


def _generate_days(folder: Path, days: int, events: int, songs: int) -> date:
    """Generate the data, and a folder with the middle day's log file alone; return that day."""
    data = folder / "data"
    generate(data, Recipe(max(1, events // 2), songs, max(1, songs * 3 // 5), days, events * days))
    logs = sorted((data / "log_data").rglob("*.json"))
    middle = logs[len(logs) // 2]
    (folder / "one").mkdir()
    (folder / "one" / middle.name).hardlink_to(middle)
    return date.fromisoformat(middle.name[: len("2018-11-01")])


def _build_warehouse(folder: Path, name: str, logs: Path) -> None:
    own = {"SPARKIFY_CLUSTER_DB_NAME": f"{folder}/{name}", "SPARKIFY_S3_LOG_DATA": str(logs)}
    environment = os.environ | settings_for(folder / "data") | own
    for script, *options in (["create_tables.py"], ["etl.py", "--set", "ETL.BATCH_MB=32"]):
        command = [sys.executable, str(ROOT / script), *options]
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def _ratios(folder: Path, question: str, day: date, rounds: int) -> list[float]:
    """Ask on both in turns, print the median times, and return the ratios by round."""
    every, alone = (
        duckdb.connect(str(folder / f"{name}.duckdb"), read_only=True) for name in ("all", "one")
    )
    with every, alone:
        pairs = [
            (_seconds(every, question, day), _seconds(alone, question, day))
            for _ in range(rounds + 1)
        ][1:]  # the first reads the file
    on_all, on_one = (statistics.median(each) for each in zip(*pairs, strict=True))
    asked = " ".join(question.split())
    print(f"{asked}: {on_all * 1000:.1f} ms, {on_one * 1000:.1f} ms on the day alone")
    return [on_all / on_one for on_all, on_one in pairs]


def _seconds(connection: duckdb.DuckDBPyConnection, question: str, day: date) -> float:
    begun = time.perf_counter()
    assert connection.execute(question, [day]).fetchall()
    return time.perf_counter() - begun


def main() -> None:
    """Measure and print, and write the table into a page if one is named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--page", type=Path, help="the page to write the table into")
    for name, amount in AMOUNTS.items():
        parser.add_argument(f"--{name}", type=int, default=amount)
    amounts = vars(parser.parse_args())
    page: Path | None = amounts.pop("page")
    table = targets_table(targets(**amounts))
    print(table)
    if page:
        text = replace_section(page.read_text(encoding="utf-8"), "one day", f"{table}\n")
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
