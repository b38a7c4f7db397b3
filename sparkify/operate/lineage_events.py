"""Runs as OpenLineage events, to [LINEAGE] URL and FILE.

A run of the job `DATABASE.load` reads the source and writes the tables; a run of `DATABASE.check`,
whose parent it is, has the results of the checks. Nothing here fails a run: what cannot be sent
within a bounded time is a warning. https://openlineage.io/docs/spec/object-model
"""

import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sparkify import __version__
from sparkify.checks import CheckedRowsFailed, CheckOutcome, configured_checks
from sparkify.config import Settings
from sparkify.engines import backend_of, open_reader
from sparkify.errors import SparkifyError
from sparkify.installation import extra_command
from sparkify.operate.notice import DeliveryFailed, failure_notice, in_bounded_time
from sparkify.pipeline import DATA_TABLES, Run
from sparkify.sql import STAGING_TABLES, source_fields, statement
from sparkify.sql.lineage import checked_tables, described, sources

PRODUCER = f"urn:sparkify:{__version__}"  # a URI, which need not lead anywhere
EVENTS_PATH = "api/v1/lineage"  # of Marquez, and the default of OpenLineage's clients
SECONDS_OF_REQUEST = 3.0
# At most so often within the bounded time of a delivery, for what a server does when it restarts.
RETRIES = {"total": 3, "connect": 3, "read": 3, "backoff_factor": 0.3}
RETRIES_FOR = [429, 500, 502, 503, 504]
SEVERITIES = {"block": "error", "warn": "warn"}
PARENT = re.compile(r"(?P<namespace>.+)/(?P<job>[^/]+)/(?P<run>[0-9a-fA-F-]{36})")

Outcomes = Mapping[str, CheckOutcome]
# A dataset's namespace and name.
DatasetName = tuple[str, str]


class LineageReporter:
    """Reports one run: its start, and then its end, its failure or that it was interrupted."""

    def __init__(self, settings: Settings, warn: Callable[[str], None]) -> None:
        self._settings, self._warn = settings, warn
        self._run_id = ""

    def start(self) -> None:
        """Report that the run starts."""
        self._attempt(lambda: [self._events().start()])

    def complete(self, run: Run) -> None:
        """Report that the run ended, the rows that it wrote, and the results of its checks."""
        self._attempt(
            lambda: self._events().ended(run, recorded_outcomes(self._settings, run.run_id))
        )

    def fail(self, error: Exception) -> None:
        """Report that the run failed, and the results of the checks, if one of them blocked it."""
        self._attempt(lambda: self._events().failed(error))

    def abort(self) -> None:
        """Report that the run was interrupted."""
        self._attempt(lambda: [self._events().aborted()])

    def _events(self) -> "RunEvents":
        from openlineage.client.uuid import generate_new_uuid

        self._run_id = self._run_id or str(generate_new_uuid())
        return RunEvents(self._settings, self._run_id)

    def _attempt(self, made: Callable[[], list[Any]]) -> None:
        try:
            deliver_events(self._settings, made())
        except ImportError:
            self._warn(f"no lineage is reported without: {extra_command('lineage')}")
        except (DeliveryFailed, SparkifyError) as failed:
            self._warn(f"the lineage was not reported: {failed}")
        except OSError as failed:
            self._warn(
                f"the lineage cannot be written to {self._settings.lineage_file}: "
                f"{failed.strerror or failed}; correct [LINEAGE] FILE"
            )
        except Exception as failed:  # noqa: BLE001 - nothing here may fail the run
            self._warn(f"the lineage was not reported: an unexpected {type(failed).__name__}")


def recorded_outcomes(settings: Settings, run_id: str) -> Outcomes:
    """Return how the checks of a run came out, as the warehouse has it. Raises SparkifyError."""
    with closing(open_reader(settings)) as reader:
        columns, rows = reader.fetch(statement("queries/last_check_results"))
    found = (dict(zip(columns, row, strict=True)) for row in rows)
    return {each["check_name"]: each["outcome"] for each in found if each["run_id"] == run_id}


