"""The warehouse's SQL files: their form, that each is used, and what DuckDB is given of them.

The DuckDB texts are kept in tests/golden/duckdb, laid out for reading. After a change of SQL:

    SPARKIFY_WRITE_GOLDEN=1 python -m pytest tests/test_sql.py -k golden
"""

import ast
import os
import re
import subprocess
import sys
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from sparkify.sql import TABLES, Parameter, Statement, delivered_columns, statement, statements
from tests.command_line import PATIENCE, ROOT, environment
from tests.small_source import EVENT, deliver
from tests.sql_files import NAMES, SQL

GOLDEN = ROOT / "tests" / "golden" / "duckdb"
# These are used as they stand, by one engine.
OF_ONE_ENGINE = ("redshift/", "duckdb/")
PORTABLE = [name for name in NAMES if not name.startswith(OF_ONE_ENGINE)]

# A comment, a text or a quoted name: where anything may stand.
SPEECH = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", re.DOTALL)


def faults(text: str, dialect: str = "redshift") -> list[str]:
    """What is wrong with the form of a statement's text."""
    found = []
    code = SPEECH.sub(" ", text)
    if not re.match(r"-- [^\n]*\S\n", text):
        found.append("opens without a comment")
    if re.search(r"[A-Z]", code):
        found.append("has upper case")
    if ";" in code:
        found.append("has a semicolon")
    if re.search(r"[{}]", code):
        found.append("has template braces")
    if not text.endswith("\n") or text.endswith("\n\n"):
        found.append("does not end with one line's end")
    if re.search(r"[ \t]+$|\t", text, re.MULTILINE):
        found.append("has tabs or space at a line's end")
    trees = _parsed(text, dialect)
    if len(trees) != 1:
        found.append(f"is {len(trees)} statements")
    if any(isinstance(tree, exp.Command) and tree.this != "LOCK" for tree in trees):
        found.append("is not understood by sqlglot")
    return found


def _parsed(text: str, dialect: str) -> list[object]:
    try:
        return [tree for tree in sqlglot.parse(text, read=dialect) if tree]
    except sqlglot.ParseError:
        return []


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_one_statement_in_good_form(name: str) -> None:
    text = (SQL / f"{name}.sql").read_text(encoding="utf-8")
    found = faults(text, "duckdb" if name.startswith("duckdb/") else "redshift")

    # sqlglot has no words for groups and UNLOAD; sqlfluff, which lint holds these to, has.
    not_sqlglots = ("redshift/grant/", "redshift/unload")
    allowed = ["is not understood by sqlglot"] if name.startswith(not_sqlglots) else []
    assert [fault for fault in found if fault not in allowed] == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("select 1\n", "without a comment"),
        ("--\nselect 1\n", "without a comment"),
        ("-- One.\nSELECT 1\n", "upper case"),
        ("-- One.\nselect a as B\n", "upper case"),
        ("-- One.\nselect 1;\n", "semicolon"),
        ("-- One.\nselect 1;\nselect 2\n", "2 statements"),
        ("-- One.\n", "statement"),
        ("-- One.\nselect {x}\n", "braces"),
        ("-- One.\nselect from where\n", "0 statements"),
        ("-- One.\nselect 1", "line's end"),
        ("-- One.\nselect 1 \n", "space"),
        ("-- One.\nselect\t1\n", "tabs"),
    ],
)
def test_bad_form_is_found(text: str, why: str) -> None:
    assert [fault for fault in faults(text) if why in fault]


def test_comments_texts_and_quoted_names_may_hold_anything() -> None:
    text = "-- One; {Two}.\nselect 'It''s; {x}' as \"A;{\" -- More; {X}\n"

    assert faults(text) == []


# --- no dead SQL

