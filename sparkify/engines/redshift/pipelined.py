"""Send statements together: those without rows in one round trip, queries in two.

The driver takes two for each: it waits for the answer to Parse before it binds. The protocol does
not ask for that: messages may be sent together, and answers are read up to the one Sync
(https://www.postgresql.org/docs/8.0/protocol-flow.html, which Redshift's is made from). If one
fails, the server skips the rest. Queries are prepared first, since the format of a column, binary
or text, depends on its type.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from struct import pack
from typing import Any, NamedTuple

from redshift_connector.core import (
    BIND,
    CLOSE,
    COMMAND_COMPLETE,
    DESCRIBE,
    EXECUTE_MSG,
    NO_DATA,
    PARSE,
    READY_FOR_QUERY,
    ROW_DESCRIPTION,
    STATEMENT,
    SYNC_MSG,
    Connection,
)
from redshift_connector.cursor import Cursor
from redshift_connector.error import InterfaceError
from redshift_connector.utils.type_utils import ci_unpack

from sparkify.engines.redshift.column_types import Description

# So many at once: their answers must fit into the buffers of the line before any is read.
MOST_AT_ONCE = 100
_NUL, _NONE = b"\0", b"\0\0"
_PREPARED, _RUN = frozenset((ROW_DESCRIPTION, NO_DATA)), frozenset((COMMAND_COMPLETE,))


class FetchedRows(NamedTuple):
    """The columns as the driver describes them, and the rows."""

    description: Description
    rows: list[tuple[Any, ...]]


class _Query(Cursor):
    """What the driver's handlers need of a cursor to decode the answer to one query."""

    def __init__(self, connection: Connection, number: int) -> None:  # the driver's is slow
        self._c = connection
        self.name = b"sparkify_%d\0" % number
        self.ps: dict[str, Any] = {"row_desc": []}
        self._cached_rows = deque[Any]()
        self._row_count = self._redshift_row_count = -1

    def bind(self) -> bytes:
        """Return the body of Bind, once the columns are described: no parameters."""
        fields = self.ps["row_desc"]
        self.ps["input_funcs"] = tuple(field["func"] for field in fields)
        formats = [field["redshift_connector_fc"] for field in fields]
        return _NUL + self.name + _NONE * 2 + pack(f"!h{len(formats)}h", len(formats), *formats)


def send_without_rows(connection: Connection, cursor: Cursor, texts: Sequence[str]) -> None:
    """Run statements that give no rows. Raises what the driver raises, for the first that fails."""
    for some in _some_at_once(texts):
        for text in some:
            statement = _NUL + text.encode() + _NUL + _NONE
            connection._send_message(PARSE, statement)  # noqa: SLF001 - see above
            # the unnamed portal of the unnamed statement; no formats, no parameters, no columns
            connection._send_message(BIND, _NUL * 2 + _NONE * 3)  # noqa: SLF001
            connection._write(EXECUTE_MSG)  # noqa: SLF001
        connection._write(SYNC_MSG)  # noqa: SLF001
        connection._flush()  # noqa: SLF001
        connection.handle_messages(cursor)


def fetch_together(connection: Connection, texts: Sequence[str]) -> list[FetchedRows]:
    """Run queries, and return the rows of each. Raises what the driver raises.

    Outside a transaction those that are sent at once are one.
    """
    return [
        FetchedRows(query.description, [tuple(row) for row in query._cached_rows])  # noqa: SLF001
        for some in _some_at_once(texts)
        for query in _run_queries(connection, some)
    ]


def _some_at_once(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    return (texts[at : at + MOST_AT_ONCE] for at in range(0, len(texts), MOST_AT_ONCE))


def _run_queries(connection: Connection, texts: Sequence[str]) -> list[_Query]:
    queries = [_Query(connection, number) for number in range(len(texts))]
    for query, text in zip(queries, texts, strict=True):
        # A failure before may have left one of this name; to close none is no error.
        connection._send_message(CLOSE, STATEMENT + query.name)  # noqa: SLF001
        statement = query.name + text.encode() + _NUL + _NONE
        connection._send_message(PARSE, statement)  # noqa: SLF001
        connection._send_message(DESCRIBE, STATEMENT + query.name)  # noqa: SLF001
    _read_answers(connection, queries, _PREPARED)
    for query in queries:
        connection._send_message(BIND, query.bind())  # noqa: SLF001
        connection._write(EXECUTE_MSG)  # noqa: SLF001
        connection._send_message(CLOSE, STATEMENT + query.name)  # noqa: SLF001
    _read_answers(connection, queries, _RUN)
    return queries


def _read_answers(
    connection: Connection, queries: Sequence[_Query], endings: frozenset[bytes]
) -> None:
    """Sync, and let the driver's handlers read the answers; one of `endings` is a query's last."""
    connection._write(SYNC_MSG)  # noqa: SLF001
    connection._flush()  # noqa: SLF001
    connection.error = None
    code, answered = b"", 0
    while code != READY_FOR_QUERY:
        head = connection._read(5)  # noqa: SLF001
        if not head:
            raise InterfaceError("the server closed the connection")
        code, size = ci_unpack(head)
        query = queries[min(answered, len(queries) - 1)]
        connection.message_types[code](connection._read(size - 4), query)  # noqa: SLF001
        answered += code in endings
    if connection.error is not None:
        raise connection.error
