"""`sparkify report`: what the page says and draws, in a real browser, and that it is harmless."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from sparkify.checks import STAGES
from sparkify.config import Settings
from sparkify.engines import open_reader
from sparkify.generate import Recipe, generate
from sparkify.serve.period import Period
from sparkify.serve.report import KeyFigure, Report, change, render
from sparkify.sql import statements
from tests.contract.deliveries import DAY, NOON, event, lines, song
from tests.oracle import Rows
from tests.oracle_views import expected_views
from tests.test_doors import call, run

from .browser import browser, page
from .conftest import load

SECTIONS = (
    *("key_figures", "plays_over_time", "when_they_listen", "paid_and_free", "funnel"),
    *("top_songs", "top_artists", "states", "top_places", "retention", "quality"),
)
CHECKS = sum(len(statements(f"checks/{stage}")) for stage in STAGES)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;</style></svg>"
FIRST, LAST = date(2018, 12, 1), date(2018, 12, 30)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def made(loaded_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the page of the last thirty of sixty days."""
    out = tmp_path_factory.mktemp("report") / "report.html"
    done = call("report", "--out", str(out), cwd=loaded_once)
    assert done.code == 0, done.err
    assert f"{FIRST} to {LAST}" in done.err
    return out


@pytest.fixture(scope="module")
def plays(loaded_once: Path) -> Rows:
    """Give all plays, by plain Python."""
    return expected_views(loaded_once / "data/log_data", loaded_once / "data/song_data")["plays"]


def of(plays: Rows, first: date, last: date) -> Rows:
    return [play for play in plays if first <= play["start_date"] <= last]


def delivered(
    folder: Path, events: list[dict[str, object]], *songs: dict[str, object], errors: int = 0
) -> Path:
    """Make a warehouse of these events and songs."""
    for name, records in (("log_data", events), ("song_data", songs)):
        (folder / "data" / name).mkdir(parents=True)
        (folder / "data" / name / "a.json").write_bytes(lines(records))
    (folder / "dwh.cfg").write_text(
        f"[CLUSTER]\n[IAM_ROLE]\n[S3]\nLOG_JSONPATH=\n[ETL]\nMAX_ERRORS={errors}\n"
    )
    return load(folder)


