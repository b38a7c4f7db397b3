"""One run writes at a time; what the cluster gives up is done again or left as it was."""

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from redshift_connector.core import Connection
from redshift_standin import (
    Moment,
    RedshiftError,
    Standin,
    relation_after_snapshot,
    serializable_violation,
)

from sparkify import ledger, pipeline
from sparkify.engines.redshift.session import Session
from sparkify.errors import Interrupted, WarehouseError
from tests.contract.source_files import event, song
from tests.contract.warehouse import Warehouse

from .conftest import SentStatements

MOMENTS = list(Moment)
# What a batch does, in the stand-in's log: at each of them the line can be cut.
COPY, INSERT, COMMIT = "copy staging_events", "insert into songplays", "^commit"


def write_sources(warehouse: Warehouse) -> None:
    warehouse.write_songs("songs.json", song())
    warehouse.write_events("day.json", event(itemInSession=1), event(itemInSession=1))


def items(warehouse: Warehouse) -> list[Any]:
    return [play["item_in_session"] for play in warehouse.table("songplays")]


@contextmanager
def left_as_it_was(warehouse: Warehouse) -> Iterator[None]:
    before = warehouse.everything()
    yield
    assert warehouse.everything() == before


@pytest.fixture
def another(warehouse: Warehouse) -> Iterator[Warehouse]:
    """Give a second session with the same warehouse."""
    second = Warehouse("redshift", warehouse.settings, warehouse.place)
    second.logs, second.songs = warehouse.logs, warehouse.songs
    yield second
    second.engine.close()


# One at a time


def test_a_run_waits_for_another_and_loads_nothing_twice(
    warehouse: Warehouse, another: Warehouse, standin: Standin, sent: SentStatements
) -> None:
    write_sources(warehouse)
    standin.faults.delay(COPY, 0.5, times=2)
    with warehouse.place.reachable(), ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda each: each.load(), (warehouse, another)))
    assert sorted(run.files for run in runs) == [0, 4]
    assert len(warehouse.table("staging_events")) == 2
    assert len([text for text in sent.texts() if COPY in text]) == 1


def test_the_lock_comes_before_anything_that_takes_a_snapshot(
    warehouse: Warehouse, sent: SentStatements
) -> None:
    write_sources(warehouse)
    warehouse.load()
    texts = sent.texts()
    lock = next(place for place, text in enumerate(texts) if "lock table" in text)
    assert texts[lock - 1].lower().startswith("begin")


def test_who_reads_the_star_need_not_wait_for_a_run(
    warehouse: Warehouse, another: Warehouse, standin: Standin
) -> None:
    write_sources(warehouse)
    warehouse.load()
    warehouse.write_events("next.json", event(itemInSession=2))
    standin.faults.delay(COPY, 1.0)
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(warehouse.load)
        while not run.done():
            assert items(another) in ([1], [1, 2])
        run.result()
    assert items(another) == [1, 2]


# What is retried


@pytest.mark.parametrize("pattern", [COPY, INSERT, "insert into .loaded_files"])
@pytest.mark.parametrize(
    "error",
    [serializable_violation, pytest.param(relation_after_snapshot, marks=pytest.mark.slow)],
    ids=["1023", "1018"],
)
def test_a_transaction_that_was_given_up_is_retried(
    warehouse: Warehouse, standin: Standin, error: Callable[[], RedshiftError], pattern: str
) -> None:
    write_sources(warehouse)
    standin.faults.fail(pattern, error())
    assert warehouse.load().files == 4
    assert items(warehouse) == [1]
    assert len(warehouse.table("staging_events")) == 2


@pytest.mark.parametrize("error", [serializable_violation, relation_after_snapshot])
def test_it_is_retried_only_so_often(
    warehouse: Warehouse, standin: Standin, sent: SentStatements, error: Callable[[], RedshiftError]
) -> None:
    write_sources(warehouse)
    standin.faults.fail(INSERT, error(), times=9)
    with left_as_it_was(warehouse), pytest.raises(Interrupted, match=r"error 10(23|18)") as gave_up:
        warehouse.load()
    assert gave_up.value.hint
    assert len([text for text in sent.texts() if INSERT in text]) == 1 + len(pipeline.RETRY_PAUSES)
    standin.faults.clear()
    warehouse.load()
    assert items(warehouse) == [1]


