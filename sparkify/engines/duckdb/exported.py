"""The star in the files of an export, as tables that can be queried."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from sparkify.engines.base import ExportFormat, Result
from sparkify.engines.duckdb.engine import errors_translated, fetch_result, hide_progress
from sparkify.sql import Column, Dialect, Parameter, Statement


class ExportedStar:
    """A database in memory with a view of the files of each table.

    A column of a file is cast to the type that it has in the star: engines write some types
    differently.
    """

    dialect: Dialect = "duckdb"
    is_exclusive = True

    def __init__(self, folder: Path, form: ExportFormat) -> None:
        self._folder = folder
        self._form = form
        self._connection = duckdb.connect(config={"autoinstall_known_extensions": False})
        hide_progress(self._connection)

    def add_table(self, name: str, columns: Sequence[Column], files: Sequence[str]) -> None:
        """Add a table of these columns, with the rows of the files. Raises WarehouseError."""
        kinds = {column.name: duckdb.sqltype(column.kind) for column in columns}
        with errors_translated(self._folder):
            if files:
                self._rows(files, kinds).create_view(name)
            else:  # DuckDB reads no empty list of files
                null = duckdb.ConstantExpression(None)
                nulls = (null.cast(kind).alias(each) for each, kind in kinds.items())
                self._connection.sql("select 1").select(*nulls).limit(0).create_view(name)

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query of the package."""
        return fetch_result(self._connection, self._folder, statement, parameters)

    def fetch_all(self, statements: Iterable[Statement], **parameters: Parameter) -> list[Result]:
        """Run queries of the package, one after the other."""
        return [self.fetch(each, **parameters) for each in statements]

    def close(self) -> None:
        """Forget the views."""
        self._connection.close()

    def _rows(
        self, files: Sequence[str], kinds: Mapping[str, duckdb.sqltypes.DuckDBPyType]
    ) -> duckdb.DuckDBPyRelation:
        paths = [str(self._folder / file) for file in files]
        if self._form == "parquet":
            read = self._connection.read_parquet(paths, hive_partitioning=False)
        else:
            read = self._connection.read_csv(
                paths,  # type: ignore[arg-type]  # a list too, which its types rule out
                header=True,
                sep=",",
                quotechar='"',
                escapechar='"',
                all_varchar=True,
                allow_quoted_nulls=False,
                hive_partitioning=False,
            )
        return read.select(
            *(duckdb.ColumnExpression(name).cast(kind).alias(name) for name, kind in kinds.items())
        )
