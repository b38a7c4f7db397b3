"""An export of a warehouse of the contract."""

from collections.abc import Callable
from datetime import datetime

from sparkify.engines import open_exporter
from sparkify.engines.base import ExportFormat
from sparkify.serve.export import ExportSummary, export_star
from sparkify.sources import S3Access
from sparkify.sql import Statement, export_statement

from .warehouse import Warehouse

MADE_AT = datetime.fromisoformat("2018-12-24T12:00+00:00")


def exported(
    warehouse: Warehouse,
    place: str,
    form: ExportFormat = "parquet",
    query: Callable[[str], Statement] = export_statement,
) -> ExportSummary:
    exporter = open_exporter(warehouse.settings)
    access = S3Access.named_by(warehouse.settings)
    try:
        return export_star(exporter, place, form, MADE_AT, access, query)
    finally:
        exporter.close()
