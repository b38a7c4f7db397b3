"""A DAG that loads what is new each night, and one that runs after each load."""

import os
from datetime import datetime, timedelta

from airflow.sdk import DAG, task
from sparkify_airflow import SparkifyLoadOperator, sparkify_asset

with DAG(
    "load_sparkify",
    schedule="0 4 * * *",
    start_date=datetime(2018, 11, 1),  # noqa: DTZ001 - Airflow's default zone, UTC
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=5)},
):
    SparkifyLoadOperator(
        task_id="load",
        settings=os.environ.get("SPARKIFY_CONFIG"),  # else ./dwh.cfg and the environment
        cluster=os.environ.get("SPARKIFY_CLUSTER", ""),  # resumed if it is paused
        poll_seconds=5,
    )

with DAG("after_sparkify", schedule=[sparkify_asset("songplays")], catchup=False):

    @task
    def count_plays() -> int:
        """Return the number of plays."""
        import sparkify

        return sparkify.status(os.environ.get("SPARKIFY_CONFIG")).rows["songplays"]

    count_plays()
