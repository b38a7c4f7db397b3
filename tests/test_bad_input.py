"""Bad input: two clear lines, the right exit code, and a warehouse as it was."""

import gzip
import http.server
import json
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from tests import s3_server as s3
from tests.command_line import (
    PASSWORD,
    Outcome,
    call,
    run,
    settings_of_the_brief,
)
from tests.operate.lock_holder import hold_lock
from tests.small_source import EVENT, EVENTS, SONG, SONGS, lines, play, write_source
from tests.warehouse_content import content

TWO_LINES = re.compile(r"Error: \S[^\n]*\nTry: \S[^\n]*\n")
LOG = "data/log_data/2018/b.json"


def assert_rejected(outcome: Outcome, code: int, *named: str) -> None:
    assert TWO_LINES.fullmatch(outcome.err), outcome.err
    assert (outcome.code, outcome.out) == (code, ""), outcome.err
    error = outcome.err.partition("\nTry:")[0]
    assert not [name for name in named if name not in error], error


class Room(NamedTuple):
    """A folder with a loaded warehouse, and new files that have not been loaded yet.

    No row may be rejected; the tests of the quarantine have those that are.
    """

    folder: Path

    def etl(self, *settings: str, **env: str) -> Outcome:
        """Load, in a process of its own, and hold the warehouse against what it was before."""
        return self._unchanged(run, ["etl.py", *_options(settings)], env)

    def etl_here(self, *settings: str, **env: str) -> Outcome:
        """Load in this process: for the many variants of what one process proved."""
        return self._unchanged(call, ["etl", *_options(settings)], env)

    def _unchanged(
        self, start: Callable[..., Outcome], arguments: list[str], env: dict[str, str]
    ) -> Outcome:
        before = content(self.folder / "sparkify.duckdb")
        outcome = self._started(start, arguments, env)
        assert content(self.folder / "sparkify.duckdb") == before
        return outcome

    def etl_without(self, *settings: str, **env: str) -> list[str]:
        """Load in this process, all but files that are rejected; return what is said of them."""
        return self._without(self._started(call, ["etl", *_options(settings)], env))

    def _started(
        self, start: Callable[..., Outcome], arguments: list[str], env: dict[str, str]
    ) -> Outcome:
        return start(*arguments, cwd=self.folder, env={"SPARKIFY_ETL_MAX_ERRORS": "0", **env})

    def _without(self, outcome: Outcome) -> list[str]:
        assert (outcome.code, outcome.out.count("\nRejected ")) == (3, 1), outcome.err
        database = content(self.folder / "sparkify.duckdb")
        rejected = {uri for uri, *_ in database["rejected_files"]}
        assert rejected
        assert not rejected & {uri for uri, *_ in database["loaded_files"]}
        said = [line for line in outcome.err.splitlines() if ". Try: " in line]
        assert len(said) == len(rejected)
        return said


def assert_named(said: list[str], *named: str) -> None:
    """Assert that one file was rejected, and that this is said of it."""
    [line] = said
    assert line.startswith("Warning: ")
    assert not [name for name in named if name not in line], line


def _options(settings: tuple[str, ...]) -> list[str]:
    return [word for setting in settings for word in ("--set", setting)]


@pytest.fixture
def room(loaded: Path) -> Room:
    return Room(write_source(loaded))


# --- folders


def test_a_missing_folder(room: Room) -> None:
    for outcome in (
        room.etl("S3.LOG_DATA=data/nowhere"),
        room.etl_here("S3.SONG_DATA=data/nowhere"),
    ):
        assert_rejected(outcome, 1, "data/nowhere cannot be read: No such file or directory")


def test_an_empty_folder(room: Room) -> None:
    (room.folder / "data/empty").mkdir()
    (room.folder / "data/empty/notes.txt").write_text("no data")

    for outcome in (room.etl("S3.LOG_DATA=data/empty"), room.etl_here("S3.SONG_DATA=data/empty")):
        assert_rejected(outcome, 1, "there are no data files in data/empty: 1 file")


