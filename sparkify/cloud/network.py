"""Where a warehouse is in the network, and who reaches it: nobody from outside, or one address."""

import ipaddress
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any, NamedTuple

from sparkify.cloud.aws import Aws
from sparkify.cloud.waiting import Watch
from sparkify.cloud.warehouse import TAG, is_theirs, require_ours, tags
from sparkify.errors import CloudError, ConfigError

MY_ADDRESS_URL = "https://checkip.amazonaws.com"
_MINE = "the address of who ran: sparkify cluster up --allow-my-ip"


class Subnets(NamedTuple):
    """Subnets of one network, in two availability zones or more."""

    vpc: str
    ids: list[str]


def subnets(aws: Aws, wanted: Sequence[str]) -> Subnets:
    """The subnets that are asked for, else those of the region's default network.

    Serverless needs two availability zones.
    https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-usage-considerations.html
    """
    chosen: dict[str, Any] = (
        {"SubnetIds": list(wanted)}
        if wanted
        else {"Filters": [{"Name": "default-for-az", "Values": ["true"]}]}
    )
    found = aws.pages("ec2", "describe_subnets", "Subnets", **chosen)
    if not found:
        raise CloudError(
            f"{aws.region} has no default network", "name subnets of yours: --subnet, two or more"
        )
    if len({subnet["VpcId"] for subnet in found}) > 1:
        raise ConfigError("the subnets are of more than one network", "take them of one VPC")
    if len({subnet["AvailabilityZone"] for subnet in found}) < 2:
        raise ConfigError(
            "the subnets are in one availability zone, and Redshift wants two",
            "add a subnet of another zone with --subnet",
        )
    return Subnets(found[0]["VpcId"], sorted(subnet["SubnetId"] for subnet in found))


def my_address() -> str:
    """The IPv4 address that AWS sees us come from. Raises CloudError if it cannot be found."""
    try:
        with urllib.request.urlopen(MY_ADDRESS_URL, timeout=10) as answer:
            return str(ipaddress.IPv4Address(answer.read(64).decode("ascii").strip()))
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise CloudError(
            f"{MY_ADDRESS_URL} does not say what your address is",
            "look at the network, or leave out --allow-my-ip",
        ) from error


def ensure_group(aws: Aws, name: str, vpc: str, port: int) -> str:
    """Make the warehouse's security group; its id. Its members reach one another, nobody else."""
    found = _group(aws, name)
    if found:
        require_ours(f"the security group {group_name(name)}", found.get("Tags", []), name)
        group = str(found["GroupId"])
    else:
        answer = aws.call(
            *("ec2", "create_security_group"),
            GroupName=group_name(name),
            Description=f"Made by sparkify for the warehouse {name}",
            VpcId=vpc,
            TagSpecifications=[{"ResourceType": "security-group", "Tags": tags(name)}],
        )
        group = str(answer["GroupId"])
    rules = found.get("IpPermissions", []) if found else []
    if not any(rule.get("UserIdGroupPairs") for rule in rules):
        members = {**_port(port), "UserIdGroupPairs": [{"GroupId": group}]}
        _authorize(aws, group, members)
    return group


def open_to(aws: Aws, name: str, group: str, address: str, port: int) -> None:
    """Let one address in, and no longer the one that was let in before."""
    found = _group(aws, name) or {}
    mine = [
        {**_port(rule["FromPort"]), "IpRanges": [{"CidrIp": span["CidrIp"]}]}
        for rule in found.get("IpPermissions", [])
        for span in rule.get("IpRanges", [])
        if span.get("Description") == _MINE
    ]
    wanted = {**_port(port), "IpRanges": [{"CidrIp": f"{address}/32"}]}
    former = [rule for rule in mine if rule != wanted]
    if former:
        aws.call("ec2", "revoke_security_group_ingress", GroupId=group, IpPermissions=former)
    if wanted not in mine:
        span = {"CidrIp": f"{address}/32", "Description": _MINE}
        _authorize(aws, group, {**_port(port), "IpRanges": [span]})


def remove_group(aws: Aws, name: str, watch: Watch) -> list[str]:
    """Take away the security group if it is there, and say so.

    The network interfaces of a deleted warehouse hold it a little longer.
    """
    found, what = _group(aws, name), f"the security group {group_name(name)}"
    if not found or is_theirs(what, found.get("Tags", []), name, watch):
        return []
    watch.retry(
        what,
        lambda refusal: refusal.code == "DependencyViolation",
        lambda: aws.call("ec2", "delete_security_group", GroupId=found["GroupId"]),
    )
    return [f"security group {group_name(name)}"]


def inventory(aws: Aws) -> list[tuple[str, str, str]]:
    """What in the region has our tag: what, name, warehouse."""
    tagged = [{"Name": "tag-key", "Values": [TAG]}]
    groups = aws.pages("ec2", "describe_security_groups", "SecurityGroups", Filters=tagged)
    return [
        ("security group", group["GroupName"], tag["Value"])
        for group in groups
        for tag in group["Tags"]
        if tag["Key"] == TAG
    ]


def group_name(name: str) -> str:
    """The name of a warehouse's security group."""
    return f"{name}-warehouse"


def _group(aws: Aws, name: str) -> dict[str, Any] | None:
    named = [{"Name": "group-name", "Values": [group_name(name)]}]
    groups = aws.pages("ec2", "describe_security_groups", "SecurityGroups", Filters=named)
    return groups[0] if groups else None


def _authorize(aws: Aws, group: str, rule: dict[str, Any]) -> None:
    aws.call("ec2", "authorize_security_group_ingress", GroupId=group, IpPermissions=[rule])


def _port(port: int) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
