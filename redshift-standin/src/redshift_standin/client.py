"""The unmodified redshift_connector, as tests like to use it."""

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import redshift_connector
from redshift_connector.error import Error

from .standin import Login


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
        try:
            self.run(sql)
        except Error as error:
            self.connection.rollback()
            said: dict[str, str] = error.args[0]
            return said
        raise AssertionError(f"accepted: {sql}")

    def notices(self) -> list[str]:
        return [notice[b"M"].decode() for notice in self.connection.notices]

    def close(self) -> None:
        """Close the connection, also one that was cut or is closed already.

        After a cut the driver leaves the file that it made of the socket open.
        """
        stream = self.connection._sock
        if stream is None:
            return
        with suppress(Error, OSError):
            self.connection.close()
        with suppress(OSError):
            stream.close()


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
