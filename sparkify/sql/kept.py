"""Rendered texts, kept from one run to the next as Python keeps its bytecode.

To import sqlglot and render takes 0.4 s, a tenth of loading a million events, and gives the same
texts each time. They are kept in `__pycache__` beside the sources, under a name made from the
sources' sizes and times of change and from which sqlglot is installed. Where that folder cannot be
written, or Python is told to write no bytecode, every run renders anew.
"""

import atexit
import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


@cache
def rendered(function: str, *arguments: str) -> Any:
    """What a function of rendering.py gives for these arguments: a text, or a list of facts."""
    known = _known()
    key = json.dumps([function, *arguments])
    if key not in known:
        from sparkify.sql import rendering

        if not _new:
            atexit.register(_keep)
        known[key] = getattr(rendering, function)(*arguments)
        _new.add(key)
    return known[key]


_new: set[str] = set()


@cache
def _known() -> dict[str, Any]:
    with suppress(OSError, ValueError):
        kept = json.loads(_file().read_text(encoding="utf-8"))
        if isinstance(kept, dict):
            return kept
    return {}


@cache
def _file() -> Path:
    digest = sha256("\n".join(sorted(_versions())).encode()).hexdigest()[:16]
    return _HERE / "__pycache__" / f"rendered-{digest}.json"


def _versions() -> Iterator[str]:
    library = find_spec("sqlglot")
    sources = [*_HERE.rglob("*.sql"), _HERE / "rendering.py"]
    if library and library.origin:
        sources.append(Path(library.origin))
    for source in sources:
        facts = source.stat()
        yield f"{source} {facts.st_size} {facts.st_mtime_ns}"


def _keep() -> None:
    if not _new or sys.dont_write_bytecode:
        return
    with suppress(OSError):
        file = _file()
        file.parent.mkdir(exist_ok=True)
        for old in file.parent.glob("rendered-*.json"):
            old.unlink(missing_ok=True)
        # Whole or not at all, whoever else is writing it.
        begun = file.with_suffix(f".{os.getpid()}")
        begun.write_text(json.dumps(_known()), encoding="utf-8")
        begun.replace(file)
