"""A proxy on loopback before the tests' S3 server, in which goes wrong what a test says.

It passes a request on as it was signed, so the server still checks the signature.
"""

import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

BUSY = b"<Error><Code>%s</Code><Message>injected</Message></Error>"


class Kind(StrEnum):
    """What goes wrong with a request."""

    SLOW_DOWN = "503 SlowDown"
    INTERNAL = "500 InternalError"
    SILENCE = "no answer"
    RESET = "connection reset"
    SHORT = "body ends early"
    CUT = "reset within the body"
    SHRUNK = "body and its length cut by a proxy"


@dataclass
class Fault:
    """So many requests that match a pattern go wrong; `meanwhile` is what happens as they do.

    Without a `kind` only that happens, before the request is passed on.
    """

    pattern: str
    kind: Kind | None = None
    times: int = 1
    meanwhile: Callable[[], object] | None = None


@dataclass
class FaultyS3:
    """The proxy: where it listens, what is to go wrong, and what was asked."""

    endpoint: str
    faults: list[Fault] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    struck: int = 0
    page: int | None = None  # objects a page of a listing; only for requests that are not signed
    choose: Callable[[], Kind | None] | None = None  # strikes any request
    lock: threading.Lock = field(default_factory=threading.Lock)
    closing: threading.Event = field(default_factory=threading.Event)

    def take(self, request: str) -> Fault | None:
        """Return the fault of this request."""
        with self.lock:
            self.requests.append(request)
            due = [each for each in self.faults if each.times and re.search(each.pattern, request)]
            fault = next(iter(due), None)
            if fault is None and self.choose and (kind := self.choose()):
                fault = Fault("", kind)
            if fault:
                fault.times -= 1
                self.struck += 1
            return fault


class _Proxy(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.upstream = urlsplit(upstream).netloc
        self.s3 = FaultyS3(f"http://127.0.0.1:{self.server_port}")

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: that connections break is what we are for."""


class _Request(BaseHTTPRequestHandler):
    server: _Proxy

    def do_GET(self) -> None:
        s3 = self.server.s3
        fault = s3.take(f"{self.command} {self.path}")
        if fault and fault.meanwhile and not fault.kind:
            fault.meanwhile()
        match fault.kind if fault else None:
            case Kind.SLOW_DOWN:
                self._answer(503, BUSY % b"SlowDown")
            case Kind.INTERNAL:
                self._answer(500, BUSY % b"InternalError")
            case Kind.SILENCE:
                s3.closing.wait(60)
            case Kind.RESET:
                self._reset()
            case kind:
                self._pass_on(kind, fault)

    do_HEAD = do_GET  # noqa: N815 - the base class's name

    def _pass_on(self, kind: Kind | None, fault: Fault | None) -> None:
        with self._upstream() as answer:
            body = answer.read()
            sent = body if kind is None else body[: len(body) // 2]
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                    self.send_header(name, value)
            told = len(sent) if kind == Kind.SHRUNK else len(body)
            length = answer.getheader("Content-Length") if self.command == "HEAD" else told
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(sent)
            self.wfile.flush()
        if fault and kind and fault.meanwhile:
            fault.meanwhile()
        if kind == Kind.CUT:
            self._reset()

    @contextmanager
    def _upstream(self) -> Iterator[HTTPResponse]:
        path = self.path
        if self.server.s3.page and "list-type=2" in path:
            path = re.sub(r"&max-keys=\d+", "", path) + f"&max-keys={self.server.s3.page}"
        connection = HTTPConnection(self.server.upstream)
        connection.putrequest(self.command, path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        try:
            yield connection.getresponse()
        finally:
            connection.close()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        """Close so that the client is told of a reset, not of an end."""
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


@contextmanager
def faulty_s3(upstream: str) -> Iterator[FaultyS3]:
    """Serve as a proxy before the S3 server at this address."""
    with _Proxy(upstream) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield proxy.s3
        finally:
            proxy.s3.closing.set()
            proxy.shutdown()
            thread.join()
