"""Calculate the tables of docs/scale.md: a billion events a day on Redshift.

    python -m bench.scale              print the tables
    python -m bench.scale --page docs/scale.md

The facts about an event are those of generated data, which tests/test_scale.py measures; prices
are those of sparkify/cloud/prices.json. Bytes are of plain column widths: how far Redshift's
encodings reduce them cannot be known without a cluster.
"""

import argparse
import json
import math
from pathlib import Path

from bench.page import replace_section
from sparkify.config import Settings
from sparkify.engines.redshift.packing import LARGEST_PACKED_FILE

PRICES = Path(__file__).parents[1] / "sparkify" / "cloud" / "prices.json"

EVENTS_PER_DAY = 1_000_000_000
KEPT_DAYS = 30  # days of history in the tables below
EVENT_BYTES = 488  # of JSON
GZIP_BYTES = 55  # of gzip; real data is more varied and takes more
TEXT_BYTES = 208  # of text in all columns
MATCHED_TEXT_BYTES = 45  # in song, artist and page
PLAY_SHARE = 0.845
NUMBER_BYTES = 3 * 4 + 4 * 8 + 8  # the numbers of an event, and loaded_at
NODE, NODES, NODE_SLICES = "rg.4xlarge", 4, 8  # slices: see AWS's table of node types

DAY_MS = 86_400_000
PLAYS_PER_DAY = round(EVENTS_PER_DAY * PLAY_SHARE)
# The milliseconds of a day in which at least one play starts.
TIME_ROWS = round(DAY_MS * (1 - math.exp(-PLAYS_PER_DAY / DAY_MS)))
PLAY_BYTES = 8 + 8 + 4 + 8 + 4 + 8 + TEXT_BYTES // 2 + MATCHED_TEXT_BYTES
TIME_ROW_BYTES = 8 + 6 * 4

# The tables that grow, with rows per day and bytes per row.
GROWING = (
    ("staging_events", EVENTS_PER_DAY, NUMBER_BYTES + TEXT_BYTES),
    ("songplays", PLAYS_PER_DAY, PLAY_BYTES),
    ("time", TIME_ROWS, TIME_ROW_BYTES),
)
# Statements that can read more than the batch: the table, bytes per row in the columns read, the
# days of it, and the condition that limits it.
SONGS = "the first play of a song of the batch: `:first_rematched_time`"
OPEN_SESSION_HOURS = 4  # how long a session may last: what two batches can share
SESSION_DAYS = (OPEN_SESSION_HOURS + 1) / 24
BEYOND_THE_BATCH = (
    (
        "`repeated_events/stage_keys`, second half",
        "staging_events",
        8 + 4 + 4 + 8,
        SESSION_DAYS,
        "`:first_session`, `:last_session`",
    ),
    (
        "check `sessions_have_their_events`",
        "staging_events",
        8 + 4 + 4 + 8 + 8,
        SESSION_DAYS,
        "`:first_session`, `:last_session`",
    ),
    (
        "`songplays/stage_earlier`",
        "songplays",
        MATCHED_TEXT_BYTES + 8 + 8 + 4 + 8 + 18 + 18,
        KEPT_DAYS,
        SONGS,
    ),
    (
        "`songplays/stage_former`",
        "songplays",
        MATCHED_TEXT_BYTES + 8 + 8 + 4 + 8 + 18 + 18,
        KEPT_DAYS,
        "the same; runs if the batch corrects songs",
    ),
    ("check `songplays_have_their_song`, second half", "songplays", 18, KEPT_DAYS, SONGS),
)


def tables() -> dict[str, str]:
    """Return the tables of the page by name."""
    return {
        "day": _table(("", "arithmetic", "per day"), _day()),
        "batches": _table(
            ("`BATCH_MB`", "events per batch", "batches per day", "one every", "files, if packed"),
            [_batch(size) for size in (Settings().batch_mb, 4096, 16_384)],
        ),
        "beyond": _table(
            (
                "statement",
                "limited by",
                "rows it may read",
                "bytes per row",
                "per batch",
                "per day",
            ),
            _beyond(),
        ),
        "growth": _table(
            ("table", "rows per day", "bytes per row", "per day", f"{KEPT_DAYS} days"), _growth()
        ),
        "cost": _table(("", "arithmetic", "USD per month"), _cost()),
    }


