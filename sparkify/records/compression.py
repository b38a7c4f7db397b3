"""Compressed source files."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from sparkify.errors import LoadError


def is_compressed(uri: str) -> bool:
    """Return whether a file of this name is gzip."""
    return uri.endswith(".gz")


def decompressed(uri: str, data: bytes) -> bytes:
    """Return the content of a file. Raises LoadError for a damaged gzip."""
    if not is_compressed(uri):
        return data
    with damage_reported(uri):
        return gzip.decompress(data)


@contextmanager
def damage_reported(uri: str) -> Iterator[None]:
    """Turn the errors of a damaged gzip into a LoadError that names the file."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise LoadError(
            f"{uri} is a damaged gzip file: {error}", "replace the file with an undamaged copy"
        ) from error
