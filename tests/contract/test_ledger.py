"""The ledger: which batch is later, and which version of a file is the latest."""

import gzip
import itertools
import os
import shutil
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify import ledger, pipeline, quarantine
from sparkify.engines import open_engine
from sparkify.errors import ChecksFailed, Interrupted
from sparkify.operate import repair
from sparkify.operate.checking import check_all, check_last_batch
from sparkify.operate.history import run_details
from sparkify.operate.migration import migrate
from sparkify.operate.reconcile import find_differences, find_other_content
from sparkify.operate.rejected import RejectedFilter, open_by_reason, rejected_rows
from sparkify.operate.status import PendingFiles, find_pending
from sparkify.sources import DataFile, Source
from sparkify.sources.hashing import content_hashes
from sparkify.sql import statement
from tests.oracle import Rows

from .former_versions import take_back
from .places import Disk
from .source_files import event, song
from .warehouse import UNUSUAL_VALUES_FAIL, Warehouse

WITH_A_TIME = ("staging_events", "staging_songs", "batches", "loaded_files", "load_errors")


def batches(warehouse: Warehouse) -> list[tuple[int, str | None]]:
    _, rows = warehouse.query("select batch_number, run_id from batches order by batch_number")
    return [(int(number), run_id) for number, run_id in rows]


def set_the_clock_back(warehouse: Warehouse) -> None:
    """Let all that is loaded be of a later time than the next batch."""
    for table in WITH_A_TIME:
        warehouse.execute(f"update {table} set loaded_at = loaded_at + interval '1 day'")


# Batches


def test_batches_are_numbered_from_one_across_runs(warehouse: Warehouse) -> None:
    ballast = {"ballast": "x" * (1 << 20)}
    warehouse.write_events("1.json", event(itemInSession=1) | ballast)
    warehouse.write_events("2.json", event(itemInSession=2) | ballast)
    first = warehouse.load(batch_mb=1)
    warehouse.write_events("3.json", event(itemInSession=3))
    second = warehouse.load()

    expected = [*[first.run_id] * first.batches, second.run_id]
    assert first.batches > 1
    assert batches(warehouse) == list(enumerate(expected, 1))


def test_a_batch_has_the_time_of_its_rows(warehouse: Warehouse) -> None:
    warehouse.write_events("1.json", event())
    warehouse.write_songs("1.json", song())
    warehouse.load()
    for table in WITH_A_TIME[:-1]:
        _, rows = warehouse.query(f"select distinct loaded_at from {table}")
        assert rows == warehouse.query("select loaded_at from batches")[1]


def test_a_batch_after_the_clock_was_set_back_is_the_last(warehouse: Warehouse) -> None:
    warehouse.write_events("1.json", event(itemInSession=1))
    first = warehouse.load()
    set_the_clock_back(warehouse)
    warehouse.write_events("2.json", event(itemInSession=2))
    second = warehouse.load()

    assert batches(warehouse) == [(1, first.run_id), (2, second.run_id)]
    [(_, last)] = warehouse.engine.fetch(statement("runs/last_batch")).rows
    [(of_second,)] = warehouse.query(
        f"select distinct loaded_at from loaded_files where run_id = '{second.run_id}'"
    )[1]
    assert last == of_second
    rows = warehouse.engine.fetch(statement("repair/batches")).rows
    ordered = [loaded_at for _, loaded_at in rows]
    assert ordered[1] == last < ordered[0]
    assert check_last_batch(warehouse.engine)


def test_a_batch_never_has_the_time_of_another(warehouse: Warehouse) -> None:
    with warehouse.taken_back():
        [(now,)] = warehouse.engine.fetch(statement("ledger/batch_time")).rows
        ledger.record_batch(warehouse.engine, "one", now)
        with pytest.raises(Interrupted, match="clock was set back"):
            ledger.record_batch(warehouse.engine, "two", now)


def test_a_failed_batch_has_no_number(warehouse: Warehouse) -> None:
    warehouse.write_events("1.json", event(level="gold"))
    with pytest.raises(ChecksFailed):
        warehouse.load(**UNUSUAL_VALUES_FAIL)
    assert batches(warehouse) == []


def test_the_batches_of_an_undone_run_are_gone(warehouse: Warehouse) -> None:
    warehouse.write_events("1.json", event(itemInSession=1))
    first = warehouse.load()
    warehouse.write_events("2.json", event(itemInSession=2))
    second = warehouse.load()
    repair.undo_run(warehouse.engine, second.run_id)
    assert batches(warehouse) == [(1, first.run_id)]


