"""`sparkify query`: what it answers, in which forms, and that it can only read."""

import csv
import io
import json
import os
import signal
import subprocess
import threading
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from sparkify.cli.shell import is_whole, prompt
from sparkify.config import Settings
from sparkify.engines import Result, open_reader
from sparkify.errors import QueryError
from sparkify.serve.period import Period, chosen_period, data_period
from sparkify.serve.query import interruptible
from sparkify.serve.questions import names, question
from tests.oracle import Rows
from tests.oracle_views import by, expected_views
from tests.test_doors import PATIENCE, at_terminal, call, environment, process, run

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


def test_a_table_cannot_steer_the_terminal(asked: Path) -> None:
    done = call("query", "select '\x1b[31mred' as a, '[bold]b[/bold]' as b", cwd=asked)

    assert "\x1b" not in done.out
    assert "[bold]b[/bold]" in done.out


# --- limits


def test_a_table_is_limited_and_says_so(asked: Path) -> None:
    done = call("query", "select songplay_id from songplays", cwd=asked)

    assert len(done.out.split()) == 102  # the name, the line below it, the rows
    assert done.err == "Limited to 100 rows, and there are more; --limit 0 gives all.\n"


@pytest.mark.parametrize("limit", ["3", "4"])
def test_a_limit_that_is_not_passed_says_nothing(asked: Path, limit: str) -> None:
    done = call("query", "select * from range(3)", "--format", "csv", "--limit", limit, cwd=asked)

    assert (done.out, done.err) == ("range\n0\n1\n2\n", "")


def test_a_limit_cuts_every_form(asked: Path) -> None:
    done = call("query", "select * from range(9)", "--format", "csv", "--limit", "2", cwd=asked)

    assert done.out == "range\n0\n1\n"
    assert "Limited to 2 rows" in done.err


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


# --- what there is


def test_backslash_d_shows_every_table_and_view_and_the_columns_of_one(asked: Path) -> None:
    tables = {row[0] for row in direct(asked, "select table_name from information_schema.tables")}
    listed = call("query", "\\d", "--format", "json", cwd=asked)
    columns = call("query", "\\d plays;", "--format", "json", cwd=asked)

    assert {row["name"] for row in json.loads(listed.out)} == tables
    assert all(row["holds"].startswith("One row per ") for row in json.loads(listed.out))
    assert [row["column"] for row in json.loads(columns.out)] == [
        row[0] for row in direct(asked, "describe plays")
    ]


def test_explain_shows_the_plan_and_runs_nothing(asked: Path) -> None:
    done = call("query", LONG, "--explain", cwd=asked)

    assert done.code == 0
    assert "range" in done.out.lower()


def test_explain_goes_with_named(asked: Path) -> None:
    assert "songplays" in call("query", "--named", "plays_by_day", "--explain", cwd=asked).out


# --- the questions of the report


@pytest.mark.parametrize("name", names())
def test_a_question_written_out_is_the_question(asked: Path, name: str) -> None:
    """What the report shows can be pasted; bound or written out the answer is the same."""
    reader = open_reader(Settings(db_name=str(asked / "sparkify")))
    period = Period(date(2018, 11, 20), date(2018, 12, 10))
    bound = reader.fetch(question(name), **period.parameters)
    written = call(
        *("query", "--named", name, "--from", "2018-11-20", "--to", "2018-12-10"),
        *("--format", "json"),
        cwd=asked,
    )
    pasted = reader.ask(question(name).written_out(period.parameters))

    assert list(pasted.rows) == bound.rows
    assert len(json.loads(written.out)) == len(bound.rows)
    assert bound.rows
    reader.close()


def test_the_questions_answer_as_plain_python_does(loaded_once: Path) -> None:
    reader = open_reader(Settings(db_name=str(loaded_once / "sparkify")))
    period = Period(date(2018, 11, 20), date(2018, 12, 10))
    views = expected_views(loaded_once / "data/log_data", loaded_once / "data/song_data")
    found = {name: _records(reader.fetch(question(name), **period.parameters)) for name in names()}
    reader.close()
    plays = [play for play in views["plays"] if period.first <= play["start_date"] <= period.last]

    for name, expected in _answers(views, plays, period).items():
        assert found.pop(name) == expected, name
    quality = found.pop("quality")[0]
    assert quality["last_event_at"] == max(e["occurred_at"] for e in views["user_events"])
    assert quality["plays"] == len(plays)
    assert quality["files"] == 360
    assert found == {}


