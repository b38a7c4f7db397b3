"""A warehouse's network: its subnets, and a security group that lets in one address or none."""

import ipaddress
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any, NamedTuple

from sparkify.cloud.aws import Aws
from sparkify.cloud.waiting import Watch
from sparkify.cloud.warehouse import TAG, Resource, is_kept, require_tagged, tags
from sparkify.errors import CloudError, ConfigError

MY_ADDRESS_URL = "https://checkip.amazonaws.com"
# The description marks the rules of --allow-my-ip in the security group; existing groups hold it.
_MY_RULE = "the address of who ran: sparkify cluster up --allow-my-ip"


class Subnets(NamedTuple):
    """Subnets of one network, in two availability zones or more."""

    vpc: str
    ids: list[str]


def choose_subnets(aws: Aws, wanted: Sequence[str]) -> Subnets:
    """Return the requested subnets, or those of the region's default network.

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
            f"{aws.region} has no default network", "name your own subnets: --subnet, two or more"
        )
    if len({subnet["VpcId"] for subnet in found}) > 1:
        raise ConfigError(
            "the subnets are in more than one network", "choose subnets of a single VPC"
        )
    if len({subnet["AvailabilityZone"] for subnet in found}) < 2:
        raise ConfigError(
            "the subnets are in one availability zone, and Redshift needs two",
            "add a subnet of another zone with --subnet",
        )
    return Subnets(found[0]["VpcId"], sorted(subnet["SubnetId"] for subnet in found))


def find_my_address() -> str:
    """Return this machine's public IPv4 address. Raises CloudError if it cannot be found."""
    try:
        with urllib.request.urlopen(MY_ADDRESS_URL, timeout=10) as answer:
            return str(ipaddress.IPv4Address(answer.read(64).decode("ascii").strip()))
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise CloudError(
            f"{MY_ADDRESS_URL} does not return your address",
            "check the network, or leave out --allow-my-ip",
        ) from error


def ensure_security_group(aws: Aws, name: str, vpc: str, port: int) -> str:
    """Create the warehouse's security group, which only its members reach; return its id."""
    found = _find_security_group(aws, name)
    if found:
        what = f"the security group {security_group_name(name)}"
        require_tagged(what, found.get("Tags", []), name)
        group = str(found["GroupId"])
    else:
        answer = aws.call(
            *("ec2", "create_security_group"),
            GroupName=security_group_name(name),
            Description=f"Made by sparkify for the warehouse {name}",
            VpcId=vpc,
            TagSpecifications=[{"ResourceType": "security-group", "Tags": tags(name)}],
        )
        group = str(answer["GroupId"])
    rules = found.get("IpPermissions", []) if found else []
    if not any(rule.get("UserIdGroupPairs") for rule in rules):
        members = {**_on_port(port), "UserIdGroupPairs": [{"GroupId": group}]}
        _authorize(aws, group, members)
    return group


def allow_address(aws: Aws, name: str, group: str, address: str, port: int) -> None:
    """Let one address in, and revoke the address that an earlier run let in."""
    found = _find_security_group(aws, name) or {}
    mine = [
        {**_on_port(rule["FromPort"]), "IpRanges": [{"CidrIp": span["CidrIp"]}]}
        for rule in found.get("IpPermissions", [])
        for span in rule.get("IpRanges", [])
        if span.get("Description") == _MY_RULE
    ]
    wanted = {**_on_port(port), "IpRanges": [{"CidrIp": f"{address}/32"}]}
    former = [rule for rule in mine if rule != wanted]
    if former:
        aws.call("ec2", "revoke_security_group_ingress", GroupId=group, IpPermissions=former)
    if wanted not in mine:
        span = {"CidrIp": f"{address}/32", "Description": _MY_RULE}
        _authorize(aws, group, {**_on_port(port), "IpRanges": [span]})


def remove_security_group(aws: Aws, name: str, watch: Watch) -> list[str]:
    """Remove the security group if it exists; return what was removed.

    The network interfaces of a deleted warehouse use it for a little longer.
    """
    found, what = _find_security_group(aws, name), f"the security group {security_group_name(name)}"
    if not found or is_kept(what, found.get("Tags", []), name, watch):
        return []
    watch.retry(
        what,
        lambda error: error.code == "DependencyViolation",
        lambda: aws.call("ec2", "delete_security_group", GroupId=found["GroupId"]),
    )
    return [f"security group {security_group_name(name)}"]


def list_security_groups(aws: Aws) -> list[Resource]:
    """List the tagged security groups of the region."""
    tagged = [{"Name": "tag-key", "Values": [TAG]}]
    groups = aws.pages("ec2", "describe_security_groups", "SecurityGroups", Filters=tagged)
    return [
        Resource("security group", group["GroupName"], tag["Value"])
        for group in groups
        for tag in group["Tags"]
        if tag["Key"] == TAG
    ]


def security_group_name(name: str) -> str:
    """Return the name of a warehouse's security group."""
    return f"{name}-warehouse"


def _find_security_group(aws: Aws, name: str) -> dict[str, Any] | None:
    named = [{"Name": "group-name", "Values": [security_group_name(name)]}]
    groups = aws.pages("ec2", "describe_security_groups", "SecurityGroups", Filters=named)
    return groups[0] if groups else None


def _authorize(aws: Aws, group: str, rule: dict[str, Any]) -> None:
    aws.call("ec2", "authorize_security_group_ingress", GroupId=group, IpPermissions=[rule])


def _on_port(port: int) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