def test_new_tables_count_from_one_again(warehouse: Warehouse) -> None:
    warehouse.write_events("1.json", event())
    warehouse.load()
    warehouse.create_tables()
    assert batches(warehouse) == []
    run = warehouse.load()
    assert batches(warehouse) == [(1, run.run_id)]


def test_a_migration_numbers_the_batches_by_their_time(warehouse: Warehouse) -> None:
    runs = []
    for item in range(3):
        warehouse.write_events(f"{item}.json", event(itemInSession=item))
        runs.append(warehouse.load().run_id)
    take_back(warehouse, 5)
    migrate(warehouse.engine)
    assert batches(warehouse) == list(enumerate(runs, 1))
    warehouse.write_events("3.json", event(itemInSession=3))
    run = warehouse.load()
    assert batches(warehouse)[-1] == (4, run.run_id)


# Versions of a file

X, Y = "San Francisco", "Santa Barbara, CA"
SAME_SIZE = "Athens", "Berlin"


def write_version(warehouse: Warehouse, place: str, name: str = "day.json") -> Path:
    """Write a file of one play there, with a date of its own."""
    path = warehouse.write_events(name, event(location=place))
    set_date(path)
    return path


def set_date(path: Path, date: int | None = None) -> int:
    """Give a file the date, or one that no file had before; return it."""
    date = next(DATES) if date is None else date
    os.utime(path, ns=(date, date))
    return date


DATES = (second * 1_000_000_000 for second in itertools.count(1_600_000_000))


def chain(warehouse: Warehouse, name: str = "day.json") -> list[tuple[str, str | None, bool]]:
    """Return the versions of a file in their order: etag, replaced etag, is the latest."""
    _, rows = warehouse.query(
        "select etag, replaced_etag, is_latest from file_versions "
        f"where uri like '%{name}' order by batch_number"
    )
    return [(etag, replaced, bool(latest)) for etag, replaced, latest in rows]


def locations(warehouse: Warehouse) -> list[str]:
    """Return where the staged plays were, in the order of their batches."""
    _, rows = warehouse.query(
        "select staging_events.location from staging_events inner join batches "
        "on staging_events.loaded_at = batches.loaded_at order by batches.batch_number"
    )
    return [location for (location,) in rows]


def reads_disk(warehouse: Warehouse) -> bool:
    """Return whether an etag is date and size: in a bucket it is the content."""
    return isinstance(warehouse.place, Disk)


@pytest.mark.parametrize("places", [(X, Y), SAME_SIZE], ids=["other size", "same size"])
def test_a_version_that_was_put_back_is_loaded_again(
    warehouse: Warehouse, places: tuple[str, str]
) -> None:
    warehouse.load()
    expected = [*places, places[0]]
    for place in expected:
        write_version(warehouse, place)
        assert warehouse.load().files == 1
        assert warehouse.load().files == 0
    assert locations(warehouse) == expected
    etags = [etag for etag, _, _ in chain(warehouse)]
    assert chain(warehouse) == [
        (etags[0], None, False),
        (etags[1], etags[0], False),
        (etags[2], etags[1], True),
    ]


def test_a_version_that_was_put_back_with_its_date_is_loaded_again(warehouse: Warehouse) -> None:
    path = write_version(warehouse, X)
    date = path.stat().st_mtime_ns
    warehouse.load()
    write_version(warehouse, Y)
    warehouse.load()
    set_date(write_version(warehouse, X), date)
    assert warehouse.load().files == 1
    assert locations(warehouse) == [X, Y, X]
    assert warehouse.load().files == 0
    first, _, last = chain(warehouse)
    assert first[0] == last[0]


def test_each_file_of_a_run_names_the_version_that_it_replaced(warehouse: Warehouse) -> None:
    runs = []
    for place in (X, Y):
        write_version(warehouse, place)
        runs.append(warehouse.load().run_id)
    of_first, of_second = (run_details(warehouse.engine, run_id).files for run_id in runs)
    [before] = [each for each in of_first if each["uri"].endswith("day.json")]
    [after] = of_second
    assert (before["replaced_etag"], after["replaced_etag"]) == (None, before["etag"])


def test_the_latest_version_is_told_by_no_clock(warehouse: Warehouse) -> None:
    write_version(warehouse, X)
    warehouse.load()
    set_the_clock_back(warehouse)
    write_version(warehouse, Y)
    assert warehouse.load().files == 1
    assert warehouse.load().files == 0
    write_version(warehouse, X)
    assert warehouse.load().files == 1
    assert locations(warehouse) == [X, Y, X]


