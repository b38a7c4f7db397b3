"""COPY: from S3 into a table, in the client's session and transaction."""

import dataclasses
import datetime
import time
from collections.abc import Callable, Iterator

from .backend import Backend
from .copy_command import CopyCommand
from .copy_convert import converter
from .copy_json import Document, Pick, documents, lower_keys, picks_by_name, picks_by_path
from .copy_source import DataFile, Source
from .copy_value import Column, Convert, Unfit, text_of
from .errors import RedshiftError
from .system_log import Entry, SystemLog

_CHUNK = 1 << 20  # bytes sent to PostgreSQL at once


@dataclasses.dataclass(frozen=True)
class Caller:
    """Who loads: what the system views say of it."""

    database: str
    session_id: int
    query_id: int
    user_id: int

    def entry(self) -> dict[str, object]:
        return {
            "user_id": self.user_id,
            "query_id": self.query_id,
            "transaction_id": self.query_id,
            "session_id": self.session_id,
            "database_name": self.database,
        }


@dataclasses.dataclass
class CopyReport:
    """What a COPY did: for its messages, the system views and the tests."""

    query_id: int
    rows: int = 0
    errors: int = 0
    files: list[str] = dataclasses.field(default_factory=list)
    bytes_read: int = 0
    began: bool = False  # the load process, as PG_LAST_COPY_ID's page calls it


