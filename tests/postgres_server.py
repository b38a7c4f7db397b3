"""PostgreSQL on loopback, of the wheel that the stand-in for Redshift has it from.

The session-wide fixture `postgres_server` starts one a pytest worker.
"""

import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redshift_standin.postgres_process import PostgresProcess

from sparkify.config import Secret, Settings
from tests.s3_server import free_ports


class PostgresServer(PostgresProcess):
    """A server on loopback, of which a user without special rights owns databases."""

    host, user, password = "127.0.0.1", "sparkify", "Passw0rd1"

    def __init__(self) -> None:
        [self.port] = free_ports(1)
        self._names = itertools.count(1)
        super().__init__(
            Path(tempfile.mkdtemp(prefix="postgres-")),
            {
                "listen_addresses": self.host,
                "port": str(self.port),
                "timezone": "America/New_York",  # of the server, which no result may depend on
            },
            f"host all all {self.host}/32 scram-sha-256\n",
            ("--locale", "C.UTF-8", "--lc-collate", "C"),
        )
        self.execute(f"create role {self.user} login password '{self.password}'")

    def new_database(self) -> str:
        """Make an empty database and return its name."""
        name = f"dev{next(self._names)}"
        self.execute(f"create database {name} strategy file_copy owner {self.user}")
        return name

    def settings_for(self, database: str, **more: Any) -> Settings:
        """Return Sparkify's settings for a database."""
        settings = Settings(
            engine_name="postgres",
            host=self.host,
            db_port=self.port,
            db_name=database,
            db_user=self.user,
            db_password=Secret(self.password),
            max_errors=0,
        )
        return replace(settings, **more)

    def drop_database(self, name: str) -> None:
        """Drop a database, and end its connections."""
        self.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Start a PostgreSQL for all tests of this worker; a test makes a database of its own."""
    server = PostgresServer()
    yield server
    server.close()
