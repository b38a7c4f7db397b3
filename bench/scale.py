"""The arithmetic of docs/scale.md: a billion events a day on Redshift, written into the page.

    python -m bench.scale              print the tables
    python -m bench.scale --page docs/scale.md

Facts about an event are those of generated data, which tests/test_scale.py measures anew; prices
are those of sparkify/cloud/prices.json. Bytes are of plain column widths: what Redshift's encodings
make of them cannot be known without a cluster.
"""

import argparse
import json
import math
from pathlib import Path

from bench.page import written
from sparkify.config import Settings
from sparkify.engines.redshift.packing import LARGEST_PACKED_FILE

PRICES = Path(__file__).parents[1] / "sparkify" / "cloud" / "prices.json"

EVENTS = 1_000_000_000  # a day
DAYS = 30  # of history, in the tables below
EVENT_BYTES = 488  # of JSON
GZIP_BYTES = 55  # of it as gzip; real data, more varied, takes more
TEXT_BYTES = 208  # of text in all columns
MATCHED_TEXT_BYTES = 45  # in song, artist and page
PLAY_SHARE = 0.845
NUMBER_BYTES = 3 * 4 + 4 * 8 + 8  # the numbers of an event, and loaded_at
NODE, NODES, NODE_SLICES = "rg.4xlarge", 4, 8  # slices: AWS's table of node types

DAY_MS = 86_400_000
PLAYS = round(EVENTS * PLAY_SHARE)
# Of so many slots as a day has milliseconds, those that get a play.
MOMENTS = round(DAY_MS * (1 - math.exp(-PLAYS / DAY_MS)))
PLAY_BYTES = 8 + 8 + 4 + 8 + 4 + TEXT_BYTES // 2
MOMENT_BYTES = 8 + 6 * 4

HISTORY = ("staging_events", "songplays", "time")
# What can read more than the batch: of which table, bytes a row in the columns read, days of it,
# and the condition that holds it back.
BY_SESSION, BY_MOMENT = "sessions, by a subquery", "moments, by a subquery"
BEYOND = (
    ("`repeated_events/choose`, second half", "staging_events", 8 + 4 + 4 + 8, DAYS, BY_SESSION),
    ("`contradicting_events/choose`", "staging_events", 8 + 4 + 8 + 4 + 8, DAYS, "none"),
    ("`songplays/heal`", "staging_events", MATCHED_TEXT_BYTES + 5 * 8, DAYS, "none"),
    ("`songplays/merge`", "songplays", 8, DAYS, "none"),
    ("`time/insert`", "time", 8, DAYS, BY_MOMENT),
    ("check `songplays_have_their_song`, second half", "songplays", 18, DAYS, "none"),
    ("check `no_day_is_far_below_the_usual`", "staging_events", 8, 29, "29 days"),
    ("check `matched_share_holds`", "songplays", 8 + 18, 28, "28 days"),
    ("check `newest_event_is_no_older_than_usual`", "staging_events", 8 + 8, 28, "28 days"),
)


def tables() -> dict[str, str]:
    """The tables of the page, by name."""
    return {
        "day": _table(("", "arithmetic", "a day"), _day()),
        "batches": _table(
            ("`BATCH_MB`", "events a batch", "batches a day", "one every", "parts, if packed"),
            [_batch(size) for size in (Settings().batch_mb, 4096, 16_384)],
        ),
        "beyond": _table(
            ("statement", "held back by", "rows it can read", "bytes a row", "a batch", "a day"),
            _beyond(),
        ),
        "growth": _table(
            ("table", "rows a day", "bytes a row", "a day", f"{DAYS} days"), _growth()
        ),
        "cost": _table(("", "arithmetic", "USD a month"), _cost()),
    }


