"""An export of a warehouse of the contract."""

from datetime import datetime

from sparkify.engines import open_exporter
from sparkify.engines.base import ExportFormat
from sparkify.serve.export import ExportSummary, export_star
from sparkify.sources import S3Access

from .warehouse import Warehouse

MADE_AT = datetime.fromisoformat("2018-12-24T12:00+00:00")


def exported(warehouse: Warehouse, place: str, form: ExportFormat = "parquet") -> ExportSummary:
    exporter = open_exporter(warehouse.settings)
    try:
        return export_star(exporter, place, form, MADE_AT, S3Access.named_by(warehouse.settings))
    finally:
        exporter.close()
