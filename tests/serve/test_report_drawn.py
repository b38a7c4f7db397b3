"""`sparkify report` in a real browser: what is drawn, and that it is harmless."""

import re
from collections import Counter
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from tests.command_line import call
from tests.contract.source_files import event
from tests.local_hours import local_hour
from tests.oracle import Rows

from .browser import page
from .pages import FIRST, LAST, SECTIONS, of, warehouse_of

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;</style></svg>"


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (390, "dark"),
        *(
            pytest.param(*each, marks=pytest.mark.slow)
            for each in product((390, 768, 1200), ("light", "dark"))
            if each != (390, "dark")
        ),
    ],
)
def test_the_page_is_drawn_and_fetches_and_logs_nothing(
    chromium: Browser, made: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    with page(chromium, made, width, scheme) as (shown, seen):
        boxes = {name: shown.locator(f"#{name}").bounding_box() for name in SECTIONS}
        papers = shown.evaluate("getComputedStyle(document.body).backgroundColor")
        wide = shown.evaluate("document.documentElement.scrollWidth")
        columns = shown.locator("#plays_over_time .column:visible").count()
        cells = shown.locator("#plays_by_weekday_and_hour svg:visible rect").count()
        tiles = shown.locator("#states .tile:visible").count()
        small = shown.evaluate("""
            Math.min(...[...document.querySelectorAll('svg text')]
                .map(text => text.getBoundingClientRect().height).filter(height => height))
        """)

    assert (seen.requests, seen.messages) == ([made.as_uri()], [])
    assert all(box and box["width"] > 200 and box["height"] > 80 for box in boxes.values())
    assert wide <= width
    assert (columns, cells, tiles) == (30, 7 * 24, 51)
    assert small >= 9, "no text is too small to read"
    red = int(re.findall(r"\d+", papers)[0])
    assert red > 230 if scheme == "light" else red < 40


def test_a_column_is_as_high_as_its_plays(chromium: Browser, made: Path, plays: Rows) -> None:
    days = Counter(play["start_date"] for play in of(plays, FIRST, LAST))
    with page(chromium, made, runs_scripts=False) as (shown, _):
        drawn = shown.evaluate("""
            [...document.querySelectorAll('#plays_over_time .wide .column')].map(column => [
                column.querySelector('title').textContent,
                column.querySelector('.paid').getBoundingClientRect().height
                    + column.querySelector('.free').getBoundingClientRect().height,
            ])
        """)

    most = max(days.values())
    tallest = max(height for _, height in drawn)
    for place, (title, height) in enumerate(drawn):
        day = FIRST + timedelta(days=place)
        paid, free = map(int, re.findall(r"(\d+) (?:paid|free)", title))
        assert paid + free == days[day]
        assert height == pytest.approx(tallest * days[day] / most, abs=0.5)


@pytest.mark.parametrize("clock", ["local", "utc"])
def test_the_shades_of_the_heat_map_follow_the_plays(
    chromium: Browser, loaded_once: Path, plays: Rows, tmp_path: Path, clock: str
) -> None:
    made = tmp_path / "report.html"
    call("report", "--out", str(made), *(["--utc"] if clock == "utc" else []), cwd=loaded_once)
    hours = Counter(
        (play["weekday"], play["hour"])
        if clock == "utc"
        else local_hour(play["start_time"], play["location"])
        for play in of(plays, FIRST, LAST)
    )
    names = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
    with page(chromium, made, runs_scripts=False) as (shown, _):
        drawn = shown.evaluate("""
            [...document.querySelectorAll('#plays_by_weekday_and_hour .wide rect')].map(cell => [
                cell.querySelector('title').textContent, cell.getAttribute('class'),
                getComputedStyle(cell).fill,
            ])
        """)

    said = {title: int(shade[1]) for title, shade, _ in drawn}
    expected = {
        f"{names[weekday]} {hour:02}:00: {hours[weekday, hour]:,} plays": -(
            -5 * hours[weekday, hour] // max(hours.values())
        )
        for weekday in range(7)
        for hour in range(24)
    }
    assert said == expected
    assert len({colour for _, _, colour in drawn}) == len(set(said.values()))


def test_the_sql_and_the_data_open_without_a_script(chromium: Browser, made: Path) -> None:
    with page(chromium, made, runs_scripts=False) as (shown, _):
        assert not shown.locator("#filters").is_visible()
        assert shown.locator("#plays_over_time .column:visible").count() == 30
        assert not shown.locator("#top_songs pre").is_visible()
        shown.locator("#top_songs summary").click()
        assert shown.locator("#top_songs pre").is_visible()
        assert shown.locator("#top_songs tbody tr").count() == 10


def test_on_paper_it_is_dark_on_white(chromium: Browser, made: Path) -> None:
    with page(chromium, made, scheme="dark") as (shown, _):
        shown.emulate_media(media="print", color_scheme="dark")
        paper = shown.evaluate("getComputedStyle(document.body).backgroundColor")
        assert not shown.locator("summary").first.is_visible()
        printed = shown.pdf(format="A4")

    assert paper == "rgb(255, 255, 255)"
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2


def test_a_song_called_script_is_a_song(chromium: Browser, tmp_path: Path) -> None:
    hostile = event(song=HOSTILE, artist=HOSTILE, location=f"{HOSTILE}, {HOSTILE}-NY")
    warehouse_of(tmp_path, [hostile])
    call("report", cwd=tmp_path)
    with page(chromium, tmp_path / "sparkify-report.html") as (shown, seen):
        title = shown.locator("#top_songs b").inner_text()
        scripts = shown.evaluate("document.scripts.length + document.images.length")

    assert title == HOSTILE
    assert scripts == 2  # the page's own
    assert len(seen.requests) == 1
    assert seen.messages == []


def test_the_policy_would_stop_a_script_that_got_in(
    chromium: Browser, made: Path, tmp_path: Path
) -> None:
    forged = made.read_text(encoding="utf-8").replace(
        "</main>", '<script>alert(1)</script><img src="file:///etc/x.png"><p style="color:red">'
    )
    (tmp_path / "forged.html").write_text(forged, encoding="utf-8")
    with page(chromium, tmp_path / "forged.html") as (shown, seen):
        colour = shown.evaluate("getComputedStyle(document.querySelector('p[style]')).color")

    assert colour != "rgb(255, 0, 0)"
    assert len(seen.messages) == 3
    assert all("Content Security Policy" in message for message in seen.messages)
