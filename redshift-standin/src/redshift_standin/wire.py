"""PostgreSQL's wire protocol, version 3, and what Redshift adds to it.

Redshift's additions are not documented; they are read off its own driver, redshift_connector:
`client_protocol_version` in the start-up packet, more column metadata from version 1 on
(`handle_ROW_DESCRIPTION`), numerics as scaled integers from version 2 on (`numeric_in_binary`).
"""

import struct
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from .errors import RedshiftError, in_redshift_words

NUMERIC, TEXT_JSONB, SUPER = 1700, 3802, 4000
_MAX_PRECISION = 38
# PostgreSQL gives an expression no scale, Redshift always does; a scale too large costs zeros only.
_SCALE_OF_EXPRESSIONS = 8
_EXTENDED_METADATA = b"\0\0\0\0\0\1"  # schema, table, column, catalog: unnamed; then: nullable


class Message(NamedTuple):
    """One message: the letter that says what it is, and what it carries."""

    kind: bytes
    body: bytes

    def pack(self) -> bytes:
        return self.kind + struct.pack("!I", len(self.body) + 4) + self.body


def read_message(stream: BinaryIO) -> Message:
    head = _read_exactly(stream, 5)
    return Message(head[:1], _read_exactly(stream, struct.unpack("!I", head[1:])[0] - 4))


def read_startup(stream: BinaryIO) -> tuple[int, bytes]:
    """Read the first packet, which has no letter: its code, and what follows."""
    (length,) = struct.unpack("!I", _read_exactly(stream, 4))
    body = _read_exactly(stream, length - 4)
    return struct.unpack("!I", body[:4])[0], body[4:]


def startup_parameters(body: bytes) -> dict[str, str]:
    words = [word.decode() for word in body.rstrip(b"\0").split(b"\0")]
    return dict(zip(words[::2], words[1::2], strict=False))


def startup_packet(parameters: Mapping[str, str]) -> bytes:
    pairs = "".join(f"{name}\0{value}\0" for name, value in parameters.items())
    body = struct.pack("!I", 3 << 16) + pairs.encode() + b"\0"
    return struct.pack("!I", len(body) + 4) + body


def _read_exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def query(sql: str) -> Message:
    return Message(b"Q", sql.encode() + b"\0")


def parameter_status(name: str, value: str) -> Message:
    return Message(b"S", f"{name}\0{value}\0".encode())


def command_complete(tag: str) -> Message:
    return Message(b"C", tag.encode() + b"\0")


def notice(text: str) -> Message:
    return Message(b"N", _fields({"S": "INFO", "C": "00000", "M": text}))


def error_response(error: RedshiftError, severity: str = "ERROR") -> Message:
    fields = {"S": severity, "C": error.sqlstate, "M": error.message, "D": error.detail}
    return Message(b"E", _fields({name: text for name, text in fields.items() if text}))


def error_of(body: bytes) -> RedshiftError:
    fields = {field[:1]: field[1:].decode() for field in body.split(b"\0") if field}
    return in_redshift_words(fields[b"C"], fields[b"M"], fields.get(b"D", ""))


def is_fatal(body: bytes) -> bool:
    return b"SFATAL\0" in body


def _fields(fields: Mapping[str, str]) -> bytes:
    return "".join(f"{name}{text}\0" for name, text in fields.items()).encode() + b"\0"


def texts_of(row: bytes) -> list[str | None]:
    """Read a DataRow whose values are text."""
    return [value.decode() if value is not None else None for value in _values(row)]


def _values(row: bytes) -> Iterator[bytes | None]:
    (count,) = struct.unpack_from("!H", row)
    at = 2
    for _ in range(count):
        (length,) = struct.unpack_from("!i", row, at)
        at += 4
        yield None if length < 0 else row[at : at + length]
        at += max(length, 0)


def columns_of(body: bytes) -> list[tuple[str, int]]:
    """Read a RowDescription: each column's name, and the number of its type."""
    (count,) = struct.unpack_from("!H", body)
    found, at = [], 2
    for _ in range(count):
        end = body.index(b"\0", at)
        (type_oid,) = struct.unpack_from("!i", body, end + 7)
        found.append((body[at:end].decode(), type_oid))
        at = end + 19
    return found


class Columns(NamedTuple):
    """A RowDescription as Redshift sends it, and the scale of each column that is numeric."""

    message: Message
    scales: dict[int, int]


def describe_columns(body: bytes, protocol: int) -> Columns:
    (count,) = struct.unpack_from("!H", body)
    parts, scales, at = [body[:2]], {}, 2
    for index in range(count):
        end_of_name = body.index(b"\0", at) + 1
        table, attribute, type_oid, size, modifier, form = struct.unpack_from(
            "!ihihih", body, end_of_name
        )
        if type_oid == NUMERIC and protocol >= 2:
            modifier = _numeric_modifier(modifier)
            scales[index] = (modifier - 4) & 0xFFFF
        redshift_oid = SUPER if type_oid == TEXT_JSONB and protocol else type_oid
        field = struct.pack("!ihihih", table, attribute, redshift_oid, size, modifier, form)
        metadata = _EXTENDED_METADATA if protocol >= 1 else b""
        parts += [body[at:end_of_name], field, metadata]
        at = end_of_name + len(field)
    return Columns(Message(b"T", b"".join(parts)), scales)


def _numeric_modifier(modifier: int) -> int:
    return modifier if modifier >= 4 else (_MAX_PRECISION << 16 | _SCALE_OF_EXPRESSIONS) + 4


def rescale_numerics(row: bytes, scales: Mapping[int, int]) -> Message:
    """Turn PostgreSQL's base-10000 numerics of a DataRow into Redshift's scaled integers."""
    parts = [row[:2]]
    for index, value in enumerate(_values(row)):
        if value is not None and index in scales:
            value = _scaled_integer(value, scales[index])  # noqa: PLW2901
        parts.append(struct.pack("!i", -1) if value is None else _sized(value))
    return Message(b"D", b"".join(parts))


def _sized(value: bytes) -> bytes:
    return struct.pack("!i", len(value)) + value


def _scaled_integer(value: bytes, scale: int) -> bytes:
    count, weight, sign, _ = struct.unpack_from("!hhHh", value)
    digits = struct.unpack_from(f"!{count}h", value, 8)
    total = 0
    for digit in digits:
        total = total * 10_000 + digit
    exponent = 4 * (weight - count + 1) + scale  # of ten, that makes `total` the scaled integer
    scaled = total * 10**exponent if exponent >= 0 else _rounded(total, 10**-exponent)
    signed = -scaled if sign == 0x4000 else scaled
    width = 8 if -(2**63) <= signed < 2**63 else 16
    return signed.to_bytes(width, "big", signed=True)


def _rounded(number: int, divisor: int) -> int:
    return (2 * number + divisor) // (2 * divisor)