def _records(result: Result) -> Rows:
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def _answers(views: dict[str, Rows], plays: Rows, period: Period) -> dict[str, Rows]:
    """The answers by plain Python, which the SQL has to give as well."""

    def counted(*columns: str, of: Rows = plays) -> list[tuple[tuple[object, ...], Rows]]:
        groups = [(key, rows) for key, rows in by(of, *columns).items() if key[0] is not None]
        return sorted(groups, key=lambda group: str(group[0]))

    def users(rows: Rows) -> int:
        return len({row["user_id"] for row in rows})

    def paid(rows: Rows) -> int:
        return sum(row["level"] == "paid" for row in rows)

    def days(rows: Rows) -> Rows:
        return [
            {
                "start_date": day,
                "plays": len(theirs),
                "paid_plays": paid(theirs),
                "free_plays": len(theirs) - paid(theirs),
                "listeners": users(theirs),
            }
            for (day,), theirs in sorted(by(rows, "start_date").items())
        ]

    first: dict[int, date] = {}
    for play in sorted(views["plays"], key=lambda play: play["start_time"]):
        first.setdefault(play["user_id"], play["start_date"])
    monday = [
        play
        | {
            "start_date": date.fromordinal(
                play["start_date"].toordinal() - play["start_date"].weekday()
            )
        }
        for play in plays
    ]
    first_of_month = [play | {"start_date": play["start_date"].replace(day=1)} for play in plays]
    places = counted("location")
    states = by(
        [play | {"state": play["location"].split(", ")[1].split("-")[0]} for play in plays], "state"
    )
    songs = sorted(
        (group for group in counted("title", "artist_name")),
        key=lambda g: (-len(g[1]), *map(str, g[0])),
    )[:10]
    artists = sorted(counted("artist_name"), key=lambda g: (-len(g[1]), *map(str, g[0])))[:10]
    steps = [
        step
        for step in views["level_steps"]
        if period.first <= step["taken_at"].date() <= period.last
    ]
    return {
        "key_figures": [
            {
                "plays": len(plays),
                "listeners": users(plays),
                "new_listeners": sum(period.first <= day <= period.last for day in first.values()),
                "sessions": len({play["session_id"] for play in plays}),
                "paid_plays": paid(plays),
                "matched_plays": sum(play["song_id"] is not None for play in plays),
            }
        ],
        "plays_by_day": days(plays),
        "plays_by_week": days(monday),
        "plays_by_month": days(first_of_month),
        "plays_by_weekday_and_hour": [
            {"weekday": weekday, "hour": hour, "plays": len(theirs)}
            for (weekday, hour), theirs in sorted(by(plays, "weekday", "hour").items())
        ],
        "paid_and_free": [
            {
                "level": level,
                "listeners": users(theirs),
                "sessions": len({play["session_id"] for play in theirs}),
                "plays": len(theirs),
            }
            for (level,), theirs in counted("level")
        ],
        "top_songs": [
            {
                "title": key[0],
                "artist_name": key[1],
                "plays": len(theirs),
                "listeners": users(theirs),
            }
            for key, theirs in songs
        ],
        "top_artists": [
            {
                "artist_name": key[0],
                "plays": len(theirs),
                "listeners": users(theirs),
                "songs": len({play["title"] for play in theirs}),
            }
            for key, theirs in artists
        ],
        "top_places": [
            {"location": key[0], "listeners": users(theirs), "plays": len(theirs)}
            for key, theirs in sorted(
                places, key=lambda g: (-users(g[1]), -len(g[1]), str(g[0][0]))
            )[:10]
        ],
        "listeners_by_state": [
            {"state": key[0], "listeners": users(theirs), "plays": len(theirs)}
            for key, theirs in sorted(
                states.items(), key=lambda g: (-users(g[1]), -len(g[1]), g[0][0])
            )
        ],
        "level_funnel": [
            {
                "direction": key[0],
                "step": key[1],
                "step_name": key[2],
                "users": users(taken),
            }
            for key, taken in sorted(by(steps, "direction", "step", "step_name").items())
        ],
        "retention": [
            row
            for row in views["retention"]
            if date.fromordinal(row["cohort_week"].toordinal() + 7 * row["weeks_since"])
            <= period.last
        ],
    }


