"""What to paste into another program so that it opens the warehouse. Never a password."""

import shlex
from collections.abc import Callable

from sparkify.config import Settings
from sparkify.errors import ConfigError


def instructions(client: str, settings: Settings) -> str:
    """What to paste for the client of that name. Raises ConfigError if it cannot open this one."""
    return (_REDSHIFT if settings.host else _DUCKDB)[client](settings)


def _redshift_psql(settings: Settings) -> str:
    values = {
        "host": settings.host,
        "port": str(settings.db_port),
        "dbname": settings.db_name,
        "user": settings.db_user,
        "sslmode": "verify-full",
        "sslrootcert": "system",
    }
    return f"psql {shlex.quote(' '.join(f'{key}={_quoted(text)}' for key, text in values.items()))}"


def _quoted(value: str) -> str:
    # https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE
    if value and not set(value) & set(" '\\"):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _redshift_jdbc(settings: Settings) -> str:
    # https://docs.aws.amazon.com/redshift/latest/mgmt/jdbc20-build-connection-url.html
    where = f"{settings.host}:{settings.db_port}/{settings.db_name}"
    return f"jdbc:redshift://{where};ssl=true;sslMode=verify-full;UID={settings.db_user}"


def _redshift_form(settings: Settings) -> str:
    return "\n".join(
        [
            f"Server:    {settings.host}",
            f"Port:      {settings.db_port}",
            f"Database:  {settings.db_name}",
            f"User:      {settings.db_user}",
            "SSL:       required (verify-full)",
        ]
    )


def _redshift_tableau(settings: Settings) -> str:
    return f"Connect > To a Server > Amazon Redshift\n{_redshift_form(settings)}"


def _redshift_dbeaver(settings: Settings) -> str:
    return f"Database > New Connection > Redshift\n{_redshift_form(settings)}"


def _duckdb_psql(settings: Settings) -> str:
    raise ConfigError(
        "psql opens servers, and this warehouse is a DuckDB file",
        f"duckdb -readonly {shlex.quote(str(settings.database_file.resolve()))}, or sparkify query",
    )


def _duckdb_jdbc(settings: Settings) -> str:
    # https://duckdb.org/docs/stable/clients/java
    return f"jdbc:duckdb:{settings.database_file.resolve()};duckdb.read_only=true"


def _duckdb_dbeaver(settings: Settings) -> str:
    return (
        "Database > New Connection > DuckDB\n"
        f"Path:               {settings.database_file.resolve()}\n"
        "Driver properties:  duckdb.read_only=true"
    )


def _duckdb_tableau(settings: Settings) -> str:
    return (
        "Connect > To a Server > DuckDB by MotherDuck (the connector is installed once, from "
        "exchange.tableau.com)\n"
        f"Database file:  {settings.database_file.resolve()}\n"
        "Access:         read-only"
    )


Writer = Callable[[Settings], str]
_REDSHIFT: dict[str, Writer] = {
    "psql": _redshift_psql,
    "jdbc": _redshift_jdbc,
    "tableau": _redshift_tableau,
    "dbeaver": _redshift_dbeaver,
}
_DUCKDB: dict[str, Writer] = {
    "psql": _duckdb_psql,
    "jdbc": _duckdb_jdbc,
    "tableau": _duckdb_tableau,
    "dbeaver": _duckdb_dbeaver,
}
