"""Sparkify in Dagster, a run for each day of logs: `dagster dev -f definitions.py`."""

import dagster as dg
from sparkify_dagster import sparkify_assets

# The settings are ./dwh.cfg and the environment, as for the commands.
warehouse = sparkify_assets(partitions=dg.DailyPartitionsDefinition(start_date="2018-11-01"))
load_day = dg.define_asset_job("load_day", selection=[warehouse])

defs = dg.Definitions(
    assets=[warehouse],
    jobs=[load_day],
    schedules=[dg.build_schedule_from_partitioned_job(load_day, hour_of_day=4)],
)
