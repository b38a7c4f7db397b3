"""`sparkify query`: what it answers, in which forms, and that it can only read."""

import csv
import io
import json
import re
import subprocess
from pathlib import Path

import duckdb
import pytest

from sparkify.cli.formats import write_table
from sparkify.config import Settings
from sparkify.engines import open_reader
from sparkify.engines.base import Answer
from tests.command_line import PATIENCE, call, environment, process, run

LONG = "select count(*) from range(10000000000000) as a, range(1000000) as b"
BY_LEVEL = "select level, count(*) as plays from plays group by 1 order by 1"


def direct(folder: Path, text: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "sparkify.duckdb"), read_only=True) as warehouse:
        return warehouse.execute(text).fetchall()


# --- forms


def test_a_query_over_a_pipe_is_a_table_without_colour(asked: Path) -> None:
    done = run("sparkify", "query", BY_LEVEL, cwd=asked)

    assert done.code == 0
    assert "\x1b" not in done.out + done.err
    shown = [line.split() for line in done.out.splitlines() if line.strip()]
    assert shown[0] == ["level", "plays"]
    assert shown[2:] == [[str(value) for value in row] for row in direct(asked, BY_LEVEL)]


def test_a_query_comes_from_stdin_where_that_is_no_terminal(asked: Path) -> None:
    done = subprocess.run(
        process("sparkify", "query", "--format", "csv"),
        input=BY_LEVEL,
        cwd=asked,
        env=environment(asked),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )

    assert done.stdout.splitlines()[0] == "level,plays"


def test_lists_of_nothing_and_nulls_in_a_struct_have_a_type_that_can_be_stored(asked: Path) -> None:
    text = """select [] as l, {'a': null, 'NULL': 1, 'b': []} as s"""
    outcome = call("query", text, "--format", "parquet", "--out", "n.parquet", cwd=asked)

    assert (outcome.code, outcome.err) == (0, "")
    stored = duckdb.read_parquet(str(asked / "n.parquet"))
    assert stored.fetchall() == [([], {"a": None, "NULL": 1, "b": []})]