def test_a_name_that_is_not_utf_8(room: Room) -> None:
    (room.folder / "data/log_data" / "b\udcf6.json").write_bytes(lines(play(2, 1)))

    assert_named(room.etl_without(), "b\\xf6.json is not UTF-8")


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("s3:/bucket/log_data", 2),
        ("https://bucket.s3.amazonaws.com/x", 2),
        ("S3 bucket", 1),
        ("a\tb", 1),
    ],
)
def test_a_location_that_is_none(room: Room, location: str, code: int) -> None:
    assert_rejected(room.etl_here(f"S3.LOG_DATA={location}"), code, location.rpartition("/")[2])


@pytest.mark.parametrize(
    ("logs", "songs"),
    [("data", "data/song_data"), ("data/log_data/2018", "data"), ("data", "data/../data/")],
)
def test_locations_that_overlap(room: Room, logs: str, songs: str) -> None:
    outcome = room.etl_here(f"S3.LOG_DATA={logs}", f"S3.SONG_DATA={songs}")

    assert_rejected(outcome, 2, f"LOG_DATA {logs} and SONG_DATA {songs} overlap")


@pytest.mark.parametrize("location", ["s3://", "s3:///x", "s3://a b/c", "s3://ü/c"])
def test_a_bucket_that_cannot_be_one(room: Room, location: str) -> None:
    assert_rejected(room.etl_here(f"S3.LOG_DATA={location}"), 2, location, "names no bucket")


def test_a_location_over_two_lines_is_an_error_in_two_lines(room: Room) -> None:
    settings_of_the_brief(room.folder, LOG_DATA="data/no\n  where")

    assert_rejected(room.etl_here(), 1, "data/no")


# --- permissions: root may read everything, so the process is started without that right

GIVE_UP_RIGHTS = """
import ctypes, os, sys
for right in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    if os.geteuid() == 0 and ctypes.CDLL(None).prctl(24, right, 0, 0, 0):  # PR_CAPBSET_DROP
        sys.exit(77)
os.execv(sys.argv[1], sys.argv[1:])
"""
WITHOUT_RIGHTS = (sys.executable, "-c", GIVE_UP_RIGHTS)


@pytest.fixture(scope="session")
def _rights_can_be_given_up(tmp_path_factory: pytest.TempPathFactory) -> None:
    probe = tmp_path_factory.mktemp("probe") / "file"
    probe.touch(mode=0)
    tried = subprocess.run([*WITHOUT_RIGHTS, "/bin/cat", probe], capture_output=True, check=False)
    if tried.returncode != 1:
        pytest.skip("this user can read everything and cannot give that up")


@pytest.fixture
def forbid(_rights_can_be_given_up: None) -> Iterator[Callable[..., None]]:
    """Take permissions from a path, all or those not in `mode`, until the test is over."""
    modes: list[tuple[Path, int]] = []

    def forbidden(path: Path, mode: int = 0) -> None:
        modes.append((path, path.stat().st_mode))
        path.chmod(mode)

    yield forbidden
    for path, mode in modes:
        path.chmod(mode)


@pytest.mark.parametrize(
    "forbidden",
    [
        "data/log_data",
        "data/log_json_path.json",
    ],
)
def test_a_file_or_folder_without_permission(
    room: Room, forbid: Callable[..., None], forbidden: str
) -> None:
    before = content(room.folder / "sparkify.duckdb")
    forbid(room.folder / forbidden)

    outcome = run("etl.py", cwd=room.folder, through=WITHOUT_RIGHTS)

    assert_rejected(outcome, 1, f"{forbidden} cannot be read: Permission denied")
    assert content(room.folder / "sparkify.duckdb") == before


@pytest.mark.parametrize("forbidden", ["data/song_data/2018", "data/song_data/2018/a.json"])
def test_a_file_or_folder_without_permission_among_others(
    room: Room, forbid: Callable[..., None], forbidden: str
) -> None:
    forbid(room.folder / forbidden)

    outcome = run("etl.py", cwd=room.folder, through=WITHOUT_RIGHTS)

    said = [line for line in outcome.err.splitlines() if ". Try: " in line]
    assert_named(said, f"{forbidden} cannot be read: Permission denied", "chmod u+rX")
    assert (outcome.code, "Loaded " in outcome.out) == (3, True)


