"""Source files in local folders."""

import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify.errors import ConfigError, SourceError, UnreadableFile
from sparkify.sources import (
    SCHEMES,
    DataFile,
    S3Access,
    Scheme,
    Source,
    open_source,
    passed_over_by,
    read_document,
)
from tests.command_line import call
from tests.small_source import EVENT, SONGS, lines, play
from tests.source_content import streamed, whole_files
from tests.warehouse_content import counts

NOBODY = 65534


def folder(path: Path | str) -> Source:
    return open_source(str(path), S3Access())


def write(path: Path, data: bytes = b"{}") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def uris(path: Path | str) -> list[str]:
    return [file.uri for file in folder(path).files()]


# Listing


def test_a_folder_gives_its_json_files_at_any_depth_in_order(tmp_path: Path) -> None:
    for name in ["b.json", "a/x.json", "a-b.json", "a.json", "a/b/c/d.json.gz", "a0/y.json"]:
        write(tmp_path / name)

    assert uris(tmp_path) == sorted(str(path) for path in tmp_path.rglob("*.json*"))


@given(
    st.sets(
        st.lists(st.sampled_from(["a", "a-b", "a.b", "B", "ü"]), min_size=1, max_size=4).map(
            "/".join
        ),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=25, deadline=None)
def test_any_tree_is_listed_as_rglob_finds_it(names: set[str]) -> None:
    with tempfile.TemporaryDirectory() as root:
        for name in names:
            write(Path(root).resolve() / name / "x.json")
            write(Path(root).resolve() / f"{name}.json")

        assert uris(root) == sorted(str(path) for path in Path(root).resolve().rglob("*.json"))


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.json",
        "_SUCCESS",
        ".DS_Store",
        ".x.json.crc",
        "x.json.crc",
        "x.json.1",
        "json",
        "_temporary/x.json",
        ".ipynb_checkpoints/x.json",
    ],
)
def test_other_files_are_ignored(tmp_path: Path, name: str) -> None:
    data = write(tmp_path / "data.json")
    write(tmp_path / name)

    assert uris(tmp_path) == [str(data)]


def test_a_folder_that_is_itself_hidden_is_listed(tmp_path: Path) -> None:
    data = write(tmp_path / ".cache" / "_data" / "x.json")

    assert uris(tmp_path / ".cache" / "_data") == [str(data)]


def test_a_folder_named_like_a_file_is_a_folder(tmp_path: Path) -> None:
    data = write(tmp_path / "2018.json" / "x.json")

    assert uris(tmp_path) == [str(data)]


def test_a_single_file_is_a_source_of_one(tmp_path: Path) -> None:
    data = write(tmp_path / "2018-11-01-events.json", b"{}\n")

    [file] = folder(data).files()

    assert (file.uri, file.size) == (str(data), 3)


def test_a_file_has_one_uri_however_its_folder_is_spelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write(tmp_path / "data" / "x.json")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))

    for spelling in ["data", "./data/", "data/../data", "~/data", str(tmp_path / "data")]:
        assert uris(spelling) == [str(data)]


def test_links_out_of_the_folder_are_passed_over_unless_they_are_followed(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "x.json", b"linked")
    write(tmp_path / "elsewhere" / "y.json", b"linked alone")
    data = write(tmp_path / "data" / "a.json", b"own")
    (tmp_path / "data" / "folder").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "data" / "y.json").symlink_to(tmp_path / "elsewhere" / "y.json")
    source = folder(tmp_path / "data")

    assert [file.uri for file in source.files()] == [str(data)]
    assert passed_over_by(source).count == 2
    assert passed_over_by(source).examples == [
        "folder (a link out of the folder)",
        "y.json (a link out of the folder)",
    ]

    following = open_source(str(tmp_path / "data"), S3Access(follow_links=True))
    found = [data for _, data in whole_files(following, following.files())]
    assert sorted(found) == [b"linked", b"linked alone", b"linked alone", b"own"]


def test_a_file_that_several_links_lead_to_is_listed_once(tmp_path: Path) -> None:
    data = write(tmp_path / "m" / "x.json")
    (tmp_path / "a.json").symlink_to(data)
    (tmp_path / "b").symlink_to(tmp_path / "m")
    (tmp_path / "z.json").symlink_to(data)

    assert uris(tmp_path) == [str(data)]


