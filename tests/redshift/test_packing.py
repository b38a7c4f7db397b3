"""Thousands of small files go to Redshift as a few gzip parts, and are still known one by one."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from sparkify.engines.base import JsonLoad
from sparkify.engines.redshift.packing import (
    LARGEST_PACKED_FILE,
    SMALLEST_PACKED_FILE,
    PackedFile,
    pack_files,
    packed_file_count,
)
from sparkify.sources import DataFile, S3Access, S3Folder
from sparkify.sources.local import LocalFolder
from tests.contract.source_files import lines, song
from tests.contract.warehouse import Warehouse
from tests.s3_server import S3Server

from .conftest import SentStatements

MANY = 70


def write_many(warehouse: Warehouse, count: int = MANY, **layout: Any) -> None:
    for place in range(count):
        content = json.dumps(song(song_id=f"SO{place:05}"), **layout)
        warehouse.write_file(warehouse.songs / f"{place % 7}/{place}.json", content)


def song_ids(warehouse: Warehouse) -> list[str]:
    return [row["song_id"] for row in warehouse.table("songs")]


def test_many_small_files_are_packed_and_the_ledger_knows_every_file(
    warehouse: Warehouse, sent: SentStatements, s3_server: S3Server
) -> None:
    write_many(warehouse)
    warehouse.load()
    [copy] = [copy for copy in sent.copies() if any("staging_songs" in file for file in copy.files)]
    assert [file.rpartition("/")[2] for file in copy.files] == ["staging_songs-00000.json.gz"]
    assert song_ids(warehouse) == [f"SO{place:05}" for place in range(MANY)]
    uris = {row["uri"] for row in warehouse.table("loaded_files")}
    assert {warehouse.uri(warehouse.songs / f"{n % 7}/{n}.json") for n in range(MANY)} <= uris
    assert [key for key in s3_server.keys("contract") if key.startswith("scratch/")] == []
    assert warehouse.load().files == 0


def test_a_packed_file_has_the_hash_of_its_own_bytes(warehouse: Warehouse) -> None:
    write_many(warehouse)
    apart = warehouse.write_file(warehouse.songs / "apart.json", json.dumps(song()) + "\n{")
    warehouse.load(max_errors=1)
    hashes = {row["uri"]: row["content_hash"] for row in warehouse.table("loaded_files")}
    for path in (apart, warehouse.songs / "3/3.json"):
        assert hashes[warehouse.uri(path)] == xxhash.xxh3_128_hexdigest(path.read_bytes())


def test_objects_that_are_uploaded_again_in_another_way_are_not_loaded_again(
    warehouse: Warehouse,
) -> None:
    """Of an upload in parts the etag is another one, and tells nothing of the content."""
    write_many(warehouse)
    warehouse.load()
    warehouse.execute("update loaded_files set etag = etag || '-2'")
    run = warehouse.load()
    assert (run.files, run.touched) == (2, MANY)  # the empty files are never read
    assert len(warehouse.table("staging_songs")) == MANY
    run = warehouse.load()
    assert (run.files, run.touched) == (0, 0)


@pytest.mark.parametrize("layout", [{}, {"indent": 2}], ids=["one line", "pretty-printed"])
def test_a_text_that_copy_would_cut_is_rejected(
    warehouse: Warehouse, layout: dict[str, Any]
) -> None:
    write_many(warehouse, **layout)
    good = json.dumps(song(song_id="SOGOOD", title="a \\u0000 spelt out"), **layout)
    cut, wrong = (
        json.dumps(song(song_id=name) | changes, **layout)
        for name, changes in (("SOCUT", {"title": "hello\0 world"}), ("SOBAD", {"year": "abc"}))
    )
    content = f"{good} {cut} {wrong}\n{cut}\n{good.replace('GOOD', 'LAST')}\n"
    warehouse.write_file(warehouse.songs / "3/nul.json", content)

    run = warehouse.load(max_errors=3)

    lines_of_one = good.count("\n")
    rejected = [
        (row["line"], row["column_name"], row["reason"], row["raw_text"])
        for row in warehouse.table("load_errors")
    ]
    nul = ("title", "a text with the character NUL", cut)
    assert sorted(rejected) == [
        (1 + lines_of_one, *nul),
        (1 + 2 * lines_of_one, "year", "not a whole number", wrong),
        (2 + 3 * lines_of_one, *nul),
    ]
    assert (run.records, run.rejected) == (MANY + 5, 3)
    assert {"SOGOOD", "SOLAST"} <= set(song_ids(warehouse))
    assert len(warehouse.table("staging_songs")) == MANY + 2


def test_a_text_is_cut_at_nul_where_copy_reads_it_in_place(warehouse: Warehouse) -> None:
    """As public reports saw; docs/redshift.md says so."""
    warehouse.write_songs("a.json", song(title="hello\0 world"))
    warehouse.load()
    assert [row["title"] for row in warehouse.table("songs")] == ["hello"]


def test_a_few_files_are_read_where_they_are(warehouse: Warehouse, sent: SentStatements) -> None:
    write_many(warehouse, 5)
    warehouse.load()
    assert not [file for copy in sent.copies() for file in copy.files if "/scratch/" in file]
    assert len(song_ids(warehouse)) == 5


def test_large_files_among_small_ones_are_read_where_they_are(
    warehouse: Warehouse, sent: SentStatements
) -> None:
    write_many(warehouse)
    large = json.dumps(song(song_id="SOLARGE") | {"ballast": "x" * 1_100_000})
    warehouse.write_file(warehouse.songs / "large.json", large)
    warehouse.load()
    read = [file.rpartition("/")[2] for copy in sent.copies() for file in copy.files]
    assert sorted(read) == ["large.json", "staging_songs-00000.json.gz"]
    assert len(song_ids(warehouse)) == MANY + 1


@pytest.mark.parametrize("layout", [{}, {"indent": 2}], ids=["one line", "pretty-printed"])
@pytest.mark.parametrize("ending", ["", "\n", "\n\n"], ids=["none", "newline", "two newlines"])
def test_a_rejected_record_is_named_by_its_own_file_and_line(
    warehouse: Warehouse, layout: dict[str, Any], ending: str
) -> None:
    write_many(warehouse, **layout)
    good, bad = json.dumps(song(), **layout), json.dumps(song(year="abc"), **layout)
    warehouse.write_file(warehouse.songs / "3/bad.json", good + "\n" + bad + ending)
    line = good.count("\n") + 2
    [file] = warehouse.load().rejected_files
    assert file.uri.endswith("songs/3/bad.json")
    assert f"line {line}, column year: " in file.message
    assert len(warehouse.table("staging_songs")) == MANY


def test_a_file_that_is_broken_off_does_not_take_in_its_neighbour(warehouse: Warehouse) -> None:
    write_many(warehouse)
    warehouse.write_file(warehouse.songs / "0/1.json", '{"title": "no end')
    [file] = warehouse.load().rejected_files
    assert file.uri.endswith("songs/0/1.json")
    assert "line 1: " in file.message
    assert len(warehouse.table("staging_songs")) == MANY


def test_a_damaged_gzip_file_is_named(warehouse: Warehouse) -> None:
    write_many(warehouse)
    warehouse.write_file(warehouse.songs / "bad.json.gz", gzip.compress(lines([song()]))[:-9])
    [file] = warehouse.load().rejected_files
    assert "bad.json.gz is a damaged gzip file" in file.message
    assert len(warehouse.table("staging_songs")) == MANY


@given(total=st.integers(0, 1 << 42), slices=st.integers(1, 128))
def test_packed_files_are_a_multiple_of_the_slices_and_neither_too_small_nor_too_large(
    total: int, slices: int
) -> None:
    count = packed_file_count(total, slices)
    assert count >= 1
    if total < slices * SMALLEST_PACKED_FILE:
        assert count == max(1, total // SMALLEST_PACKED_FILE)
    else:
        assert count % slices == 0
        assert SMALLEST_PACKED_FILE <= total / count <= LARGEST_PACKED_FILE or count == slices


@given(sizes=st.lists(st.integers(0, 5), min_size=1, max_size=20), data=st.data())
def test_a_line_of_a_packed_file_is_found_in_its_source_file(
    sizes: list[int], data: st.DataObject
) -> None:
    files = {
        f"f{place}": b"\n".join(b"%d:%d" % (place, line) for line in range(1, size + 1))
        for place, size in enumerate(sizes)
    }
    part = PackedFile()
    for name, content in files.items():
        part.add(DataFile(name, "", 10), content, records=0, content_hash="")
    rows = gzip.decompress(part.compressed()).split(b"\n")
    number = data.draw(st.integers(1, len(rows)))
    file, line = part.origin(number)
    found = files[file.uri].split(b"\n")[line - 1]
    assert found == rows[number - 1]


def test_the_packed_files_of_a_large_load_are_of_one_size(s3_server: S3Server) -> None:
    """Compare source bytes: the compressed sizes depend on the content."""
    letters = random.Random(1)
    sizes = [letters.randrange(1, 1000) for _ in range(300)]
    for place, size in enumerate(sizes):
        s3_server.put("parts", f"many/{place:03}.json", b'{"a":"' + b"x" * size + b'"}')
    access = S3Access(endpoint_url=s3_server.endpoint)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", s3_server.admin.access_key_id)
        patch.setenv("AWS_SECRET_ACCESS_KEY", s3_server.admin.secret_access_key)
        patch.setattr("sparkify.engines.redshift.packing.SMALLEST_PACKED_FILE", 1000)
        source = S3Folder("s3://parts/many", access)
        files = list(source.files())
        parts = list(pack_files(JsonLoad("staging_songs", source, files), files, slices=4))
    sizes_packed = [part.source_bytes for part in parts]
    assert len(parts) == 4
    assert sum(len(part.files) for part in parts) == 300
    assert max(sizes_packed) - min(sizes_packed) < 0.1 * max(sizes_packed)


def test_a_file_with_a_broken_record_is_packed_alone_and_records_are_counted(
    tmp_path: Path,
) -> None:
    contents = {
        "a.json": b'{"song_id":"1","x":{"y":{}}}\n{"song_id":"2"}\n',
        "b.json": b'{"song_id":"3","x":{"y":{}}\n{"song_id":"4"}',  # an end brace is lost
        "c.json": b'{"song_id":{},"year":"x"}',  # rejected, and whole
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    source = LocalFolder(str(tmp_path))
    files = sorted(source.files(), key=lambda file: file.uri)

    packed = list(pack_files(JsonLoad("staging_songs", source, files), files, slices=4))

    names = [[Path(file.uri).name for file in each.files] for each in packed]
    assert names == [["b.json"], ["a.json", "c.json"]]
    assert [each.records for each in packed] == [[2], [2, 1]]