# --- periods


def test_the_period_is_the_last_thirty_days_with_data_unless_asked() -> None:
    data = Period(date(2018, 11, 1), date(2018, 12, 30))
    few = Period(date(2018, 11, 1), date(2018, 11, 12))

    assert chosen_period(data, None, None) == Period(date(2018, 12, 1), date(2018, 12, 30))
    assert chosen_period(few, None, None) == few
    assert chosen_period(data, date(2018, 11, 5), date(2018, 11, 9)).days == 5
    assert chosen_period(None, None, None).days == 30
    assert Period(date(2018, 11, 5), date(2018, 11, 9)).before == Period(
        date(2018, 10, 31), date(2018, 11, 4)
    )


def test_the_data_has_a_first_and_a_last_day(asked: Path) -> None:
    reader = open_reader(Settings(db_name=str(asked / "sparkify")))
    period = data_period(reader)
    reader.close()

    ((first, last),) = direct(
        asked, "select min(ts)::date, max(ts)::date from staging_events where userid is not null"
    )
    assert period == Period(first, last)  # type: ignore[arg-type]


# --- Ctrl-C and the prompt


def test_ctrl_c_ends_a_query(asked: Path) -> None:
    reader = open_reader(Settings(db_name=str(asked / "sparkify")))
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()

    with pytest.raises(QueryError, match="stopped"):
        interruptible(reader, lambda: list(reader.ask(LONG).rows))
    assert list(reader.ask("select 42").rows) == [(42,)]
    reader.close()


def test_ctrl_c_ends_the_command_in_two_lines(asked: Path) -> None:
    with subprocess.Popen(
        process("sparkify", "query", LONG),
        cwd=asked,
        env=environment(asked),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        time.sleep(2)
        started.send_signal(signal.SIGINT)
        out, err = started.communicate(timeout=PATIENCE)

    assert (started.returncode, out) == (1, "")
    assert err.startswith("Error: the query was stopped\nTry: ")


def test_the_prompt_answers_and_remembers(
    asked: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(asked))
    reader = open_reader(Settings(db_name=str(asked / "sparkify")))
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text("select 6 *\n7 as answer;\n\\d users\nselec;\nsong_titl\x03\\q\n")
        prompt(reader, limit=10)
    reader.close()
    said = capsys.readouterr()

    assert "42" in said.out
    assert "first_name" in said.out
    assert "Error: " in said.err
    history = asked / ".sparkify_history"
    assert "+7 as answer;" in history.read_text(encoding="utf-8")
    assert history.stat().st_mode & 0o777 == 0o600


def test_the_prompt_completes_tables_and_columns(
    asked: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(asked))
    reader = open_reader(Settings(db_name=str(asked / "sparkify")))
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text("select count(*) as n from daily_acti")
        threading.Timer(0.5, keys.send_text, ("\t",)).start()
        threading.Timer(1.5, keys.send_text, (";\n\\q\n",)).start()
        prompt(reader, limit=10)
    reader.close()

    assert "60" in capsys.readouterr().out


def test_the_prompt_at_a_terminal(asked: Path) -> None:
    done = at_terminal(
        "sparkify", "query", cwd=asked, keys=b"select 40 + 2 as a;\n\\q\n", after="leaves."
    )

    assert done.code == 0
    assert "42" in done.out


def test_the_client_opens_the_warehouse_to_read_only(asked: Path) -> None:
    """Harlequin's place is taken by a program that tells how it was called."""
    program = asked / "bin" / "harlequin"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@"\nexit 3\n')
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    done = run("sparkify", "query", "--client", cwd=asked, env={"PATH": path})

    assert (done.code, done.out) == (3, "--read-only sparkify.duckdb\n")


def test_without_the_client_it_says_what_to_install(asked: Path) -> None:
    done = call("query", "--client", cwd=asked, env={"PATH": str(asked)})

    assert done.code == 2
    assert "pip install 'sparkify[client]'" in done.err


@pytest.mark.parametrize(
    ("text", "whole"),
    [("", True), ("select 1", False), ("select 1; ", True), ("\\d plays", True), ("a;\nb", False)],
)
def test_enter_runs_what_is_whole(text: str, whole: bool) -> None:
    assert is_whole(text) is whole
