"""Measure what the network's distance costs each command on Redshift.

python -m bench.distance --milliseconds 80

The stand-in for Redshift is behind a proxy that delays what passes, half of the time each way. The
time that the stand-in itself takes to translate and run a statement is measured, and left out of
the seconds: a cluster plans and compiles in its own time. A round trip is counted whenever the
client sends again after it was answered; logging in takes some of them.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import NamedTuple

from redshift_standin import S3Access, Standin
from redshift_standin.plugin import ROLE

from bench.target import parse_amounts
from tests.command_line import call
from tests.s3_server import S3Server
from tests.small_source import EVENTS, SONGS

BUCKET = "distance"
CHUNK_BYTES = 1 << 16
# The commands in their order, with the seconds that each may take at 80 ms.
TARGETS = {
    ("create-tables", "--yes"): 8.0,
    ("etl",): 8.0,
    ("etl", "--json"): 2.0,  # nothing new
    ("status",): 2.0,
    ("report", "--out", "report.html"): 6.0,
    ("query", "select count(*) as n from plays"): 2.0,
}


class Cost(NamedTuple):
    """The cost of a command: `seconds` are without the server's own time."""

    command: str
    statements: int
    round_trips: int
    seconds: float
    server_seconds: float
    limit: float


class DistantServer:
    """A proxy before a server on this machine, so many seconds away."""

    def __init__(self, port: int, seconds: float) -> None:
        self._server_port, self._one_way = port, seconds / 2
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.round_trips = 0
        self.server_seconds = 0.0
        self._answered = True
        self._asked_at = 0.0
        self._mutex = threading.Lock()
        self._sockets = [self._listener]
        self._threads: list[threading.Thread] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Cut all connections, and wait until nothing passes any more."""
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=10)
        for each in self._sockets:
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._server_port))
                self._sockets += [client, server]
                for each in (client, server):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._pass(client, server, is_question=True)
                self._pass(server, client, is_question=False)

    def _pass(self, source: socket.socket, sink: socket.socket, *, is_question: bool) -> None:
        """Pass on what comes, each piece when its time has come, in order."""
        due: SimpleQueue[tuple[float, bytes]] = SimpleQueue()

        def take() -> None:
            data = b"-"
            while data:
                try:
                    data = source.recv(CHUNK_BYTES)
                except OSError:
                    data = b""
                if data:
                    self._count(is_question=is_question)
                due.put((time.monotonic() + self._one_way, data))

        def give() -> None:
            while True:
                at, data = due.get()
                time.sleep(max(0.0, at - time.monotonic()))
                with suppress(OSError):
                    if not data:
                        sink.shutdown(socket.SHUT_WR)
                        return
                    sink.sendall(data)

        for work in (take, give):
            self._threads.append(threading.Thread(target=work, daemon=True))
            self._threads[-1].start()

    def _count(self, *, is_question: bool) -> None:
        """Count a question after an answer; the server has taken the time from one to the other."""
        now = time.monotonic()
        with self._mutex:
            if is_question and self._answered:
                self.round_trips += 1
                self._asked_at = now + self._one_way
            elif not is_question and not self._answered:
                self.server_seconds += max(0.0, now - self._asked_at)
            self._answered = not is_question


@contextmanager
def distant_costs(milliseconds: int) -> Iterator[Iterator[Cost]]:
    """Give what each command of TARGETS takes, as they run one after the other."""
    with TemporaryDirectory(prefix="sparkify-distance-") as folder:
        server = S3Server()
        standin = Standin.start(
            S3Access(server.endpoint, *server.admin),
            roles={ROLE: ["s3://"]},
            writers={ROLE: ["s3://"]},
        )
        distant = DistantServer(standin.port, milliseconds / 1000)
        try:
            yield costs(standin, server, distant, Path(folder))
        finally:
            distant.close()
            standin.close()
            server.close()


def costs(standin: Standin, s3: S3Server, distant: DistantServer, folder: Path) -> Iterator[Cost]:
    """Yield what each command takes on an empty database of the stand-in."""
    database = standin.new_database()
    login = standin.login(database)
    s3.put(BUCKET, "logs/a.json", EVENTS)
    s3.put(BUCKET, "songs/a.json", SONGS)
    env = {
        "AWS_ACCESS_KEY_ID": s3.admin.access_key_id,
        "AWS_SECRET_ACCESS_KEY": s3.admin.secret_access_key,
        "SSL_CERT_FILE": str(standin.ca_file),
        "SPARKIFY_CLUSTER_HOST": login.host,
        "SPARKIFY_CLUSTER_DB_PORT": str(distant.port),
        "SPARKIFY_CLUSTER_DB_NAME": login.database,
        "SPARKIFY_CLUSTER_DB_USER": login.user,
        "SPARKIFY_CLUSTER_DB_PASSWORD": login.password,
        "SPARKIFY_IAM_ROLE_ARN": ROLE,
        "SPARKIFY_S3_ENDPOINT_URL": s3.endpoint,
        "SPARKIFY_S3_LOG_DATA": f"s3://{BUCKET}/logs",
        "SPARKIFY_S3_SONG_DATA": f"s3://{BUCKET}/songs",
        "SPARKIFY_S3_LOG_JSONPATH": "",
        "SPARKIFY_S3_WORK_DATA": f"s3://{BUCKET}/work",
        "PATH": os.environ["PATH"],
    }
    for command, limit in TARGETS.items():
        standin.statements.clear()
        trips, taken, began = distant.round_trips, distant.server_seconds, time.monotonic()
        outcome = call(*command, cwd=folder, env=env)
        seconds = time.monotonic() - began
        if outcome.code:
            raise RuntimeError(f"{command}: {outcome.err}")
        sent = standin.statements.texts(database)
        trips, taken = distant.round_trips - trips, distant.server_seconds - taken
        yield Cost(" ".join(command), len(sent), trips, seconds - taken, taken, limit)


def main() -> None:
    """Print a row for each command."""
    milliseconds = parse_amounts(__doc__, milliseconds=80)["milliseconds"]
    print(f"At {milliseconds} ms a round trip:\n")
    print("| command | statements | round trips | seconds | target | the stand-in's own |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    with distant_costs(milliseconds) as found:
        for cost in found:
            shown = f"{cost.seconds:.1f}"
            shown = f"**{shown}**" if cost.seconds <= cost.limit else shown
            row = (f"`{cost.command}`", cost.statements, cost.round_trips, shown, f"{cost.limit:g}")
            print(f"| {' | '.join(map(str, row))} | {cost.server_seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