def _day() -> list[tuple[str, ...]]:
    return [
        ("events per second", f"{EVENTS_PER_DAY:,} / 86,400", f"{EVENTS_PER_DAY / 86_400:,.0f}"),
        ("JSON", f"{EVENTS_PER_DAY:,} x {EVENT_BYTES} B", _size(EVENTS_PER_DAY * EVENT_BYTES)),
        ("JSON per second", "/ 86,400", f"{EVENTS_PER_DAY * EVENT_BYTES / 86_400 / 1e6:,.1f} MB"),
        ("as gzip", f"{EVENTS_PER_DAY:,} x {GZIP_BYTES} B", _size(EVENTS_PER_DAY * GZIP_BYTES)),
        ("plays", f"{EVENTS_PER_DAY:,} x {PLAY_SHARE}", f"{PLAYS_PER_DAY:,}"),
        (
            "rows of `time`",
            f"86,400,000 x (1 - e^(-{PLAYS_PER_DAY:,} / 86,400,000))",
            f"{TIME_ROWS:,}",
        ),
        (
            "JSON per slice and second",
            f"the same / ({NODES} nodes x {NODE_SLICES} slices)",
            f"{EVENTS_PER_DAY * EVENT_BYTES / 86_400 / NODES / NODE_SLICES / 1e3:,.0f} kB",
        ),
    ]


def _batch(size: int) -> tuple[str, ...]:
    number = batches_per_day(size)
    slices = NODES * NODE_SLICES
    files = math.ceil(math.ceil((size << 20) / LARGEST_PACKED_FILE) / slices) * slices
    return (
        f"{size:,}",
        f"{(size << 20) // EVENT_BYTES:,}",
        f"{number:,}",
        f"{86_400 / number:,.0f} s",
        f"{files} of {_size((size << 20) * GZIP_BYTES / EVENT_BYTES / files)} of gzip",
    )


def batches_per_day(size: int) -> int:
    """Return how many batches of that size in MiB a day has."""
    return math.ceil(EVENTS_PER_DAY * EVENT_BYTES / (size << 20))


def _beyond() -> list[tuple[str, ...]]:
    rows = {table: count for table, count, _ in GROWING}
    found: list[tuple[str, ...]] = []
    for name, table, width, days, condition in BEYOND_THE_BATCH:
        scan = round(rows[table] * days * width)
        found.append(
            (
                name,
                condition,
                f"{days:.2g} x {rows[table]:,} of `{table}`",
                f"{width}",
                _size(scan),
                _size(scan * batches_per_day(Settings().batch_mb)),
            )
        )
    return found


def _growth() -> list[tuple[str, ...]]:
    return [
        (
            f"`{table}`",
            f"{rows:,}",
            f"{width}",
            _size(rows * width),
            _size(rows * width * KEPT_DAYS),
        )
        for table, rows, width in GROWING
    ]


def _cost() -> list[tuple[str, ...]]:
    prices = json.loads(PRICES.read_text(encoding="utf-8"))
    hour, stored = prices["usd_per_hour"]["us-east-1"][NODE], prices["usd_per_gb_month"]
    month = hour * NODES * 730
    daily = sum(rows * width for _, rows, width in GROWING) / 1e9
    return [
        (f"{NODES} x {NODE}, us-east-1", f"{NODES} x ${hour} x 730 h", f"{month:,.2f}"),
        (
            f"{KEPT_DAYS} days of the three tables, uncompressed",
            f"{daily * KEPT_DAYS:,.0f} GB x ${stored}",
            f"{daily * KEPT_DAYS * stored:,.2f}",
        ),
        (
            "a year of them, uncompressed",
            f"{daily * 365:,.0f} GB x ${stored}",
            f"{daily * 365 * stored:,.2f}",
        ),
    ]


def _size(size: float) -> str:
    for unit, of in (("PB", 1e15), ("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if size >= of:
            return f"{size / of:,.1f} {unit}"
    return f"{size / 1e3:,.0f} kB"


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    rule = " | ".join("---" for _ in heads)
    lines = [" | ".join(heads), rule, *(" | ".join(row) for row in rows)]
    return "".join(f"| {line} |\n" for line in lines)


def with_tables(page: str) -> str:
    """Return the page with its tables replaced."""
    for name, table in tables().items():
        page = replace_section(page, name, table)
    return page


def main() -> None:
    """Print the tables, or write them into a page if one is named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--page", type=Path)
    if page := parser.parse_args().page:
        page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print("\n".join(tables().values()))


if __name__ == "__main__":
    main()
