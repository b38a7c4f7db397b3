"""The text of a COPY command, read.

https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html
"""

import dataclasses
from collections.abc import Sequence

from sqlglot.tokenizer_core import Token

from .errors import RedshiftError, not_supported, syntax_error
from .words import Words

_MOST_ERRORS = 100_000

# https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html#copy-json
_NOT_WITH_JSON = {
    *("CSV", "DELIMITER", "ESCAPE", "FILLRECORD", "FIXEDWIDTH", "IGNOREBLANKLINES", "NULL"),
    *("READRATIO", "REMOVEQUOTES"),
}
_FLAGS = {
    *("BLANKSASNULL", "EMPTYASNULL", "ENCRYPTED", "EXPLICIT_IDS", "GZIP", "IGNOREALLERRORS"),
    *("MANIFEST", "NOLOAD", "ROUNDEC", "TRIMBLANKS", "TRUNCATECOLUMNS"),
}
_WITH_VALUE = {
    *("IAM_ROLE", "CREDENTIALS", "REGION", "TIMEFORMAT", "DATEFORMAT", "MAXERROR", "COMPUPDATE"),
    *("STATUPDATE", "ENCODING"),
}
_OTHER_FORMATS = {"AVRO", "BZIP2", "LZOP", "ORC", "PARQUET", "SHAPEFILE", "SSH", "ZSTD"}


@dataclasses.dataclass(frozen=True)
class CopyCommand:
    """COPY table FROM source, and its parameters."""

    table: str  # as SQL, quoted
    columns: tuple[str, ...]  # none named: all of the table's
    source: str
    json: str  # 'auto', 'auto ignorecase', 'noshred' or the URI of a jsonpaths file
    role: str
    flags: frozenset[str] = frozenset()
    values: dict[str, str] = dataclasses.field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """The table's name as messages have it."""
        return self.table.split(".")[-1].strip('"')

    @property
    def time_format(self) -> str:
        return self.values.get("TIMEFORMAT", "auto")

    @property
    def date_format(self) -> str:
        return self.values.get("DATEFORMAT", "auto")

    @property
    def region(self) -> str | None:
        return self.values.get("REGION")

    @property
    def errors_to_fail(self) -> int | None:
        """Return how many errors make the load fail; None where nothing does.

        "If the load returns the error_count number of errors or greater, the load fails":
        https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-load.html#copy-maxerror
        """
        if "IGNOREALLERRORS" in self.flags:
            return None
        return max(1, int(self.values.get("MAXERROR", "0")))


def parse_copy(tokens: Sequence[Token]) -> CopyCommand:
    return _Reader(tokens).command()


class _Reader(Words):
    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__(tokens[1:])  # after COPY
        self._json: str | None = None

    def command(self) -> CopyCommand:
        table, columns = self._table(), self._columns()
        self.expect("FROM")
        source = self.string()
        while self.more():
            self._parameter(self.word())
        self._check(source)
        return CopyCommand(
            table,
            columns,
            source,
            self._json or "",
            self.role(),
            frozenset(self._flags),
            self._values,
        )

    def _table(self) -> str:
        parts = [self.name()]
        while self.peek() == ".":
            self._at += 1
            parts.append(self.name())
        return ".".join(f'"{part}"' for part in parts)

    def _columns(self) -> tuple[str, ...]:
        if self.peek() != "(":
            return ()
        names: list[str] = []
        while self.peek() in {"(", ","}:
            self._at += 1
            names.append(self.name())
        self.expect(")")
        return tuple(names)

    def _parameter(self, word: str) -> None:
        if word in _FLAGS:
            self._flags.add(word)
        elif word in _WITH_VALUE:
            self._values[word] = self.value()
        elif word == "JSON":
            self._json = self._optional_value("auto")
        elif word == "ACCEPTINVCHARS":
            self._values[word] = self._optional_value("?")
        elif word in _NOT_WITH_JSON:
            raise RedshiftError(f"{word} is not supported for COPY from JSON", "0A000")
        elif word in _OTHER_FORMATS:
            raise not_supported(f"{word}, by the stand-in,")
        elif word not in {"WITH", "FORMAT", "AS"}:
            raise syntax_error(word)

    def _optional_value(self, default: str) -> str:
        if self.next_is_string() or self.peek().upper() == "AS":
            return self.value()
        return default

    def _check(self, source: str) -> None:
        if not source.startswith("s3://"):
            raise not_supported("a source other than S3, by the stand-in,")
        if self._json is None:
            raise not_supported("a format other than JSON, by the stand-in,")
        if "MAXERROR" in self._values:
            self._check_max_error(self._values["MAXERROR"])

    def _check_max_error(self, count: str) -> None:
        if not count.isdigit() or int(count) > _MOST_ERRORS:
            raise RedshiftError(f"MAXERROR must be between 0 and {_MOST_ERRORS}", "22023")
        if "IGNOREALLERRORS" in self._flags:
            raise RedshiftError("MAXERROR cannot be used with IGNOREALLERRORS", "42601")
