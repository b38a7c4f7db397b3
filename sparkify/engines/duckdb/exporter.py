"""Export tables of a DuckDB warehouse as files, by DuckDB's own COPY TO."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from sparkify.engines.base import (
    ExportedTable,
    ExportFormat,
    Result,
    export_by_way_of_folder,
    require_all_rows,
)
from sparkify.engines.duckdb.engine import errors_translated, fetch_result, hide_progress
from sparkify.engines.duckdb.read_only import connect_read_only
from sparkify.sources import S3Access
from sparkify.sql import Dialect, Parameter, Statement


class DuckDbExporter:
    """The warehouse in a DuckDB file, read-only, as of the time it was opened."""

    dialect: Dialect = "duckdb"
    is_exclusive = True

    def __init__(self, path: Path, access: S3Access) -> None:
        self._path = path
        self._access = access
        with errors_translated(path):
            self._connection = connect_read_only(path, {"autoinstall_known_extensions": False})
            hide_progress(self._connection)
            self._connection.begin()

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query of the package."""
        return fetch_result(self._connection, self._path, statement, parameters)

    def fetch_all(self, statements: Iterable[Statement], **parameters: Parameter) -> list[Result]:
        """Run queries of the package, one after the other."""
        return [self.fetch(each, **parameters) for each in statements]

    def unload(
        self, query: Statement, target: str, form: ExportFormat, partitions: Sequence[str]
    ) -> ExportedTable:
        """Write the query's rows as files below the target, at least one for each partition."""
        return export_by_way_of_folder(
            target, self._access, lambda folder: self._written(query, folder, form, partitions)
        )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _written(
        self, query: Statement, folder: Path, form: ExportFormat, partitions: Sequence[str]
    ) -> ExportedTable:
        with errors_translated(self._path):
            rows = self._connection.sql(query.render("duckdb"))
            ((expected,),) = rows.aggregate("count(*)").fetchall()
            table = written(self._connection, rows, folder, form, partitions)
        require_all_rows(query, expected, sum(table.files.values()))
        return table


def written(
    connection: duckdb.DuckDBPyConnection,
    rows: duckdb.DuckDBPyRelation,
    folder: Path,
    form: ExportFormat,
    partitions: Sequence[str],
) -> ExportedTable:
    """Write rows as files below an empty folder, and count those that the files have."""
    target = str(folder if partitions else folder / f"data_0.{form}")
    by = list(partitions) or None
    if form == "parquet":
        rows.write_parquet(target, compression="zstd", partition_by=by)
    else:
        rows.write_csv(target, header=True, partition_by=by)
    files = sorted(folder.rglob(f"*.{form}"))
    count = {str(file.relative_to(folder)): _rows_in(connection, file, form) for file in files}
    kinds = dict(zip(rows.columns, map(str, rows.types), strict=True))
    return ExportedTable({name: kinds[name] for name in kinds if name not in partitions}, count)


def _rows_in(connection: duckdb.DuckDBPyConnection, file: Path, form: ExportFormat) -> int:
    if form == "parquet":
        rows = connection.read_parquet(str(file), hive_partitioning=False)
    else:
        rows = connection.read_csv(str(file), header=True, all_varchar=True)
    ((count,),) = rows.aggregate("count(*)").fetchall()
    return int(count)
