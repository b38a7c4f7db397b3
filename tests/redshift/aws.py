"""The few answers of AWS that a log-in asks for, on loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

Answer = tuple[int, dict[str, str], str]


class Aws:
    """Answers by what is asked: `answers[action]`; notes what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.endpoint = ""

    def xml(self, action: str, **fields: str) -> None:
        """Let an action of the query protocol give these fields."""
        inside = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
        body = f"<{action}Response><{action}Result>{inside}</{action}Result></{action}Response>"
        self.answers[action] = (200, {"Content-Type": "text/xml"}, body)

    def json(self, action: str, **fields: Any) -> None:
        """Let an action of the JSON protocols give these fields."""
        headers = {"Content-Type": "application/x-amz-json-1.1"}
        self.answers[action] = (200, headers, json.dumps(fields))

    def deny(self, action: str, code: str) -> None:
        headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": code}
        self.answers[action] = (400, headers, json.dumps({"__type": code, "message": "no"}))

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> Answer:
        target = headers.get("X-Amz-Target", "").rpartition(".")[2]
        if target:
            asked = (target, json.loads(body))
        elif method == "POST":
            fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            asked = (fields.pop("Action"), fields)
        else:
            asked = (f"{method} {path}", {})
        self.asked.append(asked)
        return self.answers.get(asked[0], (404, {}, ""))


@contextmanager
def loopback() -> Iterator[Aws]:
    """Serve for a while."""
    aws = Aws()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, text = aws.answer(self.command, self.path, self.headers, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(text.encode())

        do_GET = do_POST = do_HEAD = _serve  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    aws.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield aws
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
