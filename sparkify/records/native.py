"""Load the C libraries that are built beside their sources.

The package works without them: then Python does their work, slower. A library carries the digest
of the source that it was built from, so that one of another version is never used.
"""

import sys
from ctypes import CDLL, c_char_p
from enum import Enum
from functools import cache
from hashlib import sha256
from pathlib import Path

from sparkify.installation import is_checkout, reinstall_command

SUFFIX = ".dll" if sys.platform == "win32" else ".so"
# The kinds of columns, by number, as the C sources have them.
KINDS = {"varchar": 0, "integer": 1, "bigint": 2, "double precision": 3, "timestamp": 4}


def library_path(source: Path) -> Path:
    """Return the path of the library that is built from a C source."""
    return source.with_name(f"lib{source.stem}{SUFFIX}")


def log_path(source: Path) -> Path:
    """Return the path of the log that setup.py writes where the library could not be built."""
    return library_path(source).with_suffix(".log")


def source_digest(source: Path) -> str:
    """Return the digest of a C source, which its library has to carry."""
    return sha256(source.read_bytes()).hexdigest()


class LibraryState(Enum):
    """The state of the library that a C source is built into."""

    READY = "is ready"
    MISSING = "was not built: there was no C compiler"
    FAILED = "could not be built"
    OTHER_VERSION = "was built from another version"
    UNUSABLE = "does not run on this machine"


def library_state(source: Path) -> LibraryState:
    """Return whether the library of a C source can be used."""
    return _examined(source)[1]


def library_fix(source: Path) -> str:
    """Return what to do to have the library of a C source, empty where it is ready."""
    state = library_state(source)
    if state is LibraryState.READY:
        return ""
    again = "make libraries" if is_checkout() else reinstall_command()
    if state is LibraryState.MISSING:
        return f"install a C compiler (cc, gcc or clang), then: {again}"
    if state is LibraryState.FAILED:
        return f"correct what {log_path(source)} says, then: {again}"
    return again


def load_library(source: Path) -> CDLL | None:
    """Return the library of a C source, None where there is none of this version."""
    return _examined(source)[0]


@cache
def _examined(source: Path) -> tuple[CDLL | None, LibraryState]:
    path = library_path(source)
    if not path.exists():
        failed = log_path(source).exists()
        return None, LibraryState.FAILED if failed else LibraryState.MISSING
    try:
        library = CDLL(str(path))
        library.source_digest.restype = c_char_p
        digest = library.source_digest().decode()
    except (OSError, AttributeError):
        return None, LibraryState.UNUSABLE
    if digest != source_digest(source):
        return None, LibraryState.OTHER_VERSION
    return library, LibraryState.READY
