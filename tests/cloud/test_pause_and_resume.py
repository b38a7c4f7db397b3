"""`cluster pause` and `resume`, and `etl.py --resume --pause`: never left running."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from sparkify import commands, pipeline
from sparkify.config import Settings
from sparkify.errors import WarehouseError

from . import strict_redshift
from .shim import Shim
from .world import REGION, resources, sparkify

Capsys = pytest.CaptureFixture[str]


def state() -> str:
    """Return the state that the cluster ends in."""
    cluster = strict_redshift.clusters(REGION)["sparkify"]
    return str([cluster.status, *cluster.phases][-1])


@pytest.fixture
def cluster(shim: Shim, folder: Path, capsys: Capsys) -> Shim:
    """Create a cluster that is on, and in dwh.cfg."""
    assert sparkify(capsys, "cluster", "up", "--provisioned").code == 0
    return shim


@pytest.fixture
def loading(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Replace the load, whatever the engine."""

    def be(what: Callable[[], None]) -> None:
        def load(*_: object) -> pipeline.Run:
            what()
            return pipeline.Run("20181115T120000123-5f2c")

        monkeypatch.setattr(commands, "_load_new", load)

    return be


# --- by hand


def test_pause_and_resume_wait_until_they_are_done(cluster: Shim, capsys: Capsys) -> None:
    paused = sparkify(capsys, "cluster", "pause")
    assert paused.out == "sparkify is paused: 1 x rg.large in us-west-2, private.\n"

    resumed = sparkify(capsys, "cluster", "resume", "--json").json
    assert resumed["state"] == "available"


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_twice_is_as_once(cluster: Shim, capsys: Capsys, verb: str) -> None:
    sparkify(capsys, "cluster", verb)
    cluster.calls.clear()

    again = sparkify(capsys, "cluster", verb)

    assert again.code == 0
    assert not {"redshift:PauseCluster", "redshift:ResumeCluster"} & set(cluster.calls)


def test_serverless_has_no_pause_and_says_what_costs(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    sparkify(capsys, "cluster", "up")

    said = sparkify(capsys, "cluster", "pause")

    assert said.code == 0
    for words in ("no pause", "Idle, its compute costs nothing", "storage", "an open transaction"):
        assert words in said.err


def test_up_wakes_a_cluster_that_is_paused(cluster: Shim, capsys: Capsys) -> None:
    sparkify(capsys, "cluster", "pause")

    sparkify(capsys, "cluster", "up", "--provisioned")

    assert state() == "available"


def test_a_paused_cluster_can_be_taken_down(cluster: Shim, capsys: Capsys) -> None:
    sparkify(capsys, "cluster", "pause")

    assert sparkify(capsys, "cluster", "down", "--yes", "--no-snapshot").code == 0
    assert resources() == []


# --- around a load


def test_etl_resumes_loads_and_pauses(
    cluster: Shim, capsys: Capsys, loading: Callable[[Callable[[], None]], None]
) -> None:
    sparkify(capsys, "cluster", "pause")
    states: list[str] = []
    loading(lambda: states.append(state()))

    done = sparkify(capsys, "etl", "--resume", "--pause")

    assert (done.code, states, state()) == (0, ["available"], "paused")


def test_a_load_that_fails_pauses_as_well(
    cluster: Shim, capsys: Capsys, loading: Callable[[Callable[[], None]], None]
) -> None:
    def fail() -> None:
        raise WarehouseError("it is full", "make room")

    loading(fail)

    done = sparkify(capsys, "etl", "--pause")

    assert (done.code, done.err) == (1, "Error: it is full\nTry: make room\n")
    assert state() == "paused"


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "terminated"]
)
def test_a_load_that_is_stopped_pauses_as_well(
    cluster: Shim,
    capsys: Capsys,
    loading: Callable[[Callable[[], None]], None],
    sent: signal.Signals,
    code: int,
) -> None:
    loading(lambda: os.kill(os.getpid(), sent))

    done = sparkify(capsys, "etl", "--pause")

    assert (done.code, state()) == (code, "paused")


