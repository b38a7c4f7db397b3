"""The star as files: all of it, with a manifest, or nothing."""

import hashlib
import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sparkify.engines import Exporter, Form
from sparkify.errors import ConfigError
from sparkify.sql import DIMENSIONS, FACT, statement

MANIFEST = "manifest.json"
PARTITIONS = {FACT: ("year", "month")}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: rows and files in all, and bytes."""

    rows: int
    files: int
    bytes: int


def export(exporter: Exporter, target: Path, form: Form, made_at: datetime) -> Exported:
    """Write the star below `target`: a folder a table, plays by year and month, and the manifest.

    The files are written aside and take their place when all are there. Raises ConfigError where
    `target` holds something already or cannot be written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ConfigError(
            f"{target} is there already, and an export is whole or not at all",
            "name a new folder, or remove that one",
        )
    begun = target.absolute().with_name(f".{target.absolute().name}.{os.getpid()}")
    try:
        begun.mkdir(parents=True)
        tables = {name: _table(exporter, begun, name, form) for name in (FACT, *DIMENSIONS)}
        manifest = {"format": form, "made_at": made_at.isoformat(), "tables": tables}
        (begun / MANIFEST).write_text(
            json.dumps(manifest, indent=1, ensure_ascii=False), encoding="utf-8"
        )
        begun.replace(target)
    except OSError as error:
        raise ConfigError(
            f"cannot write to {target}: {error.strerror}",
            "name a folder that you may write, on a disk with room for it",
        ) from error
    finally:
        with suppress(OSError):
            shutil.rmtree(begun)
    files = [file for table in tables.values() for file in table["files"]]
    rows, size = (sum(file[key] for file in files) for key in ("rows", "bytes"))
    return Exported(rows, len(files), size)


def _table(exporter: Exporter, folder: Path, name: str, form: Form) -> dict[str, Any]:
    place = folder / name
    place.mkdir()
    partitions = PARTITIONS.get(name, ())
    written = exporter.copy_out(statement(f"export/{name}"), place, form, partitions)
    return {
        "rows": sum(written.files.values()),
        "partitions": partitions,
        "columns": written.columns,
        "files": [
            {
                "path": file.relative_to(folder).as_posix(),
                "rows": rows,
                "bytes": file.stat().st_size,
                "sha256": _sha256(file),
            }
            for file, rows in written.files.items()
        ],
    }


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