TELL_OPENED = """
import sys

opened = set()
def note(event, details):
    if event == "open" and str(details[0]).endswith(".sql"):
        opened.add(str(details[0]))
sys.addaudithook(note)

from sparkify.cli import main
def last_run():
    import duckdb

    with duckdb.connect("sparkify.duckdb", read_only=True) as connection:
        return connection.execute("select max(run_id) from runs").fetchall()[0][0]

for arguments in (
    ["create-tables"], ["etl"], ["etl", "--set", "S3.LOG_JSONPATH="], ["overview", "--json"],
    ["report", "--out", "-"], ["export", "star"],
    ["check"], ["rebuild"], ["undo", last_run],
):
    arguments = [each if isinstance(each, str) else each() for each in arguments]
    try:
        main(arguments)
    except SystemExit as ended:
        assert not ended.code, (arguments, ended.code)
import sql_queries
sys.stderr.write("\\n".join(sorted(opened)))
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files that a life of a warehouse opens."""
    folder = deliver(tmp_path_factory.mktemp("life"))
    done = subprocess.run(
        [sys.executable, "-c", TELL_OPENED],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    paths = [line for line in done.stderr.splitlines() if line.endswith(".sql")]
    return {str(Path(path).relative_to(SQL).with_suffix("")) for path in paths}


def _named_in_the_code() -> set[str]:
    sources = [*(ROOT / "sparkify").rglob("*.py"), *ROOT.glob("*.py")]
    return {
        node.value
        for source in sources
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_file_is_used(opened: set[str]) -> None:
    assert opened
    assert set(NAMES) - opened - _named_in_the_code() == set()


# --- the statement


def test_a_statement_is_found_by_its_path() -> None:
    found = statement("transform/songs/merge")

    assert found.name == "transform/songs/merge"
    assert found.text == (SQL / "transform/songs/merge.sql").read_text(encoding="utf-8")


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        statement("transform/users/none")


def test_a_folder_gives_its_statements_by_name_and_none_below() -> None:
    found = [each.name for each in statements("schema")]

    assert found == sorted(f"schema/{table}" for table in TABLES)
    assert [each.name for each in statements("checks")] == []


def test_the_doc_is_the_opening_comment_and_the_grain_its_first_line() -> None:
    made = Statement(
        "x", "-- One row per x.\n-- More about x.\n--\n-- Last.\nselect 1 -- not this\n"
    )

    assert made.doc == "One row per x.\nMore about x.\n\nLast."
    assert made.grain == "One row per x."


@pytest.mark.parametrize("name", NAMES)
def test_every_grain_is_a_sentence_or_its_beginning(name: str) -> None:
    grain = statement(name).grain

    assert re.match(r"[A-Z]", grain)
    assert len(grain) > 10


@pytest.mark.parametrize("table", TABLES)
def test_a_table_says_what_one_row_is(table: str) -> None:
    assert statement(f"schema/{table}").grain.startswith("One row per ")


@pytest.mark.parametrize("stage", ["staging", "star"])
def test_a_check_says_what_is_true(stage: str) -> None:
    for check in statements(f"checks/{stage}"):
        assert re.match(r"Every ", check.grain), check.name


def test_binding_gives_a_statement_the_values_it_has_parameters_for() -> None:
    moment = datetime(2018, 11, 1)  # noqa: DTZ001 - the warehouse's moments have no zone
    values: dict[str, Parameter] = {"loaded_at": moment, "uri": "u", "other": 1}
    made = Statement("x", "-- X.\nselect :uri, cast(a as int), b::int where c = :loaded_at\n")

    assert made.bind(values) == {"uri": "u", "loaded_at": moment}
    assert Statement("x", "-- X.\nselect 1\n").bind(values) == {}


def test_binding_without_a_value_that_is_asked_for_is_an_error() -> None:
    with pytest.raises(KeyError, match="loaded_at"):
        Statement("x", "-- X.\nselect :loaded_at\n").bind({})


@pytest.mark.parametrize("name", PORTABLE)
def test_the_parameters_are_those_of_the_code_not_of_a_comment_or_text(name: str) -> None:
    tree = sqlglot.parse_one(statement(name).text, read="redshift")

    asked = statement(name).bind(defaultdict(int))
    assert set(asked) == {found.name for found in tree.find_all(exp.Placeholder)}


@pytest.mark.parametrize("name", NAMES)
def test_redshift_gets_a_text_as_it_is_written(name: str) -> None:
    assert statement(name).render("redshift") == statement(name).text


@pytest.mark.parametrize("name", PORTABLE)
def test_duckdb_gets_every_parameter_and_nothing_of_redshifts_layout(name: str) -> None:
    made = statement(name)
    text = made.render("duckdb")

    assert set(re.findall(r"\$([a-z_]+)", text)) == set(made.bind(defaultdict(int)))
    assert not re.search(
        r"diststyle|distkey|sortkey|primary key|foreign key|--", text, re.IGNORECASE
    )


def test_the_delivered_columns_are_those_of_the_source() -> None:
    events = [column.name for column in delivered_columns("staging_events")]
    kinds = {
        column.name: (column.kind, column.bytes) for column in delivered_columns("staging_events")
    }

    assert events == [key.lower() for key in EVENT]
    assert kinds["ts"] == ("timestamp", None)
    assert kinds["sessionid"] == ("bigint", None)
    assert kinds["length"] == ("double precision", None)
    assert kinds["level"] == ("varchar", 16)


# --- what DuckDB is given


CLAUSES = "FROM|WHERE|GROUP BY|HAVING|QUALIFY|ORDER BY|LIMIT|UNION|SELECT|WITH|SET|VALUES|WHEN"
CLAUSES += "|INNER JOIN|LEFT JOIN|JOIN|USING|ON|AND|OR"
PIECE = re.compile(rf"'(?:[^']|'')*'|\"[^\"]*\"|, | (?:{CLAUSES})\b|.")


def _laid_out(text: str) -> str:
    """Break the one line into several, by nothing but turning spaces into line ends."""
    laid_out, lists = "", [True]  # of each open bracket, whether its commas end lines
    for match in PIECE.finditer(text):
        piece = match[0]
        if piece == "(":
            definition = text.startswith("CREATE TABLE") and len(lists) == 1
            lists.append(definition or text.startswith(("SELECT", "WITH"), match.end()))
        elif piece == ")":
            lists.pop()
        if (piece.startswith(" ") and len(piece) > 1) or (piece == ", " and lists[-1]):
            comma, _, word = piece.partition(" ")
            piece = f"{comma}\n{'    ' * (len(lists) - 1)}{word}"
        laid_out += piece
    assert re.sub(r"\n *", " ", laid_out) == text, "the layout would hide a difference"
    return f"{laid_out}\n"


@pytest.mark.parametrize("name", PORTABLE)
def test_the_duckdb_text_is_the_golden_one(name: str) -> None:
    golden = GOLDEN / f"{name}.sql"
    text = _laid_out(statement(name).render("duckdb"))

    if os.environ.get("SPARKIFY_WRITE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert golden.exists(), "new SQL: look at the top of this file"
    assert text == golden.read_text(encoding="utf-8")


def test_every_golden_text_has_its_statement() -> None:
    kept = {str(path.relative_to(GOLDEN).with_suffix("")) for path in GOLDEN.rglob("*.sql")}

    if os.environ.get("SPARKIFY_WRITE_GOLDEN"):
        for name in kept - set(PORTABLE):
            (GOLDEN / f"{name}.sql").unlink()
        kept &= set(PORTABLE)
    assert kept - set(PORTABLE) == set()
