"""`sparkify report`: what the page says, whatever the warehouse holds."""

import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from sparkify.checks import STAGES
from sparkify.config import Settings
from sparkify.engines import open_reader
from sparkify.generate import Recipe, generate
from sparkify.serve.period import Period
from sparkify.serve.report import KeyFigure, Report, describe_change, render_report
from sparkify.sql import statements
from tests.command_line import call, run
from tests.contract.source_files import DAY, NOON, event, song
from tests.oracle import Rows

from .browser import page
from .conftest import load
from .pages import FIRST, LAST, SECTIONS, of, texts, warehouse_of

CHECKS = sum(len(statements(f"checks/{stage}")) for stage in STAGES)


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
        return f"{'+' if new > old else '−'}{abs(round(100 * (new - old) / old, 1)):g}%"  # noqa: RUF001

    assert said[said.index("Plays") + 1 :][:2] == [f"{len(now):,}", changed(len(now), len(then))]
    assert said[said.index("Listeners") + 1 :][:2] == [
        f"{listeners(now):,}",
        changed(listeners(now), listeners(then)),
    ]
    assert said[said.index("Plays by paid users") + 1] == f"{100 * paid(now):.0f}%"
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

    assert said["top_artists"][2:4] == [best, f"{count:,}"]
    assert 0 < matched < 0.1  # so it has a decimal
    assert f"{100 * matched:.1f}%" in said["quality"]
    assert f"{CHECKS} passed" in said["quality"]
    assert said["quality"][said["quality"].index("quarantine") + 1] == "0"


def test_every_figure_has_its_sql_and_its_data(made: Path) -> None:
    said = texts(made.read_text(encoding="utf-8"))

    for name in SECTIONS:
        assert "SQL and data" in said[name], name
        assert any(text.startswith("-- One row") for text in said[name]), name


def test_nothing_is_fetched_and_the_policy_says_so(made: Path) -> None:
    html = made.read_text(encoding="utf-8")

    assert 'content="default-src &#39;none&#39;; style-src &#39;sha256-' in html
    assert "script-src &#39;sha256-" in html
    assert not re.search(r"<(link|img|iframe|object|embed)\b|<form[^>]*action|@import|url\(", html)
    assert html.count("<script") == 2  # the data, and what filters it
    assert "style=" not in html
    assert "http" not in html.replace('http-equiv="Content-Security-Policy"', "")


# --- whatever the warehouse holds


def test_without_plays_there_is_an_error_and_no_page(tmp_path: Path) -> None:
    call("create-tables", "--yes", cwd=tmp_path)
    done = call("report", cwd=tmp_path)

    assert (done.code, done.out) == (1, "")
    assert done.err == "Error: the warehouse has no plays yet\nTry: load some: sparkify etl\n"
    assert not (tmp_path / "sparkify-report.html").exists()


def test_days_without_plays_are_an_error_that_names_the_days_with_data(asked: Path) -> None:
    done = call("report", "--from", "2017-01-01", "--to", "2017-01-31", cwd=asked)

    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "Error: nothing was played from 2017-01-01 to 2017-01-31\n"
        "Try: choose days from 2018-11-01 to 2018-12-30, which have data\n"
    )


def test_one_event_gives_a_page(chromium: Browser, tmp_path: Path) -> None:
    warehouse_of(tmp_path, [event()], song())
    call("report", cwd=tmp_path)
    with page(chromium, tmp_path / "sparkify-report.html") as (shown, seen):
        assert shown.locator("h1").inner_text() == "1 listener started 1 song in 1 day."
        column = shown.locator("#plays_over_time .column:visible")
        assert column.count() == 1
        box = column.bounding_box()
        assert box
        assert box["width"] < 100
        assert shown.locator(".when").inner_text() == (
            "1 November 2018, in UTC; no earlier data to compare with."
        )
        assert "100%" in shown.locator("#quality").inner_text()
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

    assert re.search(rf"Songs started per {unit}(; weekends are shaded)?\.", done.out)
    assert ("weekends are shaded" in done.out) == (unit == "day")
    assert len(drawn) == 2 * columns
    assert sum(int(count.replace(",", "")) for pair in drawn for count in pair) == 2 * len(plays)
    assert len(done.out.encode()) < 300_000


def test_days_without_a_play_are_drawn_as_well(tmp_path: Path) -> None:
    warehouse_of(tmp_path, [event(), event(sessionId=39, ts=NOON + 9 * DAY)])

    assert call("report", "--out", "-", cwd=tmp_path).out.count('<g class="column">') == 2 * 10


def test_without_all_of_the_period_before_nothing_is_compared(asked: Path) -> None:
    done = call("report", "--from", "2018-11-25", "--to", "2018-12-30", "--out", "-", cwd=asked)

    assert done.out.count("no earlier data") == 1
    assert 'class="change' not in done.out


def test_rejected_records_are_counted(tmp_path: Path) -> None:
    warehouse_of(tmp_path, [event(), event(sessionId=39, itemInSession="x")], errors=1)
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
    assert {path.suffix for path in asked.iterdir()} == {".duckdb"}


def test_open_shows_it_in_the_browser(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("click.launch", opened.append)
    call("report", "--open", cwd=asked)

    assert opened == [str(asked / "sparkify-report.html")]


def test_a_failed_check_is_named(asked: Path) -> None:
    reader = open_reader(Settings(db_name=str(asked / "sparkify")))
    made = Report(reader, Period(FIRST, LAST), datetime(2019, 1, 1))  # noqa: DTZ001
    made.checks[0].update(outcome="failed", account="the check of <b> failed\n  user_id=7")
    html = render_report(made)
    reader.close()

    assert f"{CHECKS - 1} passed, 1 failed" in html
    assert "the check of <b> failed" in texts(html)["quality"]
    assert "user_id=7" not in html  # the report is shown to people who may not see rows


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (KeyFigure("a", 3, None), "0 before"),
        (KeyFigure("a", 3, 0.5), "+50%"),
        (KeyFigure("a", 3, -0.123), "−12.3%"),  # noqa: RUF001
        (KeyFigure("a", 3, 0.0), "±0%"),
        (KeyFigure("a", 0.5, 0.021, is_share=True), "+2.1 points"),
    ],
)
def test_a_change_in_words(figure: KeyFigure, said: str) -> None:
    assert describe_change(figure) == said
