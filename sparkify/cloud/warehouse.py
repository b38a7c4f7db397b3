"""A warehouse in AWS, the plan for a new one, and the tags that mark what Sparkify created."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from sparkify.cloud.aws import Aws
from sparkify.cloud.waiting import Watch
from sparkify.config import Settings
from sparkify.errors import CloudError, ConfigError

DEFAULT_NAME = "sparkify"
TAG = "sparkify:warehouse"  # its value is the warehouse's name

DeploymentKind = Literal["serverless", "provisioned"]

_NAME = re.compile(r"[a-z](-?[a-z0-9]){2,29}")
_ENDPOINT = re.compile(
    r"(?P<name>[a-z0-9-]+)\.[a-z0-9]+\.(?P<region>[a-z0-9-]+)"
    r"\.redshift(-serverless)?\.amazonaws\.com(\.cn)?"
)


@dataclass(frozen=True, slots=True)
class WarehousePlan:
    """The options of `cluster up`.

    `pause_at` is a time of day in UTC, `HH:MM`; empty means no schedule. `my_address` is the one
    IPv4 address that may connect from outside; empty means private. `trust_account` lets each
    warehouse of the account use the role for COPY.
    """

    name: str
    database: str
    admin: str
    port: int
    kind: DeploymentKind = "serverless"
    node_type: str = "rg.large"
    nodes: int = 1
    rpu: int = 4
    max_rpu: int = 8
    daily_rpu_hours: int = 8
    pause_at: str = "20:00"
    subnets: tuple[str, ...] = ()
    my_address: str = ""
    trust_account: bool = False

    def trusted(self, arns: Sequence[str]) -> Sequence[str]:
        """Return the ARNs that the role's trust names: the warehouse's, or none for the account."""
        return () if self.trust_account else arns


@dataclass(frozen=True, slots=True)
class Warehouse:
    """An existing warehouse; `tagged` says whether Sparkify created it.

    `state` is AWS's word for it in lower case; a namespace without a workgroup is `incomplete`.
    `units` are nodes of the type `unit`, or RPUs (`unit` is `rpu`). `arns` identify the warehouse
    when COPY assumes a role.
    """

    name: str
    kind: DeploymentKind
    state: str
    unit: str
    units: int
    host: str
    port: int
    arns: tuple[str, ...]
    roles: tuple[str, ...]
    created: datetime | None
    public: bool
    version: str
    track: str
    tagged: bool

    @property
    def is_on(self) -> bool:
        """True while it costs by the hour. Serverless never does."""
        return self.kind == "provisioned" and self.state not in {"paused", "deleting"}


class Resource(NamedTuple):
    """A resource that Sparkify created: its type, its name and its warehouse's name."""

    what: str
    name: str
    warehouse: str


class Endpoint(NamedTuple):
    """The warehouse's name and region, as its host name has them."""

    name: str
    region: str


def parse_endpoint(host: str) -> Endpoint | None:
    """Parse the host name of an endpoint; return None for a tunnel or a custom domain.

    https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-connection-string.html
    https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-connecting.html
    """
    found = _ENDPOINT.fullmatch(host.lower())
    return Endpoint(found["name"], found["region"]) if found else None


def names_cluster(settings: Settings) -> bool:
    """Return whether HOST is the endpoint of a cluster or a workgroup."""
    return parse_endpoint(settings.host) is not None


def warehouse_name(settings: Settings, requested: str = "") -> str:
    """Return the name that was requested, else the one in HOST, else the default."""
    endpoint = parse_endpoint(settings.host)
    return requested or (endpoint.name if endpoint else DEFAULT_NAME)


def is_in_settings(settings: Settings, name: str, region: str, host: str) -> bool:
    """Return whether HOST names the warehouse of this name and region, or is its host."""
    if parse_endpoint(settings.host) == (name, region):
        return True
    return bool(host) and host == settings.host


def cluster_arn(aws: Aws, name: str) -> str:
    """Return the ARN of a cluster, which is known before the cluster exists."""
    return f"arn:{aws.partition}:redshift:{aws.region}:{aws.account}:cluster:{name}"


def check_name(name: str) -> None:
    """Raise ConfigError for a name that one of AWS's services would reject."""
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} is no name for a warehouse",
            "use 3 to 30 lower-case letters, digits and single hyphens, a letter first",
        )


def tags(name: str) -> list[dict[str, str]]:
    """Return the tags for all resources of a warehouse."""
    return [{"Key": TAG, "Value": name}, {"Key": "created-by", "Value": "sparkify"}]


def is_tagged(found: list[dict[str, str]], name: str) -> bool:
    """Return whether tags name this warehouse. AWS's services spell the keys in two ways."""
    return any(
        (tag.get("Key") or tag.get("key"), tag.get("Value") or tag.get("value")) == (TAG, name)
        for tag in found
    )


def require_tagged(what: str, found: list[dict[str, str]], name: str) -> None:
    """Raise CloudError for a resource that exists under this name and lacks Sparkify's tag."""
    if not is_tagged(found, name):
        raise name_taken(what, name)


def is_kept(what: str, found: list[dict[str, str]], name: str, watch: Watch) -> bool:
    """Return whether a resource lacks Sparkify's tag; if so, note that it is not removed."""
    if is_tagged(found, name):
        return False
    watch.note(f"{what} was not created by Sparkify for {name}, and is kept")
    return True


def name_taken(what: str, name: str) -> CloudError:
    """Make the error about a name that belongs to a resource without Sparkify's tag."""
    return CloudError(
        f"{what} already exists, and Sparkify did not create it for {name}",
        "choose another name with --name; an existing warehouse needs only its HOST and ARN"
        " in dwh.cfg",
    )
