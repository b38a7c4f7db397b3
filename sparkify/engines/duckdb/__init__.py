"""DuckDB: the warehouse in one file, embedded, with no account, no server and no network."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sparkify.config import Settings
from sparkify.diagnosis import Diagnosis
from sparkify.engines.base import (
    Engine,
    Exporter,
    ExportFormat,
    JsonLoad,
    Queryable,
    Reader,
    TablePlace,
)
from sparkify.engines.duckdb.publishing import Publication
from sparkify.errors import ConfigError, WarehouseError
from sparkify.installation import command_hint
from sparkify.sizes import readable_size
from sparkify.sources import S3Access
from sparkify.sql import Dialect, star_columns
from sparkify.sql.render_cache import rendered


def open_in_memory() -> Engine:
    """Open an empty database in memory."""
    from sparkify.engines.duckdb.engine import DuckDbEngine

    return DuckDbEngine(Path(":memory:"))


def open_exported_files(
    folder: Path, form: ExportFormat, files: Mapping[str, Sequence[str]]
) -> Queryable:
    """Open the files of an export, by table and below the folder, as tables of the star."""
    from sparkify.engines.duckdb.exported import ExportedStar

    star = ExportedStar(folder, form)
    for table, paths in files.items():
        star.add_table(table, star_columns(table), paths)
    return star


class DuckDbBackend:
    """The parts of this engine; satisfies `Backend`."""

    dialect: Dialect = "duckdb"
    driver = "duckdb"
    extra = ""
    is_in_cloud = False
    longest_name = 127  # as on Redshift: DuckDB sets no limit

    def open_engine(self, settings: Settings) -> Engine:
        """Open the database file, created if it does not exist; its end publishes it."""
        from sparkify.engines.duckdb.access import open_to_write

        return open_to_write(settings)

    def open_reader(self, settings: Settings) -> Reader:
        """Open the published file read-only, or the database file where nothing is published."""
        from sparkify.engines.duckdb.access import open_to_read
        from sparkify.engines.duckdb.reader import DuckDbReader

        return open_to_read(settings, DuckDbReader)

    def open_exporter(self, settings: Settings) -> Exporter:
        """Open the published file, or the database file, read-only and in one transaction."""
        from sparkify.engines.duckdb.access import open_to_read
        from sparkify.engines.duckdb.exporter import DuckDbExporter

        access = S3Access.named_by(settings)
        return open_to_read(settings, lambda file: DuckDbExporter(file, access))

    def migrate_storage(self, settings: Settings) -> str:
        """Rewrite a file of a later storage version, so that DuckDB 1.4 can open it too."""
        from sparkify.engines.duckdb.engine import STORAGE_VERSION
        from sparkify.engines.duckdb.storage import rewrite_in_storage_version

        with suppress(WarehouseError, OSError):  # a rewritten file is not the one that was copied
            Publication.named_by(settings).withdraw()
        if not rewrite_in_storage_version(settings.database_file):
            return ""
        return f"Rewrote {settings.database_file}: DuckDB {STORAGE_VERSION} and later can open it."

    def exists(self, settings: Settings) -> bool:
        """Return whether the database file exists."""
        return settings.database_file.exists()

    def missing(self, settings: Settings) -> WarehouseError:
        """Return the error for a database file that does not exist."""
        return WarehouseError(
            f"there is no warehouse: the file {settings.database_file} does not exist",
            f"run: {command_hint('create-tables')}",
        )

    def address(self, settings: Settings) -> str:
        """Return the path of the file."""
        return str(settings.database_file.resolve())

    def table_place(self, settings: Settings) -> TablePlace:
        """Return the names by which other tools know the tables; DuckDB names a file to a point."""
        file = settings.database_file.resolve()
        return TablePlace(f"duckdb://{file}", file.name.partition(".")[0], "main")

    def describe_opened(self, settings: Settings) -> str:
        """Describe the database file and its size."""
        file = settings.database_file
        written = f"{file.resolve()}, {readable_size(file.stat().st_size)}, can be written"
        readers = Publication.named_by(settings).file_for_readers()
        return f"{written}; readers open {readers}"

    def diagnose_settings(self, settings: Settings) -> Iterator[Diagnosis]:  # noqa: ARG002
        """Examine nothing: there is no setting that only DuckDB needs."""
        return iter(())

    def stored_files(self, settings: Settings) -> list[Path]:
        """Return the database file, its log, and the published copy."""
        file = settings.database_file
        return [file, Path(f"{file}.wal"), Publication.named_by(settings).file]

    def data_folder(self, settings: Settings) -> Path:
        """Return the folder of the database file."""
        return settings.database_file.absolute().parent

    def connection_text(self, client: str, settings: Settings) -> str:
        """Return what to paste into a program to open the file for readers, read-only."""
        if self.exists(settings):
            with suppress(WarehouseError):
                self.open_reader(settings).close()  # which may publish the file first
        file = Publication.named_by(settings).file_for_readers()
        if client == "psql":
            raise ConfigError(
                "psql opens servers, and this warehouse is a DuckDB file",
                f"duckdb -readonly {shlex.quote(str(file))}, or sparkify query",
            )
        return {
            # https://duckdb.org/docs/stable/clients/java
            "jdbc": f"jdbc:duckdb:{file};duckdb.read_only=true",
            "dbeaver": (
                "Database > New Connection > DuckDB\n"
                f"Path:               {file}\n"
                "Driver properties:  duckdb.read_only=true"
            ),
            "tableau": (
                "Connect > To a Server > DuckDB by MotherDuck (the connector is installed once, "
                "from exchange.tableau.com)\n"
                f"Database file:  {file}\n"
                "Access:         read-only"
            ),
        }[client]

    def client_command(self, program: str, settings: Settings) -> list[str]:
        """Return the command that opens the file for readers in harlequin."""
        # Spelt out: a user's own profile may name another database.
        file = str(Publication.named_by(settings).file_for_readers())
        return [program, "--adapter", "duckdb", "--read-only", file]

    def require_loadable(self, settings: Settings, loads: Iterable[JsonLoad]) -> None:
        """Accept all files: they are read by this process."""

    def load_text(self, table: str, added: Sequence[str] = ()) -> str:
        """Return the `insert` of the rows that were read."""
        text: str = rendered("insert_batches", table, *added)
        return text

    def copy_queries(
        self,
        settings: Settings,  # noqa: ARG002
        load: JsonLoad,  # noqa: ARG002
        loaded_at: datetime,  # noqa: ARG002
    ) -> list[str]:
        """Return nothing: files are read by this process."""
        return []

    def append_text(self, table: str, columns: Sequence[str]) -> str:
        """Return the `insert` of rows given as JSON."""
        text: str = rendered("append", table, *columns)
        return text

    def grant_analysts(self, engine: Engine, users: Sequence[str]) -> None:  # noqa: ARG002
        """Raise ConfigError: DuckDB has no users."""
        raise ConfigError(
            "DuckDB has no users: who may read the file may read all of it",
            "share the file read-only, or a copy: sparkify export",
        )