class Load:
    """One COPY under way."""

    def __init__(
        self, command: CopyCommand, caller: Caller, log: SystemLog, halfway: Callable[[], None]
    ) -> None:
        self.report = CopyReport(caller.query_id)
        self._command, self._caller, self._log, self._halfway = command, caller, log, halfway
        self._errors: list[Entry] = []
        self._details: list[Entry] = []
        self._started = datetime.datetime.now(datetime.UTC)
        self._table_id = 0

    def run(self, source: Source, backend: Backend) -> None:
        """Load, or raise; what was wrong with the data is in the log either way."""
        clock = time.monotonic_ns()
        status = "aborted"
        try:
            self._load(source, backend)
            status = "completed"
        finally:
            if self.report.began:
                self._write_log(status, (time.monotonic_ns() - clock) // 1000)

    def notices(self) -> list[str]:
        """Say what Redshift tells after a load."""
        table, report = self._command.name, self.report
        told = []
        if report.errors:
            told.append(
                f"Load into table '{table}' completed,"
                f" {report.errors} record(s) could not be loaded."
                "  Check 'sys_load_error_detail' system table for details."
            )
        loaded = f"{report.rows} record(s) loaded successfully."
        return [*told, f"Load into table '{table}' completed, {loaded}"]

    def _load(self, source: Source, backend: Backend) -> None:
        columns = self._columns(backend)
        picks = self._picks(source, columns)
        wanted = source.wanted()
        reader = _RowReader(columns, picks, self._command, self._failed)
        chunks = self._chunks(source.files(wanted), reader, len(wanted))
        if "NOLOAD" in self._command.flags:
            for _ in chunks:
                pass
            self.report.rows = 0
        else:
            quoted = (column.name.replace('"', '""') for column in columns)
            names = ", ".join(f'"{name}"' for name in quoted)
            backend.copy_in(f"COPY {self._command.table} ({names}) FROM STDIN", chunks)

    def _columns(self, backend: Backend) -> list[Column]:
        """Find the columns to load: those named, else all but identities."""
        name = self._command.table.replace("'", "''")
        rows = backend.query(
            "SELECT attname, format_type(atttypid, NULL), atttypmod, attnotnull, attidentity,"
            " attrelid"
            f" FROM pg_attribute WHERE attrelid = '{name}'::regclass AND attnum > 0"
            " AND NOT attisdropped ORDER BY attnum"
        ).rows
        self._table_id = int(rows[0][5] or 0) if rows else 0
        table = {
            str(row[0]): Column(str(row[0]), str(row[1]), int(row[2] or -1), row[3] == "t")
            for row in rows
        }
        identities = {str(row[0]) for row in rows if row[4] == "a"}
        wanted = self._command.columns or [name for name in table if name not in identities]
        for name in wanted:
            if name not in table:
                message = f'column "{name}" of relation "{self._command.name}" does not exist'
                raise RedshiftError(message, "42703")
            if name in identities and "EXPLICIT_IDS" not in self._command.flags:
                # https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html#copy-explicit-ids
                raise RedshiftError(
                    f'cannot set identity column "{name}" without EXPLICIT_IDS', "42601"
                )
        return [table[name] for name in wanted]

    def _picks(self, source: Source, columns: list[Column]) -> list[Pick]:
        names = [column.name for column in columns]
        how = self._command.json
        if how.startswith("s3://"):
            return picks_by_path(source.jsonpaths(), names)
        if how.lower() == "noshred":
            if [column.type_name for column in columns] != ["jsonb"]:
                raise RedshiftError("JSON 'noshred' loads one column of type SUPER", "0A000")
            return [lambda document: document]
        if how.lower() not in {"auto", "auto ignorecase"}:
            raise RedshiftError(
                f"Invalid JSONPath format: {how} is not 'auto' nor an S3 path", "22023"
            )
        return picks_by_name(names)

    def _chunks(
        self, files: Iterator[DataFile], reader: "_RowReader", count: int
    ) -> Iterator[bytes]:
        lines: list[str] = []
        size = 0
        for index, file in enumerate(files):
            self._count(file)
            for line in reader.rows(file):
                lines.append(line)
                size += len(line)
                if size >= _CHUNK:
                    yield "".join(lines).encode()
                    lines, size = [], 0
            self.report.rows = reader.loaded
            if index == count // 2:
                self._halfway()
        yield "".join(lines).encode()

    def _count(self, file: DataFile) -> None:
        now = datetime.datetime.now(datetime.UTC)
        self.report.began = True
        self.report.files.append(file.uri)
        self.report.bytes_read += len(file.content)
        self._details.append(
            {
                "user_id": self._caller.user_id,
                "query_id": self._caller.query_id,
                "file_name": file.uri,
                "bytes_scanned": len(file.content),
                "lines_scanned": file.content.count(b"\n") + (not file.content.endswith(b"\n")),
                "record_time": now,
                "splits_scanned": 1,
                "start_time": self._started,
                "end_time": now,
                "file_etag": file.etag,
                "file_last_modified": file.last_modified,
            }
        )

    def _failed(self, failure: "_Failure") -> None:
        """Note a row that cannot be loaded; raise once there are too many."""
        self.report.errors += 1
        self._errors.append(
            self._caller.entry()
            | failure.entry()
            | {"table_id": self._table_id, "start_time": self._started}
        )
        limit = self._command.errors_to_fail
        if limit is not None and self.report.errors >= limit:
            raise RedshiftError(
                f"Load into table '{self._command.name}' failed."
                "  Check 'sys_load_error_detail' system table for details."
            )

    def _write_log(self, status: str, duration: int) -> None:
        report, database = self.report, self._caller.database
        self._log.error(database, self._errors)
        self._log.detail(database, self._details)
        entry = self._caller.entry() | {
            "status": status,
            "table_name": self._command.name,
            "start_time": self._started,
            "end_time": datetime.datetime.now(datetime.UTC),
            "duration": duration,
            "data_source": self._command.source,
            "file_format": "json",
            "loaded_rows": report.rows if status == "completed" else 0,
            "loaded_bytes": report.bytes_read if status == "completed" else 0,
            "source_file_count": len(report.files),
            "source_file_bytes": report.bytes_read,
            "file_count_scanned": len(report.files),
            "file_bytes_scanned": report.bytes_read,
            "error_count": report.errors,
            "copy_job_id": 0,
        }
        self._log.history(database, entry)


@dataclasses.dataclass(frozen=True)
class _Failure:
    """A rejected row, and the reason."""

    uri: str
    line: int
    raw_line: str
    column: Column | None
    reason: Unfit
    raw_value: str

    def entry(self) -> dict[str, object]:
        column = self.column
        return {
            "file_name": self.uri[:256],
            "line_number": self.line,
            "column_name": column.name if column else "",
            "column_type": column.shown_type if column else "",
            "column_length": column.shown_length if column else "",
            "position": self.reason.position,
            "raw_line": _storable(self.raw_line[:1024]),
            "raw_field_value": _storable(self.raw_value[:1024]),
            "error_code": self.reason.code,
            "error_message": self.reason.message[:512],
        }


def _storable(text: str) -> str:
    return text.replace("\0", "?").encode("utf-8", "replace").decode()


class _RowReader:
    """Makes PostgreSQL's COPY lines of files."""

    def __init__(
        self,
        columns: list[Column],
        picks: list[Pick],
        command: CopyCommand,
        failed: Callable[[_Failure], None],
    ) -> None:
        self.loaded = 0
        self._fields: list[tuple[Pick, Convert, Column]] = [
            (pick, converter(column, command), column)
            for pick, column in zip(picks, columns, strict=True)
        ]
        self._failed = failed
        self._ignores_case = command.json.lower() == "auto ignorecase"

    def rows(self, file: DataFile) -> Iterator[str]:
        # bytes that are no UTF-8 become surrogates, which only the column they are in rejects
        text = file.content.decode("utf-8", "surrogateescape")
        for document in documents(text):
            content = lower_keys(document.value) if self._ignores_case else document.value
            column, value = None, None
            converted = []
            try:
                if document.problem is not None:
                    raise document.problem
                for pick, convert, column in self._fields:  # noqa: B007 - told of after a failure
                    value = pick(content)
                    converted.append(convert(value))
            except Unfit as reason:
                place = _place(text, document)
                found = "" if value is None else text_of(value)
                self._failed(_Failure(file.uri, *place, column, reason, found))
            else:
                self.loaded += 1
                yield "\t".join(converted) + "\n"


def _place(text: str, document: Document) -> tuple[int, str]:
    """Find the line a document ends on, and its text.

    "The line number of the last line of the JSON object":
    https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_ERROR_DETAIL.html
    """
    raw_line = text[document.start : document.end].rstrip("\n")
    return text.count("\n", 0, document.start + len(raw_line)) + 1, raw_line
