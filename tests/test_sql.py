"""The warehouse's SQL files: their form, that each is used, and what is generated from them."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from sparkify.sql import (
    TABLES,
    VIEWS,
    WAREHOUSE_VERSION,
    Parameter,
    Statement,
    comments,
    meanings,
    migration_steps,
    source_columns,
    statement,
    statements,
)
from sparkify.sql.descriptions import table_columns
from tests.command_line import PATIENCE, ROOT, environment
from tests.golden import rendered_files
from tests.small_source import EVENT, write_source
from tests.sql_files import NAMES, OF_ONE_ENGINE, PORTABLE, RENDERED, SQL, statement_named

# A comment, a text or a quoted name: where anything may stand.
SPEECH = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", re.DOTALL)


def orders_and_limits_a_scan(text: str) -> bool:
    """Return whether a query takes the first rows of a table by order and limit, not of groups.

    DuckDB 2.0 finds them by what it knows of blocks, and miscounts those with deleted rows.
    """
    return any(
        select.args.get("order") and not (select.args.get("group") or select.args.get("distinct"))
        for select in sqlglot.parse_one(text, read="redshift").find_all(exp.Select)
        if select.args.get("limit")
    )


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("redshift/")])
def test_no_statement_takes_the_first_rows_of_a_table_by_order_and_limit(name: str) -> None:
    text = statement_named(name).text
    assert "limit" not in text or not orders_and_limits_a_scan(text)


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [
        ("select a from t where b > 0 order by a desc limit 1", True),
        ("with x as (select a from t order by a limit 5) select * from x", True),
        ("select * from u where a = (select a from t order by a limit 1)", True),
        ("select a, count(*) from t group by a order by 2 desc limit 5", False),
        ("select distinct a from t order by a limit 5", False),
        ("select max(a) from t", False),
    ],
)
def test_the_rule_on_order_and_limit_finds(text: str, is_refused: bool) -> None:
    assert orders_and_limits_a_scan(text) is is_refused


def faults(text: str, dialect: str = "redshift") -> list[str]:
    """List what is wrong with the form of a statement's text."""
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
    text = statement_named(name).text
    found = faults(text, "duckdb" if name.startswith("duckdb/") else "redshift")

    # sqlglot has no words for groups and UNLOAD; sqlfluff, which lint holds these to, has.
    not_sqlglots = ("redshift/grant/", "redshift/unload", "postgres/grant/")
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

from pathlib import Path

from sparkify.cli import main
def received_again():
    for file in list(Path("data").rglob("a.json")):
        (file.parent / "b.json").write_bytes(file.read_bytes())
    return "S3.LOG_JSONPATH="

def equal_song():
    [song] = Path("data/song_data").rglob("a.json")
    # of equal songs the smallest is that of the plays, also of those before it
    (song.parent / "c.json").write_bytes(song.read_bytes().replace(b'"SO1"', b'"SO0"'))
    return "S3.LOG_JSONPATH="

def last_run():
    import duckdb

    with duckdb.connect("sparkify.duckdb", read_only=True) as connection:
        return connection.execute("select max(run_id) from runs").fetchall()[0][0]

for arguments in (
    ["create-tables"], ["etl"], ["etl", "--set", received_again],
    ["etl", "--set", equal_song], ["overview", "--json"],
    ["report", "--out", "-"], ["export", "star"],
    ["query", "--metric", "new_listeners,churn"], ["check"], ["explain-counts"],
    ["rebuild"], ["undo", last_run],
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
    """List the files that a life of a warehouse opens, by name."""
    folder = write_source(tmp_path_factory.mktemp("life"))
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
    return {
        str(Path(path).relative_to(SQL).with_suffix(""))
        for path in paths
        if Path(path).is_relative_to(SQL)
    }


def _named_in_the_code() -> set[str]:
    sources = [*(ROOT / "sparkify").rglob("*.py"), *ROOT.glob("*.py")]
    return {
        node.value
        for source in sources
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_file_is_used(opened: set[str]) -> None:
    versions = range(2, WAREHOUSE_VERSION + 1)
    steps = (step for version in versions for step in migration_steps(version))
    named = _named_in_the_code()
    used = opened | named | {step.name for step in steps}
    # An engine's own are named without the engine, some without their folder.
    used |= {
        name for name in OF_ONE_ENGINE if {name.partition("/")[2], name.rpartition("/")[2]} & named
    }

    assert opened
    assert set(NAMES) - used == set()


# --- the statement


def test_a_statement_is_found_by_its_path() -> None:
    found = statement("transform/songs/stage")

    assert found.name == "transform/songs/stage"
    assert found.text == (SQL / "transform/songs/stage.sql").read_text(encoding="utf-8")


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
    grain = statement_named(name).grain

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
    made = statement_named(name)
    assert made.render("redshift") == made.text


@pytest.mark.parametrize("name", PORTABLE)
def test_duckdb_gets_every_parameter_and_nothing_of_redshifts_layout(name: str) -> None:
    made = statement(name)
    text = made.render("duckdb")

    assert set(re.findall(r"\$([a-z_]+)", text)) == set(made.bind(defaultdict(int)))
    assert not re.search(
        r"diststyle|distkey|sortkey|primary key|foreign key|--", text, re.IGNORECASE
    )


def test_the_source_columns_are_those_of_the_source_files() -> None:
    events = [column.name for column in source_columns("staging_events")]
    kinds = {
        column.name: (column.kind, column.bytes) for column in source_columns("staging_events")
    }

    assert events == [key.lower() for key in EVENT]
    assert kinds["ts"] == ("timestamp", None)
    assert kinds["sessionid"] == ("bigint", None)
    assert kinds["length"] == ("double precision", None)
    assert kinds["level"] == ("varchar", 16)


# --- what is read from the files without sqlglot


@pytest.mark.parametrize("table", TABLES)
def test_a_tables_columns_are_those_that_sqlglot_reads(table: str) -> None:
    text = statement(f"schema/{table}").text
    definitions = list(sqlglot.parse_one(text, read="redshift").find_all(exp.ColumnDef))

    kinds = [f"{kind}({size})" if size else kind for _, kind, size in table_columns(text)]
    assert kinds == [each.args["kind"].sql("redshift").lower() for each in definitions]
    assert list(meanings(table)) == [each.name for each in definitions]


@pytest.mark.parametrize("view", VIEWS)
def test_a_views_described_columns_are_those_that_sqlglot_reads(view: str) -> None:
    query = sqlglot.parse_one(statement(f"views/{view}").text, read="redshift").expression

    assert isinstance(query, exp.Query)
    assert list(meanings(view)) in ([], query.named_selects)


def test_a_text_for_all_dialects_needs_no_escaping_for_any() -> None:
    assert [said for *_, said in comments() if "%" in said or "\\" in said] == []


# --- what is rendered


def test_the_committed_texts_are_those_that_are_rendered_now() -> None:
    committed = {path: path.read_text(encoding="utf-8") for path in RENDERED.iterdir()}

    assert committed == rendered_files(), "the SQL has changed: run make golden"