def test_the_version_before_an_undone_run_is_the_latest_again(warehouse: Warehouse) -> None:
    path = write_version(warehouse, X)
    first = path.stat().st_mtime_ns
    warehouse.load()
    write_version(warehouse, Y)
    run = warehouse.load()
    repair.undo_run(warehouse.engine, run.run_id)
    set_date(write_version(warehouse, X), first)
    assert warehouse.load().files == 0
    write_version(warehouse, Y)
    assert warehouse.load().files == 1
    assert locations(warehouse) == [X, Y]


def test_rejected_records_are_open_again_once_their_version_was_put_back(
    warehouse: Warehouse,
) -> None:
    bad, good = (event(status="?"), event(itemInSession=1)), (event(),)
    opened = []
    for records in (bad, good, bad):
        set_date(warehouse.write_events("day.json", *records))
        warehouse.load(max_errors=1)
        rejected = rejected_rows(warehouse.engine, RejectedFilter())
        files = quarantine.files_with_rejected(warehouse.engine)
        opened.append((len(rejected), len(files), open_by_reason(warehouse.engine)))
    reasons = {"not a whole number": 1}
    assert opened == [(1, 1, reasons), (0, 0, {}), (1, 1, reasons)]
    assert not [each.name for each in check_all(warehouse.engine) if each.outcome == "failed"]
    assert find_disagreements(warehouse) == []


def test_a_file_that_shrank_is_named_with_both_versions(warehouse: Warehouse) -> None:
    for items in ((1, 2), (1, 2, 3), (1, 2)):
        set_date(warehouse.write_events("day.json", *(event(itemInSession=each) for each in items)))
        warnings = warehouse.load().warnings
    [warning] = [each for each in warnings if "no_file_shrank" in each]
    *_, (after, _, _) = chain(warehouse)
    for shown in ("day.json", "2 records, 3 before", after):
        assert shown in warning


def test_only_the_versions_of_later_batches_are_added(warehouse: Warehouse) -> None:
    warehouse.write_events("1.json", event())
    warehouse.load()
    known = ledger.latest_versions(warehouse.engine)
    newer = ledger.LatestVersions(known.until)
    ledger.add_newer(warehouse.engine, newer)
    assert len(newer) == 0 < len(known)
    warehouse.write_events("2.json", event(itemInSession=2))
    warehouse.load()
    for _ in range(2):
        ledger.add_newer(warehouse.engine, newer)
        assert [Path(version.uri).name for version in newer] == ["2.json"]


# The content of a file


def test_the_ledger_has_the_hash_of_each_file_that_was_read(warehouse: Warehouse) -> None:
    path = write_version(warehouse, X)
    plain = path.read_bytes()
    warehouse.write_file(warehouse.logs / "other.json.gz", gzip.compress(plain + b"\n"))
    warehouse.load()
    hashes = {Path(row["uri"]).name: row["content_hash"] for row in ledger_rows(warehouse)}
    if reads_disk(warehouse):
        assert hashes["day.json"] == xxhash.xxh3_128_hexdigest(plain)
        packed = (warehouse.logs / "other.json.gz").read_bytes()
        assert hashes["other.json.gz"] == xxhash.xxh3_128_hexdigest(packed)
        assert hashes["none.json"] == xxhash.xxh3_128_hexdigest(b"")
    else:  # COPY read them in place
        assert set(hashes.values()) == {None}


def ledger_rows(warehouse: Warehouse) -> Rows:
    return warehouse.table("loaded_files")


