"""The content of a source file: its bytes, decompressed, without a byte order mark."""

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from itertools import chain
from typing import Any

from sparkify.errors import UnloadableFile

CHUNK_BYTES = 512 << 10
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def is_compressed(uri: str) -> bool:
    """Return whether a file of this name is gzip, in any case."""
    return uri[-3:].lower() == ".gz"


def content_chunks(uri: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the content of a file in chunks, given its bytes in chunks.

    Raises UnloadableFile for a damaged gzip, also if it is cut.
    """
    plain = _decompressed(uri, chunks) if is_compressed(uri) else iter(chunks)
    first = b""
    for chunk in plain:
        first += chunk
        if len(first) >= len(_BYTE_ORDER_MARK):
            break
    return chain([first.removeprefix(_BYTE_ORDER_MARK)], plain)


def content(uri: str, chunks: Iterable[bytes]) -> bytes:
    """Return the whole content of a file. Raises UnloadableFile for a damaged gzip."""
    return b"".join(content_chunks(uri, chunks))


def beginning(uri: str, head: bytes, size: int) -> bytes:
    """Return the first bytes of a file's content, at most so many, given its own first bytes."""
    return _plain_head(uri, head, size).removeprefix(_BYTE_ORDER_MARK)


def begins_with_mark(uri: str, head: bytes) -> bool:
    """Return whether a file's content begins with a byte order mark, given its first bytes."""
    return _plain_head(uri, head, len(_BYTE_ORDER_MARK)) == _BYTE_ORDER_MARK


def _plain_head(uri: str, head: bytes, size: int) -> bytes:
    if not is_compressed(uri):
        return head[:size]
    with suppress(zlib.error):  # the load reports a damaged one
        return zlib.decompressobj(_GZIP).decompress(head, size)
    return b""


_GZIP = zlib.MAX_WBITS | 16
_MAGIC = b"\x1f\x8b"


def _decompressed(uri: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Decompress the members of a gzip file, which can be several, a bounded part at a time."""
    library = _inflating()
    member: Any = None
    is_first = True
    with _damage_reported(uri, library.error):
        for chunk in _begun_as_gzip(uri, chunks):
            rest = chunk
            while rest:
                if member is None:
                    rest = rest if is_first else rest.lstrip(b"\0")  # tapes are filled up with it
                    member, is_first = library.decompressobj(_GZIP) if rest else None, False
                    continue
                plain = member.decompress(rest, CHUNK_BYTES)
                yield plain
                rest = member.unconsumed_tail
                while len(plain) == CHUNK_BYTES and not rest and not member.eof:
                    plain = member.decompress(b"", CHUNK_BYTES)
                    yield plain
                if member.eof:
                    rest, member = member.unused_data, None
        if member is not None:
            raise EOFError("it ends before its end")


def _begun_as_gzip(uri: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    is_first = True
    for chunk in chunks:
        if is_first and chunk and not _MAGIC.startswith(chunk[:2]):
            raise UnloadableFile(
                f"{uri} is not gzip, though its name ends in .gz",
                "rename it to what it is, or compress it",
                "not gzip",
            )
        is_first = is_first and not chunk
        yield chunk


def _inflating() -> Any:
    """Return isal's zlib, which takes a third of the time, if it is installed."""
    try:
        return import_module("isal.isal_zlib")
    except ImportError:
        return zlib


@contextmanager
def _damage_reported(uri: str, error_class: type[Exception]) -> Iterator[None]:
    try:
        yield
    except (EOFError, error_class) as error:
        raise UnloadableFile(
            f"{uri} is a damaged gzip file: {error}",
            "replace the file with an undamaged copy",
            "a damaged gzip",
        ) from error
