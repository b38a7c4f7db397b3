"""The doors as people use them: the real process, in a folder of its own, at a real terminal.

`run`, `call` and `at_terminal` are how the other tests use the command line too.
"""

import contextlib
import io
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from sparkify.cli import main
from sparkify.sql import DIMENSIONS, FACT, LEDGER_TABLES, STAGING_TABLES, TABLES, VIEWS
from sparkify.sql.rendering import render

ROOT = Path(__file__).resolve().parent.parent
# Every process has this password in its environment, and none may ever print it.
PASSWORD = "hunter2-Tr0ub4dor"
COMMAND = ("-c", "from sparkify.cli import main; main()")  # what an installed `sparkify` does
PATIENCE = 60


class Outcome(NamedTuple):
    """How a process ended, and what it said."""

    code: int
    out: str
    err: str


def process(*arguments: str) -> list[str]:
    """Spell out `etl.py ...`, `create_tables.py ...` or `sparkify ...`."""
    name, *rest = arguments
    program = COMMAND if name == "sparkify" else (str(ROOT / name),)
    return [sys.executable, *program, *rest]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Nothing of the caller's: no settings, no keys, no home."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TERM": "xterm",
        "AWS_EC2_METADATA_DISABLED": "true",
        "SPARKIFY_CLUSTER_DB_PASSWORD": PASSWORD,
        **more,
    }


