"""The `sparkify cluster` commands: up, status, pause, resume, down, list, doctor."""

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from sparkify.cli.aws import (
    WarehouseRequest,
    changes_warehouse,
    dollars,
    lists_from_aws,
    open_watch,
    print_dry_run,
    reads_warehouse,
    warehouse_json,
    warehouse_size,
    warehouse_summary,
)
from sparkify.cli.command import NEEDS_A_PERSON
from sparkify.cli.formats import write_records
from sparkify.cli.terminal import echo, to_json
from sparkify.installation import command_hint

if TYPE_CHECKING:
    from sparkify.cloud.aws import Aws
    from sparkify.cloud.cost import Cost
    from sparkify.cloud.waiting import Watch
    from sparkify.cloud.warehouse import Warehouse, WarehousePlan


RESOURCE_COLUMNS = ("what", "name", "warehouse")
_OPTIONS_FOR = {
    "--provisioned": ("nodes", "node_type", "pause_at", "no_schedule"),
    "Serverless": ("rpu", "max_rpu", "daily_rpu_hours"),
}


@click.group("cluster")
def cluster_command() -> None:
    """Create, inspect, pause or remove Redshift in AWS."""


@cluster_command.command("up")
@click.option("--provisioned", is_flag=True, help="A cluster, paid by the hour; else Serverless.")
@click.option(
    "--nodes", type=click.IntRange(1, 100), default=1, show_default=True, help="Nodes in a cluster."
)
@click.option(
    "--node-type", default="rg.large", show_default=True, help="Type of a cluster's nodes."
)
@click.option("--rpu", type=click.IntRange(4), default=4, show_default=True, help="Base capacity.")
@click.option(
    "--max-rpu", type=click.IntRange(4), default=8, show_default=True, help="Maximum capacity."
)
@click.option(
    "--daily-rpu-hours",
    type=click.IntRange(1),
    default=8,
    show_default=True,
    help="Usage limit of a day, in UTC.",
)
@click.option(
    "--pause-at",
    default="20:00",
    show_default=True,
    metavar="HH:MM",
    help="UTC time of a cluster's daily pause.",
)
@click.option("--no-schedule", is_flag=True, help="Do not pause the cluster every day.")
@click.option("--allow-my-ip", is_flag=True, help="Let in this machine's address, and no other.")
@click.option(
    "--trust-account", is_flag=True, help="Let the account's other warehouses use the role."
)
@click.option("--subnet", "subnets", multiple=True, help="Repeatable; else the default network.")
@changes_warehouse
def cluster_up(request: WarehouseRequest, **options: Any) -> None:
    """Create a warehouse and write it to dwh.cfg.

    Run again, it adds what is missing and changes no size. Past its usage limit, Serverless
    rejects queries until the day ends (UTC).
    """
    from sparkify.cloud import lifecycle, role
    from sparkify.config import write_warehouse

    settings = request.settings
    prefixes = role.bucket_prefixes(settings)
    plan = _warehouse_plan(request, **options)
    aws = request.aws()
    reads = role.with_kms_keys(aws, prefixes)
    with open_watch(request.timeout) as watch:
        created = lifecycle.create_warehouse(aws, plan, reads, watch)
    if created is None:
        print_dry_run(aws, request.as_json)
        return
    role_arn = role.role_arn(aws, role.copy_role_name(plan.name, aws.region))
    write_warehouse(settings.file, created.host, created.port, role_arn)
    if request.as_json:
        echo(warehouse_json(created, aws.region, role=role_arn))
        return
    echo(warehouse_summary(created, aws.region))
    echo(_expected_cost(plan, created, aws.region))
    step = command_hint("create-tables")
    echo(f"HOST, DB_PORT and ARN are in {settings.file}. Next: {step}")


def _warehouse_plan(
    request: WarehouseRequest,
    *,
    provisioned: bool,
    no_schedule: bool,
    allow_my_ip: bool,
    **options: Any,
) -> "WarehousePlan":
    from sparkify.cloud import network
    from sparkify.cloud.warehouse import WarehousePlan

    _reject_options_for("Serverless" if provisioned else "--provisioned")
    if options["max_rpu"] < options["rpu"]:
        raise click.UsageError("--max-rpu is less than --rpu")
    pause_at = _time_of_day(options.pop("pause_at"))
    return WarehousePlan(
        name=request.wanted_name,
        database=request.settings.db_name,
        admin=request.settings.db_user or "awsuser",
        port=request.settings.db_port,
        kind="provisioned" if provisioned else "serverless",
        pause_at="" if no_schedule else pause_at,
        my_address=network.find_my_address() if allow_my_ip else "",
        **options,
    )


