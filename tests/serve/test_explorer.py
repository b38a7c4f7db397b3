"""The report as an explorer, in a real browser: its figures follow the filters, and are right."""

import re
from dataclasses import replace
from datetime import date, datetime
from importlib.resources import files
from itertools import product
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from sparkify.config import Settings
from sparkify.engines import open_reader
from sparkify.serve import cube
from sparkify.serve.charts import STATES
from sparkify.serve.period import Period
from sparkify.serve.report import Report, render_report
from tests.command_line import call
from tests.oracle import Rows

from .browser import page
from .explorer import Filter, expected_figures, shown_figures
from .pages import FIRST, LAST

FRAGMENT = "#plan=paid&state=TX&weekdays=06"
FILTERS = [
    Filter(),
    Filter(first=date(2018, 12, 5), last=date(2018, 12, 9)),
    Filter(first=LAST, last=LAST),
    Filter(plan="paid"),
    Filter(plan="free", weekdays="06"),
    Filter(state="TX"),
    Filter(state="CA", plan="free", first=date(2018, 12, 10)),
    Filter(weekdays="3"),
]


def assert_shows(shown: Page, plays: Rows, chosen: Filter) -> None:
    seen: dict[str, Any] = shown_figures(shown)
    expected = expected_figures(plays, chosen)
    tiles = {text[:2]: int(re.sub(r"\D", "", text[2:])) for text in seen.pop("states")}
    states = expected.pop("states")

    assert tiles == {state: states.get(state, 0) for state in tiles}
    assert seen == expected


@pytest.mark.parametrize("chosen", FILTERS, ids=lambda chosen: chosen.fragment)
def test_a_view_from_an_address_shows_what_plain_python_counts(
    chromium: Browser, made: Path, plays: Rows, chosen: Filter
) -> None:
    with page(chromium, made) as (shown, seen):
        shown.evaluate("fragment => { location.hash = fragment; }", chosen.fragment)
        shown.wait_for_function("new Promise(done => setTimeout(() => done(true), 50))")
        assert_shows(shown, plays, chosen)

    assert seen.messages == []


def test_each_control_filters_and_is_in_the_address(
    chromium: Browser, made: Path, plays: Rows
) -> None:
    with page(chromium, made) as (shown, seen):
        assert_shows(shown, plays, Filter())
        before = shown_figures(shown)["keys"]
        assert not shown.locator("#retention .still").is_visible()
        shown.get_by_label("Plan").select_option("paid")
        assert_shows(shown, plays, Filter(plan="paid"))
        shown.locator("[name=state]").select_option("TX")
        assert_shows(shown, plays, Filter(plan="paid", state="TX"))
        shown.get_by_text("Sun", exact=True).first.click()
        assert_shows(shown, plays, Filter(plan="paid", state="TX", weekdays="123456"))
        shown.get_by_label("From").fill("2018-12-03")
        chosen = Filter(date(2018, 12, 3), LAST, "paid", "TX", "123456")
        assert_shows(shown, plays, chosen)
        assert shown.url.endswith("#from=2018-12-03&plan=paid&state=TX&weekdays=123456")
        assert shown.locator("#retention .still").is_visible()
        shown.get_by_role("button", name="Reset").click()
        assert_shows(shown, plays, Filter())
        assert shown_figures(shown)["keys"] == before
        assert "#" not in shown.url

    assert (seen.messages, len(seen.requests)) == ([], 1)


