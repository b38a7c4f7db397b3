"""Log in to a PostgreSQL server, or explain why that failed."""

import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import pq

from sparkify.config import Settings
from sparkify.engines.postgres import no_server_named, quoted_name
from sparkify.engines.postgres.clients import are_on_this_machine, is_a_socket
from sparkify.engines.postgres.errors import rejected_statement
from sparkify.errors import WarehouseBusy, WarehouseError

SECONDS_TO_ANSWER = 15
OLDEST_VERSION = 15  # the first with MERGE
ENCODING = "UTF8"

# What a server, a database or a user may have set otherwise, and the statements rely on.
SESSION_SETTINGS = """
set time zone 'UTC';
set datestyle to 'ISO';
set intervalstyle to 'postgres';
set standard_conforming_strings to on;
set extra_float_digits to 1;
set transform_null_equals to off
"""

# The planner knows nothing of the rows that a transaction has just written, takes them for few, and
# would compare each with each: 20,000 events took minutes. Where it has no other way, the cost that
# it then assumes would have the statement compiled, for nothing.
WRITER_SETTINGS = """
set enable_nestloop to off;
set jit to off
"""

PostgresConnection = psycopg.Connection[tuple[Any, ...]]


def open_connection_to_postgres(
    settings: Settings, *, read_only: bool = False
) -> PostgresConnection:
    """Open a connection whose transactions see one state of the database each.

    Without a password libpq's own ways are tried: ~/.pgpass, a socket's peer. Raises
    WarehouseError; no error repeats the password.
    """
    if not settings.host:
        raise no_server_named()
    try:
        connection = psycopg.connect(
            host=settings.host,
            hostaddr="",  # or the environment's PGHOSTADDR would name another server
            port=settings.db_port,
            dbname=settings.db_name,
            user=settings.db_user or None,
            password=settings.db_password.value or None,
            client_encoding=ENCODING,
            connect_timeout=SECONDS_TO_ANSWER,
            application_name="sparkify",
            prepare_threshold=None,  # each statement is new, and a pooler need not know of any
            autocommit=True,
            **tls_parameters(settings.host),
        )
    except psycopg.Error as error:
        raise _failed_login(error, settings) from None
    try:
        _require_supported(connection, settings)
        connection.execute(SESSION_SETTINGS)
        if not read_only:
            connection.execute(WRITER_SETTINGS)
        if settings.statement_timeout:
            connection.execute(
                f"set statement_timeout to {settings.statement_timeout * 1000}".encode()
            )
        if settings.db_schema:
            connection.execute(f"set search_path to {quoted_name(settings.db_schema)}".encode())
    except psycopg.Error as error:
        connection.close()
        raise rejected_statement(error, settings) from error
    except WarehouseError:
        connection.close()
        raise
    connection.autocommit = False
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = read_only
    return connection


def tls_parameters(host: str) -> dict[str, Any]:
    """Return libpq's parameters that verify the server's certificate, if it is another machine.

    On this machine libpq's own default holds: TLS if the server offers it.
    """
    if are_on_this_machine(host):
        return {}
    return {
        "sslmode": "verify-full",
        "gssencmode": "disable",  # would be used in the place of TLS
        **_trusted_certificates(),
    }


def _trusted_certificates() -> dict[str, str]:
    """Return the file of trusted certificates: libpq's own if there is one, else the system's.

    The driver's wheel brings an OpenSSL of its own, which does not know where the system keeps
    them; Python's does.
    """
    given = {each.keyword: each.val for each in pq.Conninfo.get_defaults()}[b"sslrootcert"]
    if given or Path(os.path.expanduser("~/.postgresql/root.crt")).exists():  # noqa: PTH111
        return {}
    paths = ssl.get_default_verify_paths()
    # In Debian's folder of certificates is a file with all of them.
    of_debian = Path(paths.capath or "", "ca-certificates.crt")
    if paths.cafile or of_debian.is_file():
        return {"sslrootcert": paths.cafile or str(of_debian)}
    return {"sslrootcert": "system"}


def _require_supported(connection: PostgresConnection, settings: Settings) -> None:
    version = connection.info.server_version // 10_000
    if version < OLDEST_VERSION:
        raise WarehouseError(
            f"{settings.host} runs PostgreSQL {version}, and Sparkify needs {OLDEST_VERSION} or "
            "newer, for its MERGE",
            "upgrade the server; for Amazon Redshift set [CLUSTER] ENGINE to redshift",
        )
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != ENCODING:
        raise WarehouseError(
            f"the database {settings.db_name} on {settings.host} is in {encoding}, not {ENCODING}",
            f"create one that is: createdb --encoding {ENCODING} --template template0 NAME, and "
            "set [CLUSTER] DB_NAME to it",
        )


@dataclass(frozen=True, slots=True)
class _Explanation:
    """The words of libpq or the server by which a failed login is known, and what to say of it."""

    words: tuple[str, ...]
    what: str
    fix: str
    kind: type[WarehouseError] = WarehouseError


_EXPLANATIONS = (
    _Explanation(
        ("failed to resolve host",),
        "[CLUSTER] HOST {host} is not known",
        "correct it, or see that this machine can look up names",
    ),
    _Explanation(
        ("does not support SSL", "SSL negotiation"),
        "{where} does not speak TLS, which Sparkify requires of another machine",
        "switch it on there (ssl = on), or reach the server through an SSH tunnel to localhost",
    ),
    _Explanation(
        ("certificate",),
        "{where} has a certificate that cannot be trusted: {reason}",
        "use the name in its certificate as [CLUSTER] HOST; for a certificate authority of your "
        "own set PGSSLROOTCERT to its file",
    ),
    _Explanation(
        ("too many", "connection slots", "starting up"),
        "{where} takes no more connections now: {reason}",
        "try again later",
        WarehouseBusy,
    ),
    _Explanation(
        ('FATAL:  database "',),
        "{where} has no such database: {reason}",
        "correct [CLUSTER] DB_NAME, or create it: createdb NAME",
    ),
    _Explanation(
        ("authentication", "password", "pg_hba.conf", 'FATAL:  role "'),
        "{where} rejects the login: {reason}",
        "correct [CLUSTER] DB_USER and DB_PASSWORD; without a password ~/.pgpass and the socket's "
        "own user are tried",
    ),
    _Explanation(
        ("",),
        "{where} cannot be reached: {reason}",
        "see that the server runs, and that [CLUSTER] HOST and DB_PORT are right",
    ),
)


def _failed_login(error: psycopg.Error, settings: Settings) -> WarehouseError:
    host = settings.host
    where = host if is_a_socket(host) else f"{host}:{settings.db_port}"
    said = str(error).partition("\n")[0].strip()
    reason = said.rpartition(" failed: ")[2].removeprefix("FATAL:").strip()
    found = next(each for each in _EXPLANATIONS if any(word in said for word in each.words))
    return found.kind(found.what.format(host=host, where=where, reason=reason), found.fix)
