"""The text of an UNLOAD command, read.

https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
"""

import dataclasses
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from sqlglot import exp
from sqlglot.tokenizer_core import Token

from . import dialect
from .errors import RedshiftError, not_supported, syntax_error
from .words import Words

_FLAGS = {"ADDQUOTES", "ALLOWOVERWRITE", "BZIP2", "CLEANPATH", "ESCAPE", "GZIP", "HEADER", "ZSTD"}
_WITH_VALUE = {
    *("CREDENTIALS", "DELIMITER", "EXTENSION", "FIXEDWIDTH", "IAM_ROLE", "KMS_KEY_ID", "NULL"),
    "REGION",
}
_FORMATS = {"CSV", "JSON", "PARQUET"}
_NOT_WITH_PARQUET = {
    *("ADDQUOTES", "BZIP2", "DELIMITER", "ESCAPE", "FIXEDWIDTH", "GZIP", "HEADER", "NULL", "ZSTD"),
}
_NOT_WITH_JSON = {"ADDQUOTES", "DELIMITER", "ESCAPE", "FIXEDWIDTH", "HEADER", "NULL"}
_NOT_HERE = {"BZIP2", "FIXEDWIDTH", "ZSTD"}
_UNITS = {"MB": 1, "GB": 1024}
_SIZES = {  # in MB
    "MAXFILESIZE": (Decimal(5), Decimal("6.2") * 1024),
    "ROWGROUPSIZE": (Decimal(32), Decimal(128)),
}


@dataclasses.dataclass(frozen=True)
class UnloadCommand:
    """UNLOAD (query) TO target, and its parameters."""

    query: str
    target: str
    form: str  # CSV, JSON, PARQUET, or empty: values between delimiters
    role: str
    partitions: tuple[str, ...] = ()
    keeps_partitions: bool = False
    manifest: str = ""  # '', 'PLAIN' or 'VERBOSE'
    parallel: bool = True
    flags: frozenset[str] = frozenset()
    values: dict[str, str] = dataclasses.field(default_factory=dict, hash=False)

    @property
    def region(self) -> str | None:
        return self.values.get("REGION")

    @property
    def extension(self) -> str:
        by_form = {"JSON": "json", "PARQUET": "parquet"}.get(self.form, "")
        given = self.values.get("EXTENSION", by_form)
        return (f".{given}" if given else "") + (".gz" if "GZIP" in self.flags else "")


def parse_unload(tokens: Sequence[Token]) -> UnloadCommand:
    return _Reader(tokens).command()


class _Reader(Words):
    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__(tokens[1:])  # after UNLOAD
        self._form = ""
        self._partitions: list[str] = []
        self._keeps_partitions = False
        self._manifest = ""
        self._parallel = True

    def command(self) -> UnloadCommand:
        self.expect("(")
        query = self.string()
        self.expect(")")
        self.expect("TO")
        target = self.string()
        while self.more():
            self._option(self.word())
        self._check(query, target)
        return UnloadCommand(
            *(query, target, self._form, self.role(), tuple(self._partitions)),
            *(self._keeps_partitions, self._manifest, self._parallel),
            *(frozenset(self._flags), self._values),
        )

    def _option(self, word: str) -> None:
        if word in _FLAGS:
            self._flags.add(word)
        elif word in _WITH_VALUE:
            self._values[word] = self.value()
        elif word in _FORMATS:
            self._set_form(word)
        elif word in _SIZES:
            self._size(word)
        elif word == "FORMAT":
            self._set_form(self.value().upper())
        elif word == "PARTITION BY":
            self._partition()
        elif word == "MANIFEST":
            self._manifest = "VERBOSE" if self._found("VERBOSE") else "PLAIN"
        elif word == "PARALLEL":
            self._parallel = not (self._found("OFF") or self._found("FALSE"))
            _ = self._found("ON") or self._found("TRUE")
        elif word == "ENCRYPTED":
            self._flags.add("ENCRYPTED AUTO" if self._found("AUTO") else "ENCRYPTED")
        else:  # such as VERBOSE, which follows MANIFEST only
            raise syntax_error(word)

    def _found(self, word: str) -> bool:
        found = self.peek().upper() == word
        self._at += found
        return found

    def _set_form(self, word: str) -> None:
        if word not in _FORMATS or self._form:
            raise syntax_error(word)
        self._form = word

    def _partition(self) -> None:
        self.expect("(")
        self._partitions.append(self.name())
        while self._found(","):
            self._partitions.append(self.name())
        self.expect(")")
        self._keeps_partitions = self._found("INCLUDE")

    def _size(self, word: str) -> None:
        text = self.value()
        unit = next((unit for unit in _UNITS if self._found(unit)), "MB")
        least, most = _SIZES[word]
        try:
            size = Decimal(text) * _UNITS[unit]
        except InvalidOperation as error:
            raise syntax_error(text) from error
        if not least <= size <= most:
            raise RedshiftError(f"{word} must be between {least} MB and {most} MB", "22023")
        self._values[word] = str(size)

    def _check(self, query: str, target: str) -> None:
        if not target.startswith("s3://"):
            raise RedshiftError("UNLOAD destination must be an S3 path", "22023")
        given = self._flags | set(self._values)
        if self._form == "PARQUET" and (odd := sorted(given & _NOT_WITH_PARQUET)):
            raise RedshiftError(f"{odd[0]} is not supported for UNLOAD to PARQUET", "0A000")
        if self._form == "JSON" and (odd := sorted(given & _NOT_WITH_JSON)):
            raise RedshiftError(f"{odd[0]} is not supported for UNLOAD to JSON", "0A000")
        if self._form == "CSV" and (odd := sorted(given & {"ADDQUOTES", "ESCAPE", "FIXEDWIDTH"})):
            raise RedshiftError(f"{odd[0]} is not supported for UNLOAD to CSV", "0A000")
        if "ROWGROUPSIZE" in given and self._form != "PARQUET":
            raise RedshiftError("ROWGROUPSIZE is for UNLOAD to PARQUET", "0A000")
        if {"CLEANPATH", "ALLOWOVERWRITE"} <= given:
            raise RedshiftError("CLEANPATH cannot be used with ALLOWOVERWRITE", "42601")
        # The files are written as the server of S3 has them: it encrypts nothing.
        if ("KMS_KEY_ID" in given) != ("ENCRYPTED" in given):
            raise RedshiftError("KMS_KEY_ID and ENCRYPTED must be specified together", "42601")
        if odd := sorted(given & _NOT_HERE):
            raise not_supported(f"{odd[0]}, by the stand-in,")
        _check_query(query)


def _check_query(query: str) -> None:
    tree = dialect.parse(query)
    if not isinstance(tree, exp.Query):
        raise RedshiftError("UNLOAD takes a SELECT", "42601")
    if tree.args.get("limit"):
        raise RedshiftError("Limit clause is not supported", "0A000")
