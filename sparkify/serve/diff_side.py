"""The sides of a comparison: a settings file, a DuckDB file, or the folder of an export."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparkify.config import DATABASE_SUFFIX, Settings, load_settings, settings_of_file
from sparkify.engines import backend_of, open_exported, open_exporter
from sparkify.engines.base import Queryable
from sparkify.errors import ConfigError
from sparkify.serve.export import EXPORTED_TABLES
from sparkify.serve.export_target import MANIFEST
from sparkify.sources.s3 import S3
from sparkify.sql import star_columns
from sparkify.warehouse import require_star


@dataclass(frozen=True, slots=True)
class DiffSide:
    """One side: its name as given, its address, warnings of its settings, and how to open it.

    What is opened shows one point in time, and is closed by who opened it.
    """

    name: str
    address: str
    warnings: tuple[str, ...]
    open: Callable[[], Queryable]


def find_sides(first: str, second: str) -> tuple[DiffSide, DiffSide]:
    """Return the two sides of a comparison. Raises ConfigError, also if they are the same."""
    a, b = find_side(first), find_side(second)
    if a.address == b.address:
        raise ConfigError(
            f"{a.name} and {b.name} are the same warehouse: {a.address}",
            "name two; a SPARKIFY_CLUSTER_ variable in the environment is above both files",
        )
    return a, b


def find_side(name: str) -> DiffSide:
    """Return one side of a comparison. Raises ConfigError."""
    if name.startswith(S3):
        raise ConfigError(
            f"{name} is not on this machine, and an export is compared from a folder",
            f"aws s3 sync {name} FOLDER, then name that folder",
        )
    path = Path(name)
    if not path.exists():
        raise ConfigError(
            f"there is no {name}",
            f"name a settings file, a {DATABASE_SUFFIX} file, or the folder of an export",
        )
    if path.is_dir():
        return _export_side(name, path)
    if path.suffix == DATABASE_SUFFIX:
        return _warehouse_side(name, settings_of_file(path))
    return _warehouse_side(name, load_settings(path))


def _warehouse_side(name: str, settings: Settings) -> DiffSide:
    def open_side() -> Queryable:
        exporter = open_exporter(settings)
        try:
            require_star(exporter)
        except BaseException:
            exporter.close()
            raise
        return exporter

    address = backend_of(settings).address(settings)
    return DiffSide(name, address, settings.warnings, open_side)


def _export_side(name: str, folder: Path) -> DiffSide:
    manifest = _read_manifest(folder)
    files = {table: _present_files(folder, manifest["tables"][table]) for table in EXPORTED_TABLES}

    def open_side() -> Queryable:
        return open_exported(folder, manifest["format"], files)

    return DiffSide(name, str(folder.resolve()), (), open_side)


def _read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of an export that has the tables and columns of this version."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        columns = {table: set(manifest["tables"][table]["columns"]) for table in EXPORTED_TABLES}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"the folder {folder} is no complete export: its {MANIFEST} is missing or damaged",
            f"name a folder of sparkify export, a settings file or a {DATABASE_SUFFIX} file",
        ) from error
    for table in EXPORTED_TABLES:
        missing = [each.name for each in star_columns(table) if each.name not in columns[table]]
        if missing:
            raise ConfigError(
                f"the export {folder} is of another version: {table} lacks {', '.join(missing)}",
                "export again with this version of Sparkify",
            )
    return manifest


def _present_files(folder: Path, table: dict[str, Any]) -> list[str]:
    """Return the files of a table. Raises ConfigError where one is not as it was written."""
    for file in table["files"]:
        path = folder / file["path"]
        if not path.is_file() or path.stat().st_size != file["bytes"]:
            raise ConfigError(
                f"{path} is missing or not as it was exported",
                "copy the export again, or export again to a new folder",
            )
    return [file["path"] for file in table["files"]]