def test_a_query_on_stdin_that_is_not_utf_8_is_rejected(asked: Path) -> None:
    done = subprocess.run(
        process("sparkify", "query"),
        input=b"select 'Bj\xf6rk'",
        cwd=asked,
        env=environment(asked),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"Error: the query is not UTF-8\nTry: sparkify query --help\n"


def test_csv_and_json_and_parquet_are_all_rows_and_the_same(asked: Path) -> None:
    text = "select songplay_id, start_time, title, song_id, duration from plays order by 1"
    expected = direct(asked, text)
    by_csv = call("query", text, "--format", "csv", cwd=asked)
    by_json = call("query", text, "--format", "json", cwd=asked)
    call("query", text, "--format", "parquet", "--out", "p.parquet", cwd=asked)

    assert len(expected) > 1_000
    assert list(csv.reader(io.StringIO(by_csv.out)))[1:] == [
        ["" if value is None else str(value) for value in row] for row in expected
    ]
    assert [tuple(row.values()) for row in json.loads(by_json.out)] == [
        (row[0], row[1].isoformat(), *row[2:])  # type: ignore[attr-defined]
        for row in expected
    ]
    assert duckdb.read_parquet(str(asked / "p.parquet")).order("songplay_id").fetchall() == expected
    assert by_csv.err == by_json.err == ""


def test_parquet_keeps_types_and_tells_like_names_apart(asked: Path) -> None:
    text = """select 1 as a, 2 as A, date '2018-11-01' as d, 1.5::decimal(9, 2) as n, [1] as l,
        null as z"""
    call("query", text, "--format", "parquet", "--out", "p.parquet", cwd=asked)

    made = duckdb.read_parquet(str(asked / "p.parquet"))
    assert made.columns == ["a", "A_1", "d", "n", "l", "z"]
    assert [str(kind) for kind in made.types][2:5] == ["DATE", "DECIMAL(9,2)", "INTEGER[]"]
    assert made.fetchall()[0][:2] == (1, 2)


def test_parquet_goes_through_a_pipe(asked: Path) -> None:
    done = subprocess.run(
        process("sparkify", "query", "select 1 as a", "--format", "parquet"),
        cwd=asked,
        env=environment(asked),
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    (asked / "p.parquet").write_bytes(done.stdout)

    assert duckdb.read_parquet(str(asked / "p.parquet")).fetchall() == [(1,)]


def test_no_rows_are_still_their_form(asked: Path) -> None:
    none = "select user_id from users where false"

    assert call("query", none, "--format", "json", cwd=asked).out == "[]\n"
    assert call("query", none, "--format", "csv", cwd=asked).out == "user_id\n"
    call("query", none, "--format", "parquet", "--out", "p.parquet", cwd=asked)
    assert duckdb.read_parquet(str(asked / "p.parquet")).fetchall() == []


def test_json_is_json_whatever_the_values(asked: Path) -> None:
    text = """select 'nan'::double as a, 1.5::decimal(9, 2) as b, interval 1 hour as c,
        [1, null] as d, {'k': date '2018-11-01'} as e, 'é"' as f, true as g"""
    (row,) = json.loads(call("query", text, "--format", "json", cwd=asked).out)

    assert row == {
        "a": None, "b": 1.5, "c": 3600.0, "d": [1, None], "e": {"k": "2018-11-01"},
        "f": 'é"', "g": True,
    }  # fmt: skip


def test_json_keeps_every_column_of_one_name(asked: Path) -> None:
    text = "select 1 as a, 2 as a, 3 as a_1, 4 as b"
    done = call("query", text, "--format", "json", cwd=asked)

    assert json.loads(done.out) == [{"a": 1, "a_1": 2, "a_1_1": 3, "b": 4}]


def test_a_table_cannot_steer_the_terminal(asked: Path) -> None:
    done = call("query", "select '\x1b[31mred' as a, '[bold]b[/bold]' as b", cwd=asked)

    assert "\x1b" not in done.out
    assert "[bold]b[/bold]" in done.out


# --- limits


def test_a_table_is_limited_and_says_so(asked: Path) -> None:
    done = call("query", "select songplay_id from songplays", cwd=asked)

    assert len(done.out.split()) == 102  # the name, the line below it, the rows
    assert done.err == "Showing only the first 100 rows; --limit 0 shows all.\n"


@pytest.mark.parametrize("limit", ["3", "4"])
def test_a_limit_that_is_not_passed_says_nothing(asked: Path, limit: str) -> None:
    done = call("query", "select * from range(3)", "--format", "csv", "--limit", limit, cwd=asked)

    assert (done.out, done.err) == ("range\n0\n1\n2\n", "")


def test_a_limit_cuts_every_form(asked: Path) -> None:
    done = call("query", "select * from range(9)", "--format", "csv", "--limit", "2", cwd=asked)

    assert done.out == "range\n0\n1\n"
    assert "Showing only the first 2 rows" in done.err


# --- only reading


@pytest.mark.parametrize(
    "text",
    [
        "insert into users select * from users",
        "delete from songplays",
        "drop view plays",
        "create table t (a integer)",
        "update users set level = 'paid'",
        "select 1; drop table users",
        "copy users to 'stolen.csv'",
        "select * from read_csv('/etc/hostname')",
        "select * from read_text('/etc/hostname')",
        "attach 'other.duckdb'",
        "install httpfs",
        "load httpfs",
        "export database 'stolen'",
        "set enable_external_access = true",
        "set lock_configuration = false",
    ],
)
def test_a_query_changes_nothing_and_reads_no_file(asked: Path, text: str) -> None:
    before = (asked / "sparkify.duckdb").read_bytes()
    done = call("query", text, cwd=asked)

    assert done.code == 1
    assert done.err.count("\n") == 2
    assert (asked / "sparkify.duckdb").read_bytes() == before
    assert [path.name for path in asked.iterdir()] == ["sparkify.duckdb"]


def test_two_may_read_at_once(asked: Path) -> None:
    settings = Settings(db_name=str(asked / "sparkify"))
    reader = open_reader(settings)

    assert run("sparkify", "query", "select 1", cwd=asked).code == 0
    reader.close()


# --- faults


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["selec 1"], "selec"),
        (["select * from nosuch"], "nosuch"),
        (["\\d nosuch"], "nosuch"),
        (["\\x"], "\\x"),
    ],
)
def test_a_wrong_query_is_two_lines(asked: Path, arguments: list[str], named: str) -> None:
    done = call("query", *arguments, cwd=asked)

    assert (done.code, done.out) == (1, "")
    assert done.err.count("\n") == 2
    assert named in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["select 1", "--named", "top_songs"],
        ["select 1", "--from", "2018-11-01"],
        ["--named", "nosuch"],
        ["--named", "top_songs", "--from", "2018-12-01", "--to", "2018-11-01"],
        ["--named", "top_songs", "--from", "yesterday"],
        [],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2(asked: Path, arguments: list[str]) -> None:
    done = run("sparkify", "query", *arguments, cwd=asked)

    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 2


