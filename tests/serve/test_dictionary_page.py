"""`sparkify docs`: the page of the dictionary, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from sparkify.serve.dictionary import DESCRIBED_TABLES
from sparkify.sql.lineage import reads
from tests.command_line import call
from tests.serve.browser import browser, page
from tests.small_source import lines, play, write_source

NAME = "~<script>alert(1)</script>"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    log = write_source(folder) / "data/log_data/2018/a.json"
    log.write_bytes(lines(play(9, 1, location=NAME), play(9, 2, level="gold")))
    assert call("create-tables", "--yes", cwd=folder).code == 0
    assert call("etl", cwd=folder).code == 0
    assert call("docs", cwd=folder).code == 0
    return folder / "sparkify-docs/dictionary.html"


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as each:
        yield each


def test_a_word_finds_the_columns_that_have_it_and_nothing_else(
    opened: Browser, written: Path
) -> None:
    with page(opened, written) as (shown, seen):
        every = shown.locator("tbody tr:visible").count()
        shown.fill("#find", "LATITUDE north")
        found = shown.locator("tbody tr:visible td.name code").all_inner_texts()
        told = shown.inner_text("#found")
        shown.keyboard.press("Escape")
        after = shown.locator("tbody tr:visible").count()

    assert sorted(found) == ["artist_latitude", "latitude"]
    assert told == "2 columns"
    assert after == every
    assert seen.messages == []
    assert seen.requests == [written.as_uri()] or all(
        each.startswith("data:") for each in seen.requests[1:]
    )


def test_text_of_the_data_is_no_markup(opened: Browser, written: Path) -> None:
    with page(opened, written) as (shown, seen):
        examples = shown.locator("#songplays td:last-child code").all_inner_texts()

    assert NAME in examples
    assert seen.messages == []


def test_rows_freshness_and_the_last_result_of_each_check_are_shown(
    opened: Browser, written: Path
) -> None:
    with page(opened, written) as (shown, _):
        heading = shown.inner_text("#songplays h2")
        when = shown.inner_text(".when")
        results = {
            row.locator("td").nth(0).inner_text(): row.locator("td").nth(3).inner_text()
            for row in shown.locator("#checks tbody tr").all()
        }

    assert "2 rows" in heading
    assert re.search(r"Latest event 2018-11-\d\d \d\d:\d\d UTC; latest load 20\d\d-", when)
    assert results["values_are_in_their_domain"].startswith("warned ")
    assert results["user_ids_are_unique"].startswith("passed ")
    assert len(results) > 20


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_no_wider_than_the_screen(opened: Browser, written: Path, width: int) -> None:
    with page(opened, written, width, "dark") as (shown, _):
        assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_nothing_is_cut(opened: Browser, written: Path) -> None:
    with page(opened, written, 720) as (shown, _):
        shown.emulate_media(media="print")
        cut = shown.evaluate(
            "() => [...document.querySelectorAll('.scroll')]"
            ".filter(each => each.scrollWidth > each.clientWidth + 1)"
            ".map(each => each.closest('section').id)"
        )

    assert cut == []


def test_each_box_of_the_lineage_leads_to_its_table(opened: Browser, written: Path) -> None:
    with page(opened, written) as (shown, _):
        targets = shown.eval_on_selector_all("svg a", "all => all.map(a => a.getAttribute('href'))")
        there = [shown.locator(target).count() for target in targets]

    assert sorted(targets) == sorted(f"#{name}" for name in DESCRIBED_TABLES)
    assert set(there) == {1}


def test_the_lineage_follows_what_is_between() -> None:
    assert reads("plays") == {"songplays", "users", "songs", "artists"}
    assert reads("retention") == {"songplays"}
    assert reads("songplays") == {"staging_events", "staging_songs"}
    assert reads("staging_events") == frozenset()