def test_settings_without_permission(room: Room, forbid: Callable[..., None]) -> None:
    forbid(settings_of_the_brief(room.folder))

    outcome = run("etl.py", cwd=room.folder, through=WITHOUT_RIGHTS)

    assert_rejected(outcome, 2, "dwh.cfg", "Permission denied")


@pytest.mark.parametrize("mode", [0, 0o444], ids=["unreadable", "read-only"])
@pytest.mark.parametrize("script", ["etl.py", "create_tables.py"])
def test_a_warehouse_without_permission(
    room: Room, forbid: Callable[..., None], script: str, mode: int
) -> None:
    warehouse = room.folder / "sparkify.duckdb"
    before = warehouse.read_bytes()
    forbid(warehouse, mode)

    outcome = run(script, cwd=room.folder, through=WITHOUT_RIGHTS)

    assert_rejected(outcome, 1, "sparkify.duckdb", "Permission denied")
    assert warehouse.read_bytes() == before


def test_a_folder_where_no_warehouse_can_be_made(
    tmp_path: Path, forbid: Callable[..., None]
) -> None:
    forbid(tmp_path, 0o555)

    outcome = run("create_tables.py", cwd=tmp_path, through=WITHOUT_RIGHTS)

    assert_rejected(outcome, 1, "sparkify.duckdb", "Permission denied")


def test_a_folder_where_no_data_can_be_made(tmp_path: Path, forbid: Callable[..., None]) -> None:
    forbid(tmp_path, 0o555)

    outcome = run("sparkify", "generate", "--events", "9", cwd=tmp_path, through=WITHOUT_RIGHTS)

    assert outcome.code in {1, 2}
    assert_rejected(outcome, outcome.code, "data", "Permission denied")


# --- S3


@pytest.fixture
def in_s3(s3_server: s3.S3Server, room: Room) -> tuple[Room, dict[str, str]]:
    """Give a folder whose settings name a bucket that has all it needs, and keys that work."""
    bucket = "bad-input"
    paths = (room.folder / "data/log_json_path.json").read_bytes()
    s3_server.put(bucket, "log_json_path.json", paths)
    s3_server.put(bucket, "log_data/a.json", EVENTS)
    s3_server.put(bucket, "song_data/a.json", SONGS)
    env = {
        "SPARKIFY_S3_ENDPOINT_URL": s3_server.endpoint,
        "SPARKIFY_S3_REGION": s3.REGION,
        "SPARKIFY_S3_LOG_DATA": f"s3://{bucket}/log_data",
        "SPARKIFY_S3_SONG_DATA": f"s3://{bucket}/song_data",
        "SPARKIFY_S3_LOG_JSONPATH": f"s3://{bucket}/log_json_path.json",
    }
    return room, env | _keys(s3_server.reader)


def _keys(pair: s3.KeyPair) -> dict[str, str]:
    key, secret = pair
    return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret}


InS3 = tuple[Room, dict[str, str]]


def test_a_bucket_that_does_not_exist(in_s3: InS3, s3_server: s3.S3Server) -> None:
    room, env = in_s3

    outcome = room.etl(**env | {"SPARKIFY_S3_LOG_DATA": "s3://no-such-bucket/x"})

    assert_rejected(outcome, 1, "s3://no-such-bucket/x", "the bucket does not exist")


def test_a_prefix_that_holds_nothing(in_s3: InS3) -> None:
    room, env = in_s3

    outcome = room.etl_here(**env | {"SPARKIFY_S3_LOG_DATA": "s3://bad-input/log"})

    assert_rejected(outcome, 1, "there are no data files in s3://bad-input/log")


def test_a_jsonpaths_object_that_does_not_exist(in_s3: InS3) -> None:
    room, env = in_s3

    outcome = room.etl_here(**env | {"SPARKIFY_S3_LOG_JSONPATH": "s3://bad-input/none.json"})

    assert_rejected(outcome, 1, "[S3] LOG_JSONPATH", "s3://bad-input/none.json")


def test_an_access_key_that_nobody_knows(in_s3: InS3) -> None:
    room, env = in_s3
    wrong = s3.KeyPair.new()

    outcome = room.etl(**env | _keys(wrong))

    assert_rejected(outcome, 1, "s3://bad-input/", "the access key is not known")
    assert wrong.secret_access_key not in outcome.err


