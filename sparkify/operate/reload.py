"""Load files again in the place of their batches, or everything from the sources.

Staging does not know the file of a record, but the ledger knows the batch of a file. So the batches
of the files are removed, and all their files loaded as they are now, in one transaction. A batch
keeps its number, and so its place in the order of corrections. A file with versions in several of
the batches is loaded once, in the place of its latest.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from sparkify import checks, contract, ledger, pipeline, runs, staging, warehouse
from sparkify.checks import CheckResult, Scope
from sparkify.config import Settings
from sparkify.contract import ContractReport
from sparkify.engines.base import Engine, Queryable
from sparkify.errors import ConfigError, SourceError, WarehouseError
from sparkify.operate.history import LATEST, find_run, past_runs
from sparkify.operate.repair import refill_unchecked
from sparkify.pipeline import Loading, Run, RunReporter, StagedBatch
from sparkify.sizes import counted
from sparkify.sources import DataFile, uri_prefix
from sparkify.sources.selection import EVERY_LOG, ChosenLogs, LogChoice
from sparkify.sql import STAGING_TABLES, statement
from sparkify.staging import Batch, StagingSource
from sparkify.transform import RowChanges

MISSING_FILES_SHOWN = FILES_NAMED = 3


class PlacedVersion(NamedTuple):
    """A loaded version of a file, the batch that it is in, and the number of its staged records."""

    uri: str
    table: str
    batch_number: int
    run_id: str | None
    staged: int | None


@dataclass(frozen=True, slots=True)
class ReloadScope:
    """The files to load again: of a run or a file by its name, chosen logs, or all.

    Without a name and a choice there must be `is_everything`.
    """

    name: str = ""
    choice: LogChoice = EVERY_LOG
    is_everything: bool = False


@dataclass(frozen=True, slots=True)
class ReloadPlan:
    """The batches that a reload removes, and those that it loads, each with its number.

    `missing` are the uris of files that are in the removed batches, and no longer at the source.
    `removed_rows` are the numbers of rows that leave the staging tables, `batches_in_all` is the
    number of batches from which the star is filled again; it was made from `sources` and
    `versions`.
    """

    sources: tuple[StagingSource, ...]
    versions: tuple[PlacedVersion, ...]
    removed: tuple[tuple[int, str | None], ...]
    loaded: tuple[tuple[int, Batch], ...]
    missing: tuple[str, ...]
    removed_rows: Mapping[str, int]
    batches_in_all: int

    @property
    def records(self) -> int:
        """The number of staged records that are removed."""
        return sum(self.removed_rows.values())

    @property
    def files(self) -> int:
        """The number of files to load."""
        return sum(len(batch.files) for _, batch in self.loaded)

    @property
    def bytes(self) -> int:
        """The size of the files to load."""
        return sum(batch.bytes for _, batch in self.loaded)


def plan_reload(reader: Queryable, settings: Settings, scope: ReloadScope) -> ReloadPlan:
    """Plan a reload now: lists the sources, and changes nothing.

    Raises ConfigError where the scope names nothing that is loaded, SourceError, WarehouseError.
    """
    warehouse.require_current(reader)
    versions = _placed_versions(reader)
    uris = _uris_of(reader, settings, scope, versions)
    sources = staging.open_staging_sources(settings)
    listed = {file.uri: (source, file) for source in sources for file in source.files()}
    if scope.is_everything:
        places = _new_places(reader, settings, listed)
        wanted = {each.uri for each in versions}
    else:
        former = _former_places(versions, uris)
        places = {
            number: Batch(tuple(listed[uri] for uri in names if uri in listed))
            for number, names in former.items()
        }
        wanted = {uri for names in former.values() for uri in names}
    numbers = {each.batch_number for each in versions if each.uri in uris}
    removed = [each for each in versions if each.batch_number in numbers]
    loaded = tuple((number, batch) for number, batch in places.items() if batch.files)
    return ReloadPlan(
        sources=sources,
        versions=versions,
        removed=tuple(sorted({(each.batch_number, each.run_id) for each in removed})),
        loaded=loaded,
        missing=tuple(sorted(wanted - listed.keys())),
        removed_rows={
            table: sum(each.staged or 0 for each in removed if each.table == table)
            for table in STAGING_TABLES
        },
        batches_in_all=len({each.batch_number for each in versions} - numbers) + len(loaded),
    )


def _former_places(
    versions: Sequence[PlacedVersion], uris: Collection[str]
) -> dict[int, list[str]]:
    """Return the batches that have a version of these files, and the files to load in each.

    Those are the files of which it has the latest version.
    """
    numbers = {each.batch_number for each in versions if each.uri in uris}
    places: dict[int, list[str]] = {number: [] for number in sorted(numbers)}
    latest = {each.uri: each.batch_number for each in versions}  # the last one of a file counts
    for uri, number in sorted(latest.items()):
        if number in places:
            places[number].append(uri)
    return places


def _new_places(
    reader: Queryable, settings: Settings, listed: Mapping[str, tuple[StagingSource, DataFile]]
) -> dict[int, Batch]:
    """Return batches of all files from number 1, without those that stay rejected whole."""
    _, rejected = ledger.known_versions(reader)
    files = [each for each in listed.values() if (each[1].uri, each[1].etag) not in rejected]
    return dict(enumerate(staging.cut_into_batches(files, settings.batch_mb << 20), 1))


def _placed_versions(reader: Queryable) -> tuple[PlacedVersion, ...]:
    rows = reader.fetch(statement("ledger/placed_versions")).rows
    return tuple(PlacedVersion(*row) for row in rows)


def _uris_of(
    reader: Queryable, settings: Settings, scope: ReloadScope, versions: Sequence[PlacedVersion]
) -> set[str]:
    """Return the loaded files that a scope names. Raises ConfigError if there are none."""
    uris = {each.uri for each in versions}
    if scope.is_everything:
        return uris
    if scope.name:
        return _files_named(scope.name, uris) or _files_of_run(reader, scope.name, versions)
    logs = ChosenLogs(scope.choice, settings.log_data, uri_prefix(settings.log_data))
    found = {
        each.uri
        for each in versions
        if each.table == "staging_events" and logs.takes(DataFile(each.uri, "", 0))
    }
    if not found:
        raise ConfigError(
            f"no loaded log file in {settings.log_data} has the chosen days and names",
            "see the loaded files: sparkify runs ID; etl loads those that are not",
        )
    return found


def _files_named(name: str, uris: Iterable[str]) -> set[str]:
    """Return the loaded file of this uri, or whose uri ends so; empty if there is none.

    Raises ConfigError where several have that end.
    """
    found = {uri for uri in uris if uri == name or uri.endswith(f"/{name.removeprefix('./')}")}
    if len(found) > 1 and name not in found:
        raise ConfigError(
            f"{counted(len(found), 'loaded file')} are named {name}",
            f"write more of one of these: {', '.join(sorted(found)[:FILES_NAMED])}",
        )
    return {name} if name in found else found


def _files_of_run(reader: Queryable, name: str, versions: Iterable[PlacedVersion]) -> set[str]:
    is_run = name == LATEST or any(run.run_id.startswith(name) for run in past_runs(reader))
    if not is_run:
        raise ConfigError(
            f"{name} is no loaded file, and no run's id begins so",
            "see the runs: sparkify runs; etl loads files that are not loaded yet",
        )
    run_id = find_run(reader, name).run_id
    found = {each.uri for each in versions if each.run_id == run_id}
    if not found:
        raise ConfigError(
            f"nothing is loaded of the run {run_id}", "see what each loaded: sparkify runs"
        )
    return found


def require_all_there(plan: ReloadPlan) -> None:
    """Raise SourceError where files of the removed batches are gone from the source."""
    if plan.missing:
        more = len(plan.missing) - MISSING_FILES_SHOWN
        shown = ", ".join(plan.missing[:MISSING_FILES_SHOWN])
        raise SourceError(
            f"{counted(len(plan.missing), 'file')} of the batches to reload "
            f"{'is' if len(plan.missing) == 1 else 'are'} no longer at the source: {shown}"
            + (f" and {more:,} more" if more > 0 else ""),
            "put back what is missing, or let its records go with --drop-missing",
        )


def reload_files(
    engine: Engine, settings: Settings, reporter: RunReporter, plan: ReloadPlan
) -> Run:
    """Carry out a plan, in one transaction.

    Files that are missing leave with their records. A failure leaves everything as it was. Raises
    ChecksFailed; FilesRejected for files that cannot be loaded; WarehouseError if another run
    changed what is loaded since; SourceError, LoadError.
    """
    leaving = {table: RowChanges(removed=rows) for table, rows in plan.removed_rows.items()}
    run = Run(runs.new_run_id(), row_changes=leaving)
    configured = checks.configured_checks(settings)
    loading = Loading(engine, settings, plan.sources, configured, run, reporter)
    reporter.pending(run.run_id, plan.files, plan.bytes)
    with pipeline.logged(engine, run, reporter):
        pipeline.with_retries(partial(_carry_out, loading, plan))
    return run


def _carry_out(loading: Loading, plan: ReloadPlan) -> None:
    with pipeline.measured(loading.run, "all"):
        # All at once, so that a change in several batches is reported once.
        files = (file for _, batch in plan.loaded for file in batch.files)
        report = loading.contract_report(Batch(tuple(files)))
        staged, results = _replace_batches(loading, plan, report)
    for (_, batch), each in zip(plan.loaded, staged, strict=True):
        loading.add_files(batch, each.result)
    loading.add_results(report, results)
    loading.reporter.loaded(plan.files, plan.bytes)


def _replace_batches(
    loading: Loading, plan: ReloadPlan, report: ContractReport
) -> tuple[list[StagedBatch], list[CheckResult]]:
    """Remove batches, load others, and fill the star again; return them and all check results."""
    engine, run_id = loading.engine, loading.run.run_id
    with engine.transaction():
        if engine.acquire_write_lock(loading.reporter.waiting):
            _require_unchanged(engine, plan)
        ledger.remove_batches(engine, plan.removed)
        staged = list(_stage_batches(loading, plan, report))
        with loading.stage("transform"):
            refill_unchecked(engine)
        results = [result for each in staged for result in each.results]
        with loading.stage("check_star"):
            results += loading.run_checks(checks.EVERYTHING, "star")
            checks.require_passed(results)
        with loading.stage("record"):
            ledger.mark_reloaded_runs(engine)
            contract.record_contract(engine, run_id, report)
            results += loading.run_checks(_scope_of(staged), "ledger", "own")
            checks.require_passed(results)
            checks.record_results(engine, run_id, results)
    return staged, results


def _stage_batches(
    loading: Loading, plan: ReloadPlan, report: ContractReport
) -> Iterator[StagedBatch]:
    """Stage the batches of a plan; each but the last gets a time of its own, just before it."""
    for later, (number, batch) in zip(reversed(range(len(plan.loaded))), plan.loaded, strict=True):
        staged = loading.stage_batch(batch, report, number)
        loading.record_files(batch, staged.result)
        if later:
            moved_to = staged.loaded_at - timedelta(microseconds=later)
            ledger.move_batch(loading.engine, staged.loaded_at, moved_to)
            scope = replace(staged.scope, since=moved_to)
            staged = replace(staged, loaded_at=moved_to, scope=scope)
        yield staged


def _scope_of(staged: Sequence[StagedBatch]) -> Scope:
    """Return the scope that all these batches have together."""
    if not staged:
        return checks.EVERYTHING
    scopes = [each.scope for each in staged]
    return Scope(
        min(each.since for each in scopes),
        min(each.first_session for each in scopes),
        max(each.last_session for each in scopes),
        min(each.first_start_time for each in scopes),
        max(each.last_start_time for each in scopes),
        min(each.first_rematched_time for each in scopes),
    )


def _require_unchanged(engine: Engine, plan: ReloadPlan) -> None:
    """Raise WarehouseError if another run changed the ledger since the plan was made."""
    if _placed_versions(engine) != plan.versions:
        raise WarehouseError(
            "another run changed what is loaded since this reload was planned",
            "run it again: it is planned from the ledger as it is now",
        )
