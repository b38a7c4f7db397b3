"""Source files in S3, on a server that checks signatures."""

import gzip
import itertools
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import obstore
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sparkify.config import Settings
from sparkify.errors import ConfigError, SourceError, SparkifyError, UnreadableFile
from sparkify.sources import (
    DataFile,
    OwnFolder,
    S3Access,
    open_source,
    passed_over_by,
    read_document,
    s3,
)
from sparkify.sources.s3_listing import Bucket, ListingFailed, SigningKeys, list_objects
from tests.s3_server import PUBLIC_BUCKET, REGION, KeyPair, S3Server
from tests.source_content import whole_files

_numbers = itertools.count()


@pytest.fixture(autouse=True)
def no_aws_account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the AWS account of this machine, if it has one."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "aws-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "aws-credentials"))


@pytest.fixture
def bucket(s3_server: S3Server) -> str:
    """Make an empty bucket."""
    name = f"bucket-{next(_numbers)}"
    s3_server.make_bucket(name)
    return name


@pytest.fixture
def access(s3_server: S3Server) -> S3Access:
    return S3Access(endpoint_url=s3_server.endpoint)


@pytest.fixture
def sign_as(monkeypatch: pytest.MonkeyPatch) -> Callable[[KeyPair], None]:
    def sign(keys: KeyPair) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", keys.access_key_id)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", keys.secret_access_key)

    return sign


@pytest.fixture
def reader(s3_server: S3Server, sign_as: Callable[[KeyPair], None]) -> KeyPair:
    """Sign with keys that may list and read."""
    sign_as(s3_server.reader)
    return s3_server.reader


@pytest.fixture
def profile(tmp_path: Path, s3_server: S3Server) -> str:
    """Write a profile that holds the reader's keys."""
    keys = s3_server.reader
    (tmp_path / "aws-credentials").write_text(
        f"[analyst]\naws_access_key_id = {keys.access_key_id}\n"
        f"aws_secret_access_key = {keys.secret_access_key}\n"
    )
    return "analyst"


def uris(location: str, access: S3Access) -> list[str]:
    return [file.uri for file in open_source(location, access).files()]


class Answering(ThreadingHTTPServer):
    """A server that gives prepared answers in turn, and then repeats the last one."""

    def __init__(self, *answers: tuple[int, str] | tuple[int, str, int]) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.answers = list(answers)
        self.requests: list[Message] = []
        self.host = f"127.0.0.1:{self.server_port}"
        self.endpoint = f"http://{self.host}"

    @property
    def access(self) -> S3Access:
        return S3Access(endpoint_url=self.endpoint)