def test_a_secret_key_that_is_not_the_one(in_s3: InS3, s3_server: s3.S3Server) -> None:
    room, env = in_s3
    wrong = s3.KeyPair(s3_server.reader.access_key_id, "wrong" * 8)

    outcome = room.etl(**env | _keys(wrong))

    assert_rejected(outcome, 1, "s3://bad-input/", "the secret key is wrong")
    assert wrong.secret_access_key not in outcome.err


def test_keys_without_permission(in_s3: InS3, s3_server: s3.S3Server) -> None:
    room, env = in_s3

    outcome = room.etl(**env | _keys(s3_server.denied))

    assert_rejected(outcome, 1, "s3://bad-input/", "permission denied")


def test_an_endpoint_that_cannot_be_reached(in_s3: InS3) -> None:
    room, env = in_s3
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{nobody_listens.getsockname()[1]}"

        outcome = room.etl(**env | {"SPARKIFY_S3_ENDPOINT_URL": f"http://{address}"})

    assert_rejected(outcome, 1, address)


@pytest.mark.parametrize("endpoint", ["127.0.0.1:9000", "ftp://127.0.0.1:9"])
def test_an_endpoint_that_is_none(in_s3: InS3, endpoint: str) -> None:
    room, env = in_s3

    outcome = room.etl(**env | {"SPARKIFY_S3_ENDPOINT_URL": endpoint})

    assert outcome.code in {1, 2}
    assert_rejected(outcome, outcome.code)


class _WebPage(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = b"<html><h1>It works!</h1></html>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def test_an_endpoint_that_is_a_web_page(in_s3: InS3) -> None:
    room, env = in_s3
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _WebPage) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        outcome = room.etl(**env | {"SPARKIFY_S3_ENDPOINT_URL": address})
        server.shutdown()

    assert outcome.code in {1, 2}  # the JSONPaths file is read first, and is no JSON
    assert_rejected(outcome, outcome.code, "s3://bad-input/")


def test_a_damaged_gzip_in_s3(in_s3: InS3, s3_server: s3.S3Server) -> None:
    room, env = in_s3
    s3_server.put("bad-input", "damaged/b.json.gz", gzip.compress(EVENTS)[:-20])

    said = room.etl_without(**env | {"SPARKIFY_S3_LOG_DATA": "s3://bad-input/damaged"})

    assert_named(said, "s3://bad-input/damaged/b.json.gz", "damaged gzip")


# --- files


def _padded(data: bytes) -> bytes:
    """Make the data more than a megabyte, which is loaded in another way."""
    return lines(*(play(100 + n, 0, userAgent="x" * 900) for n in range(1000))) + data


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut short": (lambda packed: packed[: len(packed) // 2], "damaged gzip file"),
    "no gzip at all": (lambda packed: EVENTS, "is not gzip, though its name ends in .gz"),
    "a byte flipped": (
        lambda packed: packed[:-12] + bytes([packed[-12] ^ 1]) + packed[-11:],
        "damaged gzip file",
    ),
    "a wrong checksum": (
        lambda packed: packed[:-8] + b"\0\0\0\0" + packed[-4:],
        "damaged gzip file",
    ),
}