def run(
    *arguments: str,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    through: Sequence[str] = (),
) -> Outcome:
    """Run a process in a pipe, perhaps `through` another command that starts it."""
    done = subprocess.run(
        [*through, *process(*arguments)],
        cwd=cwd,
        env=environment(cwd, **(env or {})),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    outcome = Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert PASSWORD not in outcome.out + outcome.err
    return outcome


def call(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> Outcome:
    """Do what `run` does without a process: for the many variants of what one process proved."""
    code: object = 0
    with (
        patch.dict(os.environ, environment(cwd, **(env or {})), clear=True),
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(io.StringIO()) as out,
        contextlib.redirect_stderr(io.StringIO()) as err,
    ):
        try:
            main(arguments)
        except SystemExit as ended:
            code = ended.code
    assert isinstance(code, int)
    outcome = Outcome(code, out.getvalue(), err.getvalue())
    assert PASSWORD not in outcome.out + outcome.err
    return outcome


# Makes the terminal on stdin the one that the process belongs to, so that Ctrl-C reaches it.
SIT_DOWN = (
    "import fcntl, os, sys, termios;"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "os.execv(sys.executable, sys.argv[1:])"
)


def at_terminal(*arguments: str, cwd: Path, keys: bytes = b"", after: str = "") -> Outcome:
    """Run a process at a terminal: stdin and stderr are one, stdout is a pipe.

    `keys` are typed once `after` is on the screen; `err` is all that the screen showed.
    """
    screen, terminal = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", SIT_DOWN, *process(*arguments)],
        cwd=cwd,
        env=environment(cwd),
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=terminal,
        start_new_session=True,
    ) as started:
        os.close(terminal)
        try:
            shown = _watched(screen, keys, after)
            out, _ = started.communicate(timeout=PATIENCE)
        finally:
            started.kill()
            os.close(screen)
    return Outcome(started.returncode, out.decode(), shown)


def _watched(screen: int, keys: bytes, after: str) -> str:
    shown, typed = b"", 0.0
    give_up = time.monotonic() + PATIENCE
    while (now := time.monotonic()) < give_up:
        if select.select([screen], [], [], 0.5)[0]:
            try:
                shown += os.read(screen, 4096)
            except OSError:  # EIO: the last process has left the terminal
                return shown.decode()
        # Typed again if nothing comes of it: a ^C just before Python waits for input is lost.
        if keys and after.encode() in shown and now > typed + 3:
            os.write(screen, keys)
            typed = now
    raise TimeoutError(f"the process still runs; the screen shows: {shown!r}")


# --- data, small enough to count by hand

EVENT = {
    "artist": None,
    "auth": "Logged In",
    "firstName": "Ada",
    "gender": "F",
    "itemInSession": 0,
    "lastName": "Ek",
    "length": None,
    "level": "free",
    "location": "Winston-Salem, NC",
    "method": "PUT",
    "page": "Home",
    "registration": 1540919166796.0,
    "sessionId": 1,
    "song": None,
    "status": 200,
    "ts": 1541105830796,
    "userAgent": "Mozilla/5.0",
    "userId": "1",
}
SONG = {
    "num_songs": 1,
    "artist_id": "AR1",
    "artist_latitude": None,
    "artist_longitude": None,
    "artist_location": "",
    "artist_name": "Café Mañana",
    "song_id": "SO1",
    "title": "Blue Bridge",
    "duration": 200.5,
    "year": 0,
}


def play(session: int, item: int, **changes: object) -> dict[str, object]:
    """Make an event that starts a song that the catalogue does not know."""
    unknown = {"page": "NextSong", "song": "Lost", "artist": "Nobody", "length": 1.5}
    return {**EVENT, **unknown, "sessionId": session, "itemInSession": item, **changes}


def lines(*objects: Mapping[str, object]) -> bytes:
    return "".join(f"{json.dumps(each)}\n" for each in objects).encode()


EVENTS = lines(
    EVENT,
    play(1, 1, song="Blue Bridge", artist="Café Mañana", length=200.5),
    play(1, 2, ts=1541105830797),
    play(2, 0, userId="2", firstName="Bo", level="paid", ts=1541105830798),
    # UTF-8 encoded twice, as in the real logs
    play(
        2, 1, userId="2", firstName="Bo", song="Blue Bridge", artist="CafÃ© MaÃ±ana", length=200.5
    ),
    {**EVENT, "userId": "", "auth": "Logged Out", "sessionId": 3},
)
SONGS = lines(SONG)
COUNTS = {
    "staging_events": 6,
    "staging_songs": 1,
    "songplays": 4,
    "users": 2,
    "songs": 1,
    "artists": 1,
    "time": 3,
}


def deliver(folder: Path) -> Path:
    """Put the files where the defaults look for them, below `folder`."""
    data = folder / "data"
    for kind, content in (("log_data", EVENTS), ("song_data", SONGS)):
        (data / kind / "2018").mkdir(parents=True)
        (data / kind / "2018" / "a.json").write_bytes(content)
    paths = [f"$['{key}']" for key in EVENT]
    (data / "log_json_path.json").write_text(json.dumps({"jsonpaths": paths}))
    return folder


def content(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Read all that is in a warehouse: all tables but the runs' log."""
    reader = _reader()
    file = exp.Literal.string(str(database)).sql("duckdb")
    reader.execute(f"attach {file} as warehouse (read_only)")
    try:
        names = reader.execute(
            "select table_name from duckdb_tables() where database_name = 'warehouse'"
        ).fetchall()
        return {
            name: sorted(reader.execute(f'select * from warehouse."{name}"').fetchall(), key=repr)
            for (name,) in names
            if name not in {"runs", "check_results"}
        }
    finally:
        reader.execute("detach warehouse")


@cache
def _reader() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()  # which takes longer than to read a small warehouse


def counts(database: Path) -> dict[str, int]:
    rows = content(database)
    return {name: len(rows[name]) for name in COUNTS}


@pytest.fixture(scope="session")
def loaded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = deliver(tmp_path_factory.mktemp("loaded"))
    assert run("create_tables.py", cwd=folder).code == 0
    assert run("etl.py", cwd=folder).code == 0
    return folder


@pytest.fixture
def loaded(loaded_once: Path, tmp_path: Path) -> Path:
    """Give a folder with a warehouse that holds data and no dwh.cfg, to be spoilt at will."""
    shutil.copy(loaded_once / "sparkify.duckdb", tmp_path)
    return tmp_path


def settings_of_the_brief(folder: Path, **values: str) -> Path:
    """Write dwh.cfg as the brief does, quotes and all."""
    path = folder / "dwh.cfg"
    path.write_text(
        f"""\
[CLUSTER]
HOST=''
DB_NAME='{values.get("DB_NAME", "")}'
DB_USER=''
DB_PASSWORD='{PASSWORD}'
DB_PORT=5439

[IAM_ROLE]
ARN=''

[S3]
LOG_DATA='{values.get("LOG_DATA", "data/log_data")}'
LOG_JSONPATH='{values.get("LOG_JSONPATH", "data/log_json_path.json")}'
SONG_DATA='{values.get("SONG_DATA", "data/song_data")}'
""",
        encoding="utf-8",
    )
    return path


# --- create_tables.py and etl.py


def test_the_database_may_lie_in_the_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for command in ("create-tables", "overview"):
        setting = ("--set", "CLUSTER.DB_NAME=~/dwh")
        outcome = call(command, *setting, cwd=tmp_path, env={"HOME": str(home)})

        assert outcome.code == 0, outcome.err
    assert [file.name for file in home.iterdir()] == ["dwh.duckdb"]


def test_the_two_scripts_build_the_warehouse_by_the_settings_of_the_brief(tmp_path: Path) -> None:
    deliver(tmp_path)
    settings_of_the_brief(tmp_path, DB_NAME="dwh")

    created = run("create_tables.py", cwd=tmp_path)
    loaded = run("etl.py", cwd=tmp_path)

    assert created == (0, "", "The tables are made anew; the warehouse is empty.\n")
    assert (loaded.code, loaded.err) == (0, "")
    assert loaded.out.startswith("Loaded 2 files ")
    assert counts(tmp_path / "dwh.duckdb") == COUNTS


def test_the_scripts_need_no_settings_file(loaded_once: Path) -> None:
    assert not (loaded_once / "dwh.cfg").exists()
    assert counts(loaded_once / "sparkify.duckdb") == COUNTS


def test_the_settings_file_can_lie_elsewhere(tmp_path: Path) -> None:
    work, settings = tmp_path / "work", tmp_path / "settings"
    work.mkdir()
    settings.mkdir()
    deliver(work)
    file = str(settings_of_the_brief(settings, DB_NAME="elsewhere"))

    assert run("create_tables.py", "--config", file, cwd=work).code == 0
    assert run("etl.py", "--config", file, cwd=work).code == 0
    assert counts(work / "elsewhere.duckdb") == COUNTS


def test_the_command_does_the_same_as_the_scripts(tmp_path: Path) -> None:
    deliver(tmp_path)

    created = run("sparkify", "create-tables", "--set", "CLUSTER.DB_NAME=a", cwd=tmp_path)
    loaded = run("sparkify", "etl", "--set", "CLUSTER.DB_NAME=a", cwd=tmp_path)

    assert created == (0, "", "The tables are made anew; the warehouse is empty.\n")
    assert (loaded.code, loaded.err) == (0, "")
    assert loaded.out.startswith("Loaded 2 files ")
    assert counts(tmp_path / "a.duckdb") == COUNTS


@pytest.mark.parametrize(
    ("script", "command"), [("create_tables.py", "create-tables"), ("etl.py", "etl")]
)
def test_a_script_has_the_help_of_its_command(tmp_path: Path, script: str, command: str) -> None:
    by_script = run(script, "--help", cwd=tmp_path)

    assert by_script == run("sparkify", command, "--help", cwd=tmp_path)
    assert (by_script.code, by_script.err) == (0, "")
    assert "--config PATH" in by_script.out
    assert "--set SECTION.KEY=VALUE" in by_script.out
    assert list(tmp_path.iterdir()) == []


def test_a_second_run_finds_nothing_new(loaded_once: Path) -> None:
    before = content(loaded_once / "sparkify.duckdb")

    again = run("etl.py", cwd=loaded_once)

    assert again == (0, "Nothing new to load.\n", "")
    assert content(loaded_once / "sparkify.duckdb") == before


# --- asking before data is dropped

QUESTION = "The warehouse holds data. Drop it all?"


def test_in_a_script_the_warehouse_is_dropped_without_asking(loaded: Path) -> None:
    outcome = run("create_tables.py", cwd=loaded)

    assert outcome == (0, "", "The tables are made anew; the warehouse is empty.\n")
    assert set(counts(loaded / "sparkify.duckdb").values()) == {0}


def test_at_a_terminal_yes_drops_the_warehouse(loaded: Path) -> None:
    outcome = at_terminal("create_tables.py", cwd=loaded, keys=b"y\n", after=QUESTION)

    assert outcome.code == 0
    assert "The tables are made anew" in outcome.err
    assert set(counts(loaded / "sparkify.duckdb").values()) == {0}


@pytest.mark.parametrize(
    ("command", "keys"),
    [
        (["create_tables.py"], b"n\n"),
        (["create_tables.py"], b"\n"),
        (["create_tables.py"], b"\x04"),
        (["create_tables.py"], b"\x03"),
        (["sparkify", "create-tables"], b"n\n"),
    ],
    ids=["n", "enter", "^D", "^C", "n to the command"],
)
def test_at_a_terminal_anything_else_keeps_it(
    loaded: Path, command: list[str], keys: bytes
) -> None:
    before = content(loaded / "sparkify.duckdb")

    outcome = at_terminal(*command, cwd=loaded, keys=keys, after=QUESTION)

    assert outcome.code in ({1, 130} if keys == b"\x03" else {1})
    assert "Error: " in outcome.err
    assert "Try: " in outcome.err
    assert "Traceback" not in outcome.err
    assert content(loaded / "sparkify.duckdb") == before


def test_the_question_is_no_data(loaded: Path) -> None:
    outcome = at_terminal("create_tables.py", cwd=loaded, keys=b"y\n", after=QUESTION)

    assert outcome.out == ""


def test_at_a_terminal_yes_can_be_said_beforehand(loaded: Path) -> None:
    outcome = at_terminal("create_tables.py", "--yes", cwd=loaded)

    assert outcome.code == 0
    assert QUESTION not in outcome.err
    assert set(counts(loaded / "sparkify.duckdb").values()) == {0}


def test_at_a_terminal_nobody_is_asked_about_an_empty_warehouse(tmp_path: Path) -> None:
    for _ in range(2):  # the first makes it
        outcome = at_terminal("create_tables.py", cwd=tmp_path)
        assert outcome.code == 0
        assert QUESTION not in outcome.err


@pytest.mark.parametrize("closed", ["<&-", "2>&-"])
def test_a_closed_stream_is_no_terminal(loaded: Path, closed: str) -> None:
    through = ("sh", "-c", f'exec "$@" {closed}', "sh")

    outcome = run("create_tables.py", cwd=loaded, through=through)

    assert outcome.code == 0, outcome.err
    assert set(counts(loaded / "sparkify.duckdb").values()) == {0}


def test_a_load_runs_without_a_stream_for_messages(loaded_once: Path) -> None:
    outcome = run("etl.py", cwd=loaded_once, through=("sh", "-c", 'exec "$@" 2>&-', "sh"))

    assert (outcome.code, outcome.out) == (0, "Nothing new to load.\n")


# --- sql_queries.py

SINGULAR = {"songplays": "songplay", "users": "user", "songs": "song", "artists": "artist"}
NAMES = [
    "create_table_queries",
    "drop_table_queries",
    "copy_table_queries",
    "insert_table_queries",
    "staging_events_copy",
    "staging_songs_copy",
    *(
        f"{SINGULAR.get(table, table)}_table_{action}"
        for table in (*STAGING_TABLES, FACT, *DIMENSIONS)
        for action in ("create", "drop")
    ),
    *(f"{SINGULAR.get(table, table)}_table_insert" for table in (FACT, *DIMENSIONS)),
]

EXPORT = f"""
import json, sys

opened = []
sys.addaudithook(lambda event, details: event == "open" and opened.append(str(details[0])))
import sql_queries

print(json.dumps({{
    "texts": {{name: getattr(sql_queries, name, None) for name in {NAMES!r}}},
    "opened": opened,
    "modules": sorted(sys.modules),
}}))
"""


class Export(NamedTuple):
    texts: dict[str, str | list[str]]
    opened: list[str]
    modules: list[str]

    def all(self) -> list[str]:
        return [text for name in self.texts for text in self.of(name)]

    def of(self, name: str) -> list[str]:
        texts = self.texts[name]
        return [texts] if isinstance(texts, str) else texts


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Export:
    """Import the module where every setting is broken."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "dwh.cfg").write_bytes(b"\xff no settings file")
    nonsense = {
        "SPARKIFY_CLUSTER_DB_PORT": "many",
        "SPARKIFY_CLUSTER_HOST": "\t",
        "SPARKIFY_ETL_BATCH_MB": "-1",
    }
    done = subprocess.run(
        [sys.executable, "-c", EXPORT],
        cwd=folder,
        env=environment(folder, **nonsense),
        capture_output=True,
        check=True,
        timeout=PATIENCE,
    )
    assert done.stderr == b""
    return Export(**json.loads(done.stdout))


def test_importing_the_queries_reads_no_settings_and_needs_no_database(export: Export) -> None:
    assert not [path for path in export.opened if path.endswith("dwh.cfg")]
    assert not {"duckdb", "obstore", "sqlglot", "click", "boto3"} & set(export.modules)


@pytest.mark.parametrize("name", NAMES)
def test_the_queries_have_the_names_of_the_brief(export: Export, name: str) -> None:
    texts = export.of(name)

    assert texts
    assert all(isinstance(text, str) and text.strip() for text in texts)


def test_the_lists_of_queries_hold_the_single_ones(export: Export) -> None:
    for action in ("create", "drop", "insert"):
        of_one = [name for name in NAMES if name.endswith(f"_table_{action}")]
        listed = export.of(f"{action}_table_queries")
        assert {text for name in of_one for text in export.of(name)} <= set(listed)
    assert export.of("copy_table_queries") == [
        export.texts["staging_events_copy"],
        export.texts["staging_songs_copy"],
    ]


def test_every_query_is_one_statement_in_redshifts_dialect(export: Export) -> None:
    for text in export.all():
        trees = sqlglot.parse(text, read="redshift")
        assert len(trees) == 1, text
        assert not isinstance(trees[0], exp.Command), text  # what sqlglot only passes through


@pytest.mark.parametrize(
    ("name", "starts"),
    [
        ("create", ("create table", "create view")),
        ("drop", ("drop table if exists", "drop view if exists")),
        ("copy", ("copy staging_",)),
    ],
)
def test_the_queries_do_what_their_list_says(
    export: Export, name: str, starts: tuple[str, ...]
) -> None:
    for text in export.of(f"{name}_table_queries"):
        assert _uncommented(text).startswith(starts), text


def test_each_insert_writes_its_own_table(export: Export) -> None:
    for table in (FACT, *DIMENSIONS):
        texts = export.of(f"{SINGULAR.get(table, table)}_table_insert")
        written = [sqlglot.parse_one(text, read="redshift") for text in texts]
        targets = {
            tree.find(exp.Table).name  # type: ignore[union-attr]  # each has one
            for tree in written
            if isinstance(tree, exp.Insert | exp.Merge | exp.Update)
        }
        assert targets == {table}


def test_creating_and_dropping_by_the_lists_makes_and_leaves_all_tables(export: Export) -> None:
    def tables() -> set[str]:
        rows = connection.execute("select table_name from information_schema.tables").fetchall()
        return {name for (name,) in rows}

    with duckdb.connect() as connection:
        for _ in range(2):
            for text in export.of("create_table_queries"):
                connection.execute(render("duckdb", text))
            assert tables() - set(VIEWS) == set(TABLES)
            assert set(LEDGER_TABLES) < tables()
            for text in export.of("drop_table_queries"):
                connection.execute(render("duckdb", text))
            assert tables() == set()


def test_the_inserts_run_on_what_the_lists_create(export: Export) -> None:
    with duckdb.connect() as connection:
        for text in export.of("create_table_queries"):
            connection.execute(render("duckdb", text))
        for text in export.of("insert_table_queries"):
            asked = {"loaded_at": "2018-11-01"} if ":loaded_at" in text else {}
            connection.execute(render("duckdb", text), asked)


def _uncommented(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("--")).strip()
