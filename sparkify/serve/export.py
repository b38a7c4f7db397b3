"""The star as files: all of it, with a manifest, or nothing."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sparkify.engines.base import Exporter, ExportFormat
from sparkify.serve.export_place import Begun, begin
from sparkify.sources import S3Access
from sparkify.sql import DIMENSIONS, EXPORT_PARTITIONS, FACT, export_statement

TABLES = (FACT, *DIMENSIONS)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: rows and files in all, and bytes."""

    rows: int
    files: int
    bytes: int


def export(
    exporter: Exporter, target: str, form: ExportFormat, made_at: datetime, access: S3Access
) -> Exported:
    """Write the star below `target`: a folder a table, plays by year and month, and the manifest.

    `target` is a folder or an `s3://bucket/prefix`. It is complete afterwards, or absent. Raises
    ConfigError where it holds something already or cannot be written, WarehouseError, SourceError.
    """
    with begin(target, TABLES, access) as begun:
        tables = {name: _table(exporter, begun, name, form) for name in TABLES}
        manifest = {"format": form, "made_at": made_at.isoformat(), "tables": tables}
        begun.finish(json.dumps(manifest, indent=1, ensure_ascii=False).encode())
    files = [file for table in tables.values() for file in table["files"]]
    rows, size = (sum(file[key] for file in files) for key in ("rows", "bytes"))
    return Exported(rows, len(files), size)


def _table(exporter: Exporter, begun: Begun, name: str, form: ExportFormat) -> dict[str, Any]:
    partitions = EXPORT_PARTITIONS.get(name, ())
    written = exporter.unload(export_statement(name), begun.table(name), form, partitions)
    facts = begun.checksums(name, written.files)
    return {
        "rows": sum(written.files.values()),
        "partitions": partitions,
        "columns": written.columns,
        "files": [
            {"path": f"{name}/{path}", "rows": rows, "bytes": size, "sha256": digest}
            for (path, rows), (size, digest) in zip(written.files.items(), facts, strict=True)
        ],
    }
