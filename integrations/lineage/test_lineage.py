"""`[LINEAGE]`: OpenLineage events of real loads, received by a server and appended to a file."""

import json
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from integrations.environments import PATIENCE, block_of_page, run_in, start_in
from tests.command_line import COMMAND
from tests.small_source import COUNTS, SONG, UNUSUAL_VALUES_FAIL, lines, play

SCHEMA = json.loads((Path(__file__).parent / "run_event.schema.json").read_text())
PARENT = ("airflow", "music.load", "019ad000-0000-7000-8000-000000000001")
KEY = "k3y-Of-Catalog"
TOKEN = "t0ken-In-Path"


class Catalog:
    """A server that takes events; `answers` are its next codes, then it says 201."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.answers: list[int] = []
        self.requests: list[tuple[str, str | None]] = []
        catalog = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                catalog.requests.append((self.path, self.headers["Authorization"]))
                code = catalog.answers.pop(0) if catalog.answers else 201
                if code == 201:
                    catalog.events.append(json.loads(body))
                self.send_response(code)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    catalog = Catalog()
    yield catalog
    catalog.server.shutdown()
    catalog.server.server_close()


def etl(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return run_in("lineage", "python", *COMMAND, "etl", cwd=folder, env=settings)


def wait_until(happened: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def kinds(events: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(event["eventType"], event["job"]["name"]) for event in events]


def require_valid(events: list[dict[str, Any]]) -> None:
    validator = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    faults = [
        f"{event['eventType']} {list(error.absolute_path)}: {error.message}"
        for event in events
        for error in validator.iter_errors(event)
    ]
    assert faults == []


def test_a_load_is_reported_with_its_tables_columns_rows_and_checks(
    source: Path, catalog: Catalog
) -> None:
    done = etl(
        source,
        SPARKIFY_LINEAGE_URL=catalog.url,
        SPARKIFY_LINEAGE_API_KEY=KEY,
        OPENLINEAGE_PARENT_ID="/".join(PARENT),
    )

    assert (done.returncode, "lineage" in done.stderr) == (0, False), done.stderr
    require_valid(catalog.events)
    assert set(catalog.requests) == {("/api/v1/lineage", f"Bearer {KEY}")}
    start, check_start, check_end, end = catalog.events
    assert kinds(catalog.events) == [
        ("START", "sparkify.load"),
        ("START", "sparkify.check"),
        ("COMPLETE", "sparkify.check"),
        ("COMPLETE", "sparkify.load"),
    ]
    run_id = start["run"]["runId"]
    assert end["run"]["runId"] == run_id
    assert check_start["run"]["runId"] == check_end["run"]["runId"] != run_id
    namespace, job, parent_run = PARENT
    above = end["run"]["facets"]["parent"]
    assert (above["job"]["namespace"], above["job"]["name"]) == (namespace, job)
    assert above["run"]["runId"] == parent_run
    of_checks = check_end["run"]["facets"]["parent"]
    assert of_checks["run"]["runId"] == run_id
    assert of_checks["job"]["name"] == "sparkify.load"

    place = f"duckdb://{source.resolve()}/sparkify.duckdb"
    data = source / "data"
    assert [(each["namespace"], each["name"]) for each in end["inputs"]] == [
        ("file", str(data / "log_data")),
        ("file", str(data / "song_data")),
    ]
    tables = {each["name"]: each for each in end["outputs"]}
    assert {each["namespace"] for each in end["outputs"]} == {place}
    assert {
        name.removeprefix("sparkify.main."): each["outputFacets"]["outputStatistics"]["rowCount"]
        for name, each in tables.items()
    } == COUNTS

    facets = tables["sparkify.main.songplays"]["facets"]
    kinds_of = {each["name"]: each["type"] for each in facets["schema"]["fields"]}
    assert kinds_of["start_time"] == "timestamp"
    columns = facets["columnLineage"]["fields"]
    [title] = columns["title"]["inputFields"]
    assert (title["namespace"], title["name"], title["field"]) == (
        place,
        "sparkify.main.staging_events",
        "song",
    )
    staged = tables["sparkify.main.staging_events"]["facets"]["columnLineage"]["fields"]
    [user] = staged["userid"]["inputFields"]
    assert (user["name"], user["field"]) == (str(data / "log_data"), "userId")

    assertions = {
        each["name"]: {a["assertion"]: a for a in _assertions_of(each)}
        for each in check_end["inputs"]
    }
    found = assertions["sparkify.main.users"]["user_ids_are_unique"]
    assert (found["success"], found["severity"]) == (True, "error")
    assert found["description"] == "Every user_id occurs once."
    assert "songplays_have_their_user" in assertions["sparkify.main.songplays"]


def _assertions_of(dataset: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = dataset["inputFacets"]["dataQualityAssertions"]["assertions"]
    return found


def test_a_load_that_fails_is_reported_without_values_of_the_data(
    source: Path, catalog: Catalog
) -> None:
    (source / "data/log_data/2018/b.json").write_bytes(lines(play(9, 9, level="secret-gold")))

    done = etl(source, SPARKIFY_LINEAGE_URL=catalog.url, **UNUSUAL_VALUES_FAIL)

    assert done.returncode == 3
    require_valid(catalog.events)
    assert kinds(catalog.events) == [
        ("START", "sparkify.load"),
        ("START", "sparkify.check"),
        ("FAIL", "sparkify.check"),
        ("FAIL", "sparkify.load"),
    ]
    message = catalog.events[-1]["run"]["facets"]["errorMessage"]["message"]
    assert "values_are_in_their_domain failed" in message
    assert "secret-gold" not in json.dumps(catalog.events)
    failed = {
        (dataset["name"], each["assertion"])
        for dataset in catalog.events[2]["inputs"]
        for each in _assertions_of(dataset)
        if not each["success"]
    }
    assert failed == {
        (f"sparkify.main.{table}", "values_are_in_their_domain")
        for table in ("artists", "songplays", "songs", "users")
    }


def test_an_interrupted_load_is_reported_as_aborted(source: Path, catalog: Catalog) -> None:
    with (
        duckdb.connect(source / "sparkify.duckdb"),  # so that the load waits for the file
        start_in(
            "lineage", "python", *COMMAND, "etl", "--wait", "60",
            cwd=source, env={"SPARKIFY_LINEAGE_URL": catalog.url},
        ) as load,
    ):  # fmt: skip
        wait_until(lambda: bool(catalog.events))
        load.send_signal(signal.SIGTERM)
        assert load.wait(PATIENCE) == 128 + signal.SIGTERM

    require_valid(catalog.events)
    assert kinds(catalog.events) == [("START", "sparkify.load"), ("ABORT", "sparkify.load")]
    assert len({event["run"]["runId"] for event in catalog.events}) == 1


@pytest.mark.parametrize("command", [("reload", "last", "--yes"), ("quarantine", "retry")])
def test_a_reload_and_a_retry_are_reported_too(
    source: Path, catalog: Catalog, command: tuple[str, ...]
) -> None:
    assert etl(source).returncode == 0

    done = run_in(
        "lineage", "python", *COMMAND, *command,
        cwd=source, env={"SPARKIFY_LINEAGE_URL": catalog.url},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    require_valid(catalog.events)
    assert kinds(catalog.events)[0] == ("START", "sparkify.load")
    assert kinds(catalog.events)[-1] == ("COMPLETE", "sparkify.load")


def test_a_server_that_restarts_gets_each_event_once(source: Path, catalog: Catalog) -> None:
    catalog.answers = [503, 502, 201, 500]

    done = etl(source, SPARKIFY_LINEAGE_URL=f"{catalog.url}/v2/{TOKEN}")

    assert (done.returncode, "lineage" in done.stderr) == (0, False), done.stderr
    assert len(catalog.requests) == 4 + 3
    assert {path for path, _ in catalog.requests} == {f"/v2/{TOKEN}"}
    assert len(catalog.events) == 4


@pytest.mark.parametrize("answers", [[503] * 99, [401] * 99, None], ids=["503", "401", "no server"])
def test_a_server_that_is_down_never_fails_the_load_nor_shows_the_url(
    source: Path, catalog: Catalog, answers: list[int] | None
) -> None:
    url = f"{catalog.url}/{TOKEN}"
    if answers is None:
        catalog.server.server_close()
    else:
        catalog.answers = answers

    began = time.monotonic()
    done = etl(source, SPARKIFY_LINEAGE_URL=url, SPARKIFY_LINEAGE_API_KEY=KEY)

    assert done.returncode == 0, done.stderr
    assert "Warning: the lineage was not reported: the server " in done.stderr
    assert TOKEN not in done.stdout + done.stderr
    assert KEY not in done.stdout + done.stderr
    assert time.monotonic() - began < 60
    assert len(catalog.requests) <= 2 * 4


def test_a_file_gets_the_events_of_each_run_and_its_owner_alone_reads_it(source: Path) -> None:
    for _ in range(2):
        assert etl(source, SPARKIFY_LINEAGE_FILE="lineage.ndjson").returncode == 0
    file = source / "lineage.ndjson"
    events = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]

    require_valid(events)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    # The second run had nothing to load, and so nothing to check.
    assert kinds(events)[4:] == [("START", "sparkify.load"), ("COMPLETE", "sparkify.load")]
    statistics = [each["outputFacets"]["outputStatistics"] for each in events[-1]["outputs"]]
    written = [each["rowCount"] for each in statistics]
    assert written == [0] * len(COUNTS)


def test_the_blocks_of_the_page_work_as_pasted(source: Path) -> None:
    given = block_of_page("lineage.md", "[LINEAGE]")
    (source / "dwh.cfg").write_text(f"[CLUSTER]\n[IAM_ROLE]\n[S3]\n{given}")
    (source / "sparkify").write_text('#!/bin/sh\nexec python -m sparkify "$@"\n')
    (source / "sparkify").chmod(0o755)
    command = f"PATH=$PWD:$PATH\n{block_of_page('lineage.md', 'sparkify etl')}"

    done = run_in("lineage", "bash", "-ec", command, cwd=source)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["eventType"] == "COMPLETE"
    assert "the server was not reached" in done.stderr  # nobody listens at the page's URL


def test_rows_are_counted_as_written_where_a_later_song_changes_plays(source: Path) -> None:
    assert etl(source).returncode == 0
    lost = {**SONG, "song_id": "SO2", "title": "Lost", "artist_name": "Nobody", "duration": 1.5}
    (source / "data/song_data/2018/b.json").write_bytes(lines(lost))

    assert etl(source, SPARKIFY_LINEAGE_FILE="lineage.ndjson").returncode == 0

    last = (source / "lineage.ndjson").read_text(encoding="utf-8").splitlines()[-1]
    written = {
        each["name"].rpartition(".")[2]: each["outputFacets"]["outputStatistics"]["rowCount"]
        for each in json.loads(last)["outputs"]
    }
    # Two of the four plays are of "Lost" by Nobody.
    assert (written["songplays"], written["songs"], written["staging_songs"]) == (2, 1, 1)
    assert written["staging_events"] == written["time"] == 0


@pytest.mark.parametrize(("parent"), ["no-slashes", "a/b/not-a-uuid"])
def test_a_parent_that_is_none_is_a_warning(source: Path, parent: str) -> None:
    done = etl(source, SPARKIFY_LINEAGE_FILE="lineage.ndjson", SPARKIFY_LINEAGE_PARENT=parent)

    assert done.returncode == 0
    assert "[LINEAGE] PARENT is not namespace/job/run" in done.stderr