def test_the_links_of_a_kubernetes_mount_are_its_files(tmp_path: Path) -> None:
    write(tmp_path / "..2026_11_30" / "x.json")
    (tmp_path / "..data").symlink_to("..2026_11_30")
    (tmp_path / "x.json").symlink_to("..data/x.json")
    (tmp_path / "again.json").symlink_to("..data/x.json")

    assert uris(tmp_path) == [str(tmp_path / "again.json")]


def test_links_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    data = write(tmp_path / "a" / "x.json")
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "over").symlink_to(tmp_path / "a")

    assert uris(tmp_path) == [str(data)]


@pytest.mark.parametrize("target", ["a.json", "nowhere.json"])
def test_a_link_to_itself_or_to_nothing_is_listed_and_cannot_be_read(
    tmp_path: Path, target: str
) -> None:
    data = write(tmp_path / "b.json", b"good")
    (tmp_path / "a.json").symlink_to(target)
    source = folder(tmp_path)
    files = list(source.files())

    assert [file.uri for file in files] == [str(tmp_path / "a.json"), str(data)]
    with pytest.raises(UnreadableFile, match=r"a\.json cannot be read"):
        source.read(files[0])
    found = []
    for file, chunks in source.stream(files):
        with suppress(UnreadableFile):
            found.append((file.uri, b"".join(chunks)))
    assert found == [(str(data), b"good")]


def test_what_is_no_data_is_counted_with_examples(tmp_path: Path) -> None:
    data = write(tmp_path / "B.JSON")
    for name in ("x.log", "a/part-0000", "x.json.bz2", "readme", ".hidden", "_SUCCESS"):
        write(tmp_path / name)
    os.mkfifo(tmp_path / "pipe.json")
    source = folder(tmp_path)

    assert [file.uri for file in source.files()] == [str(data)]
    assert passed_over_by(source).count == 5
    assert passed_over_by(source).examples == ["a/part-0000", "pipe.json", "readme"]
    assert "data files end in .json, .jsonl or .ndjson" in str(passed_over_by(source))


@pytest.mark.parametrize("ending", ["json", "JSON", "jsonl", "ndjson", "Json.GZ", "jsonl.gz"])
def test_the_endings_of_data_files(tmp_path: Path, ending: str) -> None:
    data = write(tmp_path / f"x.{ending}")

    assert uris(tmp_path) == [str(data)]


def test_a_pipe_is_no_location(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for ask in (uris, lambda path: read_document(str(path), S3Access())):
        with pytest.raises(SourceError, match="is a pipe, a device"):
            ask(tmp_path / "pipe")


def test_a_document_has_a_bound(tmp_path: Path) -> None:
    write(tmp_path / "paths.json", b" " * ((4 << 20) + 1))

    for path in (tmp_path / "paths.json", Path("/dev/zero")):
        with pytest.raises(SourceError, match=r"has over 4 MB|is a pipe, a device"):
            read_document(str(path), S3Access())


def test_a_pattern_is_not_read_as_one(tmp_path: Path) -> None:
    write(tmp_path / "2018" / "x.json")

    with pytest.raises(SourceError) as raised:
        uris(tmp_path / "*")

    assert "patterns are not read" in raised.value.hint


def test_the_beginning_of_a_name_is_answered_with_the_name(tmp_path: Path) -> None:
    write(tmp_path / "log_data" / "x.json")

    with pytest.raises(SourceError) as raised:
        uris(tmp_path / "log")

    assert f"did you mean {tmp_path / 'log_data'}?" in raised.value.hint


@pytest.mark.parametrize("location", ["gs://b/x", "hdfs://n/x", "https://b/x", "file:///x"])
def test_a_scheme_without_support_is_named(location: str) -> None:
    with pytest.raises(ConfigError, match=f"no support for {location.partition(':')[0]}:"):
        folder(location)


def test_the_etag_changes_only_with_the_file(tmp_path: Path) -> None:
    data = write(tmp_path / "x.json", b"1")
    [before] = folder(tmp_path).files()
    [again] = folder(tmp_path).files()
    data.write_bytes(b"22")
    [after] = folder(tmp_path).files()

    assert before == again
    assert before.etag != after.etag


# Reading


@given(
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=50
    ).filter(lambda name: not name.startswith((".", "_")))
)
@settings(max_examples=50, deadline=None)
def test_any_name_can_be_listed_and_read(name: str) -> None:
    with tempfile.TemporaryDirectory() as root:
        write(Path(root) / name / f"{name}.json", name.encode())
        source = folder(root)

        [(file, data)] = whole_files(source, source.files())

        assert file.uri.endswith(f"/{name}/{name}.json")
        assert data == name.encode()


