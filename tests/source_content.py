"""The content of a source's files."""

from collections.abc import Iterable, Iterator

from sparkify.sources import DataFile, Source


def whole_files(source: Source, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, bytes]]:
    """Read each of the files as a whole."""
    return ((file, b"".join(chunks)) for file, chunks in source.stream(files))


def streamed(
    files: Iterable[tuple[DataFile, bytes]],
) -> Iterator[tuple[DataFile, Iterator[bytes]]]:
    """Return files as a source streams them, each in one chunk."""
    return ((file, iter([data])) for file, data in files)
