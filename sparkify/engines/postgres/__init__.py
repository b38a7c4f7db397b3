"""PostgreSQL: a server for many readers at once, loaded by COPY from this process."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sparkify.config import Settings
from sparkify.diagnosis import Diagnosis
from sparkify.engines.base import (
    Engine,
    Exporter,
    JsonLoad,
    Reader,
    TablePlace,
    address_on_server,
)
from sparkify.errors import WarehouseError
from sparkify.sql import Dialect, source_columns

if TYPE_CHECKING:
    from sparkify.engines.postgres.engine import PostgresEngine


class PostgresBackend:
    """The parts of this engine; satisfies `Backend`."""

    dialect: Dialect = "postgres"
    driver = "psycopg"
    extra = "postgres"
    is_in_cloud = False
    # https://www.postgresql.org/docs/current/sql-syntax-lexical.html: a longer name would be cut
    longest_name = 63

    def open_engine(self, settings: Settings) -> Engine:
        """Connect to the database, which must exist."""
        from sparkify.engines.postgres.engine import PostgresEngine

        return PostgresEngine(settings)

    def open_reader(self, settings: Settings) -> Reader:
        """Connect to the database for transactions that can only read."""
        from sparkify.engines.postgres.reader import PostgresReader

        return PostgresReader(settings)

    def open_exporter(self, settings: Settings) -> Exporter:
        """Connect to the database for one transaction that can only read."""
        from sparkify.engines.postgres.exporter import PostgresExporter

        return PostgresExporter(settings)

    def migrate_storage(self, settings: Settings) -> str:  # noqa: ARG002
        """Do nothing: how the rows are stored is the server's matter."""
        return ""

    def exists(self, settings: Settings) -> bool:
        """Return whether the settings name a server; whether it answers is seen on connecting."""
        return bool(settings.host)

    def missing(self, settings: Settings) -> WarehouseError:  # noqa: ARG002
        """Return the error for settings that name no server."""
        return no_server_named()

    def address(self, settings: Settings) -> str:
        """Return host, port, database and schema."""
        return address_on_server(settings)

    def table_place(self, settings: Settings) -> TablePlace:
        """Return the names by which other tools know the tables."""
        namespace = f"postgres://{settings.host}:{settings.db_port}"
        return TablePlace(namespace, settings.db_name, settings.db_schema or "public")

    def describe_opened(self, settings: Settings) -> str:
        """Describe the login."""
        user = f" as {settings.db_user}" if settings.db_user else ""
        return f"logged in to {settings.host}{user}"

    def diagnose_settings(self, settings: Settings) -> Iterator[Diagnosis]:
        """Report how the connection is protected."""
        from sparkify.engines.postgres.clients import are_on_this_machine

        if not settings.host:
            return
        if are_on_this_machine(settings.host):
            yield Diagnosis(f"{settings.host} is on this machine: TLS is not required", ok=True)
        else:
            yield Diagnosis(f"TLS to {settings.host}, with a verified certificate", ok=True)

    def stored_files(self, settings: Settings) -> list[Path]:  # noqa: ARG002
        """Return none: they are the server's."""
        return []

    def data_folder(self, settings: Settings) -> None:
        """Return None: the data is on the server."""

    def connection_text(self, client: str, settings: Settings) -> str:
        """Return what to paste into a program to connect, over verified TLS if not locally."""
        from sparkify.engines.postgres.clients import client_text

        return client_text(client, settings)

    def client_command(self, program: str, settings: Settings) -> list[str]:
        """Return the command that opens the database read-only in harlequin."""
        from sparkify.engines.postgres.clients import harlequin_command

        return harlequin_command(program, settings)

    def require_loadable(self, settings: Settings, loads: Iterable[JsonLoad]) -> None:
        """Accept all files: they are read by this process."""

    def load_text(self, table: str, added: Sequence[str] = ()) -> str:
        """Return the COPY that takes the rows from this process."""
        columns = (column.name for column in source_columns(table))
        return copy_from_stdin(table, (*columns, *added))

    def copy_queries(
        self,
        settings: Settings,  # noqa: ARG002
        load: JsonLoad,  # noqa: ARG002
        loaded_at: datetime,  # noqa: ARG002
    ) -> list[str]:
        """Return nothing: files are read by this process."""
        return []

    def append_text(self, table: str, columns: Sequence[str]) -> str:
        """Return the COPY that takes the rows from this process."""
        return copy_from_stdin(table, columns)

    def grant_analysts(self, engine: Engine, users: Sequence[str]) -> None:
        """Let the role `analysts` read the star and its views only, and add users to it."""
        from sparkify.engines.postgres.grants import grant_to_role

        grant_to_role(cast("PostgresEngine", engine), users)


def no_server_named() -> WarehouseError:
    """Return the error for an empty HOST."""
    return WarehouseError(
        "[CLUSTER] ENGINE is postgres, and HOST is empty",
        "set [CLUSTER] HOST to the server's name, or to the folder of its socket, such as "
        "/var/run/postgresql",
    )


def copy_from_stdin(table: str, columns: Sequence[str]) -> str:
    """Return the COPY of rows into a table, from this process."""
    listed = ",\n".join(f"    {quoted_name(column)}" for column in columns)
    return f"copy {quoted_name(table)} (\n{listed}\n)\nfrom stdin"


def copy_binary_from_stdin(table: str, columns: Sequence[str]) -> str:
    """Return the COPY of rows in binary into a table, from this process."""
    return f"{copy_from_stdin(table, columns)} (format binary)"


def quoted_name(name: str) -> str:
    """Return a name as PostgreSQL reads it, whatever is in it."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
