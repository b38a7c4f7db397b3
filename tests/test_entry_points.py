"""The entry points as people use them: real processes, each in a folder of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from sparkify.sql import DIMENSIONS, FACT, LEDGER_TABLES, STAGING_TABLES, TABLES, VIEWS
from sparkify.sql.rendering import render
from tests.command_line import (
    PATIENCE,
    Outcome,
    at_terminal,
    call,
    environment,
    run,
    settings_of_the_brief,
)
from tests.small_source import COUNTS, write_source
from tests.warehouse_content import content, counts

# --- create_tables.py and etl.py


def test_the_database_may_lie_in_the_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for command in ("create-tables", "overview"):
        setting = ("--set", "CLUSTER.DB_NAME=~/dwh")
        outcome = call(command, *setting, cwd=tmp_path, env={"HOME": str(home)})

        assert outcome.code == 0, outcome.err
    assert {file.name for file in home.iterdir()} == {"dwh.duckdb", "dwh.read.duckdb"}


def test_the_two_scripts_build_the_warehouse_by_the_settings_of_the_brief(tmp_path: Path) -> None:
    write_source(tmp_path)
    settings_of_the_brief(tmp_path, DB_NAME="dwh")

    created = run("create_tables.py", cwd=tmp_path)
    loaded = run("etl.py", cwd=tmp_path)

    assert created == (0, "", "Created the tables; the warehouse is empty.\n")
    assert (loaded.code, loaded.err) == (0, "")
    assert loaded.out.startswith("Loaded 2 files ")
    assert counts(tmp_path / "dwh.duckdb") == COUNTS


def test_the_scripts_need_no_settings_file(loaded_once: Path) -> None:
    assert not (loaded_once / "dwh.cfg").exists()
    assert counts(loaded_once / "sparkify.duckdb") == COUNTS


def test_paths_follow_the_settings_file_wherever_a_command_starts(tmp_path: Path) -> None:
    write_source(tmp_path)
    settings_of_the_brief(tmp_path, DB_NAME="followed")
    report = tmp_path / "report.html"
    root = Path("/")

    def from_the_root(*arguments: str) -> Outcome:
        return run(*arguments, "--config", f"{tmp_path}/dwh.cfg", cwd=root)

    assert from_the_root("create_tables.py").code == 0
    assert from_the_root("etl.py").code == 0
    assert counts(tmp_path / "followed.duckdb") == COUNTS
    assert json.loads(from_the_root("sparkify", "status", "--json").out)["pending"]["files"] == 0
    assert from_the_root("sparkify", "report", "--out", str(report)).code == 0
    assert report.stat().st_size > 10_000
    assert not list(root.glob("*.duckdb"))


def test_a_path_that_is_typed_follows_the_working_directory(tmp_path: Path) -> None:
    work, settings = tmp_path / "work", tmp_path / "settings"
    work.mkdir()
    settings.mkdir()
    write_source(work)
    file = str(settings_of_the_brief(settings, DB_NAME="elsewhere"))
    typed = ("LOG_DATA=data/log_data", "SONG_DATA=data/song_data", "LOG_JSONPATH=")
    options = [option for each in typed for option in ("--set", f"S3.{each}")]

    assert run("create_tables.py", "--config", file, cwd=work).code == 0
    assert run("etl.py", "--config", file, *options, cwd=work).code == 0
    assert counts(settings / "elsewhere.duckdb") == COUNTS


def test_messages_show_paths_as_short_as_the_settings_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    settings_of_the_brief(tmp_path / "conf")

    beside = call("status", cwd=tmp_path / "conf")
    below = call("status", "--config", "conf/dwh.cfg", cwd=tmp_path)

    assert "the file sparkify.duckdb does not exist" in beside.err
    assert "the file conf/sparkify.duckdb does not exist" in below.err


def test_the_command_does_the_same_as_the_scripts(tmp_path: Path) -> None:
    write_source(tmp_path)

    created = run("sparkify", "create-tables", "--set", "CLUSTER.DB_NAME=a", cwd=tmp_path)
    loaded = run("sparkify", "etl", "--set", "CLUSTER.DB_NAME=a", cwd=tmp_path)

    assert created == (0, "", "Created the tables; the warehouse is empty.\n")
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

QUESTION = "Go on? [y/N]"


def test_in_a_script_the_warehouse_is_dropped_without_asking(loaded: Path) -> None:
    outcome = run("create_tables.py", cwd=loaded)

    assert outcome == (0, "", "Created the tables; the warehouse is empty.\n")
    assert set(counts(loaded / "sparkify.duckdb").values()) == {0}


def test_the_command_without_a_terminal_wants_a_yes(loaded: Path) -> None:
    before = content(loaded / "sparkify.duckdb")

    outcome = run("sparkify", "create-tables", cwd=loaded)

    assert outcome.code == 2
    assert outcome.err == (
        "Error: the warehouse holds 2 loaded files, and nobody can be asked here\n"
        "Try: sparkify create-tables --yes drops it all, --dry-run shows what\n"
    )
    assert content(loaded / "sparkify.duckdb") == before
    assert run("sparkify", "create-tables", "--yes", cwd=loaded).code == 0
    assert set(counts(loaded / "sparkify.duckdb").values()) == {0}
    assert run("sparkify", "create-tables", cwd=loaded).code == 0  # there is nothing to lose


def test_a_dry_run_of_creating_tables_makes_no_warehouse(tmp_path: Path) -> None:
    outcome = run("create_tables.py", "--dry-run", cwd=tmp_path)

    lost = "The warehouse holds no data: the tables are created, and nothing is lost.\n"
    assert outcome == (0, lost, "")
    assert list(tmp_path.iterdir()) == []


DESCRIBED: dict[tuple[str, ...], str] = {
    ("create-tables",): "The warehouse holds 2 loaded files. All tables are dropped, the ledger "
    "and the quarantine too, and created again, empty.",
    ("rebuild",): "A rebuild empties the star schema (songplays 4, users 2, songs 1, "
    "artists 1, time 3) and fills it again from the 1 batch in staging.",
    ("undo",): "Undo removes 1 batch of 2 files and 7 records that run {run_id} loaded, and fills "
    "the star schema again from the rest; the files are pending again.",
}


def spelt_out(command: tuple[str, ...], folder: Path) -> tuple[str, ...]:
    """Return a command with the id of the run that undo needs."""
    write_source(folder)
    if command != ("undo",):
        return command
    [run_of_log] = json.loads(call("runs", "--json", cwd=folder).out)
    return (*command, run_of_log["run_id"])


@pytest.mark.parametrize("command", DESCRIBED, ids=" ".join)
def test_a_dry_run_says_what_would_be_removed_and_removes_nothing(
    loaded: Path, command: tuple[str, ...]
) -> None:
    before = content(loaded / "sparkify.duckdb")
    spelt = spelt_out(command, loaded)

    outcome = call(*spelt, "--dry-run", cwd=loaded)

    assert (outcome.code, outcome.err) == (0, "")
    assert DESCRIBED[command].format(run_id=spelt[-1]) in outcome.out
    assert content(loaded / "sparkify.duckdb") == before


@pytest.mark.parametrize("command", [*DESCRIBED][1:], ids=" ".join)
def test_at_a_terminal_a_command_says_what_it_removes_and_asks(
    loaded: Path, command: tuple[str, ...]
) -> None:
    before = content(loaded / "sparkify.duckdb")
    spelt = spelt_out(command, loaded)

    outcome = at_terminal("sparkify", *spelt, cwd=loaded, keys=b"n\n", after=QUESTION)

    assert outcome.code == 1
    assert DESCRIBED[command].format(run_id=spelt[-1]) in " ".join(outcome.err.split())
    assert content(loaded / "sparkify.duckdb") == before
    outcome = at_terminal("sparkify", *spelt, "--yes", cwd=loaded)
    assert outcome.code == 0
    assert QUESTION not in outcome.err


def test_at_a_terminal_yes_drops_the_warehouse(loaded: Path) -> None:
    outcome = at_terminal("create_tables.py", cwd=loaded, keys=b"y\n", after=QUESTION)

    assert outcome.code == 0
    assert "Created the tables" in outcome.err
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

    assert outcome.code == (130 if keys == b"\x03" else 1)
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
        # One step adds to a temporary table.
        assert targets & set(TABLES) == {table}


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
            asked = {name: value for name, value in OF_BATCH.items() if f":{name}" in text}
            connection.execute(render("duckdb", text), asked)


OF_BATCH = {
    **dict.fromkeys(("loaded_at", "first_start_time", "last_start_time"), "2018-11-01"),
    **dict.fromkeys(("first_changed_time", "last_changed_time"), "2018-11-01"),
    **dict.fromkeys(("first_replaced_time", "last_replaced_time"), "2018-11-01"),
    "first_rematched_time": "2018-11-01",
    **dict.fromkeys(("first_session", "last_session"), 1),
}


def _uncommented(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("--")).strip()
