"""What a warehouse costs: an hour, a day at most, and since it was made; and how long it idles.

Prices are of the table in this package, which has its date and source; a bill knows better.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sparkify.cloud.aws import Aws
from sparkify.cloud.warehouse import Warehouse

_FALLBACK = "us-east-1"  # the one region of which the table has every price
_HOUR = 3600
_KEPT = timedelta(days=455)  # CloudWatch keeps hourly values that long


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars an hour for one node, or for one RPU; `None` if the table does not have it."""

    usd: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What a warehouse costs, in US dollars.

    `an_hour` is what an hour costs now: all nodes while a cluster is on; for Serverless what an
    hour of work costs, as idling costs nothing. `so_far` is since it was made, compute only.
    `idle_seconds` is None when nothing was seen of it yet. What is not known is None.
    """

    an_hour: float | None
    so_far: float | None
    idle_seconds: float | None
    price: Price


def price(unit: str, region: str, override: float | None = None) -> Price:
    """The price of a node of a type, or of an RPU (`rpu`), in a region."""
    if override is not None:
        return Price(override, "--price")
    table = prices()
    told = f"{table['source']}, as of {table['as_of']}"
    here = table["usd_per_hour"].get(region, {}).get(unit)
    if here is not None:
        return Price(here, f"{told}, {region}")
    elsewhere = table["usd_per_hour"][_FALLBACK].get(unit)
    return Price(elsewhere, f"{told}, {_FALLBACK}, as the table has no price of {region}")


@cache
def prices() -> dict[str, Any]:
    """The table of prices: `as_of`, `source`, `usd_per_hour` by region and unit."""
    table: dict[str, Any] = json.loads(Path(__file__).with_name("prices.json").read_text())
    return table


def an_hour(warehouse: Warehouse, region: str, override: float | None = None) -> float | None:
    """What an hour costs, all nodes or RPUs together; None if the price is not known."""
    usd = price(warehouse.unit, region, override).usd
    return None if usd is None else round(usd * warehouse.units, 4)


def cost(aws: Aws, warehouse: Warehouse, override: float | None = None) -> Cost:
    """What a warehouse costs and has cost, by what CloudWatch saw of it."""
    of_unit = price(warehouse.unit, aws.region, override)
    unit_hours = _unit_hours(aws, warehouse)
    return Cost(
        an_hour=an_hour(warehouse, aws.region, override),
        so_far=None if of_unit.usd is None else round(unit_hours * of_unit.usd, 2),
        idle_seconds=_idle_seconds(aws, warehouse),
        price=of_unit,
    )


def _unit_hours(aws: Aws, warehouse: Warehouse) -> float:
    """The node hours, or RPU hours, since the warehouse was made.

    A cluster sends its health once a minute while it is on, and nothing while it is paused.
    https://docs.aws.amazon.com/redshift/latest/mgmt/metrics-listing.html
    https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-monitoring.html
    """
    if warehouse.kind == "serverless":
        seconds = _series(aws, warehouse, "ComputeSeconds", "Sum")
        return sum(value for _, value in seconds) / _HOUR
    minutes = _series(aws, warehouse, "HealthStatus", "SampleCount")
    return sum(value for _, value in minutes) / 60 * warehouse.units


def _idle_seconds(aws: Aws, warehouse: Warehouse) -> float | None:
    metric = "ComputeSeconds" if warehouse.kind == "serverless" else "DatabaseConnections"
    busy = [moment for moment, value in _series(aws, warehouse, metric, "Maximum") if value > 0]
    since = max(busy, default=warehouse.created)
    return None if since is None else max(0.0, (datetime.now(UTC) - since).total_seconds())


def _series(
    aws: Aws, warehouse: Warehouse, metric: str, statistic: str
) -> list[tuple[datetime, float]]:
    """The values of a metric since the warehouse was made, by the hour, and each hour's end."""
    now = datetime.now(UTC)
    since = max(warehouse.created or now, now - _KEPT).replace(minute=0, second=0, microsecond=0)
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
            Period=_HOUR,
            Statistics=[statistic],
        )
        found += [
            (min(now, point["Timestamp"] + timedelta(seconds=_HOUR)), point[statistic])
            for point in answer["Datapoints"]
        ]
        since = until
    return found
