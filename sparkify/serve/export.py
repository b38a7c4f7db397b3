"""Export the star schema as files with a manifest."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sparkify.engines.base import Exporter, ExportFormat
from sparkify.serve.export_target import ExportTarget, open_export_target
from sparkify.sources import S3Access
from sparkify.sql import ANALYSTS_TABLES, EXPORT_PARTITIONS, Statement, export_statement

EXPORTED_TABLES = ANALYSTS_TABLES


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """The total rows, files and bytes of an export."""

    rows: int
    files: int
    bytes: int


def export_star(  # noqa: PLR0913, PLR0917 - what, where to, how
    exporter: Exporter,
    location: str,
    form: ExportFormat,
    made_at: datetime,
    access: S3Access,
    query: Callable[[str], Statement] = export_statement,
) -> ExportSummary:
    """Write a folder for each table, songplays by year and month, and the manifest to `location`.

    `location` is a folder or an `s3://bucket/prefix`; `query` gives the query of a table. An export
    that fails leaves nothing. Raises ConfigError if the location is not empty or cannot be written,
    WarehouseError, SourceError.
    """
    with open_export_target(location, EXPORTED_TABLES, access) as target:
        tables = {
            name: _write_table(exporter, target, query(name), name, form)
            for name in EXPORTED_TABLES
        }
        manifest = {"format": form, "made_at": made_at.isoformat(), "tables": tables}
        target.finish(json.dumps(manifest, indent=1, ensure_ascii=False).encode())
    files = [file for table in tables.values() for file in table["files"]]
    rows, size = (sum(file[key] for file in files) for key in ("rows", "bytes"))
    return ExportSummary(rows, len(files), size)


def _write_table(
    exporter: Exporter,
    target: ExportTarget,
    query: Statement,
    name: str,
    form: ExportFormat,
) -> dict[str, Any]:
    """Export one table; return its entry of the manifest."""
    partitions = EXPORT_PARTITIONS.get(name, ())
    written = exporter.unload(query, target.create_folder(name), form, partitions)
    checksums = target.checksums(name, written.files)
    return {
        "rows": sum(written.files.values()),
        "partitions": partitions,
        "columns": written.columns,
        "files": [
            {"path": f"{name}/{path}", "rows": rows, "bytes": size, "sha256": digest}
            for (path, rows), (size, digest) in zip(written.files.items(), checksums, strict=True)
        ],
    }