def test_an_error_that_cannot_pass_is_not_retried(
    warehouse: Warehouse, standin: Standin, sent: SentStatements
) -> None:
    write_sources(warehouse)
    standin.faults.fail(INSERT, RedshiftError("permission denied for relation songplays", "42501"))
    with left_as_it_was(warehouse), pytest.raises(WarehouseError, match="permission denied"):
        warehouse.load()
    assert len([text for text in sent.texts() if INSERT in text]) == 1


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize(
    "pattern",
    [
        *(COPY, "lock table", COMMIT),
        *(pytest.param(each, marks=pytest.mark.slow) for each in (INSERT, "loaded_files")),
    ],
)
def test_a_connection_that_is_cut_once_costs_a_second_try(
    warehouse: Warehouse, standin: Standin, pattern: str, moment: Moment
) -> None:
    write_sources(warehouse)
    standin.faults.drop(pattern, moment)
    try:
        warehouse.load()
    except Interrupted:  # outside a batch: as the run began to look
        warehouse.load()
    assert items(warehouse) == [1]
    assert len(warehouse.table("staging_events")) == 2
    assert len(warehouse.table("loaded_files")) == 4


def test_a_session_that_was_cut_leaves_no_socket_open(
    warehouse: Warehouse, standin: Standin
) -> None:
    session = Session(warehouse.settings)
    connection = session._connection
    assert connection is not None
    standin.faults.drop("select 1", Moment.BEFORE)
    with pytest.raises(Interrupted):
        session.run("select 1")
    assert connection._usock.fileno() == -1


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_a_connection_cut_in_the_commit_of_a_batch_is_found_out_from_the_ledger(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, standin: Standin, moment: Moment
) -> None:
    monkeypatch.setattr(pipeline, "RETRY_PAUSES", ())
    write_sources(warehouse)
    record = ledger.record_files

    def then_cut(*arguments: Any) -> None:
        record(*arguments)
        standin.faults.clear()
        standin.faults.drop(COMMIT, moment)

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "record_files", then_cut)
        with pytest.raises(Interrupted, match="whether the batch is loaded is not known") as cut:
            warehouse.load()
    assert "nothing is loaded twice" in cut.value.hint
    assert warehouse.load().files == (4 if moment is Moment.BEFORE else 0)
    assert items(warehouse) == [1]
    assert len(warehouse.table("staging_events")) == 2


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("pattern", [COPY, pytest.param(INSERT, marks=pytest.mark.slow)])
def test_a_connection_that_is_cut_again_and_again_leaves_all_as_it_was(
    warehouse: Warehouse, standin: Standin, pattern: str, moment: Moment
) -> None:
    write_sources(warehouse)
    warehouse.load()
    warehouse.write_events("next.json", event(itemInSession=2))
    standin.faults.drop(pattern, moment, times=9)
    with left_as_it_was(warehouse), pytest.raises(Interrupted, match=r"connection .* was lost"):
        warehouse.load()
    standin.faults.clear()
    assert warehouse.load().files == 1
    assert items(warehouse) == [1, 2]


def test_a_run_that_is_stopped_by_hand_leaves_all_as_it_was(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sources(warehouse)
    execute = Session.execute

    def stopped(session: Session, *texts: str) -> None:
        if any(COPY in text for text in texts):
            raise KeyboardInterrupt
        execute(session, *texts)

    with left_as_it_was(warehouse), monkeypatch.context() as patch:
        patch.setattr(Session, "execute", stopped)
        with pytest.raises(KeyboardInterrupt):
            warehouse.load()
    warehouse.load()
    assert items(warehouse) == [1]


@pytest.mark.parametrize("number", [1, 2], ids=["of the run's begin", "of the batch"])
def test_a_run_that_is_stopped_as_a_commit_is_answered_is_noted_and_gone_on_with(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """The answer is still on the line when the next statement is sent."""
    write_sources(warehouse)
    commits, commit = itertools.count(1), Session.commit

    def stopped(session: Session) -> None:
        def stop(*_: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            if next(commits) == number:
                patch.setattr(Connection, "handle_messages", stop)
            commit(session)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", stopped)
        with pytest.raises(KeyboardInterrupt):
            warehouse.load()
    warehouse.load()

    outcomes = [run["outcome"] for run in warehouse.table("runs")]
    assert sorted(outcomes) in (["interrupted"], ["done", "interrupted"])
    assert items(warehouse) == [1]
