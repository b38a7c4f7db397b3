"""Export tables of a PostgreSQL warehouse as files, which this process writes."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from sparkify.config import Settings
from sparkify.engines.answers import write_files
from sparkify.engines.base import (
    Answer,
    ExportedTable,
    ExportFormat,
    Result,
    export_by_way_of_folder,
    require_all_rows,
)
from sparkify.engines.postgres.column_types import names_of, types_of
from sparkify.engines.postgres.session import PostgresSession
from sparkify.sources import S3Access
from sparkify.sql import Dialect, Parameter, Statement
from sparkify.sql.render_cache import rendered


class PostgresExporter:
    """A warehouse in a database of a PostgreSQL server, as of its first query.

    All statements run in one transaction, which sees one state, and is rolled back at the end.
    """

    dialect: Dialect = "postgres"
    is_exclusive = False

    def __init__(self, settings: Settings) -> None:
        self._access = S3Access.named_by(settings)
        self._session = PostgresSession(settings, read_only=True)

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query of the package."""
        return self._session.run(statement.render("postgres"), statement.bind(parameters))

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
        """Close the connection."""
        self._session.close()

    def _written(
        self, query: Statement, folder: Path, form: ExportFormat, partitions: Sequence[str]
    ) -> ExportedTable:
        count = Statement("count", rendered("count_query", query.text))
        ((expected,),) = self.fetch(count).rows
        rows = self._session.stream(query.render("postgres"), {})
        answer = Answer(names_of(rows.columns), types_of(rows.columns), self._session.read(rows))
        written = write_files(answer, folder, form, partitions)
        require_all_rows(query, expected, sum(written.files.values()))
        return written
