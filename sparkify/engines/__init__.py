"""The engines by name, and opening the one that the settings name.

A new engine is a folder with a class that satisfies `Backend`, and one entry of ENGINES. An engine
is imported when it is used.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sparkify.config import Settings
from sparkify.engines.base import (
    Backend,
    Engine,
    Exporter,
    ExportFormat,
    Queryable,
    Reader,
)
from sparkify.errors import ConfigError
from sparkify.installation import extra_command


def _duckdb() -> Backend:
    from sparkify.engines.duckdb import DuckDbBackend

    return DuckDbBackend()


def _redshift() -> Backend:
    from sparkify.engines.redshift import RedshiftBackend

    return RedshiftBackend()


def _postgres() -> Backend:
    from sparkify.engines.postgres import PostgresBackend

    return PostgresBackend()


ENGINES: dict[str, Callable[[], Backend]] = {
    "duckdb": _duckdb,
    "redshift": _redshift,
    "postgres": _postgres,
}


def backend_of(settings: Settings) -> Backend:
    """Return the engine that the settings name; nothing is opened yet."""
    return ENGINES[settings.engine]()


def open_engine(settings: Settings) -> Engine:
    """Open the warehouse that the settings name, creating it if the engine can.

    Raises WarehouseError where it cannot be opened, ConfigError without the engine's driver.
    """
    backend = backend_of(settings)
    with _driver_required(backend):
        return backend.open_engine(settings)


def open_existing(settings: Settings) -> Engine:
    """Open the warehouse that the settings name. Raises WarehouseError if there is none."""
    require_warehouse(settings)
    return open_engine(settings)


def open_reader(settings: Settings) -> Reader:
    """Open the warehouse that the settings name for queries. Raises WarehouseError, ConfigError."""
    require_warehouse(settings)
    backend = backend_of(settings)
    with _driver_required(backend):
        return backend.open_reader(settings)


def open_exporter(settings: Settings) -> Exporter:
    """Open the warehouse that the settings name for export. Raises WarehouseError, ConfigError."""
    require_warehouse(settings)
    backend = backend_of(settings)
    with _driver_required(backend):
        return backend.open_exporter(settings)


def open_scratch() -> Engine:
    """Open an empty warehouse in memory, which is gone when it is closed."""
    from sparkify.engines.duckdb import open_in_memory

    return open_in_memory()


def open_exported(
    folder: Path, form: ExportFormat, files: Mapping[str, Sequence[str]]
) -> Queryable:
    """Open the files of an export as tables of the star: `files` are by table, below the folder.

    Raises WarehouseError for a file that cannot be read.
    """
    from sparkify.engines.duckdb import open_exported_files

    return open_exported_files(folder, form, files)


def require_warehouse(settings: Settings) -> None:
    """Raise WarehouseError unless there is a warehouse to open, as far as this machine can tell."""
    backend = backend_of(settings)
    if not backend.exists(settings):
        raise backend.missing(settings)


@contextmanager
def _driver_required(backend: Backend) -> Iterator[None]:
    """Turn the failed import of an engine's driver into a ConfigError."""
    try:
        yield
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        raise ConfigError(
            f"[CLUSTER] ENGINE is {backend.dialect}, but {missing} is not installed",
            f"{extra_command(backend.extra)}, or leave ENGINE and HOST empty for DuckDB",
        ) from error