@pytest.mark.parametrize(("damage", "what"), DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_gzip(room: Room, damage: Callable[[bytes], bytes], what: str) -> None:
    (room.folder / f"{LOG}.gz").write_bytes(damage(gzip.compress(EVENTS)))

    assert_named(room.etl_without(), f"{LOG}.gz", what)


def test_a_large_damaged_gzip(room: Room) -> None:
    packed = gzip.compress(_padded(EVENTS), 0)
    assert len(packed) > 1 << 20
    (room.folder / f"{LOG}.gz").write_bytes(packed[:-50])

    assert_named(room.etl_without(), f"{LOG}.gz", "damaged gzip file")


NOT_JSON = {
    "a sentence": (b"just some words\n", 1),
    "a page": (b"<!doctype html>\n<html></html>\n", 1),
    "a table": (b"artist,song\nA,B\n", 1),
    "an archive": (bytes(range(256)) * 4, 1),
    "a list": (b"[" + EVENTS.splitlines()[0] + b"]", 1),
    "a number": (b"42\n", 1),
    "cut short": (EVENTS[:-9], EVENTS.count(b"\n")),
    "a missing comma": (EVENTS + EVENTS.replace(b", ", b" ", 1), EVENTS.count(b"\n") + 1),
    "not UTF-8": (EVENTS + EVENTS.replace(b"Ada", b"\xe9", 1), EVENTS.count(b"\n") + 1),
}


@pytest.mark.parametrize(
    ("kind", "folder"), [*((kind, "log_data") for kind in NOT_JSON), ("a list", "song_data")]
)
def test_a_file_that_is_not_json(room: Room, kind: str, folder: str) -> None:
    data, line = NOT_JSON[kind]
    (room.folder / f"data/{folder}/2018/b.json").write_bytes(data)

    assert_named(room.etl_without(), f"data/{folder}/2018/b.json", f"line {line}")


def test_a_large_file_that_is_not_json_to_its_end(room: Room) -> None:
    data = _padded(b"no more JSON\n")
    (room.folder / LOG).write_bytes(data)

    assert_named(room.etl_without(), LOG, f"line {data.count(10)}", "no more JSON")


@pytest.mark.parametrize(
    ("folder", "wrong", "named"),
    [
        ("log_data", play(5, 5, ts="yesterday"), "column ts"),
        ("log_data", play(5, 5, userId=1.5), "column userid"),
        ("log_data", play(5, 5, length="long"), "column length"),
        ("log_data", play(5, 5, level="x" * 17), "column level"),
        ("song_data", {**SONG, "year": "MMXVIII"}, "column year"),
        ("song_data", {**SONG, "title": "ü" * 600}, "column title"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_value_that_does_not_fit(
    room: Room, folder: str, wrong: dict[str, object], named: str
) -> None:
    good = EVENTS if folder == "log_data" else SONGS
    (room.folder / f"data/{folder}/2018/b.json").write_bytes(good + lines(wrong))

    line = good.count(b"\n") + 1
    assert_named(room.etl_without(), f"data/{folder}/2018/b.json", f"line {line}, {named}")


def test_a_wrong_value_in_a_record_of_many_lines_is_a_warning_in_one_line(room: Room) -> None:
    pretty = json.dumps(play(5, 5, ts="yesterday"), indent=2).encode()
    (room.folder / LOG).write_bytes(EVENTS + pretty)

    assert_named(room.etl_without(), LOG, f"line {EVENTS.count(10) + 1}, column ts")


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ("no json", "is not JSON"),
        ("[]", "no list under the key jsonpaths"),
        (
            json.dumps({"jsonpaths": ["$.artist"]}),
            f"1 JSONPath expressions for {len(EVENT)} columns",
        ),
        (json.dumps({"jsonpaths": ["$..*"] * 18}), "expression 1"),
    ],
)
def test_a_jsonpaths_file_that_is_none(room: Room, document: str, named: str) -> None:
    (room.folder / "data/log_json_path.json").write_text(document)

    assert_rejected(room.etl_here(), 2, "data/log_json_path.json", named)


def test_a_missing_jsonpaths_file(room: Room) -> None:
    (room.folder / "data/log_json_path.json").unlink()

    assert_rejected(room.etl_here(), 1, "[S3] LOG_JSONPATH", "data/log_json_path.json")


# --- rows that break a rule


@pytest.mark.parametrize(
    ("folder", "row", "found"),
    [
        ("log_data", play(7, 1, level="gold"), "songplays.level is gold in 1 row, such as 7000001"),
        ("song_data", {**SONG, "song_id": "SO2", "duration": -1}, "songs.duration is -1"),
    ],
    ids=["level", "duration"],
)
def test_a_value_that_is_only_unusual_is_loaded_with_a_warning(
    room: Room, folder: str, row: dict[str, object], found: str
) -> None:
    (room.folder / f"data/{folder}/2018/b.json").write_bytes(lines(row))

    outcome = call("etl", cwd=room.folder)

    assert outcome.code == 0
    assert "Warning: the check values_are_in_their_domain warned (1 finding)" in outcome.err
    assert f"\n  {found}" in outcome.err
    assert call("etl", cwd=room.folder).out.startswith("Nothing new")


@pytest.mark.parametrize(
    ("folder", "row", "what"),
    [
        ("log_data", play(7, 1, ts=None), "ts: lacks what identifies it"),
        ("log_data", play(7, 1, sessionId=10**15), "sessionid: a number out of range"),
        (
            "song_data",
            {**SONG, "song_id": "", "title": "one\ntwo\r\nthree"},
            "song_id: lacks what identifies it",
        ),
    ],
    ids=["no timestamp", "a large session", "no song_id"],
)
def test_a_record_that_lacks_what_identifies_it(
    room: Room, folder: str, row: dict[str, object], what: str
) -> None:
    (room.folder / f"data/{folder}/2018/b.json").write_bytes(lines(row))

    said = room.etl_without()

    assert_named(said, "b.json is rejected", f"line 1, column {what}")


# --- settings


@pytest.mark.parametrize("command", ["create-tables", "etl"])
@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[CLUSTER]\n[IAM-ROLE]\n[S3]\n", ["dwh.cfg has no section [IAM_ROLE]"]),
        ("[CLUSTR]\nHOST=h\n", ["dwh.cfg has no section [CLUSTER]"]),
        ("", ["dwh.cfg has no section [CLUSTER]"]),
        ("LOG_DATA=x\n", ["dwh.cfg", "section"]),
        ("[CLUSTER]\nDB_PORT=x\n[IAM_ROLE]\n[S3]\n", ["[CLUSTER] DB_PORT", "'x'"]),
        (f"DB_PASSWORD={PASSWORD}\n", ["dwh.cfg"]),
        (f"[CLUSTER]\nDB_PASSWORD {PASSWORD}\n", ["dwh.cfg"]),
    ],
    ids=["section", "misspelt", "empty", "header", "number", "password", "no equals"],
)
def test_settings_that_cannot_be_used(
    loaded: Path, command: str, text: str, named: list[str]
) -> None:
    (loaded / "dwh.cfg").write_text(text)
    before = content(loaded / "sparkify.duckdb")

    assert_rejected(call(command, cwd=loaded), 2, *named)
    assert content(loaded / "sparkify.duckdb") == before