def test_a_stop_while_it_resumes_pauses_as_well(
    cluster: Shim, capsys: Capsys, interrupt: Callable[..., None]
) -> None:
    sparkify(capsys, "cluster", "pause")
    interrupt("resume_cluster", done=True)

    done = sparkify(capsys, "etl", "--resume", "--pause")

    assert (done.code, state()) == (1, "paused")


def test_a_pause_that_fails_is_reported_beside_the_first_error(
    cluster: Shim, capsys: Capsys, loading: Callable[[Callable[[], None]], None]
) -> None:
    def fail() -> None:
        cluster.deny("redshift:PauseCluster")
        raise WarehouseError("it is full", "make room")

    loading(fail)

    done = sparkify(capsys, "etl", "--pause")

    assert "Error: it is full" in done.err
    assert "sparkify could not be paused and is still on" in done.err
    assert "redshift:PauseCluster" in done.err


def test_a_pause_that_fails_after_a_good_load_fails_the_run(
    cluster: Shim, capsys: Capsys, loading: Callable[[Callable[[], None]], None]
) -> None:
    loading(lambda: cluster.deny("redshift:PauseCluster"))

    done = sparkify(capsys, "etl", "--pause")

    assert done.code == 1
    assert "AWS denied redshift:PauseCluster: you lack this permission" in done.err


def test_resume_that_fails_loads_nothing(
    cluster: Shim, capsys: Capsys, loading: Callable[[Callable[[], None]], None]
) -> None:
    sparkify(capsys, "cluster", "pause")
    cluster.deny("redshift:ResumeCluster")
    loads: list[str] = []
    loading(lambda: loads.append("load"))

    done = sparkify(capsys, "etl", "--resume", "--pause")

    assert (done.code, loads, state()) == (1, [], "paused")


@pytest.mark.parametrize("options", [(), ("--resume",)], ids=["plain", "resumed"])
def test_a_run_that_leaves_a_cluster_on_says_what_it_costs(
    cluster: Shim,
    capsys: Capsys,
    loading: Callable[[Callable[[], None]], None],
    options: tuple[str, ...],
) -> None:
    loading(lambda: None)

    done = sparkify(capsys, "etl", *options)

    assert done.code == 0
    assert "Warning: sparkify is on and costs $0.38 an hour" in done.err
    assert "sparkify cluster pause" in done.err


def test_a_log_of_json_lines_has_the_warning_in_it(
    cluster: Shim, capsys: Capsys, loading: Callable[[Callable[[], None]], None]
) -> None:
    loading(lambda: None)

    lines = sparkify(capsys, "etl", "--log-format", "json").err.splitlines()

    [warning] = [entry for entry in map(json.loads, lines) if entry["event"] == "warning"]
    assert "sparkify is on and costs $0.38 an hour" in warning["text"]


def test_a_run_succeeds_where_the_warning_cannot_be_checked(
    cluster: Shim, capsys: Capsys, loading: Callable[[Callable[[], None]], None]
) -> None:
    loading(lambda: cluster.deny("redshift:DescribeClusters"))

    done = sparkify(capsys, "etl")

    assert (done.code, done.err) == (0, "")


def test_serverless_gives_no_warning(
    shim: Shim,
    folder: Path,
    capsys: Capsys,
    loading: Callable[[Callable[[], None]], None],
) -> None:
    sparkify(capsys, "cluster", "up")
    loading(lambda: None)

    plain = sparkify(capsys, "etl")
    paused = sparkify(capsys, "etl", "--resume", "--pause")

    assert (plain.code, plain.err) == (0, "")
    assert paused.code == 0
    assert "Serverless has no pause" in paused.err


def test_without_a_host_there_is_nothing_to_pause(
    folder: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(pipeline, "load_pending", never)

    done = sparkify(capsys, "etl", "--pause")

    assert done.code == 2
    assert "the settings name none" in done.err
    assert Settings().host == ""