def test_a_file_that_was_only_touched_is_not_loaded_again(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_version(warehouse, X)
    warehouse.load()
    before = warehouse.tables()
    read = list_of_hashed_files(monkeypatch)
    for _ in range(2):
        set_date(path)
        run = warehouse.load()
        assert (run.files, run.touched) == (0, 1 if reads_disk(warehouse) else 0)
        assert read == [warehouse.uri(path)] * run.touched
        read.clear()
        assert (warehouse.load().touched, read) == (0, [])
    assert warehouse.tables() == before
    assert len(chain(warehouse)) == 1
    assert find_disagreements(warehouse) == []


def list_of_hashed_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets the uri of each file that is read only to be hashed."""
    read: list[str] = []

    def noted(source: Source, files: Iterable[DataFile]) -> dict[DataFile, str]:
        wanted = list(files)
        read.extend(file.uri for file in wanted)
        return content_hashes(source, wanted)

    monkeypatch.setattr("sparkify.ledger.content_hashes", noted)
    return read


def test_only_files_of_the_known_size_are_read_to_be_hashed(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_version(warehouse, X)
    warehouse.load()
    read = list_of_hashed_files(monkeypatch)
    write_version(warehouse, Y + " and more")
    write_version(warehouse, X, "new.json")
    assert warehouse.load().files == 2
    assert read == []


def test_a_folder_that_was_copied_again_is_not_loaded_again(warehouse: Warehouse) -> None:
    for number in range(3):
        write_version(warehouse, X, f"{number}.json")
    warehouse.write_songs("A/song.json", song())
    warehouse.load()
    before = warehouse.tables()
    for folder in (warehouse.logs, warehouse.songs):
        aside = folder.rename(folder.with_name(f"{folder.name}_aside"))
        shutil.copytree(aside, folder, copy_function=shutil.copyfile)
        for path in folder.rglob("*.json"):
            set_date(path)
    run = warehouse.load()
    assert (run.files, run.touched) == (0, 6 if reads_disk(warehouse) else 0)
    assert warehouse.tables() == before
    assert find_disagreements(warehouse) == []


def test_a_touched_file_waits_for_no_load(warehouse: Warehouse) -> None:
    path = write_version(warehouse, X)
    warehouse.load()
    set_date(path)
    with warehouse.reached() as settings:
        assert find_pending(warehouse.engine, settings) == PendingFiles(0, 0)
        notes = [each.kind for each in find_differences(warehouse.engine, settings)]
    assert notes == (["touched"] if reads_disk(warehouse) else [])
    assert find_disagreements(warehouse) == []


def test_a_file_of_the_same_size_with_other_content_is_loaded(warehouse: Warehouse) -> None:
    for place in SAME_SIZE:
        write_version(warehouse, place)
        warehouse.load()
    assert locations(warehouse) == list(SAME_SIZE)


def test_other_content_of_the_same_size_and_date_is_found_by_a_deep_reconciliation(
    warehouse: Warehouse,
) -> None:
    path = write_version(warehouse, SAME_SIZE[0])
    date = path.stat().st_mtime_ns
    warehouse.load()
    assert deep_differences(warehouse) == []
    set_date(write_version(warehouse, SAME_SIZE[1]), date)
    if not reads_disk(warehouse):
        return  # the etag is the content
    assert warehouse.load().files == 0
    assert find_disagreements(warehouse) == []
    assert deep_differences(warehouse) == [("other_content", "day.json")]
    set_date(path)
    assert warehouse.load().files == 1
    assert deep_differences(warehouse) == []
    assert locations(warehouse) == list(SAME_SIZE)


def deep_differences(warehouse: Warehouse) -> list[tuple[str, str]]:
    with warehouse.reached() as settings:
        found = find_other_content(warehouse.engine, settings)
    return [(each.kind, Path(each.name).name) for each in found if not each.is_note]


def find_disagreements(warehouse: Warehouse) -> list[tuple[str, str]]:
    with warehouse.reached() as settings:
        found = find_differences(warehouse.engine, settings)
    return [(each.kind, Path(each.name).name) for each in found if not each.is_note]


def test_files_without_a_hash_are_counted_by_a_deep_reconciliation(warehouse: Warehouse) -> None:
    write_version(warehouse, X)
    warehouse.load()
    warehouse.execute("update loaded_files set content_hash = null")
    with warehouse.reached() as settings:
        [found] = find_other_content(warehouse.engine, settings)
    assert (found.kind, found.name, found.is_note) == ("not_compared", "3 files", True)


def test_one_content_at_two_paths_is_two_files(warehouse: Warehouse) -> None:
    for name in ("a.json", "b.json"):
        write_version(warehouse, X, name)
        assert warehouse.load().files >= 1
    assert locations(warehouse) == [X, X]
    assert find_disagreements(warehouse) == []


def test_a_file_that_cannot_be_hashed_is_pending(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_version(warehouse, X)
    warehouse.load()
    set_date(path)
    monkeypatch.setattr("sparkify.ledger.content_hashes", lambda *_: {})
    with warehouse.reached() as settings:
        pending = find_pending(warehouse.engine, settings)
    assert pending.files == (1 if reads_disk(warehouse) else 0)


def test_what_an_earlier_version_loaded_is_put_back_and_loaded_again(warehouse: Warehouse) -> None:
    path = write_version(warehouse, X)
    date = path.stat().st_mtime_ns
    warehouse.load()
    take_back(warehouse, 5)
    migrate(warehouse.engine)
    assert warehouse.load().files == 0
    write_version(warehouse, Y)
    warehouse.load()
    set_date(write_version(warehouse, X), date)
    warehouse.load()
    assert locations(warehouse) == [X, Y, X]


# Two runs at once


class Meanwhile(pipeline.NullReporter):
    """Does something else once the files of a run are listed."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act

    def pending(self, run_id: str, files: int, size: int) -> None:
        self._act()


@pytest.mark.parametrize("place", [Y, X], ids=["another version", "only touched"])
def test_of_two_runs_at_once_one_loads_a_version(warehouse: Warehouse, place: str) -> None:
    if warehouse.engine.is_exclusive:
        pytest.skip("one process at a time has the database")
    write_version(warehouse, X)
    warehouse.load()
    write_version(warehouse, place)
    second = open_engine(warehouse.settings)
    try:
        with warehouse.reached() as settings:
            load = partial(pipeline.load_pending, second, settings, pipeline.NullReporter())
            loaded: list[int] = []
            run = pipeline.load_pending(
                warehouse.engine, settings, Meanwhile(lambda: loaded.append(load().files))
            )
    finally:
        second.close()
    assert (run.files, loaded) == (0, [1 if place == Y else 0])
    assert locations(warehouse) == ([X, Y] if place == Y else [X])
    assert warehouse.load().files == 0


def test_a_version_loaded_meanwhile_is_seen_though_its_batch_has_the_number_of_another(
    warehouse: Warehouse,
) -> None:
    if warehouse.engine.is_exclusive:
        pytest.skip("one process at a time has the database")
    write_version(warehouse, X)
    undone = warehouse.load().run_id
    write_version(warehouse, Y)
    second = open_engine(warehouse.settings)

    def undo_and_load() -> None:
        repair.undo_run(second, undone)
        pipeline.load_pending(second, reached, pipeline.NullReporter())

    try:
        with warehouse.reached() as reached:
            run = pipeline.load_pending(warehouse.engine, reached, Meanwhile(undo_and_load))
    finally:
        second.close()
    [(number, _)] = batches(warehouse)
    assert (number, run.files, locations(warehouse)) == (1, 0, [Y])


# Any sequence

WRITE = st.tuples(
    st.just("write"), st.sampled_from("ab"), st.integers(0, 2), st.sampled_from(["own", "new"])
)
OTHER_STEPS = st.tuples(st.sampled_from(["load", "load", "undo"]), st.integers(0, 9))


@settings(max_examples=settings().max_examples // 2)
@given(steps=st.lists(WRITE | OTHER_STEPS, max_size=12))
def test_any_versions_in_any_order_are_loaded_as_plain_python_says(
    warehouse: Warehouse, steps: list[Any]
) -> None:
    """Compare with a list of what each run loaded: a file is pending if its last is another."""
    if warehouse.tried_enough():
        return
    warehouse.reset(warehouse.logs.parent)
    for path in warehouse.logs.glob("?.json"):
        path.unlink()
    warehouse.load()
    dates = {item: next(DATES) for item in range(10, 30)}
    there: dict[str, int] = {}
    runs: list[tuple[str, dict[str, int]]] = []
    for step, *details in [*steps, ("load", 0)]:
        latest = {name: item for _, loaded in runs for name, item in loaded.items()}
        if step == "write":
            name, version, date = details
            item = (10 if name == "a" else 20) + version
            there[name] = item
            path = warehouse.write_events(f"{name}.json", event(itemInSession=item))
            set_date(path, dates[item] if date == "own" else None)
        elif step == "load":
            expected = {name: item for name, item in there.items() if latest.get(name) != item}
            run = warehouse.load()
            assert run.files == len(expected)
            if expected:
                runs.append((run.run_id, expected))
        elif runs:
            run_id, _ = runs.pop(details[0] % len(runs))
            repair.undo_run(warehouse.engine, run_id)
        staged = [item for _, loaded in runs for item in loaded.values()]
        found = (row["iteminsession"] for row in warehouse.table("staging_events"))
        assert sorted(found) == sorted(staged)
    for name in there:
        of_file = [loaded[name] for _, loaded in runs if name in loaded]
        assert len(chain(warehouse, f"/{name}.json")) == len(of_file)
    assert warehouse.load().files == 0
