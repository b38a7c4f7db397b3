"""The rendered texts that are committed in rendered/, so that a load needs no sqlglot.

To import sqlglot and render takes 0.4 s, a tenth of loading a million events. `make golden` renders
all texts whose names are known beforehand, and a test fails when they are not what sqlglot gives.
Any other text (of a column that a run adds, of SQL that was edited since) is rendered when needed.
"""

import json
import re
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

# Above each text: what it is, for readers, and the key that it is found by.
HEADING = re.compile(r"^-- \S+ ([0-9a-f]{16})\n", re.MULTILINE)


@cache
def rendered(function: str, *arguments: str) -> Any:
    """Return what a function of rendering.py gives for these arguments."""
    text = _committed_texts().get(text_key(function, *arguments))
    if text is not None:
        return text
    from sparkify.sql import rendering

    return getattr(rendering, function)(*arguments)


def text_key(function: str, *arguments: str) -> str:
    """Return the key of a text: it changes with the SQL that the text is rendered from."""
    return sha256(json.dumps([function, *arguments]).encode()).hexdigest()[:16]


@cache
def _committed_texts() -> dict[str, str]:
    folder = files("sparkify.sql") / "rendered"
    texts: dict[str, str] = {}
    for file in folder.iterdir():
        _, *parts = HEADING.split(file.read_text(encoding="utf-8"))
        texts |= zip(parts[::2], map(str.strip, parts[1::2]), strict=True)
    return texts