class _Text(HTMLParser):
    """What a page's sections say, by id."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, list[str]] = {}
        self._section = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self._section = dict(attrs)["id"] or ""

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.said.setdefault(self._section, []).append(" ".join(data.split()))


def texts(html: str) -> dict[str, list[str]]:
    reader = _Text()
    reader.feed(html)
    return reader.said


# --- in the browser


@pytest.mark.parametrize("width", [390, 768, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_drawn_and_fetches_and_logs_nothing(
    chromium: Browser, made: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    with page(chromium, made, width, scheme) as (shown, seen):
        boxes = {name: shown.locator(f"#{name}").bounding_box() for name in SECTIONS}
        papers = shown.evaluate("getComputedStyle(document.body).backgroundColor")
        wide = shown.evaluate("document.documentElement.scrollWidth")
        columns = shown.locator("#plays_over_time .column:visible").count()
        cells = shown.locator("#when_they_listen svg:visible rect").count()
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
    with page(chromium, made) as (shown, _):
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


def test_the_shades_of_the_heat_map_follow_the_plays(
    chromium: Browser, made: Path, plays: Rows
) -> None:
    hours = Counter((play["weekday"], play["hour"]) for play in of(plays, FIRST, LAST))
    names = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
    with page(chromium, made) as (shown, _):
        drawn = shown.evaluate("""
            [...document.querySelectorAll('#when_they_listen .wide rect')].map(cell => [
                cell.querySelector('title').textContent, cell.getAttribute('class'),
                getComputedStyle(cell).fill,
            ])
        """)

    said = {title: int(shade[1]) for title, shade, _ in drawn}
    expected = {
        f"{names[weekday]} {hour:02}:00: {hours[weekday, hour]:,} plays": -(
            -6 * hours[weekday, hour] // max(hours.values())
        )
        for weekday in range(7)
        for hour in range(24)
    }
    assert said == expected
    assert len({colour for _, _, colour in drawn}) == len(set(said.values()))


def test_the_sql_and_the_data_open_without_a_script(chromium: Browser, made: Path) -> None:
    with page(chromium, made) as (shown, _):
        assert shown.evaluate("document.scripts.length") == 0
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
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 6


def test_a_song_called_script_is_a_song(chromium: Browser, tmp_path: Path) -> None:
    hostile = event(song=HOSTILE, artist=HOSTILE, location=f"{HOSTILE}, {HOSTILE}-NY")
    delivered(tmp_path, [hostile])
    call("report", cwd=tmp_path)
    with page(chromium, tmp_path / "sparkify-report.html") as (shown, seen):
        title = shown.locator("#top_songs b").inner_text()
        scripts = shown.evaluate("document.scripts.length + document.images.length")

    assert title == HOSTILE
    assert scripts == 0
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


# --- what it says


def test_the_key_figures_are_what_plain_python_counts(made: Path, plays: Rows) -> None:
    said = texts(made.read_text(encoding="utf-8"))["key_figures"]
    now = of(plays, FIRST, LAST)
    then = of(plays, FIRST - timedelta(days=30), FIRST - timedelta(days=1))

    def listeners(rows: Rows) -> int:
        return len({row["user_id"] for row in rows})

    def paid(rows: Rows) -> float:
        return len([row for row in rows if row["level"] == "paid"]) / len(rows)

    def changed(new: float, old: float) -> str:
        return f"{'+' if new > old else '−'}{abs(round(100 * (new - old) / old, 1)):g} %"  # noqa: RUF001

    assert said[said.index("Plays") + 1 :][:2] == [f"{len(now):,}", changed(len(now), len(then))]
    assert said[said.index("Listeners") + 1 :][:2] == [
        f"{listeners(now):,}",
        changed(listeners(now), listeners(then)),
    ]
    assert said[said.index("Plays by paid users") + 1] == f"{100 * paid(now):.0f} %"
    assert said[said.index("Plays by paid users") + 2].startswith(
        f"{'+' if paid(now) > paid(then) else '−'}{abs(round(100 * (paid(now) - paid(then)), 1)):g}"  # noqa: RUF001
    )


def test_the_rankings_and_the_match_rate_are_what_plain_python_counts(
    made: Path, plays: Rows
) -> None:
    said = texts(made.read_text(encoding="utf-8"))
    now = of(plays, FIRST, LAST)
    (best, count), *_ = sorted(
        Counter(play["artist_name"] for play in now if play["artist_name"]).items(),
        key=lambda one: (-one[1], one[0]),
    )
    matched = sum(play["song_id"] is not None for play in now) / len(now)

    assert said["top_artists"][1:3] == [best, f"{count:,}"]
    assert f"{100 * matched:.0f} %" in said["quality"]
    assert f"{CHECKS} of {CHECKS} hold" in said["quality"]
    assert said["quality"][said["quality"].index("quarantine") + 1] == "0"


def test_every_figure_has_its_sql_and_its_data(made: Path) -> None:
    said = texts(made.read_text(encoding="utf-8"))

    for name in SECTIONS:
        assert "SQL and data" in said[name], name
        assert any(text.startswith("-- One row") for text in said[name]), name


def test_nothing_is_fetched_and_the_policy_says_so(made: Path) -> None:
    html = made.read_text(encoding="utf-8")

    assert 'content="default-src &#39;none&#39;; style-src &#39;sha256-' in html
    assert not re.search(r"<(script|link|img|iframe|object|embed|form)\b|@import|url\(", html)
    assert "style=" not in html
    assert "http" not in html.replace('http-equiv="Content-Security-Policy"', "")


# --- whatever the warehouse holds


def test_an_empty_warehouse_gives_a_page(chromium: Browser, tmp_path: Path) -> None:
    call("create-tables", "--yes", cwd=tmp_path)
    done = call("report", cwd=tmp_path)
    with page(chromium, tmp_path / "sparkify-report.html") as (shown, seen):
        assert "Nothing was played" in shown.locator("h1").inner_text()
        assert "there was no load yet" in shown.locator("#quality").inner_text()

    assert done.code == 0
    assert seen.messages == []


def test_one_event_gives_a_page(chromium: Browser, tmp_path: Path) -> None:
    delivered(tmp_path, [event()], song())
    call("report", cwd=tmp_path)
    with page(chromium, tmp_path / "sparkify-report.html") as (shown, seen):
        assert shown.locator("h1").inner_text() == "1 listener started 1 song in 1 day."
        assert shown.locator("#plays_over_time .column:visible").count() == 1
        assert "100 %" in shown.locator("#quality").inner_text()
        assert "no earlier data" in shown.locator("#key_figures").inner_text()
        width = shown.evaluate("document.documentElement.scrollWidth")

    assert width <= 1200
    assert seen.messages == []


def test_a_hundred_days_are_a_hundred_columns_in_less_than_300_kb(tmp_path: Path) -> None:
    generate(tmp_path / "data", Recipe(users=80, songs=100, artists=60, days=100, events=5_000))
    load(tmp_path)
    done = call("report", "--from", "2018-11-01", "--to", "2019-02-08", "--out", "-", cwd=tmp_path)

    assert done.out.count('<g class="column">') == 2 * 100
    assert len(done.out.encode()) < 300_000


@pytest.mark.parametrize(
    ("first", "unit", "columns"),
    [("2018-07-01", "day", 183), ("2018-06-01", "week", 31), ("2015-01-01", "month", 48)],
)
def test_many_days_are_drawn_by_week_and_by_month(
    asked: Path, plays: Rows, first: str, unit: str, columns: int
) -> None:
    done = call("report", "--from", first, "--to", "2018-12-30", "--out", "-", cwd=asked)
    drawn = re.findall(r"\d{4}: ([\d,]+) paid, ([\d,]+) free</title>", done.out)

    assert f"Songs started a {unit}." in done.out
    assert len(drawn) == 2 * columns
    assert sum(int(count.replace(",", "")) for pair in drawn for count in pair) == 2 * len(plays)
    assert len(done.out.encode()) < 300_000


def test_days_without_a_play_are_drawn_as_well(tmp_path: Path) -> None:
    delivered(tmp_path, [event(), event(sessionId=39, ts=NOON + 9 * DAY)])

    assert call("report", "--out", "-", cwd=tmp_path).out.count('<g class="column">') == 2 * 10


def test_without_all_of_the_period_before_nothing_is_compared(asked: Path) -> None:
    done = call("report", "--from", "2018-11-25", "--to", "2018-12-30", "--out", "-", cwd=asked)

    assert done.out.count("no earlier data") == 6


def test_refused_objects_are_counted(tmp_path: Path) -> None:
    delivered(tmp_path, [event(), event(sessionId=39, itemInSession="x")], errors=1)
    said = texts(call("report", "--out", "-", cwd=tmp_path).out)["quality"]

    assert said[said.index("quarantine") + 1] == "1"


# --- the command


def test_over_a_pipe_it_writes_a_file_and_says_where(asked: Path) -> None:
    done = run("sparkify", "report", "--from", "2018-11-05", "--to", "2018-11-11", cwd=asked)

    assert (done.code, done.out) == (0, "")
    assert done.err == "Wrote sparkify-report.html: 2018-11-05 to 2018-11-11.\n"
    assert "in 7 days" in (asked / "sparkify-report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--from", "2018-12-01", "--to", "2018-11-01"],
        ["--from", "1900-01-01"],
        ["--open", "--out", "-"],
        ["--out", "nosuch/folder/report.html"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_made_is_two_lines(asked: Path, arguments: list[str]) -> None:
    done = call("report", *arguments, cwd=asked)

    assert done.code in (1, 2)
    assert done.err.count("\n") == 2
    assert [path.name for path in asked.iterdir()] == ["sparkify.duckdb"]


def test_open_shows_it_in_the_browser(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("click.launch", opened.append)
    call("report", "--open", cwd=asked)

    assert opened == [str(asked / "sparkify-report.html")]


def test_a_failed_check_is_named(asked: Path) -> None:
    reader = open_reader(Settings(db_name=str(asked / "sparkify")))
    made = Report(reader, Period(FIRST, LAST), datetime(2019, 1, 1))  # noqa: DTZ001
    first = made.checks[0]
    object.__setattr__(first, "offending", [(1,), (2,)])
    html = render(made)
    reader.close()

    assert f"{CHECKS - 1} of {CHECKS} hold" in html
    assert first.name in texts(html)["quality"]


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (KeyFigure("a", 3, None), "no earlier data"),
        (KeyFigure("a", 3, 0.5), "+50 %"),
        (KeyFigure("a", 3, -0.123), "−12.3 %"),  # noqa: RUF001
        (KeyFigure("a", 3, 0.0), "±0 %"),
        (KeyFigure("a", 0.5, 0.021, is_share=True), "+2.1 points"),
    ],
)
def test_a_change_in_words(figure: KeyFigure, said: str) -> None:
    assert change(figure) == said