def _reject_options_for(kind: str) -> None:
    """Raise UsageError for options of the other kind of warehouse, which would have no effect."""
    context = click.get_current_context()
    for option in _OPTIONS_FOR[kind]:
        source = context.get_parameter_source(option)
        if source is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{option.replace('_', '-')} is for {kind} only")


def _time_of_day(text: str) -> str:
    try:
        return f"{datetime.strptime(text, '%H:%M'):%H:%M}"  # noqa: DTZ007 - a time of day
    except ValueError:
        raise click.UsageError(f"--pause-at is {text!r}, no time of day like 20:00") from None


def _expected_cost(plan: "WarehousePlan", created: "Warehouse", region: str) -> str:
    from sparkify.cloud import cost

    hour = dollars(cost.hourly_cost(created, region))
    if created.kind == "provisioned":
        pause = f"at {plan.pause_at} UTC every day" if plan.pause_at else "when you pause it"
        return f"An hour costs {hour} until it is paused: {pause}."
    usd = cost.unit_price("rpu", region).usd
    most = dollars(None if usd is None else usd * plan.daily_rpu_hours)
    return (
        f"An hour of work costs {hour}, an idle hour nothing, a day at most {most}:"
        " then queries are rejected."
    )


@cluster_command.command("status")
@click.option("--price", type=click.FloatRange(0), help="US dollars per hour and node or RPU.")
@reads_warehouse
def cluster_status(request: WarehouseRequest, price: float | None) -> None:
    """Show the state, the idle time and the cost."""
    from sparkify.cloud import cost, lifecycle, serverless

    aws = request.aws()
    found = lifecycle.locate_warehouse(aws, request.settings, request.name)
    costs = cost.estimate_cost(aws, found, price)
    limit = serverless.daily_limit(aws, found.arns[0]) if found.kind == "serverless" else None
    if not request.as_json:
        for key, value in _status_lines(found, costs, limit):
            echo(f"{key:>10}  {value}")
        return
    echo(
        warehouse_json(
            *(found, aws.region),
            usd_per_hour=costs.usd_per_hour,
            usd_so_far=costs.usd_so_far,
            idle_seconds=costs.idle_seconds,
            price=costs.price.usd,
            price_source=costs.price.source,
            usage_limit=limit,
        )
    )


def _status_lines(
    found: "Warehouse", costs: "Cost", limit: dict[str, Any] | None
) -> Iterator[tuple[str, str]]:
    yield found.name, found.state
    yield "size", warehouse_size(found)
    yield "endpoint", f"{found.host}:{found.port}, {'public' if found.public else 'private'}"
    yield "idle", _duration(costs.idle_seconds)
    yield "costs", f"{dollars(costs.usd_per_hour)} {_cost_condition(found)}"
    yield "so far", f"{dollars(costs.usd_so_far)} of compute since its creation, without storage"
    yield "price", f"${costs.price.usd} per hour for one {found.unit}: {costs.price.source}"
    if found.kind == "serverless":
        yield "limit", _usage_limit(limit)


def _usage_limit(limit: dict[str, Any] | None) -> str:
    if limit is None:
        return "none, a day may cost any sum; to set one: sparkify cluster up"
    return f"{limit['amount']} RPU-hours {limit['period']}, then {limit['breachAction']}"


