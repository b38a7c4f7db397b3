"""The listener: what a client takes for the address of a Redshift cluster."""

import contextlib
import socket
import struct
import threading
from typing import BinaryIO, cast

from . import wire
from .errors import ConnectionDropped
from .session import Cluster, Session
from .tls import Authority

_TLS_REQUEST, _GSS_REQUEST, _CANCEL_REQUEST = 80_877_103, 80_877_104, 80_877_102


class Proxy:
    """Listens on loopback; a thread a connection."""

    def __init__(self, cluster: Cluster, authority: Authority, port: int) -> None:
        self._cluster, self._authority = cluster, authority
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = int(self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, name="redshift-standin", daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop_all()

    def drop_all(self) -> None:
        """Cut every connection, as a cluster that restarts does."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._cluster.faults.refuse_connections:
                client.close()
                continue
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        # any of these is the end of one connection, and of nothing else
        with contextlib.suppress(EOFError, OSError, struct.error, ConnectionDropped), client:
            connection, parameters = self._greet(client)
            with connection:
                self._open.add(connection)
                try:
                    Session(self._cluster, connection, parameters).run()
                finally:
                    self._open.discard(connection)

    def _greet(self, connection: socket.socket) -> tuple[socket.socket, dict[str, str]]:
        """Answer the first packets, up to the one that begins a session."""
        faults = self._cluster.faults
        while True:
            with cast(BinaryIO, connection.makefile("rb", buffering=0)) as stream:
                code, body = wire.read_startup(stream)
            if code == _TLS_REQUEST and not faults.refuse_tls:
                connection.sendall(b"S")
                connection = self._authority.wrap(connection, wrong_name=faults.wrong_name)
            elif code in {_TLS_REQUEST, _GSS_REQUEST}:
                connection.sendall(b"N")
            elif code == _CANCEL_REQUEST:
                raise EOFError
            else:
                return connection, wire.startup_parameters(body)
