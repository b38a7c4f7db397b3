"""The commands about the warehouse in AWS: up, status, pause, resume, down, list, doctor."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from sparkify.cli.aws import (
    Asked,
    changing,
    dollars,
    looking,
    print_calls,
    record,
    sentence,
    size,
    watched,
)

if TYPE_CHECKING:
    from sparkify.cloud.aws import Aws
    from sparkify.cloud.cost import Cost
    from sparkify.cloud.waiting import Watch
    from sparkify.cloud.warehouse import Plan, Warehouse


_ONLY_FOR = {
    "--provisioned": ("nodes", "node_type", "pause_at", "no_schedule"),
    "Serverless": ("rpu", "max_rpu", "daily_rpu_hours"),
}


@click.group()
def cluster() -> None:
    """Make a warehouse in AWS, see what it costs, pause it, take it down."""


@cluster.command()
@click.option("--provisioned", is_flag=True, help="A cluster, by the hour; else Serverless.")
@click.option("--nodes", type=click.IntRange(1, 100), default=1, show_default=True)
@click.option("--node-type", default="rg.large", show_default=True)
@click.option("--rpu", type=click.IntRange(4), default=4, show_default=True, help="Base capacity.")
@click.option("--max-rpu", type=click.IntRange(4), default=8, show_default=True)
@click.option(
    "--daily-rpu-hours",
    type=click.IntRange(1),
    default=8,
    show_default=True,
    help="Past it Serverless refuses queries until the day ends, in UTC.",
)
@click.option(
    "--pause-at",
    default="20:00",
    show_default=True,
    metavar="HH:MM",
    help="When a cluster pauses itself, in UTC, every day.",
)
@click.option("--no-schedule", is_flag=True, help="Do not let the cluster pause itself.")
@click.option("--allow-my-ip", is_flag=True, help="Let this machine's address in, and no other.")
@click.option("--subnet", "subnets", multiple=True, help="Else the default network; repeatable.")
@changing
def up(asked: Asked, **options: Any) -> None:
    """Make the warehouse, or what is missing of it, and write it into dwh.cfg."""
    from sparkify.cloud import lifecycle, role
    from sparkify.config import write_warehouse

    settings = asked.settings
    reads = role.places(settings)
    plan = _plan(asked, **options)
    aws = asked.aws()
    with watched(asked.timeout) as watch:
        made = lifecycle.up(aws, plan, reads, watch)
    if made is None:
        print_calls(aws, asked.as_json)
        return
    role_arn = role.arn(aws, role.copy_name(plan.name, aws.region))
    write_warehouse(settings.file, made.host, made.port, role_arn)
    if asked.as_json:
        click.echo(record(made, aws.region, role=role_arn))
        return
    click.echo(f"{sentence(made, aws.region)}\n{_money(plan, made, aws.region)}")
    click.echo(f"HOST, DB_PORT and ARN are in {settings.file}. Next: python create_tables.py")


def _plan(
    asked: Asked, *, provisioned: bool, no_schedule: bool, allow_my_ip: bool, **options: Any
) -> "Plan":
    from sparkify.cloud import network
    from sparkify.cloud.warehouse import Plan

    _refuse_options_of("Serverless" if provisioned else "--provisioned")
    if options["max_rpu"] < options["rpu"]:
        raise click.UsageError("--max-rpu is less than --rpu")
    pause_at = _moment(options.pop("pause_at"))
    return Plan(
        name=asked.wanted_name,
        database=asked.settings.db_name,
        admin=asked.settings.db_user or "awsuser",
        port=asked.settings.db_port,
        kind="provisioned" if provisioned else "serverless",
        pause_at="" if no_schedule else pause_at,
        my_address=network.my_address() if allow_my_ip else "",
        **options,
    )


def _refuse_options_of(kind: str) -> None:
    """Raise UsageError for options that mean the other kind of warehouse: they were not read."""
    context = click.get_current_context()
    for option in _ONLY_FOR[kind]:
        source = context.get_parameter_source(option)
        if source is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{option.replace('_', '-')} is for {kind} only")


def _moment(text: str) -> str:
    try:
        return f"{datetime.strptime(text, '%H:%M'):%H:%M}"  # noqa: DTZ007 - a time of day
    except ValueError:
        raise click.UsageError(f"--pause-at is {text!r}, no time of day like 20:00") from None


def _money(plan: "Plan", made: "Warehouse", region: str) -> str:
    from sparkify.cloud import cost

    hour = dollars(cost.an_hour(made, region))
    if made.kind == "provisioned":
        ends = f"at {plan.pause_at} UTC every day" if plan.pause_at else "when you pause it"
        return f"An hour costs {hour} until it is paused: {ends}."
    usd = cost.price("rpu", region).usd
    most = dollars(None if usd is None else usd * plan.daily_rpu_hours)
    return (
        f"An hour of work costs {hour}, an idle hour nothing, a day at most {most}:"
        " then queries are refused."
    )


@cluster.command()
@click.option("--price", type=click.FloatRange(0), help="US dollars an hour, a node or an RPU.")
@looking
def status(asked: Asked, price: float | None) -> None:
    """Show the warehouse's state, how long it has been idle, and what it costs."""
    from sparkify.cloud import cost, lifecycle, serverless

    aws = asked.aws()
    found = lifecycle.locate(aws, asked.settings, asked.name)
    costs = cost.cost(aws, found, price)
    limit = serverless.daily_limit(aws, found.arns[0]) if found.kind == "serverless" else None
    if not asked.as_json:
        for key, value in _lines(found, costs, limit):
            click.echo(f"{key:>10}  {value}")
        return
    click.echo(
        record(
            *(found, aws.region),
            usd_an_hour=costs.an_hour,
            usd_so_far=costs.so_far,
            idle_seconds=costs.idle_seconds,
            price=costs.price.usd,
            price_source=costs.price.source,
            usage_limit=limit,
        )
    )


