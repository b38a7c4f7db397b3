"""UNLOAD: the rows of a query, read in the client's transaction, as objects in S3.

https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
What was written stays there, whatever becomes of the transaction.
"""

import dataclasses
import functools
import gzip
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb
import obstore

from .backend import Backend
from .errors import RedshiftError
from .s3_account import Assumed, translated
from .unload_command import UnloadCommand

_SLICES = 2

# By PostgreSQL's numbers: Parquet's type as DuckDB names it, and the manifest's.
_TYPES = {
    16: ("BOOLEAN", "boolean"),
    20: ("BIGINT", "bigint"),
    21: ("SMALLINT", "smallint"),
    23: ("INTEGER", "integer"),
    25: ("VARCHAR", "character varying"),
    700: ("FLOAT", "real"),
    701: ("DOUBLE", "double precision"),
    1042: ("VARCHAR", "character"),
    1043: ("VARCHAR", "character varying"),
    1082: ("DATE", "date"),
    1114: ("TIMESTAMP", "timestamp without time zone"),
}
Row = list[str | None]


class _Column(NamedTuple):
    name: str
    type_id: int


class _Written(NamedTuple):
    uri: str
    size: int
    rows: int

    def entry(self, verbose: bool) -> dict[str, object]:
        meta = {"content_length": self.size, "record_count": self.rows}
        return {"url": self.uri, "meta": meta} if verbose else {"url": self.uri}


@dataclasses.dataclass
class Unload:
    """One UNLOAD under way; `query` is its SELECT in PostgreSQL's words."""

    command: UnloadCommand
    query: str
    halfway: Callable[[], None]
    rows: int = 0

    def run(self, role: Assumed, backend: Backend) -> list[str]:
        """Write, or raise; what Redshift tells afterwards."""
        self._make_room(role)
        result = backend.query(self.query)
        columns = [_Column(*column) for column in result.columns]
        keys = self._partition_places(columns)
        kept = [
            place
            for place in range(len(columns))
            if self.command.keeps_partitions or place not in keys
        ]
        written = []
        parts = list(self._parts(result.rows, columns, keys))
        for number, (name, rows) in enumerate(parts):
            shown = [[row[place] for place in kept] for row in rows]
            content = self._content([columns[place] for place in kept], shown)
            counted = len(rows) + ("HEADER" in self.command.flags)
            written.append(_Written(self._put(role, name, content), len(content), counted))
            if number == len(parts) // 2:
                self.halfway()
        if self.command.manifest:
            self._put(role, "manifest", self._manifest(written, columns))
        self.rows = len(result.rows)
        return [f"UNLOAD completed, {self.rows} record(s) unloaded successfully."]

    @property
    def _prefix(self) -> str:
        target = self.command.target
        return f"{target.rstrip('/')}/" if self.command.partitions else target

    def _make_room(self, role: Assumed) -> None:
        role.may_write(self._prefix)
        found = role.with_prefix(self._prefix)
        if "CLEANPATH" in self.command.flags:
            for uri in found:
                store, key = role.may_write(uri)
                with translated():
                    obstore.delete(store, key)
        elif found and "ALLOWOVERWRITE" not in self.command.flags:
            raise RedshiftError(
                "Specified unload destination on S3 is not empty. Consider using a different "
                "bucket / prefix, manually removing the target files in S3, or using the "
                "ALLOWOVERWRITE option."
            )

    def _partition_places(self, columns: Sequence[_Column]) -> list[int]:
        names = [column.name for column in columns]
        for name in self.command.partitions:
            if name not in names:
                raise RedshiftError(f'column "{name}" does not exist in the query', "42703")
        if self.command.partitions and not set(names) - set(self.command.partitions):
            raise RedshiftError("UNLOAD needs a column that is not a partition", "0A000")
        return [names.index(name) for name in self.command.partitions]

    def _parts(
        self, rows: list[Row], columns: Sequence[_Column], keys: Sequence[int]
    ) -> Iterator[tuple[str, list[Row]]]:
        """Yield the files to write, each with its rows; none for a slice that has no rows."""
        slices = _SLICES if self.command.parallel else 1
        parts: dict[str, list[Row]] = defaultdict(list)
        for number, row in enumerate(rows):
            folder = "".join(
                f"{columns[key].name}={row[key] or '__HIVE_DEFAULT_PARTITION__'}/" for key in keys
            )
            place = f"{number % slices:04}_part_00" if self.command.parallel else "000"
            parts[f"{folder}{place}{self.command.extension}"].append(row)
        yield from sorted(parts.items())

    def _content(self, columns: Sequence[_Column], rows: list[Row]) -> bytes:
        if self.command.form == "PARQUET":
            return _parquet(columns, rows)
        lines = _json(columns, rows) if self.command.form == "JSON" else self._lines(columns, rows)
        content = "".join(f"{line}\n" for line in lines).encode()
        return gzip.compress(content) if "GZIP" in self.command.flags else content

    def _lines(self, columns: Sequence[_Column], rows: list[Row]) -> Iterator[str]:
        """Yield lines of CSV, or of values between delimiters."""
        is_csv = self.command.form == "CSV"
        delimiter = self.command.values.get("DELIMITER", "," if is_csv else "|")
        null = self.command.values.get("NULL", "")
        shown = _quoted if is_csv else functools.partial(_delimited, flags=self.command.flags)
        if "HEADER" in self.command.flags:
            yield delimiter.join(shown(column.name, delimiter) for column in columns)
        for row in rows:
            values = [null if value is None else shown(value, delimiter) for value in row]
            yield delimiter.join(values)

    def _manifest(self, written: list[_Written], columns: Sequence[_Column]) -> bytes:
        verbose = self.command.manifest == "VERBOSE"
        manifest: dict[str, object] = {"entries": [each.entry(verbose) for each in written]}
        if verbose:
            manifest["schema"] = {
                "elements": [
                    {"name": column.name, "type": {"base": _TYPES[column.type_id][1]}}
                    for column in columns
                ]
            }
            manifest["meta"] = {
                "content_length": sum(each.size for each in written),
                "record_count": sum(each.rows for each in written),
            }
            manifest["author"] = {"name": "Amazon Redshift", "version": "1.0.0"}
        return json.dumps(manifest).encode()

    def _put(self, role: Assumed, name: str, content: bytes) -> str:
        uri = f"{self._prefix}{name}"
        store, key = role.may_write(uri)
        with translated():
            obstore.put(store, key, content)
        return uri


