"""Connection texts for other programs, never with a password, and what they need of TLS."""

import shlex
from importlib.util import find_spec
from ipaddress import ip_address
from urllib.parse import quote, urlencode

from sparkify.config import Settings
from sparkify.errors import ConfigError

READ_ONLY_OPTION = "-c default_transaction_read_only=on"


def are_on_this_machine(hosts: str) -> bool:
    """Return whether a HOST, or each of several, is a socket or an address of this machine."""
    return all(_is_on_this_machine(host.strip()) for host in hosts.split(","))


def is_a_socket(host: str) -> bool:
    """Return whether a HOST is the folder of a Unix socket, or the name of an abstract one."""
    return host.startswith(("/", "@"))


def client_text(client: str, settings: Settings) -> str:
    """Return what to paste into the program of that name: psql, jdbc, tableau or dbeaver."""
    if client == "psql":
        return _psql_connection(settings)
    if is_a_socket(settings.host):
        raise ConfigError(
            f"{client} connects to a server's address, and [CLUSTER] HOST is the folder of a "
            "socket",
            "set HOST to localhost if the server listens there, or use psql",
        )
    if client == "jdbc":
        return _jdbc_location(settings)
    step = {
        "tableau": "Connect > To a Server > PostgreSQL",
        "dbeaver": "Database > New Connection > PostgreSQL",
    }[client]
    return f"{step}\n{_form_of_connection(settings)}"


def harlequin_command(program: str, settings: Settings) -> list[str]:
    """Return the command that opens the database in harlequin. Raises ConfigError."""
    # Installed elsewhere, it says itself what it lacks.
    if find_spec("harlequin") and not find_spec("harlequin_postgres"):
        raise ConfigError(
            "harlequin has no adapter for PostgreSQL here",
            "pip install harlequin-postgres, or use sparkify query, or sparkify connect --for psql",
        )
    parameters = {name: text for name, text in _parameters(settings).items() if text}
    parameters["options"] = READ_ONLY_OPTION
    return [
        *(program, "--adapter", "postgres"),
        f"postgresql://?{urlencode(parameters, quote_via=quote)}",
    ]


def _is_on_this_machine(host: str) -> bool:
    if host == "localhost" or is_a_socket(host):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _parameters(settings: Settings) -> dict[str, str]:
    """Return libpq's parameters, some of them empty."""
    is_local = are_on_this_machine(settings.host)
    return {
        "host": settings.host,
        "port": str(settings.db_port),
        "dbname": settings.db_name,
        "user": settings.db_user,
        "sslmode": "" if is_local else "verify-full",
        "sslrootcert": "" if is_local else "system",
    }


def _psql_connection(settings: Settings) -> str:
    pairs = (f"{key}={_value(text)}" for key, text in _parameters(settings).items() if text)
    return f"psql {shlex.quote(' '.join(pairs))}"


def _value(text: str) -> str:
    # https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE
    if not set(text) & set(" '\\"):
        return text
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _jdbc_location(settings: Settings) -> str:
    # https://jdbc.postgresql.org/documentation/use/#connection-parameters
    parameters = {
        "user": settings.db_user,
        "readOnly": "true",
        "readOnlyMode": "always",
    }
    if not are_on_this_machine(settings.host):
        # Java's own trusted certificates: by itself the driver reads ~/.postgresql/root.crt only.
        parameters |= {
            "sslmode": "verify-full",
            "sslfactory": "org.postgresql.ssl.DefaultJavaSSLFactory",
        }
    given = urlencode({name: text for name, text in parameters.items() if text}, quote_via=quote)
    address = f"[{settings.host}]" if ":" in settings.host else settings.host
    name = quote(settings.db_name, safe="")
    return f"jdbc:postgresql://{address}:{settings.db_port}/{name}?{given}"


def _form_of_connection(settings: Settings) -> str:
    is_local = are_on_this_machine(settings.host)
    return "\n".join(
        [
            f"Server:    {settings.host}",
            f"Port:      {settings.db_port}",
            f"Database:  {settings.db_name}",
            f"User:      {settings.db_user}",
            f"SSL:       {'not required' if is_local else 'required (verify-full)'}",
        ]
    )