def test_a_compressed_file_is_read_unchanged(tmp_path: Path) -> None:
    packed = gzip.compress(b"{}")
    write(tmp_path / "x.json.gz", packed)
    source = folder(tmp_path)

    [file] = source.files()

    assert source.read(file) == packed


def test_many_files_are_read_in_the_requested_order(tmp_path: Path) -> None:
    for number in range(20):
        write(tmp_path / f"{number}.json", str(number).encode())
    source = folder(tmp_path)
    files = list(source.files())[::-1]

    assert list(whole_files(source, files)) == [(file, source.read(file)) for file in files]


@pytest.mark.parametrize("size", [1, 4, 5, 100])
def test_a_head_has_the_requested_number_of_bytes(tmp_path: Path, size: int) -> None:
    for name in ("a", "b"):
        write(tmp_path / f"{name}.json", f"{name}2345".encode())
    write(tmp_path / "none.json", b"")
    source = folder(tmp_path)

    assert [data for _, data in source.read_heads(source.files(), size)] == [
        *(b"a2345"[:size], b"b2345"[:size], b"")
    ]


def test_reading_the_head_of_a_replaced_file_fails(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", b"old")
    source = folder(tmp_path)
    files = list(source.files())
    path.write_bytes(b"another")

    with pytest.raises(SourceError, match="was replaced after it was listed"):
        list(source.read_heads(files, 2))


def test_a_file_that_cannot_be_read_has_no_head_and_if_none_can_that_is_an_error(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.json").symlink_to("a.json")
    source = folder(tmp_path)
    with pytest.raises(UnreadableFile, match=r"a\.json cannot be read"):
        list(source.read_heads(source.files(), 2))
    write(tmp_path / "b.json", b"data")

    assert [head for _, head in source.read_heads(source.files(), 2)] == [b"", b"da"]


def test_a_document_is_read_by_its_location(tmp_path: Path) -> None:
    document = write(tmp_path / "log_json_path.json", b'{"jsonpaths": []}')

    assert read_document(str(document), S3Access()) == b'{"jsonpaths": []}'


# Errors and their hints


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as raised:
        uris(tmp_path / "nowhere")

    assert str(raised.value) == f"{tmp_path}/nowhere cannot be read: No such file or directory"
    assert "s3://bucket/prefix" in raised.value.hint


def test_a_folder_without_data_is_named(tmp_path: Path) -> None:
    write(tmp_path / ".hidden.json")

    with pytest.raises(SourceError) as raised:
        uris(tmp_path)

    assert str(raised.value) == f"there are no data files in {tmp_path}"
    assert "names that start with '.' or '_' are ignored" in raised.value.hint

    write(tmp_path / "x.csv")
    with pytest.raises(SourceError, match=r"1 file in .* is passed over: x\.csv; data files end"):
        uris(tmp_path)


def test_an_empty_location_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="a location is empty"):
        folder("")


def test_a_missing_document_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.json cannot be read: No such file"):
        read_document(str(tmp_path / "nowhere.json"), S3Access())


def test_a_file_as_a_folder_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "x.json")

    with pytest.raises(SourceError, match=r"x\.json/y cannot be read: Not a directory"):
        uris(tmp_path / "x.json" / "y")


@contextmanager
def as_nobody() -> Iterator[None]:
    """Drop the rights of root, which ignores permissions."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Make a folder that all users may enter, unlike tmp_path."""
    with tempfile.TemporaryDirectory() as path:
        Path(path).chmod(0o755)
        yield Path(path).resolve()


def test_a_folder_without_permission_is_named(open_folder: Path) -> None:
    secret = write(open_folder / "secret" / "x.json").parent
    secret.chmod(0)

    with as_nobody(), pytest.raises(SourceError) as raised:
        uris(secret)
    secret.chmod(0o700)

    assert str(raised.value) == f"{secret} cannot be read: Permission denied"
    assert raised.value.hint == f"ask its owner, or: chmod u+rX {secret}"


