"""Sparkify's seven tables as Dagster assets, loaded together by `sparkify.load`."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dagster as dg

import sparkify
import sparkify.pipeline
import sparkify.sql
from sparkify.checks import Check, CheckResult, configured_checks
from sparkify.config import GivenSettings, as_settings
from sparkify.sql import DIMENSIONS, FACT, STAGING_TABLES
from sparkify.sql.lineage import checked_tables, described, reads, sources

TABLES = (*STAGING_TABLES, FACT, *DIMENSIONS)
# Of the tables that a check is about, the first of these has it.
SUBJECTS = (FACT, *DIMENSIONS, *STAGING_TABLES)
NO_FILE_REJECTED = "no_file_was_rejected"
ATTEMPTS = 3  # after the first, of what may succeed later, such as a busy warehouse
SECONDS_BETWEEN = 30
TRY_LATER = (sparkify.WarehouseBusy, sparkify.Interrupted)


def sparkify_assets(
    settings: GivenSettings = None,
    *,
    partitions: dg.DailyPartitionsDefinition | None = None,
    prefix: str = "sparkify",
) -> dg.AssetsDefinition:
    """Return the tables as assets, with their lineage and the checks of each load.

    `settings` are as `sparkify.load` takes them. With `partitions` a run loads the log files of its
    days, and a backfill is one run; without them it loads all that is new. Raises ConfigError.
    """
    checks = configured_checks(as_settings(settings))
    subjects = {check.name: _subject(check) for check in checks}

    @dg.multi_asset(
        name=f"{prefix}_load",
        specs=[_asset(table, prefix) for table in TABLES],
        check_specs=[
            *(_check(check, dg.AssetKey([prefix, subjects[check.name]])) for check in checks),
            dg.AssetCheckSpec(
                NO_FILE_REJECTED,
                asset=dg.AssetKey([prefix, STAGING_TABLES[0]]),
                description="Every file could be loaded; a rejected one needs a person.",
            ),
        ],
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run() if partitions else None,
    )
    def load(context: dg.AssetExecutionContext) -> Iterator[Any]:
        choice = _days(context) if context.has_partition_key_range else sparkify.LogChoice()
        try:
            run = sparkify.load(settings, choice=choice, reporter=_Steps(context.log))
        except TRY_LATER as error:
            raise dg.RetryRequested(ATTEMPTS, SECONDS_BETWEEN) from error
        except sparkify.SparkifyError as error:
            for result in getattr(error, "results", []):
                yield _result(result, dg.AssetKey([prefix, subjects[result.name]]))
            raise dg.Failure(str(error), {"try": error.hint}, allow_retries=False) from error
        for table in TABLES:
            yield _materialized(table, prefix, run)
        for result in sparkify.check(settings):
            yield _result(result, dg.AssetKey([prefix, subjects[result.name]]))
        yield dg.AssetCheckResult(
            passed=not run.rejected_files,
            asset_key=dg.AssetKey([prefix, STAGING_TABLES[0]]),
            check_name=NO_FILE_REJECTED,
            metadata={"files": [str(file) for file in run.rejected_files]},
        )

    return load


class _Steps(sparkify.pipeline.NullReporter):
    """Writes the steps and the warnings of a load into the log of Dagster's run."""

    def __init__(self, log: dg.DagsterLogManager) -> None:
        self._log = log

    def done(self, name: str, seconds: float) -> None:
        self._log.info(f"{name}: {seconds:.2f} s")

    def warn(self, text: str) -> None:
        self._log.warning(text)


def _days(context: dg.AssetExecutionContext) -> sparkify.LogChoice:
    """Return the log files of the run's days."""
    window = context.partition_time_window
    last = window.end - timedelta(days=1)
    return sparkify.LogChoice(first=window.start.date(), last=last.date())


def _asset(table: str, prefix: str) -> dg.AssetSpec:
    columns = described(table)
    made_from = {
        column.name: [
            dg.TableColumnDep(asset_key=dg.AssetKey([prefix, name]), column_name=source)
            for name, source in sorted(sources(table, column.name))
        ]
        for column in columns
        if table not in STAGING_TABLES
    }
    schema = dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name,
                column.kind,
                column.meaning,
                constraints=dg.TableColumnConstraints(nullable=column.nullable),
            )
            for column in columns
        ]
    )
    return dg.AssetSpec(
        dg.AssetKey([prefix, table]),
        deps=[dg.AssetKey([prefix, each]) for each in sorted(reads(table) & set(TABLES))],
        description=sparkify.sql.statement(f"schema/{table}").doc,
        group_name=prefix,
        metadata={
            "dagster/column_schema": schema,
            "dagster/column_lineage": dg.TableColumnLineage(made_from),
        },
        kinds={"table"},
    )


def _check(check: Check, key: dg.AssetKey) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(check.name, asset=key, description=check.statement.grain)


def _subject(check: Check) -> str:
    """Return the asset that a check is about: the fact, if it is about none of them."""
    read = checked_tables(check.statement.text)
    return next((table for table in SUBJECTS if table in read), FACT)


def _materialized(table: str, prefix: str, run: sparkify.Run) -> dg.MaterializeResult:
    rows = run.row_changes[table]
    metadata = {
        "rows_added": rows.added,
        "rows_changed": rows.changed,
        "rows_removed": rows.removed,
        "files": run.files,
        "sparkify_run_id": run.run_id,
    }
    return dg.MaterializeResult(asset_key=dg.AssetKey([prefix, table]), metadata=metadata)


def _result(result: CheckResult, key: dg.AssetKey) -> dg.AssetCheckResult:
    warns = result.severity == "warn"
    return dg.AssetCheckResult(
        passed=result.outcome == "passed",
        asset_key=key,
        check_name=result.name,
        severity=dg.AssetCheckSeverity.WARN if warns else dg.AssetCheckSeverity.ERROR,
        metadata={"findings": len(result.offending)},
        description=result.account or None,
    )
