"""Connection texts for other programs, never with a password, and what they need of TLS."""

from importlib.util import find_spec
from ipaddress import ip_address
from urllib.parse import quote, urlencode

from sparkify.config import Settings
from sparkify.engines.libpq import connection_form, psql_command
from sparkify.errors import ConfigError
from sparkify.installation import install_command

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
        return psql_command(_parameters(settings))
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
    requires_tls = not are_on_this_machine(settings.host)
    return f"{step}\n{connection_form(settings, requires_tls=requires_tls)}"


def harlequin_command(program: str, settings: Settings) -> list[str]:
    """Return the command that opens the database in harlequin. Raises ConfigError."""
    # Installed elsewhere, it says itself what it lacks.
    if find_spec("harlequin") and not find_spec("harlequin_postgres"):
        raise ConfigError(
            "harlequin has no adapter for PostgreSQL here",
            f"{install_command('harlequin-postgres')}, or use sparkify query, or "
            "sparkify connect --for psql",
        )
    parameters = _parameters(settings) | {"options": READ_ONLY_OPTION}
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
    """Return libpq's parameters, without the empty ones."""
    is_local = are_on_this_machine(settings.host)
    parameters = {
        "host": settings.host,
        "port": str(settings.db_port),
        "dbname": settings.db_name,
        "user": settings.db_user,
        "sslmode": "" if is_local else "verify-full",
        "sslrootcert": "" if is_local else "system",
    }
    return {name: text for name, text in parameters.items() if text}


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
