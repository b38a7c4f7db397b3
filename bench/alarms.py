"""Measure the alarms of the checks: what share of what is lost they report, and how much by chance.

python -m bench.alarms --page docs/operations.md     writes the section, and its picture beside it

The checks run as they are, on plays of generated weeks and of the sample, a load a day. Of a day a
share is taken away, the check of the load that shows it is run, and the day is put back.
"""

import argparse
import math
import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

import duckdb

from bench.page import open_picture, replace_section
from sparkify.sql import Statement, statement

SECTION, PICTURE = "alarms", "alarms.svg"
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
FIRST_DAY, ONE_DAY, DAYS_A_MONTH = date(2018, 1, 1), timedelta(days=1), 30
WEEKS, PLAYS_A_DAY = 52, 500
# Plays by weekday, Monday first, relative to an average day.
WEEKDAYS = (0.9, 1.0, 1.05, 1.1, 1.2, 0.95, 0.8)
LOADED_AT, LOADED_BEFORE = datetime(2019, 6, 1), datetime(2019, 5, 1)  # noqa: DTZ001 - all UTC
SAMPLE = Path(os.environ.get("SPARKIFY_SAMPLE", "../shared/data/sample"))


@dataclass(frozen=True, slots=True)
class Day:
    """A day's plays, and how many of them have a known song."""

    day: date
    plays: int
    known: int


@dataclass(frozen=True, slots=True)
class Watched:
    """A check, what takes a share of a day away, and how many days later a load shows it."""

    check: Statement
    loss: str
    days_later: int


VOLUME = Watched(
    statement("checks/ledger/no_day_is_below_its_weekday"),
    "delete from songplays where day = $day and draw < $share",
    1,
)
MATCHES = Watched(
    statement("checks/ledger/matched_share_has_not_fallen"),
    "update songplays set song_id = null where day = $day and draw < $share",
    0,
)


@dataclass(frozen=True, slots=True)
class Alarms:
    """The share of losses that a check reports, by the share lost, and its false alarms a month."""

    what: str
    by_share: dict[float, float]
    false_a_month: float


class Loads:
    """A warehouse in memory of which one day after the other is loaded."""

    def __init__(self, days: Sequence[Day], seed: int) -> None:
        # One thread, so that a seed gives the same numbers each time.
        self._connection = duckdb.connect(config={"threads": 1})
        self._run("select setseed($seed)", seed=seed / 100)
        self._run("create table days (day date, plays integer, known integer)")
        rows = [(each.day, each.plays, each.known) for each in days]
        self._connection.executemany("insert into days values (?, ?, ?)", rows)
        self._run(
            "create table songplays as select day, day + to_seconds(n * 86000 // plays) as "
            "start_time, case when n < known then 'SO' end as song_id, random() as draw, "
            "cast($before as timestamp) as loaded_at from days, range(plays) as each(n)",
            before=LOADED_BEFORE,
        )
        self._run(
            "create view batch_days as select loaded_at, day as event_date, 'new' as change, "
            "count(*) as plays, count(song_id) as matched_plays from songplays group by 1, 2"
        )

    def reports(self, watched: Watched, day: date, share: float) -> bool:
        """Return whether the check reports this day if this share of it is lost."""
        loaded = day + timedelta(days=watched.days_later)
        self._run("begin")
        try:
            if share:
                self._run(watched.loss, day=day, share=share)
            self._run("delete from songplays where day > $loaded", loaded=loaded)
            self._run(
                "update songplays set loaded_at = $now where day = $loaded",
                now=LOADED_AT,
                loaded=loaded,
            )
            scope = {
                "since": LOADED_AT,
                "first_start_time": datetime(loaded.year, loaded.month, loaded.day),  # noqa: DTZ001
                "last_start_time": datetime(loaded.year, loaded.month, loaded.day, 23, 59),  # noqa: DTZ001
            }
            found = self._run(watched.check.render("duckdb"), **watched.check.bind(scope))
        finally:
            self._run("rollback")
        return bool(found) and (watched is MATCHES or (day,) in [row[:1] for row in found])

    def _run(self, text: str, **parameters: object) -> list[tuple[object, ...]]:
        return self._connection.execute(text, parameters).fetchall()


def generated_days(seed: int, spread: float, known: float) -> list[Day]:
    """Return the days of a year.

    A day has the plays of its weekday, times a factor with this standard deviation in the
    logarithm. Each play has a known song with this probability.
    """
    draw = random.Random(seed)
    days = []
    for number in range(WEEKS * 7):
        day = FIRST_DAY + timedelta(days=number)
        plays = round(PLAYS_A_DAY * WEEKDAYS[day.weekday()] * math.exp(draw.gauss(0, spread)))
        days.append(Day(day, plays, sum(draw.random() < known for _ in range(plays))))
    return days


def sample_days() -> list[Day]:
    """Return the days of the sample; one of its plays has a known song."""
    found = (
        duckdb.connect()
        .execute(
            "select cast(make_timestamp(ts * 1000) as date) as day, count(*) from read_json("
            f"'{SAMPLE}/log_data/**/*.json', columns={{ts: 'bigint', page: 'varchar', "
            "userId: 'varchar'}) where page = 'NextSong' and userId != '' group by 1 order by 1"
        )
        .fetchall()
    )
    return [Day(day, plays, int(place == 3)) for place, (day, plays) in enumerate(found)]


