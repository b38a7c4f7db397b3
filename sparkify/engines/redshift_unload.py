"""A Redshift warehouse copied out: files of a table, by UNLOAD, which writes to S3 only."""

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sparkify.config import Settings
from sparkify.engines import ExportedTable, Form, Result, require_all
from sparkify.engines.redshift_copy import work_location
from sparkify.engines.redshift_errors import refused
from sparkify.engines.redshift_explain import OF_UNLOAD, refused_by_s3
from sparkify.engines.redshift_session import ServerRefusal, Session, cancel
from sparkify.errors import ConfigError, SparkifyError
from sparkify.sources import OwnFolder, S3Access, WorkFolder, bucket_region
from sparkify.sources.s3 import S3
from sparkify.sql import Dialect, Parameter, Statement, statement
from sparkify.sql.literals import filled, role_or_default, unloaded
from sparkify.sql.rendering import counted, empty, plain

MANIFEST = "manifest"


class RedshiftExporter:
    """A warehouse on a cluster or workgroup, as of the moment it was first asked.

    All is said in one transaction, which sees one state, and is taken back at the end.
    """

    dialect: Dialect = "redshift"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._access = S3Access.named_by(settings)
        self._session = Session(settings)
        ((self._process,),) = self.fetch(statement("redshift/process")).rows

    def fetch(self, statement: Statement, **parameters: Parameter) -> Result:
        """Run a query of ours."""
        return self._run(filled(statement, parameters))

    def copy_out(
        self, query: Statement, place: str, form: Form, partitions: Sequence[str]
    ) -> ExportedTable:
        """Write the query's rows as files below the place, one or more a slice and partition.

        Into a folder of this machine they come by way of [S3] WORK_DATA.
        """
        if place.startswith(S3):
            return self._written(query, OwnFolder(place, self._access), form, partitions)
        with self._aside() as aside:
            written = self._written(query, aside, form, partitions)
            aside.get_files(Path(place), written.files)
        return written

    def close(self) -> None:
        """Leave the warehouse."""
        self._session.close()

    def _written(
        self, query: Statement, folder: OwnFolder, form: Form, partitions: Sequence[str]
    ) -> ExportedTable:
        sample = self._run(empty(query.text))
        kinds = dict(zip(sample.columns, self._session.types, strict=True))
        ((expected,),) = self._run(counted(query.text)).rows
        # Of a query without rows UNLOAD may write no file at all, and no list.
        files = self._unload(query, folder, form, partitions) if expected else {}
        require_all(query, expected, sum(files.values()))
        return ExportedTable({name: kinds[name] for name in kinds if name not in partitions}, files)

    def _unload(
        self, query: Statement, folder: OwnFolder, form: Form, partitions: Sequence[str]
    ) -> dict[str, int]:
        """The files with their numbers of rows."""
        try:
            self._session.run(self._text(query, folder, form, partitions))
        except ServerRefusal as refusal:
            raise self._explained(refusal, folder) from refusal
        except BaseException:
            # What goes on in the cluster would write more files.
            with suppress(SparkifyError, OSError):
                cancel(self._settings, self._process)
            raise
        listed = json.loads(folder.get(MANIFEST))["entries"]
        folder.delete(MANIFEST)
        below = len(f"{folder.location}/")
        return {entry["url"][below:]: _rows(entry, form) for entry in listed}

    def _text(
        self, query: Statement, folder: OwnFolder, form: Form, partitions: Sequence[str]
    ) -> str:
        values: dict[str, Parameter] = {
            "query": plain(query.text),
            "target": f"{folder.location}/",
            "role": role_or_default(self._settings.iam_role),
        }
        region = self._settings.s3_region or bucket_region(folder.location, self._access)
        text = filled(statement("redshift/unload"), values)
        return unloaded(text, form=form, partitions=partitions, region=region)

    def _explained(self, refusal: ServerRefusal, folder: OwnFolder) -> SparkifyError:
        found = refused_by_s3(refusal.said, self._settings, folder.location, OF_UNLOAD)
        return found or refused(refusal.said, self._settings)

    @contextmanager
    def _aside(self) -> Iterator[OwnFolder]:
        """A folder of [S3] WORK_DATA for this export alone, empty before and after."""
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
        except ServerRefusal as refusal:
            raise refused(refusal.said, self._settings) from refusal


def _rows(entry: dict[str, Any], form: Form) -> int:
    """The rows of a file: of one with a header, the list counts that as well."""
    return int(entry["meta"]["record_count"]) - (form == "csv")