def test_a_folder_without_permission_among_others_is_listed_and_cannot_be_read(
    open_folder: Path,
) -> None:
    data = write(open_folder / "x.json")
    secret = write(open_folder / "secret" / "x.json").parent
    secret.chmod(0)
    source = folder(open_folder)

    with as_nobody():
        files = list(source.files())
        with pytest.raises(UnreadableFile, match=f"{secret} cannot be read: Permission denied"):
            source.read(files[0])
    secret.chmod(0o700)

    assert [file.uri for file in files] == [str(secret), str(data)]


def test_a_file_without_permission_is_named(open_folder: Path) -> None:
    secret = write(open_folder / "x.json")
    secret.chmod(0)
    source = folder(open_folder)

    with as_nobody(), pytest.raises(SourceError) as raised:
        list(whole_files(source, source.files()))

    assert str(raised.value) == f"{secret} cannot be read: Permission denied"
    assert raised.value.hint == f"ask its owner, or: chmod u+rX {secret}"


def listed(path: Path) -> tuple[Source, DataFile]:
    source = folder(path)
    [file] = source.files()
    return source, file


def test_a_file_deleted_after_it_was_listed_is_named(tmp_path: Path) -> None:
    data = write(tmp_path / "x.json")
    source, file = listed(tmp_path)
    data.unlink()

    with pytest.raises(SourceError) as raised:
        source.read(file)

    assert str(raised.value) == f"{data} was deleted after it was listed"
    assert raised.value.hint == "run again: the files are listed again"


def test_a_file_replaced_after_it_was_listed_is_named(tmp_path: Path) -> None:
    data = write(tmp_path / "x.json", b"old")
    source, file = listed(tmp_path)
    write(tmp_path / "other", b"new").replace(data)

    with pytest.raises(SourceError) as raised:
        source.read(file)

    assert str(raised.value) == f"{data} was replaced after it was listed"
    assert raised.value.hint == "run again: the files are listed again"


# Imports


def test_local_files_are_read_without_a_client_for_s3(tmp_path: Path) -> None:
    write(tmp_path / "x.json")
    program = (
        "import sys; from sparkify.sources import *; "
        f"list(open_source({str(tmp_path)!r}, S3Access()).files()); "
        "print([name for name in ('obstore', 'boto3') if name in sys.modules])"
    )

    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert answer.stdout == "[]\n"


# A new kind of location


class Memory:
    """Files in a dictionary: what CONTRIBUTING.md asks of a source, and nothing more."""

    held: ClassVar[dict[str, bytes]] = {}

    def __init__(self, location: str, access: S3Access) -> None:
        self.location = location

    def files(self) -> Iterator[DataFile]:
        found = sorted(uri for uri in self.held if uri.startswith(self.location))
        return (DataFile(uri, str(hash(self.held[uri])), len(self.held[uri])) for uri in found)

    def read(self, file: DataFile) -> bytes:
        return self.held[file.uri]

    def stream(self, files: Iterable[DataFile]) -> Iterator[tuple[DataFile, Iterator[bytes]]]:
        return streamed((file, self.read(file)) for file in files)

    def read_heads(self, files: Iterable[DataFile], size: int) -> Iterator[tuple[DataFile, bytes]]:
        return ((file, self.read(file)[:size]) for file in files)


def test_one_entry_of_schemes_makes_a_new_kind_of_location_loadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme = Scheme(Memory, lambda uri, _: Memory.held[uri], lambda uri: uri.rstrip("/"))
    monkeypatch.setitem(SCHEMES, "memory://", scheme)
    log = lines(*(play(1, item, userAgent="x" * 1000) for item in range(1200)))
    files = {"a/logs/1.json": log, "a/songs/1.json": SONGS, "a/paths.json": b""}
    paths = [f"$['{field}']" for field in EVENT]
    files["a/paths.json"] = json.dumps({"jsonpaths": paths}).encode()
    monkeypatch.setattr(Memory, "held", {f"memory://{name}": data for name, data in files.items()})
    (tmp_path / "dwh.cfg").write_text(
        "[CLUSTER]\n[IAM_ROLE]\n[S3]\nLOG_DATA=memory://a/logs\nSONG_DATA=memory://a/songs/\n"
        "LOG_JSONPATH=memory://a/paths.json\n"
    )

    for command in (["create-tables", "--yes"], ["doctor"], ["etl"], ["reconcile"]):
        done = call(*command, cwd=tmp_path)
        assert done.code == 0, (command, done.out, done.err)
    assert len(log) > 1 << 20  # so that it is not joined with others
    assert counts(tmp_path / "sparkify.duckdb")["songplays"] == 1200
