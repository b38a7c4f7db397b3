"""`sparkify.connect()` and `sparkify connect`: the warehouse from Python and other programs."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

import sparkify
from sparkify.config import Secret, Settings
from sparkify.engines.redshift.clients import connection_text
from sparkify.errors import ConfigError, QueryError, WarehouseError
from sparkify.serve.connection import Connection
from tests.command_line import PASSWORD, PATIENCE, call

from .notebook import NOTEBOOK, executed

REDSHIFT = Settings(
    host="example.123456789012.us-west-2.redshift-serverless.amazonaws.com",
    db_name="dwh",
    db_user="ana o'neil",
    db_password=Secret(PASSWORD),
)


@pytest.fixture
def warehouse(asked: Path) -> Connection:
    return sparkify.connect(settings={"CLUSTER.DB_NAME": str(asked / "sparkify")})


# --- from Python


def test_importing_sparkify_imports_no_library() -> None:
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sparkify, sys; print('duckdb' in sys.modules, 'click' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )

    assert loaded.stdout == "False False\n"


def test_a_query_gives_columns_types_and_rows(warehouse: Connection, asked: Path) -> None:
    with warehouse:
        found = warehouse.sql("select user_id, level from users order by 1")
    with duckdb.connect(str(asked / "sparkify.duckdb"), read_only=True) as direct:
        expected = direct.execute("select user_id, level from users order by 1").fetchall()

    assert (found.columns, found.types) == (("user_id", "level"), ("INTEGER", "VARCHAR"))
    assert found.rows == expected
    assert len(found) == len(expected) > 20


def test_a_query_gives_data_frames_with_their_types(warehouse: Connection) -> None:
    with warehouse:
        found = warehouse.sql("select start_time, user_id, song_id, duration from plays")
    frame, polar, arrow = found.df(), found.pl(), found.arrow()

    assert isinstance(frame, pd.DataFrame)
    assert isinstance(polar, pl.DataFrame)
    assert list(frame.columns) == polar.columns == arrow.column_names == list(found.columns)
    assert [str(kind) for kind in frame.dtypes][:2] == ["datetime64[us]", "int32"]
    assert polar.schema["start_time"] == pl.Datetime("us")
    assert polar.rows() == found.rows
    assert len(frame) == arrow.num_rows == len(found)


def test_a_query_takes_values_by_name(warehouse: Connection, asked: Path) -> None:
    with warehouse:
        found = warehouse.sql(
            "select count(*) as n from plays where level = :level and plays.title != :title",
            {"level": "paid", "title": "'; drop table users; --"},
        )
        everything = warehouse.sql("select count(*) as n from plays where level = 'paid'")

    assert found.rows == everything.rows
    assert found.rows[0][0] > 0


def test_no_rows_are_a_data_frame_with_columns(warehouse: Connection) -> None:
    with warehouse:
        frame = warehouse.sql("select user_id, level from users where false").df()

    assert list(frame.columns) == ["user_id", "level"]
    assert frame.empty


def test_without_pandas_it_says_what_to_install(
    warehouse: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: object) -> None:
        raise ModuleNotFoundError("No module named 'pandas'", name="pandas")

    monkeypatch.setattr("sparkify.engines.answers.to_pandas", missing)
    with warehouse, pytest.raises(ConfigError, match="pandas is not installed") as raised:
        warehouse.sql("select 1").df()
    assert "-m pip install 'pandas>=" in raised.value.hint


def test_a_notebook_shows_the_first_rows_and_escapes_their_markup(warehouse: Connection) -> None:
    with warehouse:
        found = warehouse.sql("select '<b>' as a from range(25)")

    assert found._repr_html_().count("<td>&lt;b&gt;</td>") == 20
    assert "... and 5 more rows" in found._repr_html_()
    assert repr(found).splitlines() == ["a", *["<b>"] * 20, "... and 5 more rows"]


def test_tables_lists_the_columns(warehouse: Connection) -> None:
    with warehouse:
        tables = warehouse.tables()

    assert next(iter(tables)) == "songplays"
    assert tables["daily_activity"]["activity_date"] == "date"


def test_it_can_only_read(warehouse: Connection) -> None:
    with warehouse, pytest.raises(QueryError, match="only read"):
        warehouse.sql("drop table songplays")


def test_two_connections_are_open_at_once(warehouse: Connection, asked: Path) -> None:
    first = warehouse.sql("select 1 as a")
    second = sparkify.connect(settings={"CLUSTER.DB_NAME": str(asked / "sparkify")})

    assert second.sql("select 2 as a").rows == [(2,)]
    assert first.rows == [(1,)]


def test_settings_come_from_the_file_as_everywhere(asked: Path) -> None:
    (asked / "dwh.cfg").write_text(f"[CLUSTER]\nDB_NAME={asked}/sparkify\n[IAM_ROLE]\n[S3]\n")

    with sparkify.connect(asked / "dwh.cfg") as warehouse:
        assert warehouse.sql("select 1 as a").rows == [(1,)]
    with pytest.raises(WarehouseError, match="does not exist"):
        sparkify.connect(str(asked / "dwh.cfg"), {"CLUSTER.DB_NAME": str(asked / "other")})


def test_the_notebook_gives_what_it_shows(tmp_path: Path) -> None:
    shown, given = _outputs(NOTEBOOK), _outputs(executed(tmp_path))

    assert given == shown
    assert len(shown) == 8  # two of them charts


def _outputs(notebook: Path) -> list[object]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [
        output["data"]["text/plain"] if "data" in output else output["text"]
        for cell in cells
        for output in cell.get("outputs", [])
    ]


# --- from other programs


@pytest.mark.parametrize(
    ("client", "shown"),
    [
        ("psql", "psql 'host=example.123456789012.us-west-2.redshift-serverless.amazonaws.com "),
        (
            "jdbc",
            ".redshift-serverless.amazonaws.com:5439/dwh;ssl=true",
        ),
        ("tableau", "Database:  dwh"),
        ("dbeaver", "Server:    example.123456789012"),
    ],
)
def test_a_client_of_redshift_gets_all_but_the_password(client: str, shown: str) -> None:
    said = connection_text(client, REDSHIFT)

    assert shown in said
    assert PASSWORD not in said
    assert "verify-full" in said


def test_psql_reads_the_line_as_it_is_meant() -> None:
    """The shell gives one argument, and libpq's rules for quotes give the user."""
    program, conninfo = shlex.split(connection_text("psql", REDSHIFT))

    assert program == "psql"
    assert r"user='ana o\'neil'" in conninfo
    assert "sslmode=verify-full" in conninfo


@pytest.mark.parametrize("client", ["jdbc", "tableau", "dbeaver"])
def test_a_client_of_duckdb_gets_the_file_to_read(asked: Path, client: str) -> None:
    done = call("connect", "--for", client, cwd=asked)

    assert str(asked / "sparkify.read.duckdb") in done.out
    assert (asked / "sparkify.read.duckdb").exists()
    assert re.search("read.only", done.out)


def test_psql_cannot_open_duckdb_and_the_hint_says_what_can(asked: Path) -> None:
    done = call("connect", "--for", "psql", cwd=asked)

    assert done.code == 2
    assert "duckdb -readonly" in done.err


def test_no_client_gets_the_password(asked: Path) -> None:
    for client in ("psql", "jdbc", "tableau", "dbeaver"):
        done = call(
            "connect",
            "--for",
            client,
            "--set",
            "CLUSTER.HOST=h",
            "--set",
            "CLUSTER.DB_USER=u",
            cwd=asked,
        )
        assert done.code == 0
        assert PASSWORD not in done.out + done.err
