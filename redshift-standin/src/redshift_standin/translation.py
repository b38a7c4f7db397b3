"""The translation of one statement."""

import dataclasses

from .copy_command import CopyCommand
from .errors import RedshiftError
from .unload_command import UnloadCommand


@dataclasses.dataclass(frozen=True)
class Condition:
    """What must not be: a query, and the error if it has a row."""

    query: str
    error: RedshiftError


@dataclasses.dataclass(frozen=True)
class Translation:
    """What PostgreSQL is to run for one statement, and what the proxy has to see to."""

    sql: str
    tag: str | None = None  # what Redshift answers, where PostgreSQL's answer is another
    copy: CopyCommand | None = None
    unload: UnloadCommand | None = None
    commits: bool = False
    outside_transaction: str | None = None  # the name of a command that takes no transaction
    relations: frozenset[str] = frozenset()  # what it reads and writes, as PostgreSQL names it
    needs_columns: bool = False  # of its relations: this translation is not the last word
    defines: bool = False  # it may change which tables there are
    conditions: tuple[Condition, ...] = ()
    conditions_after: tuple[Condition, ...] = ()  # of LOCK, before which no snapshot may be taken

    @property
    def is_done_here(self) -> bool:
        """Return whether the proxy does it, and not PostgreSQL."""
        return self.copy is not None or self.unload is not None
