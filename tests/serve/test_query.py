"""`sparkify query`: what it answers, in which forms, and that it can only read."""

import csv
import html
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


def test_ndjson_is_a_line_per_row_and_markdown_a_table(asked: Path) -> None:
    text = "select 1 as n, 'a|b' as t, null as z union all select 2, 'c\nd', null order by 1"
    by_ndjson = call("query", text, "--format", "ndjson", cwd=asked)
    by_markdown = call("query", text, "--format", "markdown", cwd=asked)

    assert [json.loads(line) for line in by_ndjson.out.splitlines()] == [
        {"n": 1, "t": "a|b", "z": None},
        {"n": 2, "t": "c\nd", "z": None},
    ]
    assert by_markdown.out.splitlines()[:2] == ["| n | t | z |", "| --: | --- | --: |"]
    assert by_markdown.out.splitlines()[2:] == ["| 1 | a\\|b |  |", "| 2 | c d |  |"]


def test_json_is_short_for_its_format(asked: Path) -> None:
    text = "select 1 as a"

    assert call("query", text, "--json", cwd=asked) == call(
        "query", text, "--format", "json", cwd=asked
    )


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
    there = {path.name for path in asked.iterdir()}
    assert there == {"sparkify.duckdb", "sparkify.read.duckdb"}


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
def test_a_wrong_query_is_named_and_answered_with_what_to_do(
    asked: Path, arguments: list[str], named: str
) -> None:
    done = call("query", *arguments, cwd=asked)

    assert (done.code, done.out) == (1, "")
    first, *_, last = done.err.splitlines()
    assert first.startswith("Error: ")
    assert last.startswith("Try: ")
    assert named in first


@pytest.mark.parametrize(
    ("text", "line", "marked"),
    [
        ("select *\nfro plays", "LINE 2: fro plays", "plays"),
        ("slect 1", "LINE 1: slect 1", "slect"),
        ("select titel\nfrom plays", "LINE 1: select titel", "titel"),
        ("select 1,\n\ncast('x' as int)", "LINE 3: cast('x' as int)", "cast('x' as int)"),
    ],
)
def test_an_error_keeps_the_line_of_the_query_and_marks_the_place(
    asked: Path, text: str, line: str, marked: str
) -> None:
    shown = call("query", text, cwd=asked).err.splitlines()

    assert shown[1] == line
    column = line.index(marked)
    assert shown[2][:column].strip() == ""
    assert shown[2][column:] == "^" * len(shown[2][column:])
    assert len(shown) == 4


def test_several_statements_are_rejected_and_none_is_run(asked: Path) -> None:
    for text in ("select 1 as a; select 2 as a", "select 1 as a;\n-- and\nselect 2 as a;"):
        done = call("query", text, cwd=asked)

        assert (done.code, done.out) == (1, "")
        assert done.err.startswith("Error: the text has 2 statements")


# --- where the query comes from


def queries_of_the_report(folder: Path, out: Path) -> list[str]:
    """Return the SQL that the report shows below its figures."""
    page = out / "report.html"
    assert call("report", "--out", str(page), cwd=folder).code == 0
    shown = re.findall(
        r"<pre[^>]*><code>(.*?)</code></pre>", page.read_text(encoding="utf-8"), re.DOTALL
    )
    return [html.unescape(text) for text in shown]


def test_every_query_of_the_report_can_be_pasted(loaded_once: Path, tmp_path: Path) -> None:
    texts = queries_of_the_report(loaded_once, tmp_path)

    assert len(texts) >= 11
    for text in texts:
        assert text.startswith("--")
        done = call("query", text, "--format", "csv", cwd=loaded_once)
        assert (done.code, done.err) == (0, ""), text


@pytest.mark.parametrize(
    "text",
    ["-- c\nselect 7 as a", "--c\nselect 7 as a", "--\nselect 7 as a", "--format=x\nselect 7 as a"],
)
def test_a_text_that_begins_with_a_comment_is_a_query(asked: Path, text: str) -> None:
    assert call("query", text, "--format", "csv", cwd=asked).out == "a\n7\n"
    assert call("query", "--format", "csv", text, cwd=asked).out == "a\n7\n"


@pytest.mark.parametrize(
    "arguments", [["--nosuch"], ["--nosuch=1"], ["--formt", "csv", "select 1"]]
)
def test_an_unknown_option_is_still_one(asked: Path, arguments: list[str]) -> None:
    done = call("query", *arguments, cwd=asked)

    assert done.code == 2
    assert "No such option" in done.err


