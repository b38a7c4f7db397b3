"""S3 that fails: a run recovers or ends cleanly, and the ledger is right."""

import itertools
import json
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sparkify.sources import s3 as sources
from tests.command_line import Outcome, call, environment, process, run
from tests.s3_server import PUBLIC_BUCKET, S3Server
from tests.small_source import EVENT, lines, play

from .crash_fixtures import Content, DuckDbTarget, broken, repeatable_content, rows_of
from .crash_harness import require_two_lines
from .faulty_s3 import Fault, FaultyS3, Kind, faulty_s3

BUCKET = "survival"
# An object of each way of reading, both listings, and the document that is read first.
TARGETS = {
    "listing of songs": r"list-type=2.*song_data",
    "listing of logs": r"list-type=2.*log_data",
    "small object": r"GET .*song_data/.*json",
    "large object": r"GET .*log_data/.*big\.json",
    "jsonpaths": r"GET .*log_json_path\.json",
}
FOREVER = 10_000
# As the product has them, but that nobody waits long for a server that says nothing.
IMPATIENT = {"connect_timeout": timedelta(seconds=1), "read_timeout": timedelta(seconds=1)}
BOUND = 120  # seconds in which a run has to end, whatever S3 does; then the process is ended


class Cloud:
    """A warehouse that is loaded from a bucket, through the faulty proxy or straight."""

    def __init__(self, folder: Path, s3: S3Server, proxy: FaultyS3, bucket: str) -> None:
        self.target = DuckDbTarget(folder, {})
        self.proxy = proxy
        self.bucket = bucket
        self._s3 = s3
        assert call("create-tables", cwd=folder, env=self._env(s3.endpoint)).code == 0

    def load(self) -> Outcome:
        """Load through the proxy."""
        return call("etl", cwd=self.target.folder, env=self._env(self.proxy.endpoint))

    def load_by_process(self) -> Outcome:
        return run("etl.py", cwd=self.target.folder, env=self._env(self.proxy.endpoint))

    def process(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            process("etl.py"),
            cwd=self.target.folder,
            env=environment(self.target.folder, **self._env(self.proxy.endpoint)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def load_undisturbed(self) -> Content:
        done = call("etl", cwd=self.target.folder, env=self._env(self._s3.endpoint))
        assert done.code == 0, done
        return repeatable_content(self.target)

    def _env(self, endpoint: str) -> dict[str, str]:
        keys = self._s3.reader
        signed = {"AWS_ACCESS_KEY_ID": keys[0], "AWS_SECRET_ACCESS_KEY": keys[1]}
        return {
            **self.target.env,
            **({} if self.bucket == PUBLIC_BUCKET else signed),
            "SPARKIFY_S3_ENDPOINT_URL": endpoint,
            "SPARKIFY_S3_REGION": "us-east-1",
            "SPARKIFY_S3_LOG_DATA": f"s3://{self.bucket}/log_data",
            "SPARKIFY_S3_SONG_DATA": f"s3://{self.bucket}/song_data",
            "SPARKIFY_S3_LOG_JSONPATH": f"s3://{self.bucket}/log_json_path.json",
            "SPARKIFY_ETL_BATCH_MB": "1",
        }


@pytest.fixture(scope="module")
def proxy(s3_server: S3Server) -> Iterator[FaultyS3]:
    with faulty_s3(s3_server.endpoint) as running:
        yield running


@pytest.fixture(scope="module")
def goal(
    s3_server: S3Server,
    proxy: FaultyS3,
    sources: tuple[Path, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Content:
    """Put all source files into the bucket; return the content without faults."""
    _, whole = sources
    for path in filter(Path.is_file, whole.rglob("*")):
        s3_server.put(BUCKET, str(path.relative_to(whole)), path.read_bytes())
    return Cloud(tmp_path_factory.mktemp("goal"), s3_server, proxy, BUCKET).load_undisturbed()


@pytest.fixture
def cloud(tmp_path: Path, s3_server: S3Server, proxy: FaultyS3, goal: Content) -> Iterator[Cloud]:
    proxy.struck = 0
    yield Cloud(tmp_path, s3_server, proxy, BUCKET)
    proxy.faults.clear()
    proxy.choose = None


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait long for a server that says nothing."""
    monkeypatch.setattr(sources, "_TIMEOUTS", {**sources._TIMEOUTS, **IMPATIENT})
    retries = {**sources._RETRIES, "retry_timeout": timedelta(seconds=5)}
    monkeypatch.setattr(sources, "_RETRIES", retries)


def require_survived(cloud: Cloud, done: Outcome, goal: Content) -> None:
    """Require that a run recovered or failed cleanly, and that the next one completes it."""
    if done.code:
        require_two_lines(done, f"s3://{cloud.bucket}/")
    else:
        assert repeatable_content(cloud.target) == goal
    require_made_whole(cloud, goal)


def require_made_whole(cloud: Cloud, goal: Content) -> None:
    """Require that what is loaded is sound, and that the next run makes all whole."""
    assert broken(cloud.target) == []
    loaded = repeatable_content(cloud.target)["loaded_files"]
    assert set(loaded) <= set(goal["loaded_files"])
    cloud.proxy.faults.clear()
    cloud.proxy.choose = None
    assert cloud.load_undisturbed() == goal


# --- one thing goes wrong, once or for good


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("kind", "target"),
    [
        pytest.param(Kind.SLOW_DOWN, "listing of logs", marks=pytest.mark.slow),
        pytest.param(Kind.INTERNAL, "small object", marks=pytest.mark.slow),
        pytest.param(Kind.SILENCE, "large object", marks=pytest.mark.slow),
        pytest.param(Kind.RESET, "jsonpaths", marks=pytest.mark.slow),
        (Kind.CUT, "large object"),
    ],
)
def test_a_fault_that_passes_does_not_stop_a_run(
    cloud: Cloud, goal: Content, figures: Counter[str], kind: Kind, target: str
) -> None:
    cloud.proxy.faults.append(Fault(TARGETS[target], kind))

    done = cloud.load()

    assert cloud.proxy.struck == 1
    assert done.code == 0, done
    require_survived(cloud, done, goal)
    figures[f"S3: {kind}"] += 1


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("kind", "target"),
    [
        pytest.param(Kind.INTERNAL, "listing of songs", marks=pytest.mark.slow),
        pytest.param(Kind.SHORT, "small object", marks=pytest.mark.slow),
        (Kind.SHRUNK, "large object"),
        pytest.param(Kind.SILENCE, "jsonpaths", marks=pytest.mark.slow),
    ],
)
def test_a_fault_that_stays_ends_a_run_clean(
    cloud: Cloud, goal: Content, figures: Counter[str], kind: Kind, target: str
) -> None:
    cloud.proxy.faults.append(Fault(TARGETS[target], kind, FOREVER))

    done = cloud.load()

    assert cloud.proxy.struck > 0
    require_two_lines(done, f"s3://{cloud.bucket}/")
    figures[f"S3: {kind}"] += cloud.proxy.struck
    require_survived(cloud, done, goal)


@pytest.mark.slow
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("fault", list(itertools.product(Kind, TARGETS, [1, 3, FOREVER])), ids=str)
def test_any_fault_of_any_request_is_survived(
    cloud: Cloud, goal: Content, figures: Counter[str], fault: tuple[Kind, str, int]
) -> None:
    kind, target, times = fault
    cloud.proxy.faults.append(Fault(TARGETS[target], kind, times))

    done = cloud.load()

    assert cloud.proxy.struck > 0
    figures[f"S3: {kind}"] += cloud.proxy.struck
    require_survived(cloud, done, goal)


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, FOREVER])
def test_a_server_that_says_nothing_is_given_up_in_time(
    cloud: Cloud, goal: Content, figures: Counter[str], times: int
) -> None:
    """With the patience that the product has."""
    cloud.proxy.faults.append(Fault(TARGETS["small object"], Kind.SILENCE, times))
    began = time.monotonic()

    done = cloud.load()

    assert time.monotonic() - began < BOUND
    assert bool(done.code) == (times == FOREVER)
    figures[f"S3: {Kind.SILENCE}"] += cloud.proxy.struck
    require_survived(cloud, done, goal)


@pytest.mark.slow
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("share", [0.02, 0.1, 0.4])
@pytest.mark.parametrize("seed", range(6))
def test_a_storm_of_faults_is_survived(
    cloud: Cloud, goal: Content, figures: Counter[str], seed: int, share: float
) -> None:
    chance = random.Random(seed)
    kinds = [kind for kind in Kind if kind != Kind.SILENCE or seed % 2]
    cloud.proxy.choose = lambda: chance.choice(kinds) if chance.random() < share else None

    done = cloud.load()

    figures["S3: faults of a storm"] += cloud.proxy.struck
    require_survived(cloud, done, goal)


# --- the bucket changes while it is read


@pytest.fixture
def changing(
    tmp_path: Path, s3_server: S3Server, proxy: FaultyS3
) -> Iterator[tuple[Cloud, Callable[[str, bytes | None], Callable[[], object]]]]:
    """Give a public bucket, listed two objects a page, and a function that changes one."""

    def change(key: str, data: bytes | None) -> Callable[[], object]:
        if data is None:
            return lambda: s3_server.delete(PUBLIC_BUCKET, key)
        return lambda: s3_server.put(PUBLIC_BUCKET, key, data)

    for key in s3_server.keys(PUBLIC_BUCKET):
        s3_server.delete(PUBLIC_BUCKET, key)
    for number in range(6):
        s3_server.put(PUBLIC_BUCKET, f"log_data/{number}.json", day(number))
    s3_server.put(PUBLIC_BUCKET, "song_data/none.json", b"")
    paths = {"jsonpaths": [f"$['{key}']" for key in EVENT]}
    s3_server.put(PUBLIC_BUCKET, "log_json_path.json", json.dumps(paths).encode())
    proxy.page = 2
    yield Cloud(tmp_path, s3_server, proxy, PUBLIC_BUCKET), change
    proxy.page = None
    proxy.faults.clear()
    for key in s3_server.keys(PUBLIC_BUCKET):
        s3_server.delete(PUBLIC_BUCKET, key)


Changing = tuple[Cloud, Callable[[str, bytes | None], Callable[[], object]]]
SECOND_PAGE = r"list-type=2.*log_data.*continuation-token|continuation-token.*log_data"


def day(session: int, plays: int = 3, **changes: Any) -> bytes:
    return lines(*(play(session, item, **changes) for item in range(plays)))


def sessions(cloud: Cloud) -> dict[int, int]:
    """Count the staged rows of each session, each of which has to be a play too."""
    (_, staged), (_, played) = cloud.target.answers(
        "select sessionid, count(*) from staging_events group by sessionid",
        "select session_id, count(*) from songplays group by session_id",
    )
    assert sorted(staged) == sorted(played)
    return dict(staged)


ALL = dict.fromkeys(range(6), 3)


@pytest.mark.parametrize("key", [pytest.param("0a", marks=pytest.mark.slow), "5a"])
def test_an_object_that_is_added_while_the_bucket_is_listed_is_loaded_by_the_next_run(
    changing: Changing, figures: Counter[str], key: str
) -> None:
    cloud, change = changing
    added = change(f"log_data/{key}.json", day(9))
    cloud.proxy.faults.append(Fault(SECOND_PAGE, meanwhile=added))

    assert cloud.load().code == 0
    assert cloud.proxy.faults[0].times == 0
    assert sessions(cloud) in (ALL, {**ALL, 9: 3})
    cloud.load_undisturbed()
    assert sessions(cloud) == {**ALL, 9: 3}
    figures["S3: bucket changed while it was read"] += 1


@pytest.mark.parametrize("key", [pytest.param("0", marks=pytest.mark.slow), "5"])
def test_an_object_that_is_deleted_while_the_bucket_is_listed_is_reported_or_not_there(
    changing: Changing, figures: Counter[str], key: str
) -> None:
    cloud, change = changing
    deleted = change(f"log_data/{key}.json", None)
    cloud.proxy.faults.append(Fault(SECOND_PAGE, meanwhile=deleted))

    done = cloud.load()

    if done.code:
        require_two_lines(done, f"log_data/{key}.json was deleted after it was listed")
        assert sessions(cloud) == {}
    cloud.load_undisturbed()
    assert sessions(cloud) == {each: 3 for each in ALL if each != int(key)}
    figures["S3: bucket changed while it was read"] += 1


def test_an_object_that_is_replaced_before_it_is_read_is_never_recorded_as_the_old_one(
    changing: Changing, figures: Counter[str]
) -> None:
    cloud, change = changing
    replaced = change("log_data/3.json", day(3, plays=7))
    cloud.proxy.faults.append(Fault(r"GET .*/log_data/3\.json", meanwhile=replaced))

    done = cloud.load()

    require_two_lines(done, "log_data/3.json was replaced after it was listed")
    assert sessions(cloud) == {}
    cloud.load_undisturbed()
    assert sessions(cloud) == {**ALL, 3: 7}
    figures["S3: bucket changed while it was read"] += 1


@pytest.mark.parametrize("kind", [Kind.CUT, pytest.param(Kind.SHORT, marks=pytest.mark.slow)])
@pytest.mark.parametrize("plays", [pytest.param(10, marks=pytest.mark.slow), 8000])
def test_the_halves_of_two_versions_are_never_taken_for_one_object(
    changing: Changing, figures: Counter[str], kind: Kind, plays: int
) -> None:
    cloud, change = changing
    change("log_data/3.json", day(3, plays=plays))()
    replaced = change("log_data/3.json", day(3, plays=plays, userId="8"))
    cloud.proxy.faults.append(Fault(r"GET .*/log_data/3\.json", kind, meanwhile=replaced))

    done = cloud.load()

    require_two_lines(done, "log_data/3.json")
    assert sessions(cloud) in ({}, {0: 3, 1: 3, 2: 3})
    cloud.load_undisturbed()
    assert sessions(cloud) == {**ALL, 3: plays}
    users = rows_of(cloud.target, "select distinct userid from staging_events where sessionid = 3")
    assert users == [(8,)]
    figures["S3: bucket changed while it was read"] += 1


@pytest.mark.slow
@pytest.mark.parametrize("target", ["large object", "listing of logs"])
def test_a_run_that_waits_for_s3_ends_when_it_is_asked_to(
    cloud: Cloud, goal: Content, figures: Counter[str], target: str
) -> None:
    cloud.proxy.faults.append(Fault(TARGETS[target], Kind.SILENCE, FOREVER))

    with cloud.process() as waiting:
        while not cloud.proxy.struck and waiting.poll() is None:
            time.sleep(0.05)
        asked = time.monotonic()
        waiting.terminate()
        _, err = waiting.communicate(timeout=BOUND)

    assert time.monotonic() - asked < 12  # S3 is waited for fifteen, and then asked again
    assert waiting.returncode == 143
    assert [line.split(":")[0] for line in err.decode().split("\n") if line] == ["Error", "Try"]
    figures["SIGTERM while S3 says nothing"] += 1
    require_made_whole(cloud, goal)


@pytest.mark.slow
def test_the_process_itself_survives_a_fault(
    cloud: Cloud, goal: Content, figures: Counter[str]
) -> None:
    cloud.proxy.faults.append(Fault(TARGETS["small object"], Kind.CUT, FOREVER))

    done = cloud.load_by_process()

    require_two_lines(done, f"s3://{cloud.bucket}/")
    figures[f"S3: {Kind.CUT}"] += cloud.proxy.struck
    require_survived(cloud, done, goal)
