"""Checks of one's own: the SQL files of the folder [CHECKS] FOLDER, in Redshift's dialect."""

import os
import re
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from sparkify.config import Settings
from sparkify.errors import ConfigError
from sparkify.sql import Statement
from sparkify.sql.parameters import parameters

OWN_CHECKS = "own"
# The name is stored in check_results, and may be a key of [CHECKS].
NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
LARGEST_FILE = 1 << 20


def own_check_statements(settings: Settings, known: Collection[str]) -> Iterator[Statement]:
    """Yield the statements of the folder, by name; without a folder none.

    `known` are the parameters that have a value. Raises ConfigError for a folder without any, and
    for a file that cannot be read, is not one query in Redshift's dialect, or would write.
    """
    if not settings.checks_folder:
        return
    folder = settings.own_checks_folder
    files = _sql_files(folder)
    if not files:
        raise ConfigError(
            f"[CHECKS] FOLDER: {folder} has no .sql file",
            "name the folder with your checks, or delete the line",
        )
    for file in files:
        yield _checked_statement(file, settings, known)


def _sql_files(folder: Path) -> list[Path]:
    try:
        return sorted(file for file in folder.iterdir() if file.suffix.lower() == ".sql")
    except OSError as error:
        raise ConfigError(
            f"[CHECKS] FOLDER: {folder} cannot be listed: {error.strerror}",
            "name the folder with your checks, or delete the line",
        ) from error


def _checked_statement(file: Path, settings: Settings, known: Collection[str]) -> Statement:
    from sqlglot.errors import SqlglotError

    from sparkify.sql.rendering import fault_of_query

    if not NAME.fullmatch(file.stem):
        raise _fault_in(file, "its name is not of small letters, digits and _, a letter first")
    text = _read(file)
    fault = fault_of_query(text)
    if fault:
        raise _fault_in(file, fault)
    unknown = sorted(parameters(text) - set(known))
    if unknown:
        raise _fault_in(file, f"there is no :{unknown[0]}; there are {_listed(known)}")
    # Without a semicolon at its end, as the statements of the package are.
    found = Statement(f"checks/{OWN_CHECKS}/{file.stem}", text.strip().rstrip(";").rstrip())
    try:
        found.render(settings.engine)
    except SqlglotError as error:
        raise _fault_in(file, str(error).partition("\n")[0]) from error
    return found


def _read(file: Path) -> str:
    try:
        # Not to wait for a pipe that nobody writes to.
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as opened:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _fault_in(file, "it is not a regular file")
            content = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise _fault_in(file, f"it cannot be read: {error.strerror}") from error
    if len(content) > LARGEST_FILE:
        raise _fault_in(file, "it is larger than 1 MB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _fault_in(file, "it is not UTF-8") from error


def _fault_in(file: Path, fault: str) -> ConfigError:
    return ConfigError(
        f"the own check {file}: {fault}",
        "write one query in Redshift's dialect that selects the rows that fail the check",
    )


def _listed(names: Collection[str]) -> str:
    return ", ".join(f":{name}" for name in sorted(names))