@pytest.mark.parametrize("option", ["-f", "--file"])
def test_a_query_comes_from_a_file(asked: Path, option: str) -> None:
    (asked / "q.sql").write_text("\ufeff-- what\nselect 6 * 7 as a;\n", encoding="utf-8")

    assert call("query", option, "q.sql", "--format", "csv", cwd=asked).out == "a\n42\n"


@pytest.mark.parametrize("arguments", [["-"], ["-f", "-"]])
def test_a_dash_is_stdin(asked: Path, arguments: list[str]) -> None:
    done = subprocess.run(
        process("sparkify", "query", *arguments, "--format", "csv"),
        input="-- piped\nselect 42 as a",
        cwd=asked,
        env=environment(asked),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )

    assert done.stdout == "a\n42\n"


# --- the dialect


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("select datediff(day, min(start_time), max(start_time)) > 50 as d from plays", "true"),
        (
            "select listagg(a, ',') within group (order by a) as d from (values (2), (1)) as t(a)",
            "1,2",
        ),
        ("select nvl(null, 3) as d", "3"),
        ("select top 1 4 as d from plays", "4"),
        ("select dateadd(day, 1, cast('2018-11-01' as date)) as d", "2018-11-02 00:00:00"),
    ],
)
def test_a_query_of_redshift_is_answered_with_the_option_that_runs_it(
    asked: Path, text: str, answer: str
) -> None:
    plain = call("query", text, cwd=asked)
    hint = plain.err.splitlines()[-1].removeprefix("Try: ")
    done = call("query", text, *hint.split(), "--format", "csv", cwd=asked)

    assert (plain.code, plain.out, hint) == (1, "", "--dialect redshift")
    assert list(csv.reader(io.StringIO(done.out))) == [["d"], [answer]]


@pytest.mark.parametrize(
    "text",
    ["select titel from plays", "slect 1", "select datediff(day, a, b) from plays", LONG[:9]],
)
def test_what_no_dialect_can_run_is_not_answered_with_one(asked: Path, text: str) -> None:
    assert "--dialect" not in call("query", text, cwd=asked).err


@pytest.mark.parametrize("text", ["select [1, 2, 3][1] as a", "select 7 / 2 as a"])
def test_without_the_option_a_query_is_as_the_engine_reads_it(asked: Path, text: str) -> None:
    [[expected]] = direct(asked, text)

    assert call("query", text, "--format", "csv", cwd=asked).out == f"a\n{expected}\n"


def test_a_query_of_redshift_can_be_explained_and_only_reads(asked: Path) -> None:
    option = ("--dialect", "redshift")
    explained = call("query", "select nvl(user_id, 0) from users", *option, "--explain", cwd=asked)
    writing = call("query", "delete from users", *option, cwd=asked)

    assert "users" in explained.out
    assert writing.code == 1
    assert "queries only read" in writing.err


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
    assert "sparkify create-tables" in done.err
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


def names_listed(folder: Path, command: str) -> set[str]:
    listed = json.loads(call("query", command, "--format", "json", cwd=folder).out)
    assert all(row["description"].startswith("One row per ") for row in listed)
    return {row["name"] for row in listed}


def test_backslash_d_shows_what_is_for_analysts_and_with_a_plus_everything(asked: Path) -> None:
    listed = direct(asked, "select table_name, table_type from information_schema.tables")
    kinds = {str(name): kind for name, kind in listed}
    everything, shown = names_listed(asked, "\\d+"), names_listed(asked, "\\d")
    tables, views = names_listed(asked, "\\dt"), names_listed(asked, "\\dv")

    assert everything == set(kinds)
    assert {"songplays", "users", "plays", "staging_events"} < shown < everything
    assert not {"loaded_files", "write_lock", "cleaned_plays", "batches"} & shown
    assert tables | views == shown
    assert {kinds[name] for name in tables} == {"BASE TABLE"}
    assert {kinds[name] for name in views} == {"VIEW"}


def test_backslash_d_shows_the_columns_of_one_and_with_a_plus_their_sources(asked: Path) -> None:
    detailed = json.loads(call("query", "\\d+ users", "--format", "json", cwd=asked).out)
    columns = call("query", "\\d plays;", "--format", "json", cwd=asked)

    assert [row["column"] for row in detailed] == [
        row[0] for row in direct(asked, "describe users")
    ]
    assert detailed[1]["source"] == "log: firstName"
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
