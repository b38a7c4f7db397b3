"""Sparkify in Airflow: an operator that loads by `sparkify.load`, with the tables as assets."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from airflow.sdk import Asset, BaseOperator
from airflow.sdk.exceptions import AirflowFailException

import sparkify
from sparkify.config import GivenSettings, as_settings
from sparkify.sql import DIMENSIONS, FACT, STAGING_TABLES
from sparkify_airflow.cluster import ClusterReadyTrigger, open_aws, resume_if_paused

TABLES = (*STAGING_TABLES, FACT, *DIMENSIONS)
# What another attempt does not change.
NOT_TRIED_AGAIN = (sparkify.ChecksFailed, sparkify.ConfigError, sparkify.LoadError)


def sparkify_asset(table: str, warehouse: str = "sparkify") -> Asset:
    """Return the asset of a table, by which a DAG is scheduled after a load."""
    return Asset(name=f"{warehouse}.{table}", uri=f"sparkify://{warehouse}/{table}")


class SparkifyLoadOperator(BaseOperator):
    """Loads new files, and updates the assets of the seven tables.

    `settings` are as `sparkify.load` takes them. `first` and `last` are the days of the log files
    to load, as `YYYY-MM-DD`, by default all. `warehouse` names the assets. `wait` is the number of
    seconds to wait for another writer.

    With `cluster`, the name of a Redshift cluster, it is resumed if it is paused, and the task is
    deferred until it is available, for up to `resume_minutes`.

    A failed check, a wrong setting and a file rejected whole fail the task without retries.
    """

    template_fields: Sequence[str] = ("settings", "first", "last", "cluster")

    def __init__(
        self,
        *,
        settings: GivenSettings = None,
        first: str = "",
        last: str = "",
        warehouse: str = "sparkify",
        wait: float = 600,
        cluster: str = "",
        poll_seconds: float = 30,
        resume_minutes: float = 60,
        **options: Any,
    ) -> None:
        self.tables = {table: sparkify_asset(table, warehouse) for table in TABLES}
        options["outlets"] = [*options.get("outlets", ()), *self.tables.values()]
        super().__init__(**options)
        self.settings, self.first, self.last = settings, first, last
        self.wait, self.cluster = wait, cluster
        self.poll_seconds, self.resume_minutes = poll_seconds, resume_minutes

    def execute(self, context: Mapping[str, Any], event: str | None = None) -> dict[str, int]:
        """Load, and return the rows that each table got; defer while the cluster resumes.

        `event` is the state of the cluster for which the task was deferred.
        """
        if self.cluster:
            self._defer_until_ready()
        try:
            run = sparkify.load(self.settings, choice=self._choice(), wait=self.wait)
        except NOT_TRIED_AGAIN as error:
            raise AirflowFailException(f"{error}. Try: {error.hint}") from error
        for text in run.warnings:
            self.log.warning(text)
        if run.needs_person():
            files = "; ".join(map(str, run.rejected_files))
            raise AirflowFailException(f"run {run.run_id} rejected files: {files}")
        for table, rows in run.row_changes.items():
            context["outlet_events"][self.tables[table]].extra = {
                "rows_added": rows.added,
                "rows_changed": rows.changed,
                "sparkify_run_id": run.run_id,
            }
        return {table: rows.added for table, rows in run.row_changes.items()}

    def _defer_until_ready(self) -> None:
        """Return if the cluster is available; else resume it, and leave the task deferred."""
        settings = as_settings(self.settings)
        if resume_if_paused(open_aws(settings), settings, self.cluster) != "available":
            self.defer(
                trigger=ClusterReadyTrigger(self.settings, self.cluster, self.poll_seconds),
                method_name="execute",
                timeout=timedelta(minutes=self.resume_minutes),
            )

    def _choice(self) -> sparkify.LogChoice:
        first, last = (date.fromisoformat(day) if day else None for day in (self.first, self.last))
        return sparkify.LogChoice(first=first, last=last)