def _lines(
    found: "Warehouse", costs: "Cost", limit: dict[str, Any] | None
) -> Iterator[tuple[str, str]]:
    yield found.name, found.state
    yield "size", size(found)
    yield "endpoint", f"{found.host}:{found.port}, {'public' if found.public else 'private'}"
    yield "idle", _span(costs.idle_seconds)
    yield "costs", f"{dollars(costs.an_hour)} {_while(found)}"
    yield "so far", f"{dollars(costs.so_far)} of compute since it was made; storage is not in it"
    yield "price", f"${costs.price.usd} an hour for one {found.unit}: {costs.price.source}"
    if found.kind == "serverless":
        yield "limit", _limit(limit)


def _limit(limit: dict[str, Any] | None) -> str:
    if limit is None:
        return "none, a day may cost any sum; to set one: sparkify cluster up"
    return f"{limit['amount']} RPU-hours {limit['period']}, then {limit['breachAction']}"


def _while(found: "Warehouse") -> str:
    if found.kind == "serverless":
        return "an hour of work; an idle hour costs nothing"
    return "an hour" if found.is_on else "an hour when it is on; now only its storage costs"


def _span(seconds: float | None) -> str:
    if seconds is None:
        return "not known"
    hours, minutes = divmod(int(seconds) // 60, 60)
    return f"{hours} h {minutes} min"


@cluster.command()
@changing
def pause(asked: Asked) -> None:
    """Pause the cluster: then its compute costs nothing, its storage still does."""
    from sparkify.cloud import lifecycle

    _switch(asked, lifecycle.pause)


@cluster.command()
@changing
def resume(asked: Asked) -> None:
    """Resume the cluster, and wait until it answers."""
    from sparkify.cloud import provisioned

    _switch(asked, provisioned.start)


def _switch(asked: Asked, change: Callable[["Aws", str, "Watch"], None]) -> None:
    from sparkify.cloud import lifecycle

    aws = asked.aws()
    found = lifecycle.locate(aws, asked.settings, asked.name)
    if found.kind == "serverless":
        click.echo(f"Note: {lifecycle.NO_PAUSE}", err=True)
    else:
        with watched(asked.timeout) as watch:
            change(aws, found.name, watch)
        found = lifecycle.locate(aws, asked.settings, found.name)
    if asked.dry_run:
        print_calls(aws, asked.as_json)
    else:
        click.echo((record if asked.as_json else sentence)(found, aws.region))


@cluster.command()
@click.option("--no-snapshot", is_flag=True, help="Keep nothing of the data.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@changing
def down(asked: Asked, no_snapshot: bool, yes: bool) -> None:
    """Take away everything that `up` made, and nothing else; a final snapshot stays."""
    from sparkify.cloud import lifecycle

    name, aws = asked.wanted_name, asked.aws()
    there = lifecycle.find(aws, name)
    if not yes and not asked.dry_run:
        data = "Its data is lost" if no_snapshot else "A final snapshot of its data stays"
        click.confirm(f"{data}. Take down {name} in {aws.region}?", abort=True, err=True)
    with watched(asked.timeout) as watch:
        removed = lifecycle.down(aws, name, watch, keep_snapshot=not no_snapshot)
    if asked.dry_run:
        print_calls(aws, asked.as_json)
        return
    _forget(asked, there, aws.region)
    if asked.as_json:
        click.echo(json.dumps({"removed": removed.things, "snapshot": removed.snapshot}))
        return
    for thing in removed.things:
        click.echo(f"Removed: {thing}")
    click.echo(f"Nothing of {name} is left in {aws.region}{_left(removed.snapshot)}.")


def _forget(asked: Asked, there: "Warehouse | None", region: str) -> None:
    """Take a warehouse that is gone out of the settings file, if it is in it."""
    from sparkify.cloud.warehouse import address_of
    from sparkify.config import write_warehouse

    settings = asked.settings
    named = address_of(settings.host) == (asked.wanted_name, region)
    if named or (there and there.host and there.host == settings.host):
        write_warehouse(settings.file, "", settings.db_port, "")


def _left(snapshot: str) -> str:
    if not snapshot:
        return ""
    from sparkify.cloud.cost import prices

    usd = prices()["usd_per_gb_month"]
    return f" but the snapshot {snapshot}, about ${usd} a GB and month until you delete it"


@cluster.command("list")
@looking
def inventory(asked: Asked) -> None:
    """List what of ours exists in the region, by its tag."""
    from sparkify.cloud import lifecycle

    aws = asked.aws()
    found = [thing for thing in lifecycle.inventory(aws) if asked.name in {"", thing[2]}]
    if asked.as_json:
        keys = ("what", "name", "warehouse")
        click.echo(json.dumps([dict(zip(keys, thing, strict=True)) for thing in found]))
        return
    for what, name, owner in found:
        click.echo(f"{owner:<12} {what:<16} {name}")
    if not found:
        click.echo(f"Nothing of ours is in {aws.region}.", err=True)


@cluster.command()
@looking
def doctor(asked: Asked) -> None:
    """Look for what is wrong between this machine, AWS and the warehouse."""
    from dataclasses import asdict

    from sparkify.cloud.diagnosis import findings

    found = []
    for finding in findings(asked.settings, asked.region, asked.name):
        found.append(finding)
        if not asked.as_json:
            click.echo(f"{'ok  ' if finding.ok else 'MEND'}  {finding.what}")
        if not asked.as_json and not finding.ok:
            click.echo(f"      Try: {finding.mend}")
    if asked.as_json:
        click.echo(json.dumps([asdict(finding) for finding in found]))
    if not all(finding.ok for finding in found):
        sys.exit(1)
