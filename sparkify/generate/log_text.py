"""Texts as the log files have them."""

import json


def log_text(text: str) -> str:
    """Return the text's JSON; the log files escape slashes too."""
    return json.dumps(text).replace("/", "\\/")


def encode_twice(text: str) -> str:
    """Return what the app makes of accents: UTF-8 taken for Latin-1, twice."""
    return text.encode().decode("latin-1").encode().decode("latin-1")
