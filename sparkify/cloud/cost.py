"""The cost of a warehouse: per hour, per day at most, since its creation; and its idle time.

Prices come from the table in this package, which names its date and source. The bill decides.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sparkify.cloud.aws import Aws
from sparkify.cloud.warehouse import Warehouse

_FALLBACK_REGION = "us-east-1"  # the one region for which the table has every price
_SECONDS_PER_HOUR = 3600
_METRICS_RETENTION = timedelta(days=455)  # CloudWatch keeps hourly values that long


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per hour for one node or one RPU; `usd` is None if the table lacks the price."""

    usd: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a warehouse in US dollars; a value that is not known is None.

    `usd_per_hour` is the current cost: all nodes of a running cluster, or an hour of work of
    Serverless, which costs nothing while idle. `usd_so_far` is compute only, since the creation.
    """

    usd_per_hour: float | None
    usd_so_far: float | None
    idle_seconds: float | None
    price: Price


def unit_price(unit: str, region: str, override: float | None = None) -> Price:
    """Return the price of a node type, or of an RPU (`rpu`), in a region."""
    if override is not None:
        return Price(override, "--price")
    table = price_table()
    source = f"{table['source']}, as of {table['as_of']}"
    usd = table["usd_per_hour"].get(region, {}).get(unit)
    if usd is not None:
        return Price(usd, f"{source}, {region}")
    usd = table["usd_per_hour"][_FALLBACK_REGION].get(unit)
    return Price(usd, f"{source}, {_FALLBACK_REGION}, as the table has no price for {region}")


@cache
def price_table() -> dict[str, Any]:
    """Read the price table: `as_of`, `source`, and `usd_per_hour` by region and unit."""
    table: dict[str, Any] = json.loads(Path(__file__).with_name("prices.json").read_text())
    return table


def hourly_cost(warehouse: Warehouse, region: str, override: float | None = None) -> float | None:
    """Return the cost per hour of all nodes or RPUs; None if the price is not known."""
    usd = unit_price(warehouse.unit, region, override).usd
    return None if usd is None else round(usd * warehouse.units, 4)


def estimate_cost(aws: Aws, warehouse: Warehouse, override: float | None = None) -> Cost:
    """Estimate the cost of a warehouse, now and so far, from CloudWatch's metrics."""
    price = unit_price(warehouse.unit, aws.region, override)
    unit_hours = _unit_hours(aws, warehouse)
    return Cost(
        usd_per_hour=hourly_cost(warehouse, aws.region, override),
        usd_so_far=None if price.usd is None else round(unit_hours * price.usd, 2),
        idle_seconds=_idle_seconds(aws, warehouse),
        price=price,
    )


def _unit_hours(aws: Aws, warehouse: Warehouse) -> float:
    """Return the node hours, or RPU hours, since the warehouse was created.

    A running cluster reports its health once a minute; a paused one reports nothing.
    https://docs.aws.amazon.com/redshift/latest/mgmt/metrics-listing.html
    https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-monitoring.html
    """
    if warehouse.kind == "serverless":
        seconds = _hourly_metric(aws, warehouse, "ComputeSeconds", "Sum")
        return sum(value for _, value in seconds) / _SECONDS_PER_HOUR
    minutes = _hourly_metric(aws, warehouse, "HealthStatus", "SampleCount")
    return sum(value for _, value in minutes) / 60 * warehouse.units


def _idle_seconds(aws: Aws, warehouse: Warehouse) -> float | None:
    metric = "ComputeSeconds" if warehouse.kind == "serverless" else "DatabaseConnections"
    hours = _hourly_metric(aws, warehouse, metric, "Maximum")
    busy = [hour_end for hour_end, value in hours if value > 0]
    since = max(busy, default=warehouse.created)
    return None if since is None else max(0.0, (datetime.now(UTC) - since).total_seconds())


def _hourly_metric(
    aws: Aws, warehouse: Warehouse, metric: str, statistic: str
) -> list[tuple[datetime, float]]:
    """Return the end of each hour since the warehouse's creation, and the metric's value in it."""
    now = datetime.now(UTC)
    since = max(warehouse.created or now, now - _METRICS_RETENTION)
    since = since.replace(minute=0, second=0, microsecond=0)
    serverless = warehouse.kind == "serverless"
    found = []
    # one answer holds 1,440 values
    while since < now:
        until = since + timedelta(hours=1400)
        answer = aws.call(
            *("cloudwatch", "get_metric_statistics"),
            Namespace="AWS/Redshift-Serverless" if serverless else "AWS/Redshift",
            MetricName=metric,
            Dimensions=[
                {
                    "Name": "Workgroup" if serverless else "ClusterIdentifier",
                    "Value": warehouse.name,
                }
            ],
            StartTime=since,
            EndTime=until,
            Period=_SECONDS_PER_HOUR,
            Statistics=[statistic],
        )
        found += [
            (min(now, point["Timestamp"] + timedelta(seconds=_SECONDS_PER_HOUR)), point[statistic])
            for point in answer["Datapoints"]
        ]
        since = until
    return found
