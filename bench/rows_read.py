"""Count the rows that each statement of a batch reads, after 10 and after 100 days of history.

    python -m bench.rows_read                       print the table
    python -m bench.rows_read --page docs/scale.md

On DuckDB, which counts them itself: the rows that a statement scans, and those that its joins and
groups put out. Its blocks are the smallest that it has, five days of these events, so that ten days
are several: a block whose least and greatest values no row of a statement can have is not scanned.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.page import replace_section
from sparkify import pipeline
from sparkify.config import Settings
from sparkify.engines.base import Result
from sparkify.engines.duckdb.engine import DuckDbEngine
from sparkify.generate import Recipe, generate
from sparkify.sql import Parameter, Statement

EVENTS = 400  # a day
BLOCK_ROWS = 2_048
FEW_DAYS, MANY_DAYS = 10, 100
# With ten times the history, a statement that reads none of it may process a fifth more rows.
GROWTH = 1.2
# What is shown of a statement that reads no history: at least so many rows, or it says nothing.
FEWEST_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class LastBatch:
    """The batch that is measured: a day of new events, and what comes with them.

    That are so many songs, of this title if there is one, else songs that were played since the
    beginning; and so many events of the day before, received again with another plan.
    """

    description: str
    songs: int = 0
    title: str = ""
    corrections: int = 0


BATCHES = (
    LastBatch("a day"),
    LastBatch("and corrections", corrections=20),
    LastBatch("and songs not played yet", songs=2, title="Not out yet"),
    LastBatch("and songs played before", songs=2),
)


class RowCountingEngine(DuckDbEngine):
    """Counts the rows that each statement scans, and those that its joins and so on put out."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        small = path.with_suffix(".small.duckdb")
        self._connection.execute(f"attach '{small}' as small (row_group_size {BLOCK_ROWS})")
        self._connection.execute("use small")
        self.rows: dict[str, int] = {}
        self._connection.enable_profiling()
        self._connection.execute("pragma enable_profiling = 'no_output'")

    def execute(self, statement: Statement, **parameters: Parameter) -> None:
        super().execute(statement, **parameters)
        self._count(statement)

    def execute_all(self, statements: Iterable[Statement], **parameters: Parameter) -> None:
        for each in statements:
            self.execute(each, **parameters)

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        result = super().fetch(statement, **parameters)
        self._count(statement)
        return result

    def _count(self, statement: Statement) -> None:
        profile = json.loads(self._connection.get_profiling_information(format="json"))
        self.rows[statement.name] = sum(map(_rows, profile.get("operator", ())))


def _rows(operator: Mapping[str, Any]) -> int:
    own = int(operator["intermediate_rows"]) + int(operator.get("rows_scanned", 0))
    return own + sum(map(_rows, operator.get("children", ())))


def compare_histories(folder: Path, batch: LastBatch) -> dict[str, tuple[int, int]]:
    """Return the rows of each statement of a batch after few days, and after many."""
    few, many = (rows_after(days, folder / str(days), batch) for days in (FEW_DAYS, MANY_DAYS))
    return {name: (few[name], many[name]) for name in few}


def rows_after(days: int, folder: Path, batch: LastBatch) -> dict[str, int]:
    """Return the rows processed, by statement, for a batch after that many days."""
    data, withheld = folder / "data", folder / "withheld"
    all_days = MANY_DAYS + 2
    generate(
        data, Recipe(users=40, songs=200, artists=100, days=all_days, events=EVENTS * all_days)
    )
    logs, songs = (sorted((data / each).rglob("*.json")) for each in ("log_data", "song_data"))
    new_songs = songs[len(songs) - batch.songs :]
    if batch.title:
        for file in new_songs:
            record = json.loads(file.read_text(encoding="utf-8"))
            file.write_text(json.dumps(record | {"title": batch.title}), encoding="utf-8")
    new = [logs[MANY_DAYS], *new_songs]
    withheld.mkdir()
    for file in {songs[0], *new, *logs} - {*logs[MANY_DAYS - days : MANY_DAYS]}:
        file.rename(withheld / file.name)
    settings = Settings(
        log_data=f"{data}/log_data",
        song_data=f"{data}/song_data",
        log_jsonpath=f"{data}/log_json_path.json",
    )
    engine = RowCountingEngine(folder / "warehouse.duckdb")
    try:
        pipeline.create_tables(engine)
        _load(engine, settings)
        # Another song: the titles that were played until then are kept.
        (withheld / songs[0].name).rename(songs[0])
        _load(engine, settings)
        for file in new:
            (withheld / file.name).rename(file)
        if batch.corrections:
            _correct(logs[MANY_DAYS - 1], batch.corrections, logs[MANY_DAYS].parent)
        engine.rows.clear()
        _load(engine, settings)
    finally:
        engine.close()
    return engine.rows


def _load(engine: DuckDbEngine, settings: Settings) -> None:
    run = pipeline.load_pending(engine, settings, pipeline.NullReporter())
    assert run.files, "nothing was pending"


def _correct(log: Path, corrections: int, folder: Path) -> None:
    """Write the first plays of a log file again, with the other plan."""
    lines = log.read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines if '"NextSong"' in line]
    corrected = [
        json.dumps(each | {"level": "paid" if each["level"] == "free" else "free"})
        for each in records[:corrections]
    ]
    (folder / "corrections.json").write_text("\n".join(corrected), encoding="utf-8")


def growing(compared: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Return the statements that process more rows after many days, with both numbers."""
    return {name: rows for name, rows in compared.items() if rows[1] > rows[0] * GROWTH}


def table(folder: Path) -> str:
    """Return the page's table: the statements that read most, and all that grow."""
    lines = [
        "| statement | batch | after 10 days | after 100 days |\n| --- | --- | ---: | ---: |\n"
    ]
    shown: dict[str, tuple[int, int]] = {}
    for number, batch in enumerate(BATCHES):
        compared = compare_histories(folder / str(number), batch)
        lines += _lines(batch, compared, shown)
    return "".join(lines)


def _lines(
    batch: LastBatch,
    compared: Mapping[str, tuple[int, int]],
    shown: dict[str, tuple[int, int]],
) -> Iterator[str]:
    """Yield a line for each statement that is new, or grows as it did not in the batches before."""
    grown = growing(compared)
    for name, (few, many) in sorted(compared.items()):
        is_new = name not in shown and few >= FEWEST_ROWS and _transforms_or_checks(name)
        if is_new or (name in grown and name not in growing(shown)):
            yield f"| `{_short(name)}` | {batch.description} | {few:,} | {many:,} |\n"
            shown[name] = (few, many)


def _transforms_or_checks(name: str) -> bool:
    return name.startswith(("transform/", "checks/", "quarantine/"))


def _short(name: str) -> str:
    """Return the name as docs/scale.md has it: a table's step, or a check."""
    for folder in ("transform/", "quarantine/", "ledger/", "checks/"):
        if name.startswith(folder):
            return name.removeprefix(folder)
    return name


def main() -> None:
    """Print the table, or write it into a page if one is named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--page", type=Path)
    page = parser.parse_args().page
    with TemporaryDirectory(prefix="sparkify-rows-") as folder:
        written = table(Path(folder))
    if page:
        text = replace_section(page.read_text(encoding="utf-8"), "rows", written)
        page.write_text(text, encoding="utf-8")
    else:
        print(written)


if __name__ == "__main__":
    main()
