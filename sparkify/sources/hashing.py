"""Hash the bytes of source files: XXH3 of 128 bits, as they are stored, compressed or not."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from xxhash import xxh3_128

from sparkify.errors import SourceError
from sparkify.sources.files import DataFile, Source

ChunksOfFile = tuple[DataFile, Iterator[bytes]]


def hashed_on_the_way(
    files: Iterable[ChunksOfFile], hashes: dict[DataFile, str]
) -> Iterator[ChunksOfFile]:
    """Pass on the chunks of each file, and add its hash once all of them are taken."""
    return ((file, _hashed(file, chunks, hashes)) for file, chunks in files)


def content_hashes(source: Source, files: Iterable[DataFile]) -> dict[DataFile, str]:
    """Read files, and return the hash of each that can be read."""
    hashes: dict[DataFile, str] = {}
    for _, chunks in hashed_on_the_way(source.stream(files), hashes):
        with suppress(SourceError):  # the load reports it
            for _ in chunks:
                pass
    return hashes


def _hashed(
    file: DataFile, chunks: Iterable[bytes], hashes: dict[DataFile, str]
) -> Iterator[bytes]:
    digest = xxh3_128()
    for chunk in chunks:
        digest.update(chunk)
        yield chunk
    hashes[file] = digest.hexdigest()
