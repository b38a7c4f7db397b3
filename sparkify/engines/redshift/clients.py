"""Connection texts for other programs. Never a password."""

import shlex

from sparkify.config import Settings


def connection_text(client: str, settings: Settings) -> str:
    """Return what to paste into the program of that name: psql, jdbc, tableau or dbeaver."""
    return {
        "psql": _psql_command,
        "jdbc": _jdbc_url,
        "tableau": _tableau_steps,
        "dbeaver": _dbeaver_steps,
    }[client](settings)


def _psql_command(settings: Settings) -> str:
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


def _jdbc_url(settings: Settings) -> str:
    # https://docs.aws.amazon.com/redshift/latest/mgmt/jdbc20-build-connection-url.html
    where = f"{settings.host}:{settings.db_port}/{settings.db_name}"
    return f"jdbc:redshift://{where};ssl=true;sslMode=verify-full;UID={settings.db_user}"


def _connection_form(settings: Settings) -> str:
    return "\n".join(
        [
            f"Server:    {settings.host}",
            f"Port:      {settings.db_port}",
            f"Database:  {settings.db_name}",
            f"User:      {settings.db_user}",
            "SSL:       required (verify-full)",
        ]
    )


def _tableau_steps(settings: Settings) -> str:
    return f"Connect > To a Server > Amazon Redshift\n{_connection_form(settings)}"


def _dbeaver_steps(settings: Settings) -> str:
    return f"Database > New Connection > Redshift\n{_connection_form(settings)}"