def measure(
    what: str, watched: Watched, years: Sequence[Sequence[Day]], first: int, every: int
) -> Alarms:
    """Measure a check from the `first` day on; what is lost is tried on every so many days."""
    lost = dict.fromkeys(SHARES, 0)
    by_chance = days = tried = 0
    for seed, year in enumerate(years):
        loads = Loads(year, seed)
        for place in range(first, len(year) - watched.days_later):
            day = year[place].day
            days += 1
            by_chance += loads.reports(watched, day, 0)
            if place % every == 0:
                tried += 1
                for share in SHARES:
                    lost[share] += loads.reports(watched, day, share)
    by_share = {share: count / tried for share, count in lost.items()}
    found = Alarms(what, by_share, DAYS_A_MONTH * by_chance / days)
    print(alarms_table([found]), flush=True)
    return found


def measure_all(years: int, every: int) -> list[Alarms]:
    """Measure both checks on generated weeks, and on the sample if it is there."""
    steady = [generated_days(seed, 0.2, 0.3) for seed in range(years)]
    wild = [generated_days(seed, 0.71, 0.3) for seed in range(years)]
    found = [
        measure("plays, days that vary by 0.2", VOLUME, steady, 84, every),
        measure("plays, days that vary by 0.71", VOLUME, wild, 84, every),
        measure("known songs, 30% of plays", MATCHES, steady, 28, every),
    ]
    if SAMPLE.exists():
        sample = sample_days()
        found += [
            measure("plays, the sample", VOLUME, [sample], 5, 1),
            measure("known songs, the sample", MATCHES, [sample], 5, 1),
        ]
    return found


def alarms_table(found: Sequence[Alarms]) -> str:
    """Return a row a measurement: the share of losses reported, and the false alarms a month."""
    heads = " | ".join(f"{share:.0%}" for share in SHARES)
    rules = " | ".join(["---", *["---:"] * (len(SHARES) + 1)])
    rows = [
        f"| {each.what} | {' | '.join(f'{rate:.0%}' for rate in each.by_share.values())} "
        f"| {each.false_a_month:.1f} |"
        for each in found
    ]
    return "\n".join([f"| lost: | {heads} | false alarms a month |", f"| {rules} |", *rows])


WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 760, 340, 50, 20, 40
PLOT_WIDTH, PLOT_HEIGHT = 460, HEIGHT - TOP - BOTTOM
COLOURS = ("#1b7f4d", "#c2571a", "#4b3fd6", "#8a94a6", "#b8a100")


def draw_alarms(found: Sequence[Alarms]) -> str:
    """Return an SVG of the share reported against the share lost, a line a measurement."""
    title = "Share of losses reported, against the share lost"
    picture = open_picture(title, WIDTH, HEIGHT, letters=13)
    for percent in range(0, 101, 25):
        y = _height(percent / 100)
        line = {"x1": LEFT, "x2": LEFT + PLOT_WIDTH, "y1": y, "y2": y}
        SubElement(picture, "line", _texts(line), stroke="#d5d0c4")
        _write(picture, f"{percent}%", LEFT - 8, y + 4, "end")
        _write(picture, f"{percent}%", _across(percent / 100), HEIGHT - BOTTOM + 18, "middle")
    _write(picture, "of a day lost", LEFT + PLOT_WIDTH / 2, HEIGHT - 6, "middle")
    for number, (each, colour) in enumerate(zip(found, COLOURS, strict=False)):
        points = [(0.0, each.false_a_month / DAYS_A_MONTH), *each.by_share.items()]
        path = " ".join(f"{_across(share):.1f},{_height(rate):.1f}" for share, rate in points)
        drawn = {"points": path, "fill": "none", "stroke": colour, "stroke-width": "2"}
        SubElement(picture, "polyline", drawn)
        top = TOP + 16 + 22 * number
        mark = {"x": LEFT + PLOT_WIDTH + 20, "y": top - 10, "width": 12, "height": 12}
        SubElement(picture, "rect", _texts(mark), fill=colour)
        _write(picture, each.what, LEFT + PLOT_WIDTH + 38, top, "start")
    return f"{tostring(picture, encoding='unicode')}\n"


def _across(share: float) -> float:
    return LEFT + share * PLOT_WIDTH


def _height(rate: float) -> float:
    return TOP + (1 - rate) * PLOT_HEIGHT


def _write(picture: Element, text: str, x: float, y: float, anchor: str) -> None:
    place = {"x": round(x, 1), "y": round(y, 1), "text-anchor": anchor}
    SubElement(picture, "text", _texts(place)).text = text


def _texts(attributes: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in attributes.items()}


def main() -> None:
    """Measure and print; write table and picture to a page if one is named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--years", type=int, default=4, help="generated years of each kind")
    parser.add_argument("--every", type=int, default=5, help="try losses on every so many days")
    parser.add_argument("--page", type=Path, help="the page to write the section into")
    arguments = parser.parse_args()
    found = measure_all(arguments.years, arguments.every)
    table = alarms_table(found)
    if arguments.page:
        text = arguments.page.read_text(encoding="utf-8")
        section = f"\n{table}\n\n![Share reported against share lost]({PICTURE})\n\n"
        arguments.page.write_text(replace_section(text, SECTION, section), encoding="utf-8")
        arguments.page.with_name(PICTURE).write_text(draw_alarms(found), encoding="utf-8")


if __name__ == "__main__":
    main()