def test_without_a_warehouse_it_says_how_to_make_one(tmp_path: Path) -> None:
    done = call("query", "select 1", cwd=tmp_path)

    assert done.code == 1
    assert "create_tables.py" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_row_too_wide_for_the_terminal_is_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sparkify.cli.formats.is_terminal", lambda _: True)
    monkeypatch.setenv("COLUMNS", "60")
    names = [f"column_{place}" for place in range(9)]
    wide, narrow = io.StringIO(), io.StringIO()
    write_table(Answer((*names,), ("VARCHAR",) * 9, iter([("a value",) * 9])), wide)
    write_table(Answer((*names[:2],), ("VARCHAR",) * 2, iter([("a value",) * 2])), narrow)

    rows = [line.split() for line in re.sub(r"\x1b\[[0-9;]*m", "", wide.getvalue()).splitlines()]
    assert [row for row in rows if row] == [[name, "a", "value"] for name in names]
    assert re.search(r"column_0\S*\s+\S*column_1", narrow.getvalue())


# --- the schema and the plan


def test_backslash_d_shows_every_table_and_view_and_the_columns_of_one(asked: Path) -> None:
    tables = {row[0] for row in direct(asked, "select table_name from information_schema.tables")}
    listed = call("query", "\\d", "--format", "json", cwd=asked)
    columns = call("query", "\\d plays;", "--format", "json", cwd=asked)

    assert {row["name"] for row in json.loads(listed.out)} == tables
    assert all(row["description"].startswith("One row per ") for row in json.loads(listed.out))
    assert [row["column"] for row in json.loads(columns.out)] == [
        row[0] for row in direct(asked, "describe plays")
    ]
    assert json.loads(columns.out)[0]["meaning"] == "Id of the play, as in songplays."


def test_no_progress_bar_is_drawn_among_the_data(asked: Path) -> None:
    """DuckDB draws one on stdout once a query has run for two seconds."""
    text = "select current_setting('enable_progress_bar') as drawn"

    assert json.loads(call("query", text, "--format", "json", cwd=asked).out) == [{"drawn": False}]


def test_explain_shows_the_plan_and_runs_nothing(asked: Path) -> None:
    done = call("query", LONG, "--explain", cwd=asked)

    assert done.code == 0
    assert "range" in done.out.lower()


def test_explain_goes_with_named(asked: Path) -> None:
    assert "songplays" in call("query", "--named", "plays_by_day", "--explain", cwd=asked).out


# Spreadsheets


def test_csv_for_spreadsheets_has_no_formulas_and_the_same_numbers(asked: Path) -> None:
    query = """select '=1+1' as "=a", '-x' as b, -1 as c, 'plain' as d, '＝1' as e, null as f"""  # noqa: RUF001
    option = "--safe-for-spreadsheets"
    plain = call("query", query, "--format", "csv", cwd=asked)
    safe = call("query", query, "--format", "csv", option, cwd=asked)
    assert plain.out == "=a,b,c,d,e,f\n=1+1,-x,-1,plain,＝1,\n"  # noqa: RUF001
    assert safe.out == "'=a,b,c,d,e,f\n'=1+1,'-x,-1,plain,'＝1,\n"  # noqa: RUF001


@pytest.mark.parametrize(
    "command",
    [
        ("query", "select 1", "--format", "json"),
        ("query", "select 1"),
        ("quarantine", "--format", "ndjson"),
        ("export", "out"),
    ],
)
def test_only_csv_can_be_safe_for_spreadsheets(asked: Path, command: tuple[str, ...]) -> None:
    done = call(*command, "--safe-for-spreadsheets", cwd=asked)
    assert done.code == 2
    assert "--safe-for-spreadsheets is for --format csv" in done.err
