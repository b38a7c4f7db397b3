"""Send statements that give no rows in one round trip, however many they are.

The driver takes two for each: it waits for the answer to Parse before it binds. The protocol does
not ask for that: Parse, Bind and Execute may be sent together, and answers are read up to the one
Sync (https://www.postgresql.org/docs/8.0/protocol-flow.html, which Redshift's is made from). If one
fails, the server skips the rest.
"""

from collections.abc import Sequence

from redshift_connector.core import BIND, EXECUTE_MSG, PARSE, SYNC_MSG, Connection
from redshift_connector.cursor import Cursor

# So many at once: their answers must fit into the buffers of the line before any is read.
MOST_AT_ONCE = 100
_NUL, _NONE = b"\0", b"\0\0"


def send_without_rows(connection: Connection, cursor: Cursor, texts: Sequence[str]) -> None:
    """Run statements that give no rows. Raises what the driver raises, for the first that fails."""
    for start in range(0, len(texts), MOST_AT_ONCE):
        for text in texts[start : start + MOST_AT_ONCE]:
            statement = _NUL + text.encode() + _NUL + _NONE
            connection._send_message(PARSE, statement)  # noqa: SLF001 - see above
            # the unnamed portal of the unnamed statement; no formats, no parameters, no columns
            connection._send_message(BIND, _NUL * 2 + _NONE * 3)  # noqa: SLF001
            connection._write(EXECUTE_MSG)  # noqa: SLF001
        connection._write(SYNC_MSG)  # noqa: SLF001
        connection._flush()  # noqa: SLF001
        connection.handle_messages(cursor)
