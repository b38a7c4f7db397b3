"""`sparkify explain-counts` shows wrong counts beside the right ones, and why they are wrong."""

import json
import re
from pathlib import Path

import duckdb

from sparkify.sql import statements
from tests.command_line import ROOT, call
from tests.warehouse_content import counts

PAGE = (ROOT / "docs/course-numbers.md").read_text(encoding="utf-8")
TABLES = ("songplays", "users", "artists", "time")


def test_each_table_shows_the_right_count_first(loaded_once: Path) -> None:
    done = call("explain-counts", cwd=loaded_once)

    assert (done.code, done.err) == (0, "")
    right = counts(loaded_once / "sparkify.duckdb")
    for table in TABLES:
        assert f"{table}: {right[table]:,} is right\n" in done.out


def test_json_has_each_statement_with_what_is_published(loaded_once: Path) -> None:
    found = json.loads(call("explain-counts", "--json", cwd=loaded_once).out)

    assert {each["statement"] for each in found} == {
        each.name for table in TABLES for each in statements(f"course/{table}")
    }
    right = counts(loaded_once / "sparkify.duckdb")
    assert all(each["why"] and each["right"] == right[each["table"]] for each in found)
    published = {each["published"] for each in found if each["published"] is not None}
    assert published == {0, 104, 105, 319, 333, 8023, 8056, 10025}


def test_the_page_has_every_published_number(loaded_once: Path) -> None:
    found = json.loads(call("explain-counts", "--json", cwd=loaded_once).out)
    rows = re.findall(r"^\| `(\w+)` \| [\d,]+ \| ([\d,]+)", PAGE, re.MULTILINE)
    listed = {(table, int(number.replace(",", ""))) for table, number in rows}

    known = {(each["table"], each["published"]) for each in found if each["published"] is not None}
    assert listed == known | {("songplays", 245_719)}


def test_the_printed_statements_can_be_pasted(loaded_once: Path) -> None:
    found = json.loads(call("explain-counts", "--json", cwd=loaded_once).out)
    printed = call("explain-counts", "--sql", cwd=loaded_once).out
    texts = re.findall(r"^(?:SELECT|WITH)\b.*?;$", printed, re.MULTILINE | re.DOTALL)

    with duckdb.connect(str(loaded_once / "sparkify.duckdb"), read_only=True) as connection:
        counts = [connection.execute(text).fetchall()[0][0] for text in texts]
    assert counts == [each["wrong"] for each in found]


def test_without_tables_it_says_what_to_do(tmp_path: Path) -> None:
    done = call("explain-counts", cwd=tmp_path)

    assert done.code == 1
    assert done.err.endswith("Try: run: sparkify create-tables\n")
