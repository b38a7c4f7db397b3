"""Export tables of a Redshift warehouse as files, by UNLOAD, which writes to S3 only."""

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sparkify.config import Settings
from sparkify.engines.base import (
    ExportedTable,
    ExportFormat,
    Result,
    engine_statement,
    require_all_rows,
)
from sparkify.engines.redshift.copy_errors import UNLOAD_EXPLANATIONS, s3_error
from sparkify.engines.redshift.errors import statement_error
from sparkify.engines.redshift.loader import work_location
from sparkify.engines.redshift.session import ServerRejection, Session, cancel
from sparkify.errors import ConfigError, SparkifyError
from sparkify.sources import OwnFolder, S3Access, WorkFolder, bucket_region
from sparkify.sources.s3 import S3
from sparkify.sql import Dialect, Parameter, Statement
from sparkify.sql.literals import filled, role_or_default, unloaded
from sparkify.sql.rendering import count_query, empty, plain

UNLOAD_MANIFEST = "manifest"


class RedshiftExporter:
    """A warehouse on a cluster or workgroup, as of its first query.

    All statements run in one transaction, which sees one state, and is rolled back at the end.
    """

    dialect: Dialect = "redshift"
    is_exclusive = False

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._access = S3Access.named_by(settings)
        self._session = Session(settings)
        self._session.ask_process()

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query of the package."""
        return self._run(filled(statement, parameters))

    def fetch_all(self, statements: Iterable[Statement], **parameters: Parameter) -> list[Result]:
        """Run queries of the package, one after the other."""
        return [self.fetch(each, **parameters) for each in statements]

    def unload(
        self, query: Statement, target: str, form: ExportFormat, partitions: Sequence[str]
    ) -> ExportedTable:
        """Write the query's rows as files below the target, at least one a slice and partition.

        Files for a folder of this machine go by way of [S3] WORK_DATA.
        """
        if target.startswith(S3):
            return self._written(query, OwnFolder(target, self._access), form, partitions)
        with self._temporary_folder() as temporary:
            written = self._written(query, temporary, form, partitions)
            temporary.get_files(Path(target), written.files)
        return written

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _written(
        self, query: Statement, folder: OwnFolder, form: ExportFormat, partitions: Sequence[str]
    ) -> ExportedTable:
        sample = self._run(empty(query.text))
        kinds = dict(zip(sample.columns, self._session.types, strict=True))
        ((expected,),) = self._run(count_query(query.text)).rows
        # Of a query without rows UNLOAD may write no file at all, and no list.
        files = self._unload(query, folder, form, partitions) if expected else {}
        require_all_rows(query, expected, sum(files.values()))
        return ExportedTable({name: kinds[name] for name in kinds if name not in partitions}, files)

    def _unload(
        self, query: Statement, folder: OwnFolder, form: ExportFormat, partitions: Sequence[str]
    ) -> dict[str, int]:
        """Return the files with their numbers of rows."""
        try:
            self._session.execute(self._text(query, folder, form, partitions))
        except ServerRejection as rejection:
            raise self._unload_error(rejection, folder) from rejection
        except BaseException:
            # A statement that goes on in the cluster would write more files.
            with suppress(SparkifyError, OSError):
                cancel(self._settings, self._session.process)
            raise
        listed = json.loads(folder.get(UNLOAD_MANIFEST))["entries"]
        folder.delete(UNLOAD_MANIFEST)
        below = len(f"{folder.location}/")
        return {entry["url"][below:]: _rows(entry, form) for entry in listed}

    def _text(
        self, query: Statement, folder: OwnFolder, form: ExportFormat, partitions: Sequence[str]
    ) -> str:
        values: dict[str, Parameter] = {
            "query": plain(query.text),
            "target": f"{folder.location}/",
            "role": role_or_default(self._settings.iam_role),
        }
        region = self._settings.s3_region or bucket_region(folder.location, self._access)
        text = filled(engine_statement("redshift", "unload"), values)
        key = self._settings.s3_kms_key
        return unloaded(text, form=form, partitions=partitions, region=region, kms_key=key)

    def _unload_error(self, rejection: ServerRejection, folder: OwnFolder) -> SparkifyError:
        found = s3_error(rejection.message, self._settings, folder.location, UNLOAD_EXPLANATIONS)
        return found or statement_error(rejection.message, self._settings)

    @contextmanager
    def _temporary_folder(self) -> Iterator[OwnFolder]:
        """Give a folder of [S3] WORK_DATA for this export alone, empty before and after."""
        if not self._settings.work_data:
            raise ConfigError(
                "Redshift writes files to S3 only, and [S3] WORK_DATA is not set",
                "set it to an s3:// prefix to export by way of, or export to s3://bucket/prefix",
            )
        name = f"{work_location(self._settings)}-export-{secrets.token_hex(4)}"
        folder = WorkFolder(name, self._access)
        try:
            yield folder
        except BaseException:
            with suppress(SparkifyError):
                folder.empty()
            raise
        folder.empty()

    def _run(self, text: str) -> Result:
        try:
            return self._session.run(text)
        except ServerRejection as rejection:
            raise statement_error(rejection.message, self._settings) from rejection


def _rows(entry: dict[str, Any], form: ExportFormat) -> int:
    """Return the rows of a file: the manifest counts a header as one."""
    return int(entry["meta"]["record_count"]) - (form == "csv")
