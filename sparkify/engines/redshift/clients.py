"""Connection texts for other programs. Never a password."""

from sparkify.config import Settings
from sparkify.engines.libpq import connection_form, psql_command


def connection_text(client: str, settings: Settings) -> str:
    """Return what to paste into the program of that name: psql, jdbc, tableau or dbeaver."""
    return {
        "psql": _psql_command,
        "jdbc": _jdbc_url,
        "tableau": _tableau_steps,
        "dbeaver": _dbeaver_steps,
    }[client](settings)


def _psql_command(settings: Settings) -> str:
    parameters = {
        "host": settings.host,
        "port": str(settings.db_port),
        "dbname": settings.db_name,
        "user": settings.db_user,
        "sslmode": "verify-full",
        "sslrootcert": "system",
    }
    return psql_command(parameters)


def _jdbc_url(settings: Settings) -> str:
    # https://docs.aws.amazon.com/redshift/latest/mgmt/jdbc20-build-connection-url.html
    where = f"{settings.host}:{settings.db_port}/{settings.db_name}"
    return f"jdbc:redshift://{where};ssl=true;sslMode=verify-full;UID={settings.db_user}"


def _tableau_steps(settings: Settings) -> str:
    return (
        f"Connect > To a Server > Amazon Redshift\n{connection_form(settings, requires_tls=True)}"
    )


def _dbeaver_steps(settings: Settings) -> str:
    return f"Database > New Connection > Redshift\n{connection_form(settings, requires_tls=True)}"