class RunEvents:
    """The events of one run. Raises ImportError without the extra, SparkifyError."""

    def __init__(self, settings: Settings, run_id: str) -> None:
        from openlineage.client.event_v2 import Job, RunState

        self._settings, self._id, self._state = settings, run_id, RunState
        self._place = backend_of(settings).table_place(settings)
        self._job = Job(settings.lineage_namespace, f"{self._place.database}.load")

    def start(self) -> Any:
        """Return the event of the start: what the run reads and writes."""
        return self._event(self._state.START, self._facets(), self._bare_outputs())

    def aborted(self) -> Any:
        """Return the event of a run that was interrupted."""
        return self._event(self._state.ABORT, self._facets(), self._bare_outputs())

    def ended(self, run: Run, outcomes: Outcomes) -> list[Any]:
        """Return the events of a run that ended, and of its checks, if it made some."""
        from openlineage.client.facet_v2 import output_statistics_output_dataset as statistics
        from openlineage.client.facet_v2 import tags_run

        tags = [tags_run.TagsRunFacetFields("sparkify_run_id", run.run_id, "SPARKIFY")]
        outputs = [
            self._output(
                table,
                {
                    "outputStatistics": statistics.OutputStatisticsOutputDatasetFacet(
                        rowCount=changes.added + changes.changed
                    )
                },
                self._described(table),
            )
            for table, changes in run.row_changes.items()
        ]
        facets = self._facets() | {"tags": tags_run.TagsRunFacet(tags)}
        ended = self._event(self._state.COMPLETE, facets, outputs)
        return [*self._check_events(outcomes), ended]

    def failed(self, error: Exception) -> list[Any]:
        """Return the events of a run that failed; its text has no values of the data."""
        from openlineage.client.facet_v2 import error_message_run

        results = error.results if isinstance(error, CheckedRowsFailed) else []
        outcomes = {result.name: result.outcome for result in results}
        what = failure_notice(self._settings, error).what
        facets = self._facets() | {
            "errorMessage": error_message_run.ErrorMessageRunFacet(what, "PYTHON")
        }
        failed = self._event(self._state.FAIL, facets, self._bare_outputs())
        return [*self._check_events(outcomes), failed]

    def _event(self, state: Any, facets: dict[str, Any], outputs: Sequence[Any]) -> Any:
        from openlineage.client.event_v2 import Run as LineageRun
        from openlineage.client.event_v2 import RunEvent

        return RunEvent(
            eventTime=_now(),
            producer=PRODUCER,
            eventType=state,
            run=LineageRun(self._id, facets),
            job=self._job,
            inputs=[self._source(table) for table in STAGING_TABLES],
            outputs=list(outputs),
        )

    def _check_events(self, outcomes: Outcomes) -> list[Any]:
        """Return the start and the end of the checks, as a run of its own below this one."""
        from openlineage.client.event_v2 import InputDataset, Job, RunEvent
        from openlineage.client.event_v2 import Run as LineageRun
        from openlineage.client.facet_v2 import data_quality_assertions_dataset as quality
        from openlineage.client.uuid import generate_new_uuid

        if not outcomes:
            return []
        by_table = _assertions(self._settings, outcomes, quality.Assertion)
        parent = _parent_facet(self._job.namespace, self._job.name, self._id)
        run = LineageRun(str(generate_new_uuid()), {"parent": parent})
        inputs = [
            InputDataset(
                *self._table(table),
                inputFacets={
                    "dataQualityAssertions": quality.DataQualityAssertionsDatasetFacet(assertions)
                },
            )
            for table, assertions in by_table.items()
        ]
        job = Job(self._job.namespace, f"{self._place.database}.check")
        end = self._state.FAIL if "failed" in outcomes.values() else self._state.COMPLETE
        return [
            RunEvent(
                eventTime=_now(), producer=PRODUCER, eventType=state, run=run, job=job, inputs=given
            )
            for state, given in ((self._state.START, []), (end, inputs))
        ]

    def _facets(self) -> dict[str, Any]:
        from openlineage.client.facet_v2 import processing_engine_run

        engine = processing_engine_run.ProcessingEngineRunFacet(__version__, "Sparkify")
        facets: dict[str, Any] = {"processing_engine": engine}
        given = self._settings.lineage_parent
        if parent := PARENT.fullmatch(given):
            facets["parent"] = _parent_facet(parent["namespace"], parent["job"], parent["run"])
        elif given:
            raise DeliveryFailed("[LINEAGE] PARENT is not namespace/job/run, with a UUID")
        return facets

    def _table(self, table: str) -> DatasetName:
        place = self._place
        return place.namespace, f"{place.database}.{place.schema}.{table}"

    def _source(self, table: str) -> Any:
        from openlineage.client.event_v2 import InputDataset
        from openlineage.client.facet_v2 import schema_dataset as schema

        fields = [schema.SchemaDatasetFacetFields(field) for field in source_fields(table).values()]
        return InputDataset(
            *source_name(self._settings, table),
            facets={"schema": schema.SchemaDatasetFacet(fields)},
        )

    def _bare_outputs(self) -> list[Any]:
        return [self._output(table, {}, {}) for table in DATA_TABLES]

    def _output(self, table: str, written: dict[str, Any], facets: dict[str, Any]) -> Any:
        from openlineage.client.event_v2 import OutputDataset

        return OutputDataset(*self._table(table), facets=facets, outputFacets=written)

    def _described(self, table: str) -> dict[str, Any]:
        """Return the schema of a table, and the lineage of its columns."""
        from openlineage.client.facet_v2 import column_lineage_dataset as lineage
        from openlineage.client.facet_v2 import schema_dataset as schema

        columns = described(table)
        fields = [
            schema.SchemaDatasetFacetFields(
                each.name, each.kind, each.meaning, ordinal_position=place
            )
            for place, each in enumerate(columns, 1)
        ]
        made_from = {
            each.name: lineage.Fields([lineage.InputField(*source) for source in found])
            for each in columns
            if (found := self._made_from(table, each.name))
        }
        return {
            "schema": schema.SchemaDatasetFacet(fields),
            "columnLineage": lineage.ColumnLineageDatasetFacet(made_from),
        }

    def _made_from(self, table: str, column: str) -> list[tuple[str, str, str]]:
        if table in STAGING_TABLES:
            field = source_fields(table).get(column)
            return [(*source_name(self._settings, table), field)] if field else []
        return sorted((*self._table(name), field) for name, field in sources(table, column))


