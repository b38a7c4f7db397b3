"""Logins to a PostgreSQL server, what they need of TLS, and the errors of those that fail."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from sparkify.config import Secret, Settings, load_settings
from sparkify.engines import open_engine, open_exporter, open_reader, require_warehouse
from sparkify.engines.postgres import login as login_module
from sparkify.engines.postgres.clients import are_on_this_machine
from sparkify.errors import WarehouseBusy, WarehouseError
from sparkify.sql import Statement
from tests.postgres_server import PostgresServer

from .tls_proxy import TlsProxy

PASSWORD = "S3cret-of-nobody"
# Linux takes it for this machine, and Sparkify for another one.
ANOTHER_MACHINE = "0.0.0.0"


@pytest.fixture(autouse=True)
def _no_settings_of_libpq(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture(scope="module")
def database(postgres_server: PostgresServer) -> Iterator[str]:
    name = postgres_server.new_database()
    yield name
    postgres_server.drop_database(name)


@pytest.fixture
def settings(postgres_server: PostgresServer, database: str) -> Settings:
    """Give the settings of an empty database."""
    return postgres_server.settings_for(database)


def ask(settings: Settings, query: str) -> Any:
    """Return the one value that a query gives."""
    engine = open_engine(settings)
    try:
        [(value,)] = engine.fetch(Statement("test", query)).rows
        return value
    finally:
        engine.close()


def failure(settings: Settings) -> WarehouseError:
    """Log in in vain, and return the error, which is two lines without the password."""
    with pytest.raises(WarehouseError) as failed:
        open_engine(settings)
    text = f"{failed.value}{failed.value.hint}"
    assert "\n" not in text
    assert PASSWORD not in text
    assert failed.value.hint
    return failed.value


def test_one_logs_in_with_user_and_password(
    settings: Settings, postgres_server: PostgresServer
) -> None:
    assert ask(settings, "select current_user") == postgres_server.user


def test_without_a_password_that_of_pgpass_is_taken(settings: Settings, tmp_path: Path) -> None:
    line = ":".join(
        [
            settings.host,
            str(settings.db_port),
            settings.db_name,
            settings.db_user,
            settings.db_password.value,
        ]
    )
    (tmp_path / ".pgpass").write_text(f"{line}\n")
    (tmp_path / ".pgpass").chmod(0o600)

    assert ask(replace(settings, db_password=Secret("")), "select 1") == 1


def test_a_socket_is_a_host(settings: Settings, postgres_server: PostgresServer) -> None:
    by_socket = replace(
        settings, host=str(postgres_server.folder), db_user="owner", db_password=Secret("")
    )

    assert ask(by_socket, "select current_user") == "owner"


def test_a_schema_of_its_own(settings: Settings) -> None:
    engine = open_engine(settings)
    engine.execute(Statement("test", 'create schema "my""own"'))
    engine.close()

    assert ask(replace(settings, db_schema='my"own'), "select current_schema()") == 'my"own'


def test_the_port_is_postgresqls_unless_it_is_set() -> None:
    environment = {"SPARKIFY_CLUSTER_ENGINE": "postgres"}
    port = {"SPARKIFY_CLUSTER_DB_PORT": "6543"}

    assert load_settings(environment=environment).db_port == 5432
    assert load_settings(environment=environment | port).db_port == 6543
    assert load_settings(environment={}).db_port == 5439


WRONG: dict[str, tuple[Callable[[Settings], Settings], str]] = {
    "password": (
        lambda of: replace(of, db_password=Secret(PASSWORD)),
        "rejects the login: password authentication failed",
    ),
    "no password": (
        lambda of: replace(of, db_password=Secret("")),
        "rejects the login: .*no password supplied",
    ),
    "user": (
        lambda of: replace(of, db_user="nobody", db_password=Secret(PASSWORD)),
        "rejects the login: ",
    ),
    "database": (lambda of: replace(of, db_name="nosuch"), 'no such database: database "nosuch"'),
    "port": (
        lambda of: replace(of, db_port=1),
        "127.0.0.1:1 cannot be reached: Connection refused",
    ),
    "host": (lambda of: replace(of, host="nosuch.invalid"), "HOST nosuch.invalid is not known"),
    "socket": (lambda of: replace(of, host="/nosuch"), "^/nosuch cannot be reached: No such file"),
    "no host": (lambda of: replace(of, host=""), "ENGINE is postgres, and HOST is empty"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_said(settings: Settings, wrong: str) -> None:
    change, said = WRONG[wrong]

    with pytest.raises(WarehouseError, match=said):
        raise failure(change(settings))


def test_without_a_host_there_is_no_warehouse(settings: Settings) -> None:
    with pytest.raises(WarehouseError, match="HOST is empty"):
        require_warehouse(replace(settings, host=""))


def test_the_environment_cannot_name_another_server(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGHOSTADDR", "192.0.2.1")

    assert ask(settings, "select 1") == 1


def test_a_database_in_another_encoding_is_rejected(postgres_server: PostgresServer) -> None:
    postgres_server.execute(
        f"create database latin encoding latin1 locale 'C' template template0"
        f" owner {postgres_server.user}"
    )
    try:
        error = failure(postgres_server.settings_for("latin"))
    finally:
        postgres_server.drop_database("latin")

    assert "the database latin on 127.0.0.1 is in LATIN1, not UTF8" in str(error)
    assert "createdb --encoding UTF8" in error.hint


def test_a_server_without_merge_is_rejected(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login_module, "OLDEST_VERSION", 99)
    error = failure(settings)

    assert "runs PostgreSQL 16, and Sparkify needs 99 or newer" in str(error)
    assert "ENGINE to redshift" in error.hint


def test_a_server_with_no_connection_left_is_busy(
    postgres_server: PostgresServer, settings: Settings
) -> None:
    postgres_server.execute(f"alter database {settings.db_name} connection limit 0")
    try:
        assert isinstance(failure(settings), WarehouseBusy)
    finally:
        postgres_server.execute(f"alter database {settings.db_name} connection limit -1")


def test_what_a_database_has_set_changes_no_value(
    settings: Settings, postgres_server: PostgresServer
) -> None:
    for setting in ("datestyle to 'German'", "extra_float_digits to 0", "timezone to 'Asia/Tokyo'"):
        postgres_server.execute(f"alter role {settings.db_user} set {setting}")
    try:
        for opened in (open_engine(settings), open_reader(settings), open_exporter(settings)):
            text = "select cast(0.1 as double precision) + 0.2 as a"
            [(number,)] = opened.fetch(Statement("test", text)).rows
            [(zone,)] = opened.fetch(Statement("zone", "select current_setting('timezone')")).rows
            opened.close()
            assert (number, zone) == (0.1 + 0.2, "UTC")
    finally:
        postgres_server.execute(f"alter role {settings.db_user} reset all")


# --- TLS


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        *(("localhost", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True)),
        *(("/var/run/postgresql", True), ("@abstract", True), ("localhost,127.0.0.1", True)),
        *(("db.example.com", False), ("10.0.0.1", False), ("0.0.0.0", False), ("", False)),
        *(("localhost.example.com", False), ("localhost,db.example.com", False)),
    ],
)
def test_only_this_machine_takes_no_certificate(host: str, is_here: bool) -> None:
    assert are_on_this_machine(host) == is_here
    assert (login_module.tls_parameters(host).get("sslmode") == "verify-full") != is_here


def test_the_systems_certificates_are_trusted_unless_libpq_is_told_of_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    system = tmp_path / "system.pem"
    system.touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(system))
    assert login_module.tls_parameters("db.example.com")["sslrootcert"] == str(system)

    monkeypatch.setenv("PGSSLROOTCERT", "/own.pem")
    assert "sslrootcert" not in login_module.tls_parameters("db.example.com")

    monkeypatch.delenv("PGSSLROOTCERT")
    (tmp_path / ".postgresql").mkdir()
    (tmp_path / ".postgresql" / "root.crt").touch()
    assert "sslrootcert" not in login_module.tls_parameters("db.example.com")


def test_another_machine_without_tls_is_rejected(settings: Settings) -> None:
    error = failure(replace(settings, host=ANOTHER_MACHINE, db_password=Secret(PASSWORD)))

    assert "does not speak TLS" in str(error)
    assert "SSH tunnel" in error.hint


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Give a certificate authority that nobody trusts by itself."""
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let libpq trust the authority."""
    authority.cert_pem.write_to_path(str(tmp_path / "own.pem"))
    monkeypatch.setenv("PGSSLROOTCERT", str(tmp_path / "own.pem"))


@pytest.fixture(params=[ANOTHER_MACHINE])
def encrypted(
    request: pytest.FixtureRequest, settings: Settings, authority: trustme.CA
) -> Iterator[Settings]:
    """Give the settings of a server that speaks TLS, with a certificate for a name."""
    proxy = TlsProxy(authority.issue_cert(request.param), settings.host, settings.db_port)
    yield replace(settings, host=ANOTHER_MACHINE, db_port=proxy.port)
    proxy.close()


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_a_trusted_authority_is_good(encrypted: Settings) -> None:
    assert ask(encrypted, "select 1") == 1


def test_a_certificate_of_another_authority_is_rejected(encrypted: Settings) -> None:
    error = failure(replace(encrypted, db_password=Secret(PASSWORD)))

    assert "a certificate that cannot be trusted" in str(error)
    assert "PGSSLROOTCERT" in error.hint


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("encrypted", ["elsewhere.example"], indirect=True)
def test_a_certificate_for_another_name_is_rejected(encrypted: Settings) -> None:
    error = failure(replace(encrypted, db_password=Secret(PASSWORD)))

    assert "a certificate that cannot be trusted" in str(error)
    assert "does not match" in str(error)


def test_libpq_cannot_be_told_to_do_without_tls(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGSSLMODE", "disable")
    monkeypatch.setenv("PGGSSENCMODE", "require")

    assert "TLS" in str(failure(replace(settings, host=ANOTHER_MACHINE)))
