"""`cluster status`: the state, the idle time, the cost now and so far."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest

from sparkify.cloud import cost
from sparkify.cloud.aws import Aws

from . import strict_redshift
from .shim import Shim
from .world import REGION, sparkify

Capsys = pytest.CaptureFixture[str]


def put_metric(metric: str, hours_ago: float, value: float, *, cluster: bool) -> None:
    """Put a value of the warehouse into CloudWatch."""
    boto3.client("cloudwatch", region_name=REGION).put_metric_data(
        Namespace="AWS/Redshift" if cluster else "AWS/Redshift-Serverless",
        MetricData=[
            {
                "MetricName": metric,
                "Dimensions": [
                    {
                        "Name": "ClusterIdentifier" if cluster else "Workgroup",
                        "Value": "sparkify",
                    }
                ],
                "Timestamp": datetime.now(UTC) - timedelta(hours=hours_ago),
                "Value": value,
            }
        ],
    )


def set_age(shim: Shim, hours: float) -> None:
    """Date the warehouse's creation back."""
    then = datetime.now(UTC) - timedelta(hours=hours)
    for cluster in strict_redshift.clusters(REGION).values():
        cluster.create_time = then
    for group in shim.serverless[REGION].workgroups.values():
        group["creationDate"] = then


def test_serverless_costs_what_it_worked(shim: Shim, folder: Path, capsys: Capsys) -> None:
    sparkify(capsys, "cluster", "up")
    set_age(shim, 50)
    for hours_ago in (40, 30):
        put_metric("ComputeSeconds", hours_ago, 7200, cluster=False)  # 2 RPU-hours each

    status = sparkify(capsys, "cluster", "status", "--json").json

    assert status["usd_per_hour"] == 1.44  # 4 RPU at $0.36
    assert status["usd_so_far"] == 1.44  # 4 RPU-hours
    assert 29 * 3600 <= status["idle_seconds"] <= 30 * 3600
    assert status["usage_limit"]["amount"] == 8


def test_a_cluster_costs_while_it_is_on(shim: Shim, folder: Path, capsys: Capsys) -> None:
    sparkify(capsys, "cluster", "up", "--provisioned", "--nodes", "3")
    set_age(shim, 30)
    for minute in range(60):  # it was on for one hour, and paused for the others
        put_metric("HealthStatus", 20 + minute / 60, 1, cluster=True)
    put_metric("DatabaseConnections", 20, 2, cluster=True)

    status = sparkify(capsys, "cluster", "status", "--json", "--price", "0.40").json

    assert status["usd_per_hour"] == 1.20
    assert status["usd_so_far"] == 1.20
    assert status["price_source"] == "--price"
    assert 19 * 3600 <= status["idle_seconds"] <= 20 * 3600