def source_name(settings: Settings, table: str) -> DatasetName:
    """Return the namespace and name of the source of a staging table, by the naming spec."""
    by_table = dict(zip(STAGING_TABLES, (settings.log_data, settings.song_data), strict=True))
    location = by_table[table]
    if not location.startswith("s3://"):
        return "file", str(Path(location).absolute())
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    return f"s3://{bucket}", prefix.strip("/") or "/"


def deliver_events(settings: Settings, events: Sequence[Any]) -> None:
    """Append events to [LINEAGE] FILE, and send them to URL. Raises OSError, DeliveryFailed."""
    from openlineage.client.serde import Serde

    if settings.lineage_file:
        lines = "".join(f"{Serde.to_json(event)}\n" for event in events)
        mode = 0o666 & ~settings.umask
        opener = partial(os.open, mode=mode)
        with open(settings.lineage_file, "a", encoding="utf-8", opener=opener) as opened:
            opened.write(lines)
    if settings.lineage_url.value:
        in_bounded_time(partial(_send, settings, events))


def _send(settings: Settings, events: Sequence[Any]) -> None:
    from openlineage.client.transport.http import (
        ApiKeyTokenProvider,
        HttpConfig,
        HttpTransport,
        TokenProvider,
    )
    from requests import RequestException

    url = urlsplit(settings.lineage_url.value)
    key = settings.lineage_api_key.value
    path = url.path.lstrip("/") or EVENTS_PATH
    config = HttpConfig(
        url=f"{url.scheme}://{url.netloc}",
        endpoint=f"{path}?{url.query}" if url.query else path,
        timeout=SECONDS_OF_REQUEST,
        auth=ApiKeyTokenProvider({"api_key": key}) if key else TokenProvider({}),
        retry={**RETRIES, "status_forcelist": RETRIES_FOR, "allowed_methods": ["POST"]},
    )
    with _quiet_retries(), closing(HttpTransport(config)) as transport:
        try:
            for event in events:
                transport.emit(event)
        except RequestException as error:
            # Only words of ours: the error's text has the URL.
            answered = "" if error.response is None else f" {error.response.status_code}"
            what = f"the server answered{answered}" if answered else "the server was not reached"
            raise DeliveryFailed(f"{what} ({type(error).__name__})") from None


@contextmanager
def _quiet_retries() -> Iterator[None]:
    """Keep urllib3 from printing the URL at each retry."""
    logger = logging.getLogger("urllib3.connectionpool")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def _assertions(
    settings: Settings, outcomes: Outcomes, assertion: Callable[..., Any]
) -> dict[str, list[Any]]:
    """Return the checks' results by table: each at the tables that it is about."""
    found: dict[str, list[Any]] = {}
    for check in configured_checks(settings):
        if check.name in outcomes:
            result = assertion(
                assertion=check.name,
                name=check.name,
                success=outcomes[check.name] == "passed",
                severity=SEVERITIES[check.severity],
                description=check.statement.grain,
            )
            for table in sorted(checked_tables(check.statement.text)):
                found.setdefault(table, []).append(result)
    return found


def _parent_facet(namespace: str, job: str, run_id: str) -> Any:
    from openlineage.client.facet_v2 import parent_run

    return parent_run.ParentRunFacet(run=parent_run.Run(run_id), job=parent_run.Job(namespace, job))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
