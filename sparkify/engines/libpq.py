"""Connection texts that PostgreSQL and Redshift share, since psql connects to both."""

import shlex
from collections.abc import Mapping

from sparkify.config import Settings


def psql_command(parameters: Mapping[str, str]) -> str:
    """Return the command that connects psql by libpq's parameters."""
    pairs = " ".join(f"{name}={_quoted(text)}" for name, text in parameters.items())
    return f"psql {shlex.quote(pairs)}"


def connection_form(settings: Settings, *, requires_tls: bool) -> str:
    """Return what a program's form asks for, a field a line."""
    return "\n".join(
        [
            f"Server:    {settings.host}",
            f"Port:      {settings.db_port}",
            f"Database:  {settings.db_name}",
            f"User:      {settings.db_user}",
            f"SSL:       {'required (verify-full)' if requires_tls else 'not required'}",
        ]
    )


def _quoted(text: str) -> str:
    # https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE
    if text and not set(text) & set(" '\\"):
        return text
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