def test_an_unused_warehouse_is_idle_since_its_creation(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    sparkify(capsys, "cluster", "up")
    set_age(shim, 100 * 24)  # more than CloudWatch answers at once

    status = sparkify(capsys, "cluster", "status", "--json").json

    assert status["usd_so_far"] == 0
    assert abs(status["idle_seconds"] - 100 * 24 * 3600) < 60


def test_status_for_people(shim: Shim, folder: Path, capsys: Capsys) -> None:
    sparkify(capsys, "cluster", "up")

    status = sparkify(capsys, "cluster", "status").out

    for line in (
        "sparkify  available",
        "size  Serverless, 4 RPU",
        "redshift-serverless.amazonaws.com:5439, private",
        "costs  $1.44 an hour of work; an idle hour costs nothing",
        "so far  $0.00 of compute since its creation, without storage",
        "price  $0.36 per hour for one rpu: AWS Price List",
        "as of 2026-10-05, us-west-2",
        "limit  8 RPU-hours daily, then deactivate",
    ):
        assert line in status


def test_a_missing_limit_is_reported(shim: Shim, folder: Path, capsys: Capsys) -> None:
    sparkify(capsys, "cluster", "up")
    shim.serverless[REGION].limits.clear()

    assert "limit  none, a day may cost any sum" in sparkify(capsys, "cluster", "status").out

    sparkify(capsys, "cluster", "up", "--daily-rpu-hours", "3")
    assert "limit  3 RPU-hours daily" in sparkify(capsys, "cluster", "status").out


def test_a_paused_cluster_costs_its_storage_only(shim: Shim, folder: Path, capsys: Capsys) -> None:
    sparkify(capsys, "cluster", "up", "--provisioned")
    sparkify(capsys, "cluster", "pause")

    assert "now only its storage costs" in sparkify(capsys, "cluster", "status").out


def test_without_a_warehouse_there_is_no_status(shim: Shim, folder: Path, capsys: Capsys) -> None:
    said = sparkify(capsys, "cluster", "status")

    assert said.code == 1
    assert said.err == (
        "Error: there is no warehouse sparkify in us-west-2\n"
        "Try: create it: sparkify cluster up; list what exists: sparkify cluster list\n"
    )


def test_an_existing_warehouse_is_found_by_its_endpoint(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    sparkify(capsys, "cluster", "up", "--provisioned", "--name", "foreign")
    strict_redshift.clusters(REGION)["foreign"].tags = []
    strict_redshift.World.endpoint = ("warehouse.example.com", 5439)
    host = ("--set", "CLUSTER.HOST=warehouse.example.com")

    status = sparkify(capsys, "cluster", "status", *host, "--json").json
    paused = sparkify(capsys, "cluster", "pause", *host)
    lost = sparkify(capsys, "cluster", "status", "--set", "CLUSTER.HOST=localhost")

    assert (status["name"], status["tagged"]) == ("foreign", False)
    assert "foreign is paused" in paused.out
    sparkify(capsys, "cluster", "up", "--name", "sparkify")
    shim.serverless[REGION].workgroups["sparkify"]["customDomainName"] = "dwh.example.com"
    own = ("--set", "CLUSTER.HOST=dwh.example.com")
    assert sparkify(capsys, "cluster", "status", *own, "--json").json["name"] == "sparkify"
    assert "no warehouse in us-west-2 has the endpoint localhost" in lost.err


@pytest.mark.parametrize(
    ("unit", "region", "usd", "source"),
    [
        ("rpu", "us-west-2", 0.36, "us-west-2"),
        ("rg.large", "us-east-1", 0.3801, "us-east-1"),
        ("rg.large", "eu-west-1", 0.3801, "as the table has no price for eu-west-1"),
        ("rx.huge", "us-east-1", None, "us-east-1"),
    ],
)
def test_a_price_names_its_source(unit: str, region: str, usd: float | None, source: str) -> None:
    found = cost.unit_price(unit, region)

    assert found.usd == usd
    assert source in found.source
    assert "as of 2026-" in found.source


def test_an_unknown_price_is_not_zero(shim: Shim, folder: Path, capsys: Capsys) -> None:
    size = ("--node-type", "ra3.16xlarge", "--nodes", "2")
    sparkify(capsys, "cluster", "up", "--provisioned", *size)

    status = sparkify(capsys, "cluster", "status").out

    assert "costs  an unknown sum (give its price with --price) an hour" in status


def test_the_price_table_holds_the_common_units_and_plausible_prices() -> None:
    table = cost.price_table()["usd_per_hour"]["us-east-1"]

    assert {"rpu", "rg.large", "ra3.large"} <= set(table)
    assert all(0 < price < 100 for price in table.values())


def test_all_pages_of_an_answer_are_read(shim: Shim) -> None:
    few = {"PaginationConfig": {"PageSize": 5}}
    ec2 = boto3.client("ec2", region_name=REGION)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    for number in range(12):
        ec2.create_security_group(GroupName=f"g{number}", Description="d", VpcId=vpc)

    found = Aws(REGION).pages("ec2", "describe_security_groups", "SecurityGroups", **few)

    assert len([each for each in found if each["GroupName"].startswith("g")]) == 12


def test_the_costs_in_the_docs_follow_from_the_price_table() -> None:
    text = (Path(__file__).parents[2] / "docs/aws.md").read_text(encoding="utf-8")
    table = cost.price_table()
    rpu = table["usd_per_hour"]["us-west-2"]["rpu"]
    node = table["usd_per_hour"]["us-east-1"]["rg.large"]

    for shown in (
        f"as of {table['as_of']}",
        f"${table['usd_per_gb_month']} per GB and month",
        f"4 RPU x ${rpu} = ${4 * rpu:.2f}",
        f"${4 * rpu:.2f} x 10 / 60 = ${4 * rpu / 6:.2f}",
        f"8 RPU-hours x ${rpu} = ${8 * rpu:.2f}",
        f"| 1 x rg.large, us-east-1 | ${node} an hour |",
        f"3 x ${node} = ${3 * node:.4f} an hour",
        f"${3 * node:.4f} x 730 = ${3 * node * 730:.2f}",
    ):
        assert shown in " ".join(text.split("\n"))
