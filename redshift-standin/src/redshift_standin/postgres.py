"""The PostgreSQL server that does the stand-in's work, on a Unix socket: no port."""

import tempfile
from pathlib import Path

from .backend import Backend
from .postgres_process import OWNER, PostgresProcess

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
    # Redshift hashes where keys are equal; this one knows nothing of rows that the transaction has
    # just inserted, takes them for few, and would compare each with each
    "enable_nestloop": "off",
    "listen_addresses": "",
}


class StandinPostgres(PostgresProcess):
    """The server, and the folder of the log files that its system views of loads read."""

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="standin-"))
        self.log_folder = folder / "log"
        self.log_folder.mkdir()
        self.log_folder.chmod(0o755)  # for the server's identity to read
        settings = {**_SETTINGS, "standin.log_folder": str(self.log_folder)}
        super().__init__(folder, settings, "local all all md5\n", ("--locale", "C"))

    def connect(self, database: str = "postgres") -> Backend:
        return Backend.trusted(self.folder, OWNER, database)

    def run(self, sql: str, database: str = "postgres") -> list[list[str | None]]:
        """Run one statement, or several, in a session of the owner."""
        backend = self.connect(database)
        try:
            return backend.query(sql).rows
        finally:
            backend.close()
