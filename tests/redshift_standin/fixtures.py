"""Fixtures of the stand-in; a test module, or a conftest, imports them beside `s3_server`."""

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import redshift_connector
from redshift_connector.error import Error

from sparkify.config import Secret, Settings
from sparkify.engines.redshift.login import close_connection
from tests.s3_server import S3Server

from .s3_account import S3Access
from .standin import Login, Standin

ROLE = "arn:aws:iam::123456789012:role/loads"
NARROW_ROLE = "arn:aws:iam::123456789012:role/narrow"  # reads one folder of one bucket
NARROW_PREFIX = "s3://narrow/allowed/"
FAR_BUCKET, FAR_REGION = "far", "eu-west-1"


def settings_for(login: Login, **more: Any) -> Settings:
    """Return Sparkify's settings for a database of the stand-in."""
    settings = Settings(
        host=login.host,
        db_port=login.port,
        db_name=login.database,
        db_user=login.user,
        db_password=Secret(login.password),
        iam_role=ROLE,
    )
    return replace(settings, **more)


@pytest.fixture(scope="session")
def standin(s3_server: S3Server) -> Iterator[Standin]:
    """Start one stand-in for all tests of this worker, whose CA this process trusts."""
    started = Standin.start(
        S3Access(s3_server.endpoint, *s3_server.admin),
        roles={ROLE: ["s3://"], NARROW_ROLE: [NARROW_PREFIX]},
        writers={ROLE: ["s3://"]},
        bucket_regions={FAR_BUCKET: FAR_REGION},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(started.ca_file))
        yield started
    started.close()


@pytest.fixture
def login(standin: Standin) -> Iterator[Login]:
    """Give an empty database, without faults until the test adds some."""
    yield standin.login()
    standin.faults.clear()
    standin.reset(standin.database)


class Client:
    """The unmodified driver, with less to write."""

    def __init__(self, login: Login, **options: Any) -> None:
        with warnings.catch_warnings():
            # the driver makes its SSLContext in a way that Python has deprecated
            warnings.filterwarnings("ignore", "ssl", DeprecationWarning)
            # to find out by itself who connects, the driver looks at all modules there are
            named = {"sslmode": "verify-full", "application_name": "tests", **options}
            self.connection = redshift_connector.connect(**login._asdict(), **named)

    def run(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Execute one statement; return its rows, if it has any."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters or None)
            return [tuple(row) for row in cursor.fetchall()] if cursor.description else []

    def value(self, expression: str) -> Any:
        return self.run(f"select {expression}")[0][0]

    def rejected(self, sql: str) -> dict[str, str]:
        """Execute a statement that is rejected, roll back, and return the message."""
        with pytest.raises(Error) as error:
            self.run(sql)
        self.connection.rollback()
        said: dict[str, str] = error.value.args[0]
        return said

    def notices(self) -> list[str]:
        return [notice[b"M"].decode() for notice in self.connection.notices]

    def close(self) -> None:
        close_connection(self.connection)


@contextmanager
def sockets_collected() -> Iterator[None]:
    """Collect the sockets of log-ins that fail within, after they did.

    The driver leaves them to the garbage collector, which would complain in some later test.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


def login_error(login: Login, **options: Any) -> str:
    """Return the error of a connection that fails."""
    with sockets_collected():
        return _said_in_vain(login, options)


def _said_in_vain(login: Login, options: dict[str, Any]) -> str:
    try:
        Client(login, **options).close()
    except (Error, OSError) as error:
        return f"{type(error).__name__}: {error}"
    raise AssertionError("the connection was accepted")


@pytest.fixture
def client(login: Login) -> Iterator[Client]:
    """Give a client of an empty database, not in autocommit, as by the driver's default."""
    connected = Client(login)
    yield connected
    connected.close()