def _day() -> list[tuple[str, ...]]:
    return [
        ("events a second", f"{EVENTS:,} / 86,400", f"{EVENTS / 86_400:,.0f}"),
        ("JSON", f"{EVENTS:,} x {EVENT_BYTES} B", _size(EVENTS * EVENT_BYTES)),
        ("JSON a second", "/ 86,400", f"{EVENTS * EVENT_BYTES / 86_400 / 1e6:,.1f} MB"),
        ("as gzip", f"{EVENTS:,} x {GZIP_BYTES} B", _size(EVENTS * GZIP_BYTES)),
        ("plays", f"{EVENTS:,} x {PLAY_SHARE}", f"{PLAYS:,}"),
        (
            "moments in `time`",
            f"86,400,000 x (1 - e^(-{PLAYS:,} / 86,400,000))",
            f"{MOMENTS:,}",
        ),
        (
            "JSON a slice and second",
            f"the same / ({NODES} nodes x {NODE_SLICES} slices)",
            f"{EVENTS * EVENT_BYTES / 86_400 / NODES / NODE_SLICES / 1e3:,.0f} kB",
        ),
    ]


def _batch(size: int) -> tuple[str, ...]:
    number = batches(size)
    slices = NODES * NODE_SLICES
    parts = math.ceil(math.ceil((size << 20) / LARGEST_PACKED_FILE) / slices) * slices
    return (
        f"{size:,}",
        f"{(size << 20) // EVENT_BYTES:,}",
        f"{number:,}",
        f"{86_400 / number:,.0f} s",
        f"{parts} of {_size((size << 20) * GZIP_BYTES / EVENT_BYTES / parts)} of gzip",
    )


def batches(size: int) -> int:
    """How many batches of so many MiB a day makes."""
    return math.ceil(EVENTS * EVENT_BYTES / (size << 20))


def _beyond() -> list[tuple[str, ...]]:
    rows = dict(zip(HISTORY, (EVENTS, PLAYS, MOMENTS), strict=True))
    found: list[tuple[str, ...]] = []
    for name, table, width, days, condition in BEYOND:
        scan = rows[table] * days * width
        found.append(
            (
                name,
                condition,
                f"{days} x {rows[table]:,} of `{table}`",
                f"{width}",
                _size(scan),
                _size(scan * batches(Settings().batch_mb)),
            )
        )
    return found


def _growth() -> list[tuple[str, ...]]:
    widths = (NUMBER_BYTES + TEXT_BYTES, PLAY_BYTES, MOMENT_BYTES)
    return [
        (
            f"`{table}`",
            f"{rows:,}",
            f"{width}",
            _size(rows * width),
            _size(rows * width * DAYS),
        )
        for table, rows, width in zip(HISTORY, (EVENTS, PLAYS, MOMENTS), widths, strict=True)
    ]


def _cost() -> list[tuple[str, ...]]:
    prices = json.loads(PRICES.read_text(encoding="utf-8"))
    hour, stored = prices["usd_per_hour"]["us-east-1"][NODE], prices["usd_per_gb_month"]
    month = hour * NODES * 730
    widths = (NUMBER_BYTES + TEXT_BYTES, PLAY_BYTES, MOMENT_BYTES)
    daily = sum(r * w for r, w in zip((EVENTS, PLAYS, MOMENTS), widths, strict=True)) / 1e9
    return [
        (f"{NODES} x {NODE}, us-east-1", f"{NODES} x ${hour} x 730 h", f"{month:,.2f}"),
        (
            f"{DAYS} days of the three tables, not compressed",
            f"{daily * DAYS:,.0f} GB x ${stored}",
            f"{daily * DAYS * stored:,.2f}",
        ),
        (
            "a year of them, not compressed",
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
    """The page with the tables in their places."""
    for name, table in tables().items():
        page = written(page, name, table)
    return page


def main() -> None:
    """Print the tables, or write them into the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--page", type=Path)
    if page := parser.parse_args().page:
        page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print("\n".join(tables().values()))


if __name__ == "__main__":
    main()
