"""Open the warehouse's file: who reads what, and who waits for whom."""

import time
import warnings
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from sparkify.config import Settings
from sparkify.engines.duckdb.engine import DuckDbEngine
from sparkify.engines.duckdb.publishing import Publication
from sparkify.engines.lock_wait import NOTICE_SECONDS
from sparkify.errors import ConfigError, SparkifyWarning, WarehouseBusy, WarehouseError

PAUSE_SECONDS = 0.05
# A reader publishes what a killed command left unpublished; a command that writes waits for it.
MOST_PUBLISHING_SECONDS = 60.0
# Who had the file open at the first may have been killed since.
ATTEMPTS_TO_PUBLISH = 2


class Closable(Protocol):
    """A reader or an exporter."""

    def close(self) -> None:
        """Close it."""


Opened = TypeVar("Opened", bound=Closable)


def open_to_write(settings: Settings) -> DuckDbEngine:
    """Open the warehouse, created if it does not exist; what is committed is published at its end.

    Raises WarehouseBusy while another process has it open, ConfigError for a published file's name.
    """
    if settings.database_file.name.endswith(".read.duckdb"):
        raise ConfigError(
            f"{settings.database_file} is the name of a copy that readers open",
            "set [CLUSTER] DB_NAME to a name that does not end in .read",
        )
    publication = Publication.named_by(settings)
    is_new = not settings.database_file.exists()
    give_up = time.monotonic() + MOST_PUBLISHING_SECONDS
    while True:
        try:
            engine = DuckDbEngine(settings.database_file, settings.memory_limit, publication)
        except WarehouseBusy:
            if not publication.is_announced() or time.monotonic() >= give_up:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            if not is_new:
                engine.publish_unpublished()
            return engine


def open_to_read(settings: Settings, open_file: Callable[[Path], Opened]) -> Opened:
    """Open the published file, or the warehouse's own where nothing is published.

    Raises WarehouseBusy where another process still has that open after `read_wait` seconds.
    """
    reading = _Reading(settings, Publication.named_by(settings))
    began, warned = time.monotonic(), False
    while True:
        try:
            return reading.opened(open_file)
        except WarehouseBusy as busy:
            waited = time.monotonic() - began
            if waited >= settings.read_wait:
                raise WarehouseBusy(
                    f"{busy}, and {settings.read_wait:g} s were not enough for it to finish",
                    f"{busy.hint}, or wait longer: --wait SECONDS",
                ) from busy
            if waited >= NOTICE_SECONDS and not warned:
                said = f"{busy}; waiting up to {settings.read_wait:g} s"
                warnings.warn(SparkifyWarning(said, busy.hint), stacklevel=2)
                warned = True
            time.sleep(PAUSE_SECONDS)


@dataclass(frozen=True, slots=True)
class _Reading:
    settings: Settings
    publication: Publication

    def opened(self, open_file: Callable[[Path], Opened]) -> Opened:
        """Open what there is to read. Raises WarehouseBusy."""
        if not self.publication.is_wanted():
            return open_file(self.settings.database_file)
        if not self.publication.is_current():
            unpublished = self._opened_unpublished(open_file)
            if unpublished is not None:
                return unpublished
        try:
            return open_file(self.publication.file)
        except WarehouseError:
            if self.publication.file.exists():
                raise
        return open_file(self.settings.database_file)

    def _publish(self) -> None:
        """Publish the warehouse, unless it is published or another process has it open."""
        if not self.publication.is_current():
            with suppress(WarehouseError):
                limit = self.settings.memory_limit
                DuckDbEngine(self.settings.database_file, limit, self.publication).close()

    def _opened_unpublished(self, open_file: Callable[[Path], Opened]) -> Opened | None:
        """Publish what a killed command left unpublished, or open the warehouse itself.

        Returns None where the published file is the one to open: it is current now, or a command
        is changing the warehouse, and what was published before holds until it ends.
        """
        with ExitStack() as stack:
            with suppress(OSError):  # where this user may not write
                stack.enter_context(self.publication.announced())
            for _ in range(ATTEMPTS_TO_PUBLISH):
                self._publish()
            if self.publication.is_current():
                return None
            try:
                opened = open_file(self.settings.database_file)
            except WarehouseError:
                if not self.publication.file.exists():
                    raise
                return None
            if self.publication.is_current():  # a command has ended meanwhile
                opened.close()
                return None
            # What was published is older, and nobody is to see it after this.
            with suppress(WarehouseError, OSError):
                self.publication.withdraw()
            return opened
