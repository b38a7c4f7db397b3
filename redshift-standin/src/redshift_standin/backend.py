"""A connection to the PostgreSQL that does the work."""

import contextlib
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple

from . import wire
from .errors import RedshiftError
from .wire import Message

IDLE, IN_TRANSACTION, FAILED = b"I", b"T", b"E"
_SOCKET = ".s.PGSQL.5432"


class Result(NamedTuple):
    rows: list[list[str | None]]
    tag: str
    columns: list[tuple[str, int]]  # name, and the number of the type


class Backend:
    """One session. `status` is its transaction's state after the last ReadyForQuery."""

    def __init__(self, folder: Path, parameters: Mapping[str, str]) -> None:
        self.status = IDLE
        self.asked = 0  # queries of the stand-in's own
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.connect(str(folder / _SOCKET))
            self._socket.sendall(wire.startup_packet(parameters))
        except BaseException:
            self._socket.close()
            raise
        self._stream: BinaryIO = self._socket.makefile("rb")

    @classmethod
    def trusted(cls, folder: Path, user: str, database: str) -> "Backend":
        """Connect as a user who needs no password, and wait until the session is ready."""
        backend = cls(folder, {"user": user, "database": database})
        try:
            backend._until_ready()
        except BaseException:
            backend.close()
            raise
        return backend

    def send(self, *messages: Message) -> None:
        self._socket.sendall(b"".join(message.pack() for message in messages))

    def receive(self) -> Message:
        message = wire.read_message(self._stream)
        if message.kind == b"Z":
            self.status = message.body
        return message

    def query(self, sql: str) -> Result:
        """Run a statement in this session and whatever transaction it has open."""
        self.asked += 1
        self.send(wire.query(sql))
        return self._until_ready()

    def parse(self, message: Message) -> None:
        """Prepare a statement."""
        self.send(message, Message(b"S", b""))
        self._until_ready()

    def copy_in(self, sql: str, chunks: Iterable[bytes]) -> Result:
        """Run a COPY ... FROM STDIN. If making the chunks fails, the COPY fails, then it raises."""
        self.asked += 1
        self.send(wire.query(sql))
        if (answer := self.receive()).kind != b"G":
            return self._until_ready(answer)
        try:
            for chunk in chunks:
                self.send(Message(b"d", chunk))
        except BaseException:
            self.send(Message(b"f", b"stopped\0"))
            self._drain()
            raise
        self.send(Message(b"c", b""))
        return self._until_ready()

    def abort(self) -> None:
        """Fail the open transaction, as any error does."""
        if self.status == IN_TRANSACTION:
            self.send(wire.query("DO $$ BEGIN RAISE 'aborted by the stand-in'; END $$"))
            self._drain()

    def close(self) -> None:
        # a reader may still hold the file descriptor: shut the line, do not only forget it
        with contextlib.suppress(OSError):  # PostgreSQL hung up first
            self._socket.shutdown(socket.SHUT_RDWR)
        self._stream.close()
        self._socket.close()

    def _drain(self) -> None:
        while self.receive().kind != b"Z":
            pass

    def _until_ready(self, first: Message | None = None) -> Result:
        rows: list[list[str | None]] = []
        columns: list[tuple[str, int]] = []
        tag, error = "", None
        message = first or self.receive()
        while message.kind != b"Z":
            if message.kind == b"T":
                columns = wire.columns_of(message.body)
            elif message.kind == b"D":
                rows.append(wire.texts_of(message.body))
            elif message.kind == b"C":
                tag = message.body[:-1].decode()
            elif message.kind == b"E":
                error = error or wire.error_of(message.body)
                if wire.is_fatal(message.body):
                    break
            message = self.receive()
        return Result(rows, tag, columns) if error is None else _raise(error)


def _raise(error: RedshiftError) -> Result:
    raise error
