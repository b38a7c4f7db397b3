"""The forgotten users, of whom no load takes a record.

The warehouse has keyed hashes of their numbers only. The hashes of all numbers that a user can have
are soon tried, so the key is what protects them: it is in a file or a secret, and not in the
warehouse.
"""

import hmac
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import cast

from sparkify.config import Settings
from sparkify.engines.base import Engine, Queryable, RejectedFile, RejectedRecord
from sparkify.errors import ConfigError
from sparkify.sql import drop_statement, statement
from sparkify.unfinished import atomic_file

KEY_BYTES = 32
CHECKED_TEXT = b"the key of Sparkify's suppressed users"
# In the place of a text that quoted somebody.
REMOVED_TEXT = "removed: it quoted somebody who is forgotten"
# The number of a user in the text of a record, whatever else of it cannot be read.
QUOTED_USER = re.compile(r"(?i)user_?id[^\w-]{0,8}0*(\d{1,10})(?![\d.]*\d)")
ERASURE_COLUMNS = ("action", "user_hash", "reason", "reference")
SUPPRESSED_COLUMNS = ("user_hash", "key_check")


class SuppressionKey:
    """The key of the hashes."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def hash(self, user_id: int) -> str:
        """Return the keyed hash of a user's number."""
        return self._hash(str(user_id).encode())

    @property
    def check(self) -> str:
        """What tells this key from another."""
        return self._hash(CHECKED_TEXT)

    def _hash(self, text: bytes) -> str:
        return hmac.new(self._key, text, sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Suppression:
    """The forgotten users by their hashes, and the key, None where nobody is forgotten."""

    hashes: frozenset[str] = frozenset()
    key: SuppressionKey | None = None

    def has(self, user_id: int) -> bool:
        """Return whether a user is forgotten."""
        return self.key is not None and self.key.hash(user_id) in self.hashes

    def is_quoted_in(self, text: str) -> bool:
        """Return whether a text has the number of a forgotten user behind a key like userId."""
        return self.key is not None and any(
            self.has(int(number)) for number in QUOTED_USER.findall(text)
        )

    def redacted_record(self, rejected: RejectedRecord) -> RejectedRecord:
        """Return a rejected record, without its text if that quotes a forgotten user."""
        if not self.is_quoted_in(rejected.text):
            return rejected
        return replace(rejected, text=REMOVED_TEXT, detail="")

    def redacted_file(self, rejected: RejectedFile) -> RejectedFile:
        """Return a rejected file; once somebody is forgotten, without the excerpts of its records.

        An excerpt can end before the number that says whose it is.
        """
        if self.key is None:
            return rejected
        message = f"{rejected.uri} is rejected: {rejected.reason}"
        return replace(rejected, message=message)


def open_suppression(reader: Queryable, settings: Settings) -> Suppression:
    """Return who is forgotten. Raises ConfigError without the key of the hashes."""
    rows = reader.fetch(statement("suppression/users")).rows
    if not rows:
        return Suppression()
    key = _read_key(settings)
    if key is None or {check for _, check in rows} != {key.check}:
        what = "is missing" if key is None else "is another one"
        raise ConfigError(
            f"users are forgotten, and the key that tells their records {what}: {_place(settings)}",
            "put the key back that was there when they were forgotten, or name its place in "
            "[PRIVACY] KEY_FILE",
        )
    return Suppression(frozenset(user_hash for user_hash, _ in rows), key)


def suppress_users(engine: Engine, settings: Settings, users: Iterable[int]) -> SuppressionKey:
    """Let no load take records of these users, in the transaction at hand; return the key.

    It is made where there is none yet. Raises ConfigError.
    """
    known = open_suppression(engine, settings)
    key = known.key or _read_key(settings) or _make_key(settings)
    hashes = {key.hash(user) for user in users} - known.hashes
    rows = [(each, key.check) for each in sorted(hashes)]
    engine.append("suppressed_users", SUPPRESSED_COLUMNS, rows)
    return key


def drop_suppressed(engine: Engine, suppression: Suppression, loaded_at: datetime) -> int:
    """Delete a batch's records of forgotten users from staging; return their number."""
    of_batch = engine.fetch(statement("suppression/users_of_batch"), loaded_at=loaded_at).rows
    users = [user for (user,) in of_batch if suppression.has(user)]
    if not users:
        return 0
    engine.execute(drop_statement("forgotten_users"))
    engine.execute(statement("forget/create_users"))
    engine.append_privately("forgotten_users", ("user_id",), [(user,) for user in users])
    [(records,)] = engine.fetch(statement("suppression/count"), loaded_at=loaded_at).rows
    engine.execute(statement("suppression/delete"), loaded_at=loaded_at)
    engine.execute(statement("suppression/record"), loaded_at=loaded_at, records=int(records))
    engine.execute(drop_statement("forgotten_users"))
    return int(records)


def latest_unfinished(engine: Queryable) -> datetime | None:
    """Return when the latest erasure was whose bytes are still in the storage, None for none."""
    [(erased_at,)] = engine.fetch(statement("forget/unfinished")).rows
    return cast("datetime | None", erased_at)


def log_dropped(engine: Engine, run_id: str) -> None:
    """Record that a run staged and dropped records, whose bytes may still be in the storage."""
    engine.append("erasures", ERASURE_COLUMNS, [("dropped", "", run_id, "")])


def _place(settings: Settings) -> str:
    return "[PRIVACY] KEY" if settings.privacy_key.value else str(settings.privacy_key_file)


def _read_key(settings: Settings) -> SuppressionKey | None:
    """Return the key of the settings, None where there is none. Raises ConfigError."""
    if settings.privacy_key.value:
        return SuppressionKey(settings.privacy_key.value)
    try:
        text = settings.privacy_key_file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"[PRIVACY] KEY_FILE {settings.privacy_key_file} cannot be read",
            "see that it is the key's file, and that you may read it",
        ) from error
    return SuppressionKey(text) if text else None


def _make_key(settings: Settings) -> SuppressionKey:
    """Make a key and write it into its file, which only its owner may read. Raises ConfigError."""
    path, key = settings.privacy_key_file, secrets.token_hex(KEY_BYTES)
    try:
        with atomic_file(path) as unfinished:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as opened:
                opened.write(f"{key}\n")
    except OSError as error:
        raise ConfigError(
            f"[PRIVACY] KEY_FILE {path} cannot be written: {error.strerror or error}",
            "name a file that may be written and is kept, outside the warehouse",
        ) from error
    return SuppressionKey(key)
