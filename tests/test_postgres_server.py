"""The PostgreSQL server of the tests: its databases, and who may log in."""

import subprocess

import pytest
from redshift_standin.postgres_process import binaries

from tests.postgres_server import PostgresServer


def ask(server: PostgresServer, database: str, sql: str, password: str = "") -> str:
    """Run a statement over the network, as the user."""
    target = f"host={server.host} port={server.port} user={server.user} dbname={database}"
    done = subprocess.run(
        [binaries() / "psql", "--no-psqlrc", "-At", "--no-password", "-d", target, "-c", sql],
        env={"PGPASSWORD": password or server.password, "HOME": str(server.folder)},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout or done.stderr


def test_a_database_is_empty_the_users_own_and_gone_once_dropped(
    postgres_server: PostgresServer,
) -> None:
    name = postgres_server.new_database()
    facts = (
        "select datcollate, datctype, pg_get_userbyid(datdba), rolsuper,"
        " (select count(*) from pg_class where relnamespace = 'public'::regnamespace)"
        " from pg_database join pg_roles on rolname = current_user"
        " where datname = current_database()"
    )

    assert ask(postgres_server, name, facts) == "C|C.UTF-8|sparkify|f|0\n"
    assert ask(postgres_server, name, "create table t as select 1 as a") == "SELECT 1\n"
    postgres_server.drop_database(name)
    assert f'database "{name}" does not exist' in ask(postgres_server, name, "select 1")


def test_a_password_is_needed(postgres_server: PostgresServer) -> None:
    said = ask(postgres_server, "postgres", "select 1", password="wrong")

    assert "password authentication failed" in said


def test_a_statement_that_fails_raises(postgres_server: PostgresServer) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        postgres_server.execute("drop database nowhere")
