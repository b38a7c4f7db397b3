"""A warehouse in AWS as it is, the plan of one to be, and the names and tags of what is ours."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from sparkify.cloud.aws import Aws
from sparkify.cloud.waiting import Watch
from sparkify.config import Settings
from sparkify.errors import CloudError, ConfigError

DEFAULT_NAME = "sparkify"
TAG = "sparkify:warehouse"  # its value is the warehouse's name

Kind = Literal["serverless", "provisioned"]

_NAME = re.compile(r"[a-z](-?[a-z0-9]){2,29}")
_ENDPOINT = re.compile(
    r"(?P<name>[a-z0-9-]+)\.[a-z0-9]+\.(?P<region>[a-z0-9-]+)"
    r"\.redshift(-serverless)?\.amazonaws\.com(\.cn)?"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What `cluster up` is asked for.

    `pause_at` is a moment of the day in UTC, `HH:MM`, empty for no schedule. `my_address` is the
    one IPv4 address that may connect from outside, empty to stay private.
    """

    name: str
    database: str
    admin: str
    port: int
    kind: Kind = "serverless"
    node_type: str = "rg.large"
    nodes: int = 1
    rpu: int = 4
    max_rpu: int = 8
    daily_rpu_hours: int = 8
    pause_at: str = "20:00"
    subnets: tuple[str, ...] = ()
    my_address: str = ""


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A warehouse that is there, whoever made it.

    `state` is AWS's word for it in lower case; a namespace without a workgroup is `incomplete`.
    `units` are nodes of the type `unit`, or RPUs (`unit` is `rpu`). `arns` are what COPY names
    itself by when it takes a role.
    """

    name: str
    kind: Kind
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
    ours: bool

    @property
    def is_on(self) -> bool:
        """Whether it costs by the hour now. Serverless never does."""
        return self.kind == "provisioned" and self.state not in {"paused", "deleting"}


class Address(NamedTuple):
    """What the name of an endpoint says of the warehouse behind it."""

    name: str
    region: str


def address_of(host: str) -> Address | None:
    """Read a warehouse's name and region off its endpoint; None for a tunnel or an own domain.

    https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-connection-string.html
    https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-connecting.html
    """
    found = _ENDPOINT.fullmatch(host.lower())
    return Address(found["name"], found["region"]) if found else None


def cluster_arn(aws: Aws, name: str) -> str:
    """The ARN of a cluster, which is known before it is made."""
    return f"arn:{aws.partition}:redshift:{aws.region}:{aws.account}:cluster:{name}"


def check_name(name: str) -> None:
    """Raise ConfigError for a name that not all of AWS's services would take."""
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} is no name for a warehouse",
            "take 3 to 30 small letters, digits and single hyphens, a letter first",
        )


def tags(name: str) -> list[dict[str, str]]:
    """The tags of everything that is made for a warehouse."""
    return [{"Key": TAG, "Value": name}, {"Key": "created-by", "Value": "sparkify"}]


def is_ours(found: list[dict[str, str]], name: str) -> bool:
    """Whether tags, in either spelling of AWS's services, say that a thing is of this warehouse."""
    return any(
        (tag.get("Key") or tag.get("key"), tag.get("Value") or tag.get("value")) == (TAG, name)
        for tag in found
    )


def require_ours(what: str, found: list[dict[str, str]], name: str) -> None:
    """Raise CloudError for a thing that has our name and not our tag: it is somebody else's."""
    if not is_ours(found, name):
        raise not_ours(what, name)


def is_theirs(what: str, found: list[dict[str, str]], name: str, watch: Watch) -> bool:
    """Whether a thing that has our name is somebody else's; if so, it is noted that it stays."""
    if is_ours(found, name):
        return False
    watch.note(f"{what} was not made by Sparkify for {name}, and stays")
    return True


def not_ours(what: str, name: str) -> CloudError:
    """The error about a thing that has our name and is somebody else's."""
    return CloudError(
        f"{what} is there already, and Sparkify did not make it for {name}",
        "take another name with --name; to use a warehouse of your own, its HOST and ARN"
        " in dwh.cfg are enough",
    )


def names_cluster(settings: Settings) -> bool:
    """Return whether HOST is the endpoint of a cluster or a workgroup."""
    return address_of(settings.host) is not None
