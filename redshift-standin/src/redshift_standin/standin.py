"""The stand-in as a whole: start it, connect to it, break it, look at what it was told."""

import contextlib
import itertools
import tempfile
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from .faults import Faults
from .postgres import StandinPostgres
from .proxy import Proxy
from .s3_account import Account, S3Access
from .session import Cluster
from .statements import StatementLog
from .system_log import SystemLog
from .tls import HOST, Authority

_HERE = Path(__file__).parent
_TEMPLATE = "standin_template"
_SETUP = (
    *("functions.sql", "functions_text.sql", "functions_time.sql", "functions_super.sql"),
    *("aggregates.sql", "system_views.sql", "catalog_views.sql"),
)


_EMPTY = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN
        SELECT nspname FROM pg_namespace
        WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'
    LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', name);
    END LOOP;
    CREATE SCHEMA public AUTHORIZATION {user};
    GRANT ALL ON SCHEMA public TO public;
    DELETE FROM standin_assume_role;
    INSERT INTO standin_assume_role VALUES ('all', 'public', 'ALL');
END $$
"""


class Login(NamedTuple):
    """What a client connects with; also the keyword arguments of redshift_connector.connect."""

    host: str
    port: int
    database: str
    user: str
    password: str


class Standin:
    """A running stand-in for an Amazon Redshift cluster."""

    host = HOST
    user = "awsuser"  # a superuser, as the admin of a cluster is
    password = "Passw0rd1"

    def __init__(self, s3: S3Access, account: Account, port: int) -> None:
        self.faults, self.statements = Faults(), StatementLog()
        self._cleanup = contextlib.ExitStack()
        self._names = itertools.count(1)
        self._lock = threading.Lock()
        with contextlib.ExitStack() as cleanup:
            folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="standin-ca-")))
            self._postgres = StandinPostgres()
            cleanup.callback(self._postgres.close)
            self._system_log = SystemLog(self._postgres.log_folder, lambda: self.faults.late_views)
            self._make_template()
            authority = Authority(folder)
            self.ca_file = authority.ca_file
            cluster = Cluster(
                *(self._postgres.folder, s3, account, self._system_log),
                *(self.faults, self.statements, itertools.count(1000), Counter()),
            )
            self._proxy = Proxy(cluster, authority, port)
            cleanup.callback(self._proxy.close)
            self.port = self._proxy.port
            self.database = self.new_database()
            self._cleanup = cleanup.pop_all()

    @classmethod
    def start(
        cls,
        s3: S3Access,
        roles: Mapping[str, Sequence[str]],
        region: str = "us-west-2",
        bucket_regions: Mapping[str, str] | None = None,
        writers: Mapping[str, Sequence[str]] | None = None,
        *,
        port: int = 0,
    ) -> "Standin":
        """Start one. A role reads what begins with one of its prefixes: `s3://bucket/folder/`.

        `writers` are the roles that may write as well, and where. `port` is of loopback; 0 is any.
        """
        # a mapping of roles that are made later is empty now
        writing = {} if writers is None else writers
        return cls(s3, Account(roles, region, bucket_regions or {}, cls.user, writing), port)

    def new_database(self, like: str = _TEMPLATE) -> str:
        """Make a database with nothing in it, or a copy of one that nobody is connected to.

        Its name. It takes some thirty milliseconds.
        """
        with self._lock:
            name = f"dev{next(self._names)}"
            self._postgres.run(
                f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY file_copy OWNER {self.user}"
            )
        return name

    def reset(self, database: str) -> None:
        """Empty a database and end its connections; quicker than to make a new one."""
        self._postgres.run(_EMPTY.format(user=self.user), database)
        self._system_log.clear(database)

    def drop_database(self, name: str) -> None:
        """Drop a database, and end its connections."""
        self._postgres.run(f"DROP DATABASE {name} WITH (FORCE)")

    def new_user(self) -> str:
        """Make a user who is no superuser, with the password of all; return its name."""
        return self.make_user(f"analyst{next(self._names)}")

    def make_user(self, name: str) -> str:
        """Make a user of this name, who is no superuser, with the password of all."""
        self._postgres.run(f"CREATE ROLE {name} LOGIN PASSWORD '{self.password}'")
        return name

    def login(self, database: str | None = None, user: str | None = None) -> Login:
        return Login(
            *(self.host, self.port, database or self.database, user or self.user, self.password)
        )

    def drop_connections(self) -> None:
        """Cut every client off, as a cluster that restarts does."""
        self._proxy.drop_all()

    def close(self) -> None:
        self._cleanup.close()

    def _make_template(self) -> None:
        self._postgres.run(f"CREATE ROLE {self.user} SUPERUSER LOGIN PASSWORD '{self.password}'")
        self._postgres.run(f"CREATE DATABASE {_TEMPLATE}")
        for name in _SETUP:
            self._postgres.run((_HERE / name).read_text(), _TEMPLATE)
        self._postgres.run(f"ALTER DATABASE {_TEMPLATE} ALLOW_CONNECTIONS false")