def _quoted(value: str, delimiter: str) -> str:
    """https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html#unload-csv."""
    if set(value) & {delimiter, '"', "\n", "\r"}:
        return '"' + value.replace('"', '""') + '"'
    return value


def _delimited(value: str, delimiter: str, flags: frozenset[str]) -> str:
    """https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html#unload-parameters: ESCAPE."""
    if "ESCAPE" in flags:
        quotes = "\"'" if "ADDQUOTES" in flags else ""
        for character in ("\\", delimiter, "\n", "\r", *quotes):
            value = value.replace(character, f"\\{character}")
    return f'"{value}"' if "ADDQUOTES" in flags else value


_AS_IT_IS_IN_JSON = {20, 21, 23, 700, 701, 1700, 3802}


def _json(columns: Sequence[_Column], rows: list[Row]) -> Iterator[str]:
    """https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html#unload-json: an object a row."""
    for row in rows:
        values = zip(columns, row, strict=True)
        yield (
            "{" + ",".join(f'"{each.name}":{_in_json(each, value)}' for each, value in values) + "}"
        )


def _in_json(column: _Column, value: str | None) -> str:
    if value is None:
        return "null"
    if column.type_id == 16:
        return "true" if value == "t" else "false"
    return value if column.type_id in _AS_IT_IS_IN_JSON else json.dumps(value, ensure_ascii=False)


def _parquet(columns: Sequence[_Column], rows: list[Row]) -> bytes:
    """Row groups are compressed with Snappy, and a timestamp has no zone: the same page."""
    lists = {f"c{place}": [row[place] for row in rows] for place in range(len(columns))}
    selected = ", ".join(
        f'cast(unnest($c{place}) as {_TYPES[column.type_id][0]}) as "{column.name}"'
        for place, column in enumerate(columns)
    )
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        file = Path(folder) / "part.parquet"
        connection.sql(f"select {selected}", params=lists).write_parquet(
            str(file), compression="snappy"
        )
        return file.read_bytes()
