"""The content hash of source files: of each that can be read, in the pass that reads it."""

import hashlib
import os
from pathlib import Path

import pytest
import xxhash

from sparkify.sources import DataFile, open_source
from sparkify.sources.hashing import content_hashes, hashed_on_the_way
from sparkify.sources.s3 import S3Access


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, size in (("a", 0), ("b", 3), ("c", 2_000_000)):
        (tmp_path / f"{name}.json").write_bytes(os.urandom(size))
    return tmp_path


def expected(folder: Path) -> dict[str, str]:
    return {
        path.name: xxhash.xxh3_128_hexdigest(path.read_bytes()) for path in folder.glob("*.json")
    }


def by_name(hashes: dict[DataFile, str]) -> dict[str, str]:
    return {Path(file.uri).name: content_hash for file, content_hash in hashes.items()}


def test_the_hash_is_xxh3_of_the_bytes(folder: Path) -> None:
    source = open_source(str(folder), S3Access())
    assert by_name(content_hashes(source, source.files())) == expected(folder)
    (folder / "b.json").write_bytes(b"abc")  # by the reference implementation, xxhsum -H2
    [file] = [each for each in source.files() if each.uri.endswith("b.json")]
    assert content_hashes(source, [file]) == {file: "06b05ab6733a618578af5f94892f3950"}


def test_chunks_pass_unchanged_and_a_file_that_is_left_has_no_hash(folder: Path) -> None:
    source = open_source(str(folder), S3Access())
    hashes: dict[DataFile, str] = {}
    digests = {}
    for file, chunks in hashed_on_the_way(source.stream(source.files()), hashes):
        if file.uri.endswith("c.json"):
            next(chunks)
        else:
            digests[Path(file.uri).name] = hashlib.sha256(b"".join(chunks)).digest()
    assert digests == {
        name: hashlib.sha256((folder / name).read_bytes()).digest() for name in ("a.json", "b.json")
    }
    assert set(by_name(hashes)) == {"a.json", "b.json"}


def test_a_file_that_cannot_be_read_has_no_hash_and_stops_no_other(folder: Path) -> None:
    source = open_source(str(folder), S3Access())
    files = list(source.files())
    (folder / "b.json").unlink()
    assert set(by_name(content_hashes(source, files))) == {"a.json", "c.json"}
