"""Log in to a Redshift warehouse by password, secret or IAM, or explain why that failed."""

import json
import re
import socket
import ssl
import warnings
from contextlib import suppress
from importlib import import_module
from typing import Any

import redshift_connector
from redshift_connector.core import Connection
from redshift_connector.error import Error

from sparkify.config import Settings
from sparkify.engines.redshift.errors import LINE_IS_CUT, first_line, server_message
from sparkify.errors import ConfigError, WarehouseError
from sparkify.sql.literals import identifier

PATIENCE = 15.0  # seconds for an address to answer

# A COPY may be silent for minutes, and a gateway forgets a connection that is: NAT after 350 s.
# https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-firewall-guidance.html
# https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html
KEEPALIVE: dict[str, Any] = {
    "tcp_keepalive": True,
    "tcp_keepalive_idle": 60,
    "tcp_keepalive_interval": 15,
    "tcp_keepalive_count": 4,
}
# Each statement is prepared again. A plan that is kept of a table that was dropped and recreated
# fails ("could not open relation with OID"); and after each CREATE, DROP and ROLLBACK the driver
# closes every statement that it has kept, at a round trip each.
MAX_PREPARED_STATEMENTS = 0

# The driver needs boto3 itself; neither has types.
_AWS = import_module("botocore.exceptions")

_CLUSTER = re.compile(r"(?P<id>[^.]+)\.[^.]+\.(?P<region>[^.]+)\.redshift\.amazonaws\.com(?:\.cn)?")
_WORKGROUP = re.compile(
    r"(?P<id>[^.]+)\.[^.]+\.(?P<region>[^.]+)\.redshift-serverless\.amazonaws\.com(?:\.cn)?"
)


def open_connection(settings: Settings) -> Connection:
    """Open a connection, by TLS to a server whose certificate is for its name.

    Raises WarehouseError for a fault of the network, the certificate, AWS or the server,
    ConfigError for a login that cannot be tried. No error repeats the credentials.
    """
    _reach(settings)
    with warnings.catch_warnings():
        # The driver makes its SSLContext in a way that Python has deprecated.
        warnings.filterwarnings("ignore", "ssl", DeprecationWarning)
        try:
            return redshift_connector.connect(
                host=settings.host,
                port=settings.db_port,
                database=settings.db_name,
                sslmode="verify-full",
                application_name="sparkify",
                **KEEPALIVE,
                max_prepared_statements=MAX_PREPARED_STATEMENTS,
                **_login(settings),
            )
        except (_AWS.BotoCoreError, _AWS.ClientError) as error:
            raise _aws_login_error(error, settings) from None
        except (Error, OSError) as error:
            raise _login_error(error, settings) from None


def session_settings(settings: Settings) -> list[str]:
    """Return the statements that set up a session: its schema and the limit of its statements.

    https://docs.aws.amazon.com/redshift/latest/dg/r_statement_timeout.html
    """
    texts = []
    if settings.db_schema:
        texts.append(f"set search_path to {identifier(settings.db_schema)}")
    if settings.statement_timeout:
        texts.append(f"set statement_timeout to {settings.statement_timeout * 1000}")
    return texts


def close_connection(connection: Connection) -> None:
    """Close a connection, also one that was cut or is closed already.

    After a cut the driver leaves the file that it made of the socket open. Python would close it
    some time later, and from 3.13 on print that unsent data cannot be sent.
    """
    stream = connection._sock  # noqa: SLF001 - the driver forgets it as it closes
    if stream is None:
        return
    with suppress(Error, *LINE_IS_CUT):
        connection.close()
    with suppress(OSError):
        stream.close()


def _reach(settings: Settings) -> None:
    """Raise WarehouseError if nothing listens: the driver itself would wait for minutes."""
    try:
        socket.create_connection((settings.host, settings.db_port), PATIENCE).close()
    except socket.gaierror as error:
        raise WarehouseError(
            f"[CLUSTER] HOST {settings.host} is not known: {error.strerror}",
            "give the endpoint as the console shows it, without its port and database",
        ) from error
    except OSError as error:
        what = "does not answer" if isinstance(error, TimeoutError) else "refuses connections"
        where = f"{settings.host}:{settings.db_port}"
        network = "see that [CLUSTER] DB_PORT is right and that its security group lets you in"
        cluster = _CLUSTER.fullmatch(settings.host)
        if not cluster:
            raise WarehouseError(f"{where} {what}", network) from error
        raise WarehouseError(
            f"{where} {what}, as a cluster does that is paused",
            f"sparkify cluster resume, or: aws redshift resume-cluster --cluster-identifier "
            f"{cluster['id']} --region {cluster['region']}; or {network}",
        ) from error