def _cost_condition(found: "Warehouse") -> str:
    if found.kind == "serverless":
        return "an hour of work; an idle hour costs nothing"
    return "an hour" if found.is_on else "an hour when it is on; now only its storage costs"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "not known"
    hours, minutes = divmod(int(seconds) // 60, 60)
    return f"{hours} h {minutes} min"


@cluster_command.command("pause")
@changes_warehouse
def cluster_pause(request: WarehouseRequest) -> None:
    """Pause the cluster; only its storage costs then."""
    from sparkify.cloud import lifecycle

    _switch_cluster(request, lifecycle.pause_cluster)


@cluster_command.command("resume")
@changes_warehouse
def cluster_resume(request: WarehouseRequest) -> None:
    """Resume the cluster and wait until it is on."""
    from sparkify.cloud import provisioned

    _switch_cluster(request, provisioned.resume_cluster)


def _switch_cluster(
    request: WarehouseRequest, change: Callable[["Aws", str, "Watch"], None]
) -> None:
    from sparkify.cloud import lifecycle

    aws = request.aws()
    found = lifecycle.locate_warehouse(aws, request.settings, request.name)
    if found.kind == "serverless":
        echo(f"Note: {lifecycle.NO_PAUSE}", err=True)
    else:
        with open_watch(request.timeout) as watch:
            change(aws, found.name, watch)
        found = lifecycle.locate_warehouse(aws, request.settings, found.name)
    if request.dry_run:
        print_dry_run(aws, request.as_json)
    else:
        echo((warehouse_json if request.as_json else warehouse_summary)(found, aws.region))


@cluster_command.command("down")
@click.option("--no-snapshot", is_flag=True, help="Delete the data without a final snapshot.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@changes_warehouse
def cluster_down(request: WarehouseRequest, no_snapshot: bool, yes: bool) -> None:
    """Remove what `up` created; keep a final snapshot."""
    from sparkify.cloud import lifecycle

    name, aws = request.wanted_name, request.aws()
    existing = lifecycle.find_warehouse(aws, name)
    if not yes and not request.dry_run:
        data = "Its data will be deleted" if no_snapshot else "A final snapshot of its data is kept"
        click.confirm(f"{data}. Take down {name} in {aws.region}?", abort=True, err=True)
    with open_watch(request.timeout) as watch:
        removal = lifecycle.remove_warehouse(aws, name, watch, keep_snapshot=not no_snapshot)
    if request.dry_run:
        print_dry_run(aws, request.as_json)
        return
    _clear_settings(request, existing, aws.region)
    if request.as_json:
        echo(to_json({"removed": removal.resources, "snapshot": removal.snapshot}))
        return
    for resource in removal.resources:
        echo(f"Removed: {resource}")
    echo(f"Nothing of {name} is left in {aws.region}{_snapshot_left(removal.snapshot)}.")


def _clear_settings(request: WarehouseRequest, existing: "Warehouse | None", region: str) -> None:
    """Clear the removed warehouse's HOST and ARN in the settings file, if it holds them."""
    from sparkify.cloud.warehouse import is_in_settings
    from sparkify.config import write_warehouse

    settings = request.settings
    host = existing.host if existing else ""
    if is_in_settings(settings, request.wanted_name, region, host):
        write_warehouse(settings.file, "", settings.db_port, "")


def _snapshot_left(snapshot: str) -> str:
    if not snapshot:
        return ""
    from sparkify.cloud.cost import price_table

    usd = price_table()["usd_per_gb_month"]
    return f" except the snapshot {snapshot}, about ${usd} per GB and month until you delete it"


@cluster_command.command("list")
@lists_from_aws
def cluster_list(request: WarehouseRequest) -> None:
    """List all that Sparkify created in the region."""
    from sparkify.cloud import lifecycle

    aws = request.aws()
    found = [
        resource
        for resource in lifecycle.list_everything(aws)
        if request.name in {"", resource.warehouse}
    ]
    if request.form != "table":
        records = (resource._asdict() for resource in found)
        write_records(RESOURCE_COLUMNS, records, request.form)
        return
    for what, name, warehouse in found:
        echo(f"{warehouse:<12} {what:<16} {name}")
    if not found:
        echo(f"Sparkify created nothing in {aws.region}.", err=True)


@cluster_command.command("doctor")
@lists_from_aws
def cluster_doctor(request: WarehouseRequest) -> None:
    """Diagnose credentials, role, network and state."""
    from dataclasses import asdict

    from sparkify.cloud.doctor import diagnose_aws

    found = []
    for diagnosis in diagnose_aws(request.settings, request.region, request.name):
        found.append(diagnosis)
        if request.form == "table":
            echo(f"{'ok  ' if diagnosis.ok else 'FIX '}  {diagnosis.what}")
            if not diagnosis.ok:
                echo(f"      Try: {diagnosis.fix}")
    if request.form != "table":
        write_records(("what", "ok", "fix"), map(asdict, found), request.form)
    if not all(diagnosis.ok for diagnosis in found):
        sys.exit(NEEDS_A_PERSON)
