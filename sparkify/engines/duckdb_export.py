"""A DuckDB warehouse copied out: files of a table, by DuckDB's own COPY TO."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from sparkify.engines import ExportedTable, Form, Result
from sparkify.engines.duckdb import explained, fetched
from sparkify.errors import WarehouseError
from sparkify.sql import Dialect, Parameter, Statement


class DuckDbExporter:
    """The warehouse in a DuckDB file, read-only, as of the moment it was opened."""

    dialect: Dialect = "duckdb"

    def __init__(self, path: Path) -> None:
        self._path = path
        with explained(path):
            self._connection = duckdb.connect(
                str(path), read_only=True, config={"autoinstall_known_extensions": False}
            )
            self._connection.begin()

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query of ours."""
        return fetched(self._connection, self._path, statement, parameters)

    def copy_out(
        self, query: Statement, folder: Path, form: Form, partitions: Sequence[str]
    ) -> ExportedTable:
        """Write the query's rows as files below the folder, one or more a partition."""
        with explained(self._path):
            rows = self._connection.sql(query.render("duckdb"))
            target = str(folder if partitions else folder / f"data_0.{form}")
            by = list(partitions) or None
            if form == "parquet":
                rows.write_parquet(target, compression="zstd", partition_by=by)
            else:
                rows.write_csv(target, header=True, partition_by=by)
            count = {file: self._rows(file, form) for file in sorted(folder.rglob(f"*.{form}"))}
        kinds = dict(zip(rows.columns, map(str, rows.types), strict=True))
        self._require_all(query, sum(count.values()))
        return ExportedTable({name: kinds[name] for name in kinds if name not in partitions}, count)

    def close(self) -> None:
        """Leave the warehouse."""
        self._connection.close()

    def _rows(self, file: Path, form: Form) -> int:
        if form == "parquet":
            written = self._connection.read_parquet(str(file), hive_partitioning=False)
        else:
            written = self._connection.read_csv(str(file), header=True, all_varchar=True)
        ((count,),) = written.aggregate("count(*)").fetchall()
        return int(count)

    def _require_all(self, query: Statement, written: int) -> None:
        rows = self._connection.sql(query.render("duckdb"))
        ((expected,),) = rows.aggregate("count(*)").fetchall()
        if written != expected:
            raise WarehouseError(
                f"{query.name} has {expected} rows, and {written} were read back from its files",
                "export again, to a disk that is sound; nothing of this export was kept",
            )