class _Answer(BaseHTTPRequestHandler):
    server: Answering

    def do_GET(self) -> None:
        self.server.requests.append(self.headers)
        answers = self.server.answers
        status, body, *length = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        self.send_header("ETag", '"e"')
        self.send_header("Last-Modified", "Thu, 01 Nov 2018 00:00:00 GMT")
        self.send_header("Content-Length", str(length[0] if length else len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_PUT(self) -> None:
        """Take an object."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def do_HEAD(self) -> None:
        """Say that there is no such object: an empty one that is listed stands for a folder."""
        self.send_response(404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


@contextmanager
def answering(*answers: tuple[int, str] | tuple[int, str, int]) -> Iterator[Answering]:
    """Serve answers: a status, a body and, if it is to be wrong, the content length."""
    with Answering(*answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def listing(*keys: str, token: str = "") -> str:
    """Return an answer that lists these keys, and more by the token."""
    entries = "".join(
        f"<Contents><Key>{key}</Key><Size>2</Size><ETag>e</ETag>"
        "<LastModified>2018-11-01T00:00:00.000Z</LastModified></Contents>"
        for key in keys
    )
    more = f"<NextContinuationToken>{token}</NextContinuationToken>" if token else ""
    is_cut = "true" if token else "false"
    return (
        f"<ListBucketResult>{entries}<IsTruncated>{is_cut}</IsTruncated>{more}</ListBucketResult>"
    )


# Listing


@pytest.mark.usefixtures("reader")
def test_a_prefix_gives_its_json_objects_at_any_depth_in_order(
    s3_server: S3Server, bucket: str, access: S3Access
) -> None:
    for key in ["log_data/2018/12/b.json", "log_data/2018/11/a.json.gz", "log_data/c.json"]:
        s3_server.put(bucket, key, b"{}")
    for key in ["log_data/_SUCCESS", "log_data/.x.json.crc", "log_data/_temporary/x.json"]:
        s3_server.put(bucket, key, b"{}")

    assert uris(f"s3://{bucket}/log_data", access) == [
        f"s3://{bucket}/log_data/2018/11/a.json.gz",
        f"s3://{bucket}/log_data/2018/12/b.json",
        f"s3://{bucket}/log_data/c.json",
    ]


@pytest.mark.usefixtures("reader")
def test_a_file_has_the_etag_and_the_size_of_its_object(
    s3_server: S3Server, bucket: str, access: S3Access
) -> None:
    etag = s3_server.put(bucket, "x.json", b"12345")

    [file] = open_source(f"s3://{bucket}", access).files()

    assert file == DataFile(f"s3://{bucket}/x.json", etag, 5)


@pytest.mark.usefixtures("reader")
def test_a_prefix_is_a_folder_and_no_beginning_of_a_name(
    s3_server: S3Server, bucket: str, access: S3Access
) -> None:
    s3_server.put(bucket, "song_data/a.json", b"{}")
    s3_server.put(bucket, "song_data_old/b.json", b"{}")
    s3_server.put(bucket, "song_data.json", b"{}")

    for spelling in ["song_data", "song_data/"]:
        assert uris(f"s3://{bucket}/{spelling}", access) == [f"s3://{bucket}/song_data/a.json"]


@pytest.mark.usefixtures("reader")
def test_a_prefix_that_is_itself_hidden_is_listed(
    s3_server: S3Server, bucket: str, access: S3Access
) -> None:
    s3_server.put(bucket, ".cache/_data/x.json", b"{}")

    assert uris(f"s3://{bucket}/.cache/_data", access) == [f"s3://{bucket}/.cache/_data/x.json"]


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("root", ["", "/"])
def test_a_bucket_is_a_folder(
    s3_server: S3Server, bucket: str, access: S3Access, root: str
) -> None:
    s3_server.put(bucket, "a/b.json", b"{}")

    assert uris(f"s3://{bucket}{root}", access) == [f"s3://{bucket}/a/b.json"]


@pytest.mark.usefixtures("reader")
def test_a_prefix_that_names_one_object_is_that_object(
    s3_server: S3Server, bucket: str, access: S3Access
) -> None:
    s3_server.put(bucket, "logs/a.json", b"one")
    source = open_source(f"s3://{bucket}/logs/a.json", access)

    [(file, data)] = whole_files(source, source.files())

    assert (file.uri, data) == (f"s3://{bucket}/logs/a.json", b"one")


@pytest.mark.usefixtures("reader")
def test_more_objects_than_one_request_lists_are_all_listed(
    s3_server: S3Server, bucket: str, access: S3Access
) -> None:
    for number in range(1005):
        s3_server.put(bucket, f"{number:04}.json", b"")

    assert len(uris(f"s3://{bucket}", access)) == 1005


# Reading


@pytest.mark.usefixtures("reader")
@given(
    st.text(
        st.characters(exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="/\\"),
        min_size=1,
        max_size=40,
    ).filter(lambda name: not name.startswith((".", "_")))
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_key_can_be_listed_and_read(s3_server: S3Server, access: S3Access, name: str) -> None:
    location = f"run-{next(_numbers)}"
    s3_server.put("names", f"{location}/{name}/{name}.json", name.encode())
    source = open_source(f"s3://names/{location}", access)

    [(file, data)] = whole_files(source, source.files())

    assert file.uri == f"s3://names/{location}/{name}/{name}.json"
    assert data == name.encode()


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("name", ["a b", "100%", "%41", "%2F", "a+b", "ü/é", "a:b?c#d&e=f", "~'\""])
def test_a_location_is_used_unchanged(
    s3_server: S3Server, bucket: str, access: S3Access, name: str
) -> None:
    s3_server.put(bucket, f"{name}/x.json", b"{}")

    assert uris(f"s3://{bucket}/{name}", access) == [f"s3://{bucket}/{name}/x.json"]


@pytest.mark.usefixtures("reader")
def test_a_compressed_object_is_read_unchanged(
    s3_server: S3Server, bucket: str, access: S3Access
) -> None:
    packed = gzip.compress(b"{}")
    obstore.put(
        s3_server.store(bucket), "x.json.gz", packed, attributes={"Content-Encoding": "gzip"}
    )
    source = open_source(f"s3://{bucket}", access)

    [file] = source.files()

    assert source.read(file) == packed


@pytest.mark.usefixtures("reader")
def test_many_objects_are_read_in_the_requested_order(
    s3_server: S3Server, bucket: str, access: S3Access
) -> None:
    for number in range(100):
        s3_server.put(bucket, f"{number}.json", str(number).encode())
    source = open_source(f"s3://{bucket}", access)
    files = list(source.files())[::-1]

    assert [file for file, _ in whole_files(source, files)] == files
    assert all(
        file.uri.endswith(f"/{data.decode()}.json") for file, data in whole_files(source, files)
    )


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("size", [1, 4, 5, 100])
def test_a_head_has_the_requested_number_of_bytes(
    s3_server: S3Server, bucket: str, access: S3Access, size: int
) -> None:
    for name in ("a", "b"):
        s3_server.put(bucket, f"{name}.json", f"{name}2345".encode())
    source = open_source(f"s3://{bucket}", access)
    files = list(source.files())

    assert list(source.read_heads(files, size)) == [
        (files[0], b"a2345"[:size]),
        (files[1], b"b2345"[:size]),
    ]
    s3_server.put(bucket, "b.json", b"another")
    with pytest.raises(SourceError, match=r"b\.json was replaced after it was listed"):
        list(source.read_heads(files, size))


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize(("size", "ahead"), [(1, 65), (40 * 1024 * 1024, 3)])
def test_reading_ahead_is_bounded(
    s3_server: S3Server, bucket: str, access: S3Access, size: int, ahead: int
) -> None:
    etag = s3_server.put(bucket, "x.json", b"{}")
    uri = f"s3://{bucket}/x.json"
    others = itertools.repeat(DataFile(uri, etag, size), 1000)
    asked_for = itertools.chain([DataFile(uri, etag, 2)], others)
    counted = itertools.count()
    reading = open_source(f"s3://{bucket}", access).stream(
        file for file, _ in zip(asked_for, counted, strict=False)
    )

    next(reading)

    assert next(counted) == ahead


@pytest.mark.usefixtures("reader")
def test_reading_that_is_closed_early_leaves_no_thread(
    s3_server: S3Server, bucket: str, access: S3Access
) -> None:
    etag = s3_server.put(bucket, "x.json", b"{}")
    before = threading.active_count()
    reading = open_source(f"s3://{bucket}", access).stream(
        itertools.repeat(DataFile(f"s3://{bucket}/x.json", etag, 2))
    )

    next(reading)
    reading.close()  # type: ignore[attr-defined]  # it is a generator

    assert threading.active_count() == before


@pytest.mark.usefixtures("reader")
def test_a_document_is_read_by_its_location(
    s3_server: S3Server, bucket: str, access: S3Access
) -> None:
    s3_server.put(bucket, "log_json_path.json", b'{"jsonpaths": []}')

    assert read_document(f"s3://{bucket}/log_json_path.json", access) == b'{"jsonpaths": []}'


# Keys


def test_a_public_bucket_needs_no_keys(s3_server: S3Server, access: S3Access) -> None:
    location = f"no-keys-{next(_numbers)}"
    s3_server.put(PUBLIC_BUCKET, f"{location}/x.json", b"public")
    source = open_source(f"s3://{PUBLIC_BUCKET}/{location}", access)

    assert [data for _, data in whole_files(source, source.files())] == [b"public"]


def test_a_public_bucket_needs_no_boto3(
    s3_server: S3Server, access: S3Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "obstore.auth.boto3", None)
    s3_server.put(PUBLIC_BUCKET, "no-boto3/x.json", b"{}")

    assert uris(f"s3://{PUBLIC_BUCKET}/no-boto3", access)


def test_the_keys_in_the_environment_need_no_boto3(
    s3_server: S3Server,
    bucket: str,
    access: S3Access,
    sign_as: Callable[[KeyPair], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "obstore.auth.boto3", None)
    s3_server.put(bucket, "x.json", b"{}")
    sign_as(s3_server.reader)

    assert uris(f"s3://{bucket}", access)


def test_the_requested_profile_overrides_the_environment(
    s3_server: S3Server,
    bucket: str,
    sign_as: Callable[[KeyPair], None],
    profile: str,
) -> None:
    s3_server.put(bucket, "x.json", b"{}")
    sign_as(s3_server.denied)

    assert uris(f"s3://{bucket}", S3Access(endpoint_url=s3_server.endpoint, profile=profile))


def test_the_profile_in_the_environment_is_used(
    s3_server: S3Server,
    bucket: str,
    access: S3Access,
    profile: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", profile)
    s3_server.put(bucket, "x.json", b"{}")

    assert uris(f"s3://{bucket}", access)


def test_the_role_of_a_container_is_used(
    s3_server: S3Server, bucket: str, access: S3Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {
        "AccessKeyId": s3_server.reader.access_key_id,
        "SecretAccessKey": s3_server.reader.secret_access_key,
        "Token": None,
        "Expiration": "2999-01-01T00:00:00Z",
    }
    s3_server.put(bucket, "x.json", b"{}")

    with answering((200, json.dumps(keys))) as container:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.endpoint)
        assert uris(f"s3://{bucket}", access)


def test_a_bucket_has_one_client_until_the_environment_changes(
    access: S3Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = s3.open_bucket("first", access)
    assert s3.open_bucket("first", access) is first
    assert s3.open_bucket("second", access) is not first
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    assert s3.open_bucket("first", access) is not first


@pytest.mark.parametrize("asked_by", ["setting", "environment"])
def test_a_profile_without_boto3_says_what_to_install(
    asked_by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "obstore.auth.boto3", None)
    if asked_by == "environment":
        monkeypatch.setenv("AWS_PROFILE", "analyst")

    with pytest.raises(ConfigError) as raised:
        open_source("s3://bucket", S3Access(profile="analyst" if asked_by == "setting" else None))

    assert str(raised.value) == "the AWS profile analyst needs boto3, which is not installed"
    assert "-m pip install 'boto3>=" in raised.value.hint


def test_a_profile_that_does_not_exist_is_named() -> None:
    with pytest.raises(ConfigError) as raised:
        open_source("s3://bucket", S3Access(profile="nobody"))

    assert str(raised.value) == "the AWS profile nobody gives no keys (ProfileNotFound)"
    assert "aws configure list-profiles" in raised.value.hint


def test_a_profile_without_keys_is_named(tmp_path: Path) -> None:
    (tmp_path / "aws-config").write_text("[profile empty]\nregion = eu-west-1\n")

    with pytest.raises(ConfigError, match="the AWS profile empty gives no keys"):
        open_source("s3://bucket", S3Access(profile="empty"))


# Errors and their hints, never with a secret


def error_of(action: Callable[[], object], *secrets: str) -> SparkifyError:
    """Return the error of `action`, after checking that it prints none of the `secrets`."""
    with pytest.raises(SourceError) as raised:
        action()
    printed = "".join(traceback.format_exception(raised.value)) + raised.value.hint
    assert not [secret for secret in secrets if secret in printed]
    return raised.value


def test_a_bucket_that_does_not_exist_is_named(reader: KeyPair, access: S3Access) -> None:
    error = error_of(lambda: uris("s3://nonesuch/logs", access), reader.secret_access_key)

    assert str(error) == "s3://nonesuch/logs cannot be read: the bucket does not exist"
    assert error.hint == "check its name, and [S3] ENDPOINT_URL"


def test_an_unknown_access_key_is_reported(
    bucket: str, access: S3Access, s3_server: S3Server, sign_as: Callable[[KeyPair], None]
) -> None:
    keys = KeyPair.new()
    sign_as(keys)

    error = error_of(lambda: uris(f"s3://{bucket}", access), keys.secret_access_key)

    host = s3_server.endpoint.removeprefix("http://")
    assert str(error) == f"s3://{bucket} cannot be read: the access key is not known at {host}"
    assert "AWS_ACCESS_KEY_ID" in error.hint
    assert "[S3] PROFILE" in error.hint


def test_a_wrong_secret_key_is_reported(
    s3_server: S3Server, bucket: str, access: S3Access, sign_as: Callable[[KeyPair], None]
) -> None:
    keys = s3_server.reader._replace(secret_access_key="wrong-secret")
    sign_as(keys)

    error = error_of(lambda: uris(f"s3://{bucket}", access), keys.secret_access_key)

    assert str(error) == f"s3://{bucket} cannot be read: the secret key is wrong"
    assert "AWS_SECRET_ACCESS_KEY" in error.hint


@pytest.mark.parametrize("identity", ["denied", "anonymous"])
def test_a_missing_permission_is_reported(
    s3_server: S3Server,
    bucket: str,
    access: S3Access,
    sign_as: Callable[[KeyPair], None],
    identity: str,
) -> None:
    s3_server.put(bucket, "x.json", b"{}")
    if identity == "denied":
        sign_as(s3_server.denied)

    for ask in (uris, read_document):
        error = error_of(
            lambda ask=ask: ask(f"s3://{bucket}/x.json", access),  # type: ignore[misc]
            s3_server.denied.secret_access_key,
        )

        assert str(error) == f"s3://{bucket}/x.json cannot be read: permission denied"
        assert "s3:ListBucket and s3:GetObject" in error.hint


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("location", ["", "/logs", "/logs/"])
def test_a_prefix_without_objects_is_named(bucket: str, access: S3Access, location: str) -> None:
    error = error_of(lambda: uris(f"s3://{bucket}{location}", access))

    assert str(error) == f"there are no data files in s3://{bucket}{location}"
    assert "check the location" in error.hint


@pytest.mark.usefixtures("reader")
def test_a_prefix_without_json_is_named(s3_server: S3Server, bucket: str, access: S3Access) -> None:
    s3_server.put(bucket, "logs/readme.txt", b"no data")

    error = error_of(lambda: uris(f"s3://{bucket}/logs", access))

    assert str(error).startswith(f"there are no data files in s3://{bucket}/logs: 1 file in")
    assert "is passed over: readme.txt" in str(error)


@pytest.mark.usefixtures("reader")
def test_the_beginning_of_a_name_is_answered_with_the_name(
    s3_server: S3Server, bucket: str, access: S3Access
) -> None:
    s3_server.put(bucket, "data/song_data/x.json", b"{}")

    error = error_of(lambda: uris(f"s3://{bucket}/data/song", access))

    assert str(error) == f"there are no data files in s3://{bucket}/data/song"
    assert error.hint == f"did you mean s3://{bucket}/data/song_data?"


@pytest.mark.usefixtures("reader")
def test_a_pattern_is_not_read_as_one(s3_server: S3Server, bucket: str, access: S3Access) -> None:
    s3_server.put(bucket, "2018/x.json", b"{}")

    error = error_of(lambda: uris(f"s3://{bucket}/20*", access))

    assert "is not read as a pattern" in str(error)


@pytest.mark.usefixtures("reader")
def test_an_object_deleted_after_it_was_listed_is_named(
    s3_server: S3Server, bucket: str, access: S3Access
) -> None:
    s3_server.put(bucket, "x.json", b"{}")
    source = open_source(f"s3://{bucket}", access)
    files = list(source.files())
    s3_server.delete(bucket, "x.json")

    error = error_of(lambda: list(whole_files(source, files)))

    assert str(error) == f"s3://{bucket}/x.json was deleted after it was listed"
    assert error.hint == "run again: the files are listed again"


@pytest.mark.usefixtures("reader")
def test_an_object_replaced_after_it_was_listed_is_named(
    s3_server: S3Server, bucket: str, access: S3Access
) -> None:
    s3_server.put(bucket, "x.json", b"old")
    source = open_source(f"s3://{bucket}", access)
    files = list(source.files())
    s3_server.put(bucket, "x.json", b"new")

    error = error_of(lambda: list(whole_files(source, files)))

    assert str(error) == f"s3://{bucket}/x.json was replaced after it was listed"
    assert error.hint == "run again: the files are listed again"


@pytest.mark.usefixtures("reader")
def test_a_missing_document_is_named(bucket: str, access: S3Access) -> None:
    error = error_of(lambda: read_document(f"s3://{bucket}/paths.json", access))

    assert str(error) == f"s3://{bucket}/paths.json cannot be read: there is no such object"


@pytest.mark.parametrize("location", ["s3://", "s3:///logs", "s3://my bucket/logs", "s3://b?/x"])
def test_a_location_without_a_bucket_is_a_config_error(location: str) -> None:
    with pytest.raises(ConfigError) as raised:
        open_source(location, S3Access())

    assert str(raised.value) == f"{location} names no bucket"
    assert raised.value.hint == "write it as s3://bucket/prefix"


@pytest.mark.parametrize("key", ["/a", "a//b", "a/../b", "a/b//", "./a", "a\x01b"])
def test_a_location_with_an_empty_folder_name_is_a_config_error(key: str) -> None:
    with pytest.raises(ConfigError, match="a control character in its key"):
        open_source(f"s3://bucket/{key}", S3Access())


def test_an_endpoint_that_rejects_connections_is_named_quickly(reader: KeyPair) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{closed.getsockname()[1]}"
        begun = time.monotonic()

        error = error_of(
            lambda: uris("s3://bucket", S3Access(endpoint_url=f"http://{host}")),
            reader.secret_access_key,
        )

    assert str(error) == f"s3://bucket cannot be read: {host} cannot be reached"
    assert error.hint == "check the network and [S3] ENDPOINT_URL"
    assert time.monotonic() - begun < 5


def test_an_endpoint_that_never_answers_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(s3._TIMEOUTS, "read_timeout", timedelta(seconds=0.1))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"

        error = error_of(lambda: uris("s3://bucket", S3Access(endpoint_url=endpoint)))

    assert "cannot be reached" in str(error)


def test_an_untrusted_certificate_is_rejected(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    subprocess.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 "
        "-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem",
        shell=True,
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")

    with answering((200, listing("x.json"))) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        error = error_of(
            lambda: uris("s3://bucket", S3Access(endpoint_url=f"https://{server.host}"))
        )

    assert "cannot be reached" in str(error)
    assert not server.requests


# Answers that SeaweedFS never gives, from a server with prepared answers


@pytest.mark.parametrize(
    ("status", "code"), [(301, "PermanentRedirect"), (400, "AuthorizationHeaderMalformed")]
)
def test_a_bucket_in_another_region_names_the_setting(status: int, code: str) -> None:
    with answering((status, f"<Error><Code>{code}</Code></Error>")) as server:
        error = error_of(lambda: uris("s3://bucket/logs", server.access))

    assert str(error) == (
        "s3://bucket/logs cannot be read: the bucket is in another region than requested"
    )
    assert error.hint == "set [S3] REGION to the bucket's region"


def test_the_request_is_signed_for_the_region_in_the_settings(reader: KeyPair) -> None:
    with answering((200, listing("x.json"))) as server:
        access = S3Access(region="eu-north-1", endpoint_url=server.endpoint)
        uris("s3://bucket", access)

    assert "/eu-north-1/s3/" in server.requests[0]["Authorization"]
    assert reader.secret_access_key not in str(server.requests[0].items())


def test_the_endpoint_in_the_settings_overrides_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://elsewhere.invalid")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://elsewhere.invalid")
    with answering((200, listing("x.json"))) as server:
        assert uris("s3://bucket", server.access) == ["s3://bucket/x.json"]


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_the_endpoint_in_the_environment_is_used(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering((200, listing("x.json"))) as server:
        monkeypatch.setenv(name, server.endpoint)
        assert uris("s3://bucket", S3Access()) == ["s3://bucket/x.json"]


def test_a_throttled_request_is_retried() -> None:
    slow_down = (503, "<Error><Code>SlowDown</Code></Error>")
    with answering(slow_down, (429, ""), (200, listing("x.json"))) as server:
        assert uris("s3://bucket", server.access) == ["s3://bucket/x.json"]


def test_a_server_that_stays_broken_gets_five_requests() -> None:
    with answering((500, "<Error><Code>InternalError</Code></Error>")) as server:
        error = error_of(lambda: uris("s3://bucket", server.access))

    assert str(error) == f"s3://bucket cannot be read: {server.host} is busy or broken"
    assert error.hint == "wait a little, then run again"
    assert len(server.requests) == 5


def test_a_truncated_object_is_an_error() -> None:
    truncated = (200, "half", 8)
    with answering(truncated) as server:
        source = open_source("s3://bucket", server.access)
        error_of(lambda: source.read(DataFile("s3://bucket/x.json", "e", 8)))

    assert {request["If-Match"] for request in server.requests} == {'"e"'}


def test_a_session_that_ended_says_to_sign_in(reader: KeyPair) -> None:
    with answering((400, "<Error><Code>ExpiredToken</Code></Error>")) as server:
        error = error_of(lambda: uris("s3://bucket", server.access), reader.secret_access_key)

    assert "the AWS session has ended" in str(error)
    assert "sign in again" in error.hint


def test_a_wrong_clock_is_reported() -> None:
    with answering((403, "<Error><Code>RequestTimeTooSkewed</Code></Error>")) as server:
        error = error_of(lambda: uris("s3://bucket", server.access))

    assert "the clock of this machine is wrong" in str(error)


@pytest.mark.parametrize("bad", ["logs//x.json", "logs/../x.json", "logs/./x.json"])
def test_an_object_that_cannot_be_asked_for_is_listed_and_the_others_are_read(bad: str) -> None:
    with answering((200, listing(bad, "y.json"))) as server:
        source = open_source("s3://bucket", server.access)
        files = list(source.files())
        refused = error_of(lambda: source.read(files[0]))

    assert [file.uri.rpartition("/")[2] for file in files][1] == "y.json"
    assert isinstance(refused, UnreadableFile)
    assert "'//', '..' or a control character in its key" in str(refused)
    assert refused.hint == "rename that object"
    assert "AWS4-HMAC-SHA256" not in str(server.requests[1].items())  # there are no keys


def test_an_object_whose_key_begins_with_a_slash_cannot_be_asked_for() -> None:
    """The slash is taken away by obstore, and then there is no such object."""
    listed = (200, listing("/x.json"))
    with answering(listed, (404, "<Error><Code>NoSuchKey</Code></Error>"), listed) as server:
        source = open_source("s3://bucket", server.access)
        files = list(source.files())
        refused = error_of(lambda: source.read(files[0]))

    assert isinstance(refused, UnreadableFile)
    assert "'//', '..' or a control character in its key" in str(refused)


def test_an_empty_object_that_stands_for_a_folder_is_no_data() -> None:
    page = listing("logs/events.json/", "logs/events.json/part-0000.json")
    with answering((200, page.replace("<Size>2</Size>", "<Size>0</Size>", 1))) as server:
        source = open_source("s3://bucket/logs", server.access)
        found = [file.uri for file in source.files()]

    assert found == ["s3://bucket/logs/events.json/part-0000.json"]
    assert passed_over_by(source).count == 0


def test_a_listing_that_repeats_its_token_ends() -> None:
    with answering((200, listing("a.json", "b.json", token="t"))) as server:
        error = error_of(lambda: uris("s3://bucket", server.access))

    assert "the server gives the same keys again and again" in str(error)
    assert len(server.requests) < 2000


def test_a_listing_of_any_keys_that_repeats_its_token_ends() -> None:
    with answering((200, listing("a//b.json", token="t"))) as server:
        error = error_of(lambda: uris("s3://bucket", server.access))

    assert "the server gives the same keys again and again" in str(error)
    assert len(server.requests) < 10


@pytest.mark.parametrize("start_after", ["", "names/a b.json"])
def test_our_own_listing_is_the_servers(s3_server: S3Server, bucket: str, start_after: str) -> None:
    names = ["a b.json", "b+c.json", "ü.json", "z%41.json"]
    etags = [s3_server.put(bucket, f"names/{name}", b"{}") for name in names]
    keys = s3_server.reader
    signed = SigningKeys(keys.access_key_id, keys.secret_access_key)
    asked = Bucket(bucket, s3_server.endpoint, REGION, signed)

    found = list(list_objects(asked, "names/", start_after))

    expected = [(f"names/{name}", etag, 2) for name, etag in zip(names, etags, strict=True)]
    assert sorted(found) == sorted(expected[bool(start_after) :])


def test_our_own_listing_with_a_wrong_key_fails(s3_server: S3Server, bucket: str) -> None:
    signed = SigningKeys(s3_server.reader.access_key_id, "wrong")
    asked = Bucket(bucket, s3_server.endpoint, REGION, signed)

    with pytest.raises(ListingFailed, match="SignatureDoesNotMatch"):
        list(list_objects(asked, "", ""))


def test_a_listing_of_empty_pages_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "LISTING_SECONDS", 0.5)
    with answering((200, listing(token="t"))) as server:
        error = error_of(lambda: uris("s3://bucket", server.access))

    assert "cannot be listed" in str(error)


OF_ONE_OBJECT = {
    "Glacier": (403, "<Code>InvalidObjectState</Code>", "archived in Glacier", "restore"),
    "SSE-C": (
        400,
        "<Message>The object was stored using a form of Server Side Encryption.</Message>",
        "SSE-C",
        "copy it",
    ),
    "SSE-KMS": (
        403,
        "<Code>AccessDenied</Code><Message>x is not authorized to perform: kms:Decrypt</Message>",
        "SSE-KMS",
        "kms:Decrypt",
    ),
    "a disabled key": (400, "<Code>KMS.DisabledException</Code>", "SSE-KMS", "enabled"),
    "denied": (403, "<Code>AccessDenied</Code>", "permission denied", "AWS_REQUEST_PAYER=true"),
}


@pytest.mark.parametrize(
    ("status", "body", "what", "hint"), OF_ONE_OBJECT.values(), ids=OF_ONE_OBJECT
)
def test_an_object_that_alone_cannot_be_read_is_named_as_what_it_is(
    status: int, body: str, what: str, hint: str
) -> None:
    with answering((status, f"<Error>{body}</Error>")) as server:
        source = open_source("s3://bucket", server.access)
        error = error_of(lambda: source.read(DataFile("s3://bucket/x.json", "e", 8)))

    assert isinstance(error, UnreadableFile)
    assert str(error).startswith("s3://bucket/x.json cannot be read: ")
    assert what in str(error)
    assert hint in error.hint


@pytest.mark.parametrize("code", ["AllAccessDisabled", "AccountProblem", "NotSignedUp"])
def test_a_closed_account_is_named(code: str) -> None:
    with answering((403, f"<Error><Code>{code}</Code></Error>")) as server:
        error = error_of(lambda: uris("s3://bucket", server.access))

    assert "the AWS account is closed, or has a problem" in str(error)


EMPTY = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_UNSIGNED_PAYLOAD", "AWS_REQUEST_PAYER")


@pytest.mark.parametrize("name", EMPTY)
def test_a_variable_of_aws_that_is_set_and_empty_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "")

    with pytest.raises(ConfigError) as raised:
        open_source("s3://bucket", S3Access())

    assert str(raised.value) == f"{name} is set in the environment, and empty"
    assert raised.value.hint == f"unset {name}"


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"])
def test_an_empty_variable_that_can_be_done_without_is_none(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "")
    with answering((200, listing("x.json"))) as server:
        assert uris("s3://bucket", server.access) == ["s3://bucket/x.json"]


@pytest.mark.parametrize("half", [0, 1])
def test_a_key_without_its_secret_is_named(half: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given, missing = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")[:: 1 - 2 * half]
    monkeypatch.setenv(given, "AKIASECRET")
    monkeypatch.delenv(missing, raising=False)

    with pytest.raises(ConfigError) as raised:
        open_source("s3://bucket", S3Access())

    assert str(raised.value) == f"{given} is set in the environment, and {missing} is not"
    assert "AKIASECRET" not in raised.value.hint


def test_a_variable_of_aws_that_cannot_be_used_is_two_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_UNSIGNED_PAYLOAD", "perhaps")

    with pytest.raises(ConfigError, match="AWS_UNSIGNED_PAYLOAD cannot be used for S3"):
        open_source("s3://bucket", S3Access())


def test_an_unexpected_answer_is_not_printed() -> None:
    with answering((418, "<Error>AWS_SECRET_ACCESS_KEY=teapot</Error>")) as server:
        error = error_of(lambda: uris("s3://bucket", server.access))

    assert str(error) == "s3://bucket cannot be read: S3 gave an unexpected answer"
    assert error.hint == "run again with --debug to see it"


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("key", ["1234abcd-12ab", ""])
def test_what_is_written_is_encrypted_by_the_key_of_the_settings(key: str) -> None:
    with answering((200, "")) as server:
        settings = Settings(s3_endpoint_url=server.endpoint, s3_kms_key=key)
        OwnFolder("s3://bucket/out", S3Access.named_by(settings)).put("a.csv", b"x")
        [sent] = server.requests

    assert sent.get("x-amz-server-side-encryption", "") == ("aws:kms" if key else "")
    assert sent.get("x-amz-server-side-encryption-aws-kms-key-id", "") == key
