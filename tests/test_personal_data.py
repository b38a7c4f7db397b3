"""Each column that holds personal data is marked, so that nothing forgets one."""

import re

import pytest

from sparkify.sql import ANALYSTS_VIEWS, STAGING_TABLES, TABLES, source_fields, statement
from sparkify.sql.descriptions import described_columns, table_columns
from sparkify.sql.lineage import described, personal_data, sources

# Long texts that Sparkify writes itself, or that are about files and songs.
ABOUT_NO_PERSON = {
    *("uri", "first_file", "hint", "key_name", "stage_seconds", "delivered", "repaired"),
    ("source_findings", "detail"),  # the types of values
    ("played_titles", "title"),  # of no play in particular
}
ABOUT_SONGS = {"staging_songs", "songs", "artists", "repeated_songs"}


@pytest.mark.parametrize("table", TABLES)
def test_a_mark_is_one_of_two_words(table: str) -> None:
    for meaning in described_columns(statement(f"schema/{table}").text).values():
        if "personal" in meaning.lower():
            assert re.search(r"\. Personal: (direct|indirect)\.$", meaning)


def test_all_that_the_log_says_is_personal() -> None:
    log = source_fields("staging_events")
    assert [column for column in log if personal_data("staging_events", column) is None] == []


@pytest.mark.parametrize("table", sorted(set(TABLES) - set(STAGING_TABLES) - ABOUT_SONGS))
def test_what_is_made_from_the_log_is_personal(table: str) -> None:
    parts = {"hour", "day", "week", "month", "year", "weekday"} if table == "time" else set()
    made = {each.name for each in described(table) if each.keys} - parts
    assert {name for name in made if personal_data(table, name) is None} == set()


@pytest.mark.parametrize("table", sorted(set(TABLES) - ABOUT_SONGS))
def test_a_long_text_is_personal_or_known_not_to_be(table: str) -> None:
    long = {
        name
        for name, kind, size in table_columns(statement(f"schema/{table}").text)
        if kind == "varchar" and size is not None and size > 512
    }
    known = {name for name in long if {name, (table, name)} & ABOUT_NO_PERSON}
    assert {name for name in long - known if personal_data(table, name) is None} == set()


@pytest.mark.parametrize("view", ANALYSTS_VIEWS)
def test_a_view_of_users_says_what_is_personal_and_one_of_many_people_does_not(view: str) -> None:
    marks = {each.name: each.personal for each in described(view)}
    if "user_id" in marks:
        direct = {name for name, mark in marks.items() if mark == "direct"}
        assert {"user_id"} <= direct <= {"user_id", "first_name", "last_name"}
        of_log = {
            name for name in marks if any(t == "staging_events" for t, _ in sources(view, name))
        }
        assert {name for name in of_log if marks[name] is None} == set()
    else:
        assert set(marks.values()) == {None}