@pytest.mark.parametrize("script", ["create_tables.py", "etl.py"])
def test_a_settings_file_that_is_not_there(loaded: Path, script: str) -> None:
    before = content(loaded / "sparkify.duckdb")

    assert_rejected(run(script, "--config", "my.cfg", cwd=loaded), 2, "my.cfg")
    assert content(loaded / "sparkify.duckdb") == before


def test_a_password_on_the_command_line(loaded: Path) -> None:
    outcome = run("etl.py", "--set", f"CLUSTER.DB_PASSWORD={PASSWORD}", cwd=loaded)

    assert_rejected(outcome, 2, "the secret [CLUSTER] DB_PASSWORD on the command line")


def test_an_unknown_key_only_warns(room: Room) -> None:
    settings_of_the_brief(room.folder, SONG_DATA="data/song_data'\nSONGDATA='x")

    outcome = run("etl.py", cwd=room.folder)

    assert outcome.code == 0
    assert outcome.err.startswith("Warning: dwh.cfg: unknown key [S3] SONGDATA")
    assert "did you mean [S3] SONG_DATA?" in outcome.err


@pytest.mark.parametrize("name", ["100%", "%(HOST)s", "it's", "a b"])
def test_quotes_and_percent_signs_are_just_characters(room: Room, name: str) -> None:
    shutil.move(room.folder / "data", room.folder / name)
    settings_of_the_brief(
        room.folder,
        LOG_DATA=f"{name}/log_data",
        SONG_DATA=f"{name}/song_data",
        LOG_JSONPATH=f"{name}/log_json_path.json",
    )

    outcome = call("etl", cwd=room.folder)

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("Loaded 2 files ")


# --- a database of others

ENTRY_POINTS = [["create_tables.py"], ["create-tables", "--yes"], ["etl.py"], ["overview"]]


def enter_by(entry_point: list[str], folder: Path) -> Outcome:
    return (run if entry_point[0].endswith(".py") else call)(*entry_point, cwd=folder)


