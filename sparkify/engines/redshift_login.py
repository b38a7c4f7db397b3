"""Into a Redshift warehouse, by password, a secret or IAM, or why not; and out of it."""

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
from sparkify.engines.redshift_errors import LINE_IS_CUT, first_line, said_by_server
from sparkify.errors import ConfigError, WarehouseError

PATIENCE = 15.0  # seconds for an address to answer

# The driver needs boto3 itself; neither has types.
_AWS = import_module("botocore.exceptions")

_CLUSTER = re.compile(r"(?P<id>[^.]+)\.[^.]+\.(?P<region>[^.]+)\.redshift\.amazonaws\.com(?:\.cn)?")
_WORKGROUP = re.compile(
    r"(?P<id>[^.]+)\.[^.]+\.(?P<region>[^.]+)\.redshift-serverless\.amazonaws\.com(?:\.cn)?"
)


def connect(settings: Settings) -> Connection:
    """Open a connection, by TLS to a server whose certificate is for its name.

    Raises WarehouseError for what the network, the certificate, AWS or the server says, ConfigError
    for a log-in that cannot be tried. No error repeats what we log in with.
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
                **_login(settings),
            )
        except (_AWS.BotoCoreError, _AWS.ClientError) as error:
            raise _refused_by_aws(error, settings) from None
        except (Error, OSError) as error:
            raise _refused(error, settings) from None


def disconnect(connection: Connection) -> None:
    """Close a connection, also one whose line is cut or that is closed already.

    Where the line is cut the driver leaves the file that it made of the socket open. Python would
    close it some time later, and from 3.13 on print that what was not sent cannot be.
    """
    stream = connection._sock  # noqa: SLF001 - the driver forgets it as it closes
    if stream is None:
        return
    with suppress(Error, *LINE_IS_CUT):
        connection.close()
    with suppress(OSError):
        stream.close()


def _reach(settings: Settings) -> None:
    """See that somebody listens: the driver itself would wait for minutes."""
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
    """What the driver needs to know of who we are."""
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
        # Without a DB_USER we are whom IAM knows, IAM:name or IAMR:role; in a workgroup always.
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


def _refused_by_aws(error: Exception, settings: Settings) -> WarehouseError:
    answer = getattr(error, "response", {}).get("Error", {})
    reason = answer.get("Code") or type(error).__name__
    if settings.db_secret:
        return WarehouseError(
            f"[CLUSTER] DB_SECRET {settings.db_secret} cannot be read: {reason}",
            "check its name, and that your AWS keys may secretsmanager:GetSecretValue it",
        )
    return WarehouseError(
        f"AWS gives no log-in to {settings.host}: {reason}",
        "set [CLUSTER] DB_PASSWORD; or use AWS keys that may redshift:GetClusterCredentials, "
        "redshift:GetClusterCredentialsWithIAM or redshift-serverless:GetCredentials",
    )


def _refused(error: Exception, settings: Settings) -> WarehouseError:
    where = f"{settings.host}:{settings.db_port}"
    cause = next((each for each in error.args if isinstance(each, Exception)), error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return WarehouseError(
            f"{where} shows a certificate that is not to be trusted: {cause.verify_message}",
            "use the endpoint's own name as [CLUSTER] HOST, not an address or an alias",
        )
    if isinstance(cause, ssl.SSLError) or "refuses SSL" in str(error):
        return WarehouseError(
            f"{where} does not speak TLS, which we do not do without",
            "see that [CLUSTER] HOST and DB_PORT are those of Redshift",
        )
    said = said_by_server(error)
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
            f"{where} refuses user and password", "correct [CLUSTER] DB_USER and DB_PASSWORD"
        )
    return WarehouseError(f"{where} refuses the log-in: {first_line(said)}", "ask who runs it")