def _login(settings: Settings) -> dict[str, Any]:
    """Return the driver's arguments that tell who logs in."""
    if settings.db_secret:
        return _from_secret(settings)
    if settings.db_password.value:
        if not settings.db_user:
            raise ConfigError(
                "[CLUSTER] DB_PASSWORD is set without a DB_USER", "set [CLUSTER] DB_USER"
            )
        return {"user": settings.db_user, "password": settings.db_password.value}
    cluster, workgroup = _CLUSTER.fullmatch(settings.host), _WORKGROUP.fullmatch(settings.host)
    return {
        "iam": True,
        "profile": settings.s3_profile or None,
        "cluster_identifier": cluster["id"] if cluster else None,
        "region": None if cluster or workgroup else settings.s3_region or None,
        "db_user": settings.db_user or None,
        # Without a DB_USER, and always in a workgroup, the user is IAM:name or IAMR:role.
        "group_federation": not (settings.db_user or workgroup),
    }


def _from_secret(settings: Settings) -> dict[str, Any]:
    host = _CLUSTER.fullmatch(settings.host) or _WORKGROUP.fullmatch(settings.host)
    parts = settings.db_secret.split(":")
    region = parts[3] if len(parts) > 6 else host["region"] if host else settings.s3_region
    session = import_module("boto3").Session(
        profile_name=settings.s3_profile or None, region_name=region or None
    )
    answer = session.client("secretsmanager").get_secret_value(SecretId=settings.db_secret)
    try:
        secret = json.loads(answer["SecretString"])
        return {"user": secret["username"], "password": secret["password"]}
    except (KeyError, TypeError, ValueError):
        raise ConfigError(
            f"the secret {settings.db_secret} holds no username and password",
            'it must be JSON: {"username": ..., "password": ...}, as Redshift itself makes it',
        ) from None


def _aws_login_error(error: Exception, settings: Settings) -> WarehouseError:
    answer = getattr(error, "response", {}).get("Error", {})
    reason = answer.get("Code") or type(error).__name__
    if settings.db_secret:
        return WarehouseError(
            f"[CLUSTER] DB_SECRET {settings.db_secret} cannot be read: {reason}",
            "check its name, and that your AWS keys may secretsmanager:GetSecretValue it",
        )
    return WarehouseError(
        f"AWS gives no login for {settings.host}: {reason}",
        "set [CLUSTER] DB_PASSWORD; or use AWS keys that may redshift:GetClusterCredentials, "
        "redshift:GetClusterCredentialsWithIAM or redshift-serverless:GetCredentials",
    )


def _login_error(error: Exception, settings: Settings) -> WarehouseError:
    where = f"{settings.host}:{settings.db_port}"
    cause = next((each for each in error.args if isinstance(each, Exception)), error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return WarehouseError(
            f"{where} has a certificate that cannot be trusted: {cause.verify_message}",
            "use the endpoint's own name as [CLUSTER] HOST, not an address or an alias",
        )
    if isinstance(cause, ssl.SSLError) or "refuses SSL" in str(error):
        return WarehouseError(
            f"{where} does not speak TLS, which Sparkify requires",
            "see that [CLUSTER] HOST and DB_PORT are those of Redshift",
        )
    said = server_message(error)
    if said is None:
        return WarehouseError(
            f"the connection to {where} broke off: {type(cause).__name__}", "try again later"
        )
    if said.get("C") == "3D000":
        return WarehouseError(
            f"{where} has no database {settings.db_name}", "correct [CLUSTER] DB_NAME"
        )
    if said.get("C", "").startswith("28"):
        return WarehouseError(
            f"{where} rejects user and password", "correct [CLUSTER] DB_USER and DB_PASSWORD"
        )
    return WarehouseError(f"{where} rejects the login: {first_line(said)}", "ask who runs it")
