"""The commands on a PostgreSQL server, and what they tell other programs of it."""

import json
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from sparkify.config import Secret, Settings
from sparkify.engines import backend_of
from sparkify.errors import ConfigError
from tests.command_line import Outcome, call
from tests.postgres_server import PostgresServer
from tests.small_source import COUNTS, lines, play, write_source

Command = Callable[..., Outcome]
ELSEWHERE = Settings(
    engine_name="postgres",
    host="db.example.com",
    db_port=5432,
    db_name="dwh",
    db_user="ana o'neil",
    db_password=Secret("S3cret-of-nobody"),
)


@pytest.fixture
def server(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Command]:
    """Call a command beside a source and the settings of an empty database."""
    name = postgres_server.new_database()
    write_source(tmp_path)
    (tmp_path / "dwh.cfg").write_text(
        f"[CLUSTER]\nENGINE=postgres\nHOST={postgres_server.host}\nDB_NAME={name}\n"
        f"DB_PORT={postgres_server.port}\nDB_USER={postgres_server.user}\n"
        f"[IAM_ROLE]\n[S3]\n"
    )
    env = {"SPARKIFY_CLUSTER_DB_PASSWORD": postgres_server.password}

    def run(*arguments: str, **more: str) -> Outcome:
        outcome = call(*arguments, cwd=tmp_path, env=env | more)
        assert postgres_server.password not in outcome.out + outcome.err
        assert "Traceback" not in outcome.err
        return outcome

    yield run
    postgres_server.drop_database(name)


def test_a_warehouse_from_nothing_to_an_export(server: Command, tmp_path: Path) -> None:
    before = server("plan", "--json")
    assert (json.loads(before.out)["files"], json.loads(before.out)["engine"]) == (2, "postgres")
    assert "no tables yet" in server("plan").err
    assert server("create-tables").code == 0
    assert server("etl").code == 0
    assert server("etl") == (0, "Nothing new to load.\n", "")

    answer = server("query", "select count(*) as plays from songplays", "--format", "csv")
    assert answer == (0, "plays\r\n4\r\n", "") or answer.out.split() == ["plays", "4"]
    assert server("query", "delete from users").code == 1
    assert "Hash" in server("query", "--explain", "select * from plays").out
    status = json.loads(server("status", "--json").out)
    assert (status["rows"]["staging_events"], status["plays"]) == (
        COUNTS["staging_events"],
        COUNTS["songplays"],
    )
    assert server("reconcile") == (0, "Source, ledger and tables agree.\n", "")

    (tmp_path / "data/log_data/b.json").write_bytes(lines(play(9, 9)))
    assert server("reconcile").code == 3
    planned = server("plan", "--sql").out
    assert 'copy "staging_events" (\n' in planned
    assert ")\nfrom stdin" in planned

    assert server("export", "out").code == 0
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert {name: table["rows"] for name, table in manifest["tables"].items()} == {
        **{name: COUNTS[name] for name in ("songplays", "users", "songs", "artists", "time")},
        "user_agents": 1,
    }
    assert server("report", "--out", "r.html").code == 0


def test_a_doctor_examines_the_login(server: Command, postgres_server: PostgresServer) -> None:
    assert server("create-tables").code == 0
    found = server("doctor", "--json")
    diagnoses = {each["what"]: each["ok"] for each in json.loads(found.out)["diagnoses"]}

    assert (found.code, [what for what, ok in diagnoses.items() if not ok]) == (0, [])
    assert diagnoses[f"logged in to {postgres_server.host} as {postgres_server.user}"]
    assert diagnoses[f"{postgres_server.host} is on this machine: TLS is not required"]
    assert f"psycopg {psycopg.__version__}" in diagnoses


def test_a_wrong_password_is_two_lines(server: Command) -> None:
    failed = server("etl", SPARKIFY_CLUSTER_DB_PASSWORD="wrong-Tr0ub4dor")

    assert failed.code == 1
    assert [line.partition(":")[0] for line in failed.err.splitlines()] == ["Error", "Try"]
    assert "wrong-Tr0ub4dor" not in failed.err


def test_without_the_driver_the_extra_is_named(
    server: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("sparkify.engines.postgres.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    failed = server("etl")

    assert failed.code == 2
    assert "psycopg is not installed" in failed.err
    assert "-m pip install 'psycopg[binary]" in failed.err


# --- for other programs


def text_for(client: str, settings: Settings = ELSEWHERE) -> str:
    text = backend_of(settings).connection_text(client, settings)
    assert "S3cret-of-nobody" not in text
    return text


def test_psql_opens_what_it_is_told(server: Command, postgres_server: PostgresServer) -> None:
    said = server("connect", "--for", "psql").out
    program, conninfo = shlex.split(said)
    assert program == "psql"
    password = postgres_server.password
    with psycopg.connect(conninfo, password=password) as connection:
        assert connection.info.user == postgres_server.user

    conninfo = shlex.split(text_for("psql"))[1]
    assert psycopg.conninfo.conninfo_to_dict(conninfo) == {
        "host": "db.example.com",
        "port": "5432",
        "dbname": "dwh",
        "user": "ana o'neil",
        "sslmode": "verify-full",
        "sslrootcert": "system",
    }


@pytest.mark.parametrize(
    ("client", "told"),
    [
        ("jdbc", "jdbc:postgresql://db.example.com:5432/dwh?user=ana%20o%27neil&readOnly=true"),
        ("jdbc", "&sslmode=verify-full&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory"),
        ("tableau", "Connect > To a Server > PostgreSQL\nServer:    db.example.com"),
        ("dbeaver", "SSL:       required (verify-full)"),
    ],
)
def test_other_clients_get_all_but_the_password(client: str, told: str) -> None:
    assert told in text_for(client)


def test_a_socket_is_for_programs_that_use_libpq() -> None:
    settings = Settings(engine_name="postgres", host="/run/postgresql", db_port=5432)

    assert "host=/run/postgresql" in text_for("psql", settings)
    for client in ("jdbc", "tableau", "dbeaver"):
        with pytest.raises(ConfigError, match="the folder of a socket"):
            text_for(client, settings)


def test_harlequin_opens_the_database_to_read_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sparkify.engines.postgres.clients.find_spec", lambda _name: object())
    *command, target = backend_of(ELSEWHERE).client_command("harlequin", ELSEWHERE)

    assert command == ["harlequin", "--adapter", "postgres"]
    parts = psycopg.conninfo.conninfo_to_dict(target)
    assert (parts["user"], parts["sslmode"]) == ("ana o'neil", "verify-full")
    assert parts["options"] == "-c default_transaction_read_only=on"
    assert "password" not in parts


def test_harlequin_without_its_adapter_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "sparkify.engines.postgres.clients.find_spec",
        lambda name: None if name == "harlequin_postgres" else object(),
    )
    with pytest.raises(ConfigError, match="no adapter for PostgreSQL") as failed:
        backend_of(ELSEWHERE).client_command("harlequin", ELSEWHERE)
    assert "pip install harlequin-postgres" in failed.value.hint