@pytest.mark.parametrize("entry_point", ENTRY_POINTS, ids=" ".join)
def test_a_text_file_in_the_place_of_the_warehouse(tmp_path: Path, entry_point: list[str]) -> None:
    text = "My notes about Sparkify, which must not be lost.\n" * 100
    (tmp_path / "sparkify.duckdb").write_text(text)

    outcome = enter_by(entry_point, write_source(tmp_path))

    assert_rejected(outcome, 1, "sparkify.duckdb is not a DuckDB database")
    assert (tmp_path / "sparkify.duckdb").read_text() == text
    assert {path.name for path in tmp_path.iterdir()} == {"sparkify.duckdb", "data"}


@pytest.mark.parametrize("entry_point", ENTRY_POINTS, ids=" ".join)
def test_a_folder_in_the_place_of_the_warehouse(tmp_path: Path, entry_point: list[str]) -> None:
    (tmp_path / "sparkify.duckdb").mkdir()

    assert_rejected(enter_by(entry_point, tmp_path), 1, "sparkify.duckdb")


@pytest.mark.parametrize("entry_point", ENTRY_POINTS, ids=" ".join)
def test_a_database_of_others_with_a_table_of_our_name(
    tmp_path: Path, entry_point: list[str]
) -> None:
    database = tmp_path / "sparkify.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table users as select 1 as id, 'not ours' as note")
    before = content(database)

    outcome = enter_by(entry_point, write_source(tmp_path))

    assert_rejected(outcome, 1)
    if entry_point[0].startswith("create"):
        assert "the database holds tables that Sparkify did not make: users" in outcome.err
    assert content(database) == before


@pytest.mark.parametrize(
    "made",
    [
        "create view cleaned_songs as select 'not ours' as note",
        "create table cleaned_songs as select 'not ours' as note",
        "create view users as select 'not ours' as note",
        "create table loaded_files as select 'not ours' as note",
    ],
)
def test_a_database_of_others_with_anything_of_our_name_is_left(tmp_path: Path, made: str) -> None:
    database = tmp_path / "sparkify.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(made)
    before = content(database)

    outcome = call("create-tables", cwd=tmp_path)

    assert_rejected(outcome, 1, "Sparkify did not make", made.split()[2])
    assert content(database) == before


def test_tables_of_others_beside_ours_stay(tmp_path: Path) -> None:
    database = tmp_path / "sparkify.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table orders as select 1 as id")
        # a view of earlier versions had this name
        connection.execute("create table catalogue as select 2 as id")

    for _ in range(2):
        assert call("create-tables", cwd=tmp_path).code == 0
    assert content(database)["orders"] == [(1,)]
    assert content(database)["catalogue"] == [(2,)]


def test_a_load_without_data_makes_no_warehouse(tmp_path: Path) -> None:
    outcome = run("etl.py", cwd=tmp_path)

    assert_rejected(outcome, 1, "data/log_json_path.json cannot be read")
    assert list(tmp_path.iterdir()) == []


def test_a_warehouse_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    outcome = call("create-tables", "--set", "CLUSTER.DB_NAME=none/dwh", cwd=tmp_path)

    assert_rejected(outcome, 1, "none/dwh.duckdb")
    assert list(tmp_path.iterdir()) == []


def test_a_warehouse_cut_short(loaded: Path) -> None:
    warehouse = loaded / "sparkify.duckdb"
    data = warehouse.read_bytes()
    warehouse.write_bytes(data[: len(data) // 3])

    assert_rejected(call("etl", cwd=write_source(loaded)), 1, "sparkify.duckdb")


# --- a database that another process holds


def test_a_warehouse_that_another_process_holds(room: Room) -> None:
    before = content(room.folder / "sparkify.duckdb")

    with hold_lock(room.folder, read_only=False) as holder:
        outcomes = [enter_by(entry_point, room.folder) for entry_point in ENTRY_POINTS]

    *writers, reader = outcomes
    for outcome in writers:
        assert_rejected(outcome, 1, "sparkify.duckdb is in use by another process", str(holder))
    assert (reader.code, reader.err) == (0, "")  # of the published copy
    assert content(room.folder / "sparkify.duckdb") == before
    assert call("etl", cwd=room.folder).code == 0  # once it is free