def test_days_are_brushed_by_the_pointer_and_given_back(
    chromium: Browser, made: Path, plays: Rows
) -> None:
    with page(chromium, made) as (shown, _):
        columns = shown.locator("#plays_over_time .wide .column")
        columns.first.scroll_into_view_if_needed()
        boxes = [columns.nth(place).bounding_box() for place in (4, 8)]
        (x, y), (to_x, to_y) = [
            (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box
        ]
        shown.mouse.move(x, y)
        shown.mouse.down()
        shown.mouse.move(to_x, to_y, steps=5)
        shown.mouse.up()
        assert_shows(shown, plays, Filter(date(2018, 12, 5), date(2018, 12, 9)))
        assert shown.locator("#plays_over_time .wide .outside").count() == 25
        for expected in (Filter(date(2018, 12, 5), date(2018, 12, 5)), Filter()):
            shown.mouse.click(x, y)
            assert_shows(shown, plays, expected)


def test_a_state_is_chosen_on_the_map(chromium: Browser, made: Path, plays: Rows) -> None:
    with page(chromium, made) as (shown, _):
        tile = shown.locator("#states .tile", has_text="TX")
        tile.click()
        assert_shows(shown, plays, Filter(state="TX"))
        tile.click()
        assert_shows(shown, plays, Filter())


def test_the_keyboard_alone_filters(chromium: Browser, made: Path, plays: Rows) -> None:
    with page(chromium, made, 390, "dark") as (shown, _):
        names = []
        for _ in range(20):
            shown.keyboard.press("Tab")
            names.append(shown.evaluate("document.activeElement.name || ''"))
            if names[-1] == "plan":
                break
        assert names[0] == "from"
        shown.keyboard.press("p")
        assert_shows(shown, plays, Filter(plan="paid"))
        outline = shown.evaluate("getComputedStyle(document.activeElement).outlineStyle")

    assert outline == "solid"


@pytest.mark.parametrize("touch", [False, True])
def test_hover_and_touch_show_a_value(chromium: Browser, made: Path, touch: bool) -> None:
    with page(chromium, made) as (shown, _):
        cell = shown.locator("#plays_by_weekday_and_hour .wide rect").nth(30)
        cell.scroll_into_view_if_needed()
        if touch:
            cell.dispatch_event("pointerdown", {"pointerType": "touch", "bubbles": True})
        else:
            cell.hover()
        assert re.fullmatch(r"Tue 06:00: \d+ plays", shown.locator("#tip").inner_text())


def test_a_table_is_downloaded_as_csv(chromium: Browser, made: Path) -> None:
    with page(chromium, made) as (shown, seen):
        shown.locator("#top_artists summary").click()
        with shown.expect_download() as download:
            shown.locator("#top_artists").get_by_role("button", name="Download CSV").click()
        rows = Path(download.value.path()).read_bytes().decode().split("\r\n")

    assert download.value.suggested_filename == "top_artists.csv"
    assert rows[0] == "artist_name,plays,listeners,songs"
    assert (len(rows), rows[-1]) == (12, "")
    assert seen.messages == []


def test_a_strange_address_is_the_whole_period(chromium: Browser, made: Path, plays: Rows) -> None:
    with page(chromium, made) as (shown, seen):
        fragment = "#from=x&to=1999-01-01&plan=gold&state=<script>&weekdays=9"
        shown.evaluate("fragment => { location.hash = fragment; }", fragment)
        shown.wait_for_function("new Promise(done => setTimeout(() => done(true), 50))")
        assert_shows(shown, plays, Filter())

    assert seen.messages == []


@pytest.mark.parametrize(
    ("width", "scheme", "fragment"),
    [
        (390, "dark", FRAGMENT),
        *(
            pytest.param(*each, marks=pytest.mark.slow)
            for each in product((390, 1280), ("light", "dark"), ("", FRAGMENT))
            if each != (390, "dark", FRAGMENT)
        ),
    ],
)
def test_axe_finds_nothing_serious(
    chromium: Browser, made: Path, width: int, scheme: Literal["light", "dark"], fragment: str
) -> None:
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    with page(chromium, made, width, scheme) as (shown, _):
        shown.evaluate("fragment => { location.hash = fragment; }", fragment)
        shown.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        shown.evaluate(axe)
        found = shown.evaluate("axe.run()")
        wide = shown.evaluate("document.documentElement.scrollWidth")

    assert len(found["passes"]) > 20
    assert [
        (each["id"], node["target"]) for each in found["violations"] for node in each["nodes"]
    ] == []
    assert wide <= width


def test_a_filtered_view_is_printed_on_two_pages_and_says_so(chromium: Browser, made: Path) -> None:
    with page(chromium, made) as (shown, _):
        shown.get_by_label("Plan").select_option("paid")
        shown.emulate_media(media="print")
        assert shown.locator("#chosen").inner_text() == (
            "Filtered: paid plan. Findings, funnel, rankings, retention and quality "
            "are of the whole period."
        )
        assert not shown.locator("#filters").is_visible()
        printed = shown.pdf(format="A4")

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2


def test_a_text_of_the_data_cannot_end_the_scripts_data() -> None:
    assert cube.as_script_data({"states": ["</script><!--"]}) == (
        '{"states":["\\u003c/script>\\u003c!--"]}'
    )


def test_a_period_of_more_than_half_a_year_says_that_it_has_no_filters(
    chromium: Browser, asked: Path
) -> None:
    call("report", "--from", "2018-06-29", cwd=asked)
    with page(chromium, asked / "sparkify-report.html") as (shown, seen):
        assert not shown.locator("#filters").is_visible()
        assert shown.get_by_text("Periods of up to 184 days can be filtered here.").is_visible()
        assert shown.locator("#plays_over_time .wide .column").count() == 27

    assert seen.messages == []


# --- with more visits than the page takes


@pytest.fixture
def made_large(loaded_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the page of a warehouse that has more visits than a page takes."""
    monkeypatch.setattr(cube, "MOST_VISITS", 0)
    reader = open_reader(Settings(db_name=str(loaded_once / "sparkify")))
    report = Report(reader, Period(FIRST, LAST), datetime(2019, 1, 1))  # noqa: DTZ001
    (tmp_path / "large.html").write_text(render_report(report), encoding="utf-8")
    reader.close()
    return tmp_path / "large.html"


@pytest.mark.parametrize("chosen", FILTERS, ids=lambda chosen: chosen.fragment)
def test_of_too_many_visits_plays_are_exact_and_users_stand_still(
    chromium: Browser, made_large: Path, plays: Rows, chosen: Filter
) -> None:
    with page(chromium, made_large) as (shown, seen):
        whole = shown_figures(shown)
        shown.evaluate("fragment => { location.hash = fragment; }", chosen.fragment)
        shown.wait_for_function("new Promise(done => setTimeout(() => done(true), 50))")
        filtered = shown_figures(shown)
        note = shown.locator("#filters .note").inner_text()

    expected = expected_figures(plays, chosen)
    assert "stay those of the whole period, which has more than 12,000 visits" in note
    assert filtered["days"] == expected["days"]
    assert filtered["shares"]["plays"] == expected["shares"]["plays"]
    for figure in ("plays", "plays_by_paid_users"):
        assert filtered["keys"][figure] == expected["keys"][figure]
    for figure in ("listeners", "new_listeners", "sessions", "plays_per_listener"):
        assert filtered["keys"][figure] == whole["keys"][figure]
    assert filtered["states"] == whole["states"]
    assert filtered["hours"] == expected_figures(plays, replace(chosen, state=""))["hours"]
    assert seen.messages == []


def test_a_brush_step_over_half_a_year_of_a_hundred_million_plays_is_quick_and_small(
    chromium: Browser, asked: Path
) -> None:
    """Every state, plan, day and hour has plays.

    The quickest of many steps is the script's own time: what else runs only makes them slower.
    """
    days, plays = 184, 100_000_000
    states = sorted(STATES)
    numbers = Random(1)

    def by_day(parts: int) -> list[int]:
        return [round(plays / days / parts * numbers.uniform(0.2, 1.8)) for _ in range(days)]

    # A day of the period has the hours of about one and a half days of the listeners' weeks.
    def on_day(slot: int) -> list[int]:
        weekday = slot // 24
        return [
            count if day % 7 in {weekday, (weekday + 1) % 7} else 0
            for day, count in enumerate(by_day(48))
        ]

    series = [[-1, state, plan, by_day(104)] for state in range(51) for plan in (0, 1)]
    series += [[slot, -1, plan, on_day(slot)] for slot in range(168) for plan in (0, 1)]
    large = {"first": "2018-06-30", "days": days, "states": states, "series": series}
    data = cube.as_script_data(large)
    assert len(data) <= 300_000

    html = call("report", "--from", "2018-06-30", "--out", "-", cwd=asked).out
    html = re.sub(r'(id="cube">).*?(</script>)', lambda m: m[1] + data + m[2], html, count=1)
    (asked / "large.html").write_text(html, encoding="utf-8")
    with page(chromium, asked / "large.html") as (shown, _):
        assert shown.locator("#plays_over_time .wide .column").count() == days
        milliseconds = shown.evaluate("""() => {
            const spent = [];
            for (let step = 0; step < 60; step += 1) {
                const begun = performance.now();
                choose({ from: step, to: step + 60 });
                spent.push(performance.now() - begun);
            }
            return Math.min(...spent);
        }""")

    assert milliseconds < 8
