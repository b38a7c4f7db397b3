"""How COPY loads strings, and documents into SUPER."""

import re
from collections.abc import Callable

from .copy_command import CopyCommand
from .copy_value import (
    BAD_UTF8,
    NUL_CHARACTER,
    NULL,
    OUT_OF_RANGE,
    Column,
    Convert,
    Unfit,
    json_of,
    text_of,
)


def varchar(column: Column, command: CopyCommand) -> Convert:
    length = column.length
    certainly_fits = length // 4  # characters: none takes more than four bytes
    cleaned = _cleaner(command.flags)
    cuts = "TRUNCATECOLUMNS" in command.flags
    replacement = command.values.get("ACCEPTINVCHARS")

    def convert(value: object) -> str:
        if value is None:
            return NULL
        text = value if type(value) is str else text_of(value)
        if cleaned is not None and (text := cleaned(text)) is None:  # type: ignore[assignment]
            return NULL
        plain = text.isprintable()  # neither control characters nor surrogates, as a rule
        if not plain:
            text = _sound(text, replacement)
        if len(text) > certainly_fits and len(text.encode()) > length:
            text = _cut(text, length, cuts)
        return text if plain and "\\" not in text else text.translate(_ESCAPES)

    return convert


def _cleaner(flags: frozenset[str]) -> Callable[[str], str | None] | None:
    # https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html
    if not flags & {"TRIMBLANKS", "BLANKSASNULL", "EMPTYASNULL"}:
        return None

    def cleaned(text: str) -> str | None:
        if "TRIMBLANKS" in flags:
            text = text.rstrip(" ")
        if "EMPTYASNULL" in flags and not text:
            return None
        if "BLANKSASNULL" in flags and text and not text.strip(" "):
            return None
        return text

    return cleaned


def _sound(text: str, replacement: str | None) -> str:
    # https://docs.aws.amazon.com/redshift/latest/dg/multi-byte-character-load-errors.html
    # No page of AWS says what COPY does with \u0000. Those who tried saw a text cut there without
    # an error, and rejected where it is the first character: estuary/connectors#839,
    # snowplow-rdb-loader#63, mozilla-services/data-pipeline#160.
    if text.startswith("\0"):
        raise Unfit(NUL_CHARACTER, "Invalid null byte - field longer than 1 byte", 0)
    text = text.partition("\0")[0]
    try:
        text.encode()
    except UnicodeEncodeError as error:
        if replacement is not None:
            return re.sub("[\ud800-\udfff]", replacement, text)
        found = text[error.start]
        handler = "surrogateescape" if "\udc80" <= found <= "\udcff" else "surrogatepass"
        raise _bad_utf8(found.encode("utf-8", handler), error.start) from None
    return text


def _bad_utf8(sequence: bytes, position: int) -> Unfit:
    told = "String contains invalid or unsupported UTF8 codepoints."
    return Unfit(BAD_UTF8, f"{told} Bad UTF8 hex sequence: {sequence.hex(' ')} (error 3)", position)


def _cut(text: str, length: int, cuts: bool) -> str:
    if cuts:
        return text.encode()[:length].decode("utf-8", "ignore")
    if len(text.rstrip(" ").encode()) <= length:
        return text.encode()[:length].decode()
    raise Unfit(OUT_OF_RANGE, "String length exceeds DDL length")


_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


def char(column: Column, command: CopyCommand) -> Convert:
    as_varchar = varchar(column, command)

    def convert(value: object) -> str:
        text = as_varchar(value)
        if not text.isascii():
            bad = next(character for character in text if not character.isascii())
            told = "Multibyte character not supported for CHAR (Hint: try using VARCHAR)."
            message = f"{told} Invalid char: {bad.encode().hex(' ')}"
            raise Unfit(BAD_UTF8, message, text.index(bad))
        return text

    return convert


def super_(_column: Column, _command: CopyCommand) -> Convert:
    def convert(value: object) -> str:
        return json_of(value).translate(_ESCAPES)

    return convert
