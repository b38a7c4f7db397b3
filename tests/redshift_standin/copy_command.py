"""The text of a COPY command, read.

https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html
"""

import dataclasses
from collections.abc import Sequence

from sqlglot.tokenizer_core import Token, TokenType

from .errors import RedshiftError, not_supported, syntax_error

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
        """How many errors make the load fail; None where nothing does.

        "If the load returns the error_count number of errors or greater, the load fails":
        https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-load.html#copy-maxerror
        """
        if "IGNOREALLERRORS" in self.flags:
            return None
        return max(1, int(self.values.get("MAXERROR", "0")))


def parse_copy(tokens: Sequence[Token]) -> CopyCommand:
    return _Reader(tokens).command()


class _Reader:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens, self._at = tokens, 1  # after COPY
        self._flags: set[str] = set()
        self._values: dict[str, str] = {}
        self._json: str | None = None

    def command(self) -> CopyCommand:
        table, columns = self._table(), self._columns()
        self._expect("FROM")
        source = self._string()
        while self._more():
            self._parameter(self._word())
        self._check(source)
        return CopyCommand(
            table,
            columns,
            source,
            self._json or "",
            self._role(),
            frozenset(self._flags),
            self._values,
        )

    def _table(self) -> str:
        parts = [self._name()]
        while self._peek() == ".":
            self._at += 1
            parts.append(self._name())
        return ".".join(f'"{part}"' for part in parts)

    def _columns(self) -> tuple[str, ...]:
        if self._peek() != "(":
            return ()
        names: list[str] = []
        while self._peek() in {"(", ","}:
            self._at += 1
            names.append(self._name())
        self._expect(")")
        return tuple(names)

    def _parameter(self, word: str) -> None:
        if word in _FLAGS:
            self._flags.add(word)
        elif word in _WITH_VALUE:
            self._values[word] = self._value()
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
        if self._next_is_string() or self._peek().upper() == "AS":
            return self._value()
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

    def _role(self) -> str:
        credentials = self._values.get("CREDENTIALS", "").removeprefix("aws_iam_role=")
        role = self._values.get("IAM_ROLE", credentials)
        if not role:
            raise RedshiftError("Must specify credentials to access S3", "42601")
        return role

    def _value(self) -> str:
        if self._peek().upper() == "AS":
            self._at += 1
        return self._take().text

    def _string(self) -> str:
        token = self._take()
        if token.token_type != TokenType.STRING:
            raise syntax_error(token.text)
        return token.text

    def _name(self) -> str:
        return self._take().text.lower()

    def _word(self) -> str:
        return self._take().text.upper()

    def _expect(self, word: str) -> None:
        if (found := self._word()) != word:
            raise syntax_error(found)

    def _take(self) -> Token:
        if not self._more():
            raise RedshiftError("syntax error at end of input", "42601")
        self._at += 1
        return self._tokens[self._at - 1]

    def _peek(self) -> str:
        return self._tokens[self._at].text if self._more() else ""

    def _next_is_string(self) -> bool:
        return self._more() and self._tokens[self._at].token_type == TokenType.STRING

    def _more(self) -> bool:
        return self._at < len(self._tokens)
