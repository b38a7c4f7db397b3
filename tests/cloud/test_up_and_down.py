"""`cluster up` and `cluster down`: the resources, the settings file, and nothing left behind."""

import io
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest

from sparkify.cloud import network
from sparkify.config import load_settings
from tests.command_line import at_terminal

from . import strict_redshift
from .shim import Shim
from .world import BUCKET, REGION, resources, sparkify

Capsys = pytest.CaptureFixture[str]

KINDS = pytest.mark.parametrize("kind", [(), ("--provisioned",)], ids=["serverless", "provisioned"])


@pytest.fixture
def my_address(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Serve this machine's public address from a list that the test may change."""
    address = ["198.51.100.7"]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"{address[0]}\n".encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(network, "MY_ADDRESS_URL", f"http://127.0.0.1:{server.server_port}")
    return address


# --- up


@KINDS
def test_up_makes_a_warehouse_and_down_leaves_nothing(
    shim: Shim, folder: Path, capsys: Capsys, kind: tuple[str, ...]
) -> None:
    made = sparkify(capsys, "cluster", "up", *kind)
    assert (made.code, made.err) == (0, "")
    assert "sparkify is available" in made.out
    assert resources() != []

    gone = sparkify(capsys, "cluster", "down", "--yes", "--no-snapshot")

    assert gone.code == 0, gone
    assert "Nothing of sparkify is left in us-west-2." in gone.out
    assert resources() == []
    assert shim.serverless[REGION].limits == {}


@KINDS
def test_up_twice_is_one_warehouse(
    shim: Shim, folder: Path, capsys: Capsys, kind: tuple[str, ...]
) -> None:
    sparkify(capsys, "cluster", "up", *kind)
    before = resources()

    again = sparkify(capsys, "cluster", "up", *kind)

    assert again.code == 0
    assert "already exists" in again.err
    assert resources() == before
    assert len(shim.serverless[REGION].limits) <= 1
    assert not {"redshift:CreateCluster", "redshift-serverless:CreateWorkgroup"} & set(
        shim.calls[len(shim.calls) // 2 :]
    )


def test_up_writes_the_endpoint_and_the_role_and_nothing_else(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    before = (folder / "dwh.cfg").read_text().splitlines()

    sparkify(capsys, "cluster", "up", "--provisioned")

    after = (folder / "dwh.cfg").read_text().splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    cluster = strict_redshift.clusters(REGION)["sparkify"]
    role = "arn:aws:iam::123456789012:role/sparkify/sparkify-copy-us-west-2"
    assert changed == [("HOST=", f"HOST={cluster.address}"), ("ARN=''", f"ARN={role}")]
    settings = load_settings(folder / "dwh.cfg")
    assert (settings.host, settings.db_port, settings.iam_role) == (cluster.address, 5439, role)


def test_serverless_is_the_smallest_bounded_and_closed(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    made = sparkify(capsys, "cluster", "up")

    group = shim.serverless[REGION].workgroups["sparkify"]
    [limit] = shim.serverless[REGION].limits.values()
    assert (group["baseCapacity"], group["maxCapacity"]) == (4, 8)
    assert group["pricePerformanceTarget"] == {"status": "DISABLED"}
    assert group["configParameters"] == [{"parameterKey": "require_ssl", "parameterValue": "true"}]
    assert group["publiclyAccessible"] is False
    bounds = {key: limit[key] for key in ("amount", "period", "breachAction", "usageType")}
    assert bounds == {
        "amount": 8,
        "period": "daily",
        "breachAction": "deactivate",
        "usageType": "serverless-compute",
    }
    # 4 RPU at $0.36, and 8 RPU-hours
    assert "An hour of work costs $1.44, an idle hour nothing, a day at most $2.88" in made.out


def test_serverless_takes_8_rpu_where_4_are_not_offered(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    shim.serverless[REGION].smallest = 8

    made = sparkify(capsys, "cluster", "up")

    assert made.code == 0
    assert "does not offer 4 RPUs; the base capacity is 8" in made.err
    assert shim.serverless[REGION].workgroups["sparkify"]["baseCapacity"] == 8


def test_the_password_is_aws_own_and_the_logs_are_on(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    sparkify(capsys, "cluster", "up")
    sparkify(capsys, "cluster", "up", "--provisioned", "--name", "other")

    space = shim.serverless[REGION].namespaces["sparkify"]
    cluster = strict_redshift.clusters(REGION)["other"]
    assert "secretsmanager" in space["adminPasswordSecretArn"]
    assert "secretsmanager" in cluster.master_password_secret_arn
    assert set(space["logExports"]) == {"userlog", "connectionlog", "useractivitylog"}
    assert set(cluster.logging_details["LogExports"]) == set(space["logExports"])


def test_a_cluster_is_small_encrypted_closed_tls_only_and_pauses_itself(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    made = sparkify(capsys, "cluster", "up", "--provisioned", "--pause-at", "18:30")

    cluster = strict_redshift.clusters(REGION)["sparkify"]
    group = cluster.parameter_groups[0]
    schedule = strict_redshift.World.actions["sparkify-pause"]
    assert (cluster.node_type, cluster.number_of_nodes) == ("rg.large", 1)
    assert (cluster.encrypted, cluster.publicly_accessible) == (True, False)
    assert group.set_parameters["require_ssl"] == "true"
    assert schedule["Schedule"] == "cron(30 18 * * ? *)"
    assert schedule["TargetAction"] == {"PauseCluster": {"ClusterIdentifier": "sparkify"}}
    assert "An hour costs $0.38 until it is paused: at 18:30 UTC every day." in made.out


def test_a_cluster_without_a_schedule_says_so_and_loses_the_one_it_had(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    sparkify(capsys, "cluster", "up", "--provisioned")

    again = sparkify(capsys, "cluster", "up", "--provisioned", "--no-schedule")

    assert "until it is paused: when you pause it" in again.out
    assert strict_redshift.World.actions == {}


def test_the_schedule_waits_for_its_role_to_be_seen(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    strict_redshift.World.role_lag = 3

    made = sparkify(capsys, "cluster", "up", "--provisioned")

    assert made.code == 0, made
    assert "sparkify-pause" in strict_redshift.World.actions


@pytest.mark.parametrize(
    ("arguments", "offered"),
    [
        (["--nodes", "4", "--node-type", "dc2.large"], "3 x rg.large or 3 x ra3.large"),
        (["--nodes", "2", "--node-type", "dc2.large"], "2 x rg.large or 2 x ra3.large"),
        (["--nodes", "8", "--node-type", "dc2.large"], "3 x rg.xlarge or 3 x ra3.xlplus"),
        (["--nodes", "2", "--node-type", "dc2.8xlarge"], "rg or ra3 nodes"),
    ],
    ids=" ".join,
)
def test_retired_node_types_are_rejected_with_aws_own_mapping(
    shim: Shim, folder: Path, capsys: Capsys, arguments: list[str], offered: str
) -> None:
    said = sparkify(capsys, "cluster", "up", "--provisioned", *arguments)

    assert said.code == 2
    assert "this node type is retired" in said.err
    assert offered in said.err
    assert resources() == []


def test_a_single_node_of_a_larger_type_is_rejected(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    said = sparkify(capsys, "cluster", "up", "--provisioned", "--node-type", "rg.4xlarge")

    assert said.code == 2
    assert "rg.4xlarge is not offered as a single node" in said.err


def test_several_nodes_are_a_multi_node_cluster(shim: Shim, folder: Path, capsys: Capsys) -> None:
    made = sparkify(capsys, "cluster", "up", "--provisioned", "--nodes", "3")

    assert "3 x rg.large" in made.out
    assert strict_redshift.clusters(REGION)["sparkify"].number_of_nodes == 3


# --- network access


def ingress() -> list[str]:
    """List the addresses that the security group lets in."""
    groups = boto3.client("ec2", region_name=REGION).describe_security_groups(
        Filters=[{"Name": "group-name", "Values": ["sparkify-warehouse"]}]
    )["SecurityGroups"]
    return [span["CidrIp"] for rule in groups[0]["IpPermissions"] for span in rule["IpRanges"]]


@KINDS
def test_nobody_is_let_in_unless_asked(
    shim: Shim, folder: Path, capsys: Capsys, kind: tuple[str, ...]
) -> None:
    sparkify(capsys, "cluster", "up", *kind)

    assert ingress() == []


@KINDS
def test_my_address_is_let_in_and_no_longer_the_one_before(
    shim: Shim, folder: Path, capsys: Capsys, my_address: list[str], kind: tuple[str, ...]
) -> None:
    sparkify(capsys, "cluster", "up", *kind)
    opened = sparkify(capsys, "cluster", "up", *kind, "--allow-my-ip")
    assert opened.code == 0, opened
    assert "public" in opened.out
    assert ingress() == ["198.51.100.7/32"]

    my_address[0] = "203.0.113.9"
    sparkify(capsys, "cluster", "up", *kind, "--allow-my-ip")

    assert ingress() == ["203.0.113.9/32"]


def test_an_answer_that_is_no_address_lets_nobody_in(
    shim: Shim, folder: Path, capsys: Capsys, my_address: list[str]
) -> None:
    my_address[0] = "<html>log in to the hotel</html>"

    said = sparkify(capsys, "cluster", "up", "--allow-my-ip")

    assert said.code == 1
    assert "does not return your address" in said.err
    assert resources() == []


def test_a_region_without_a_default_network_asks_for_subnets(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    ec2 = boto3.client("ec2", region_name=REGION)
    for subnet in ec2.describe_subnets()["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])

    said = sparkify(capsys, "cluster", "up")

    assert said.code == 1
    assert "has no default network" in said.err
    assert "--subnet" in said.err


def test_requested_subnets_are_used(shim: Shim, folder: Path, capsys: Capsys) -> None:
    ec2 = boto3.client("ec2", region_name=REGION)
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    made = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{n}.0/24", AvailabilityZone=f"{REGION}{zone}")
        for n, zone in enumerate("ab")
    ]
    subnets = [each["Subnet"]["SubnetId"] for each in made]

    one = sparkify(capsys, "cluster", "up", "--subnet", subnets[0])
    both = sparkify(capsys, "cluster", "up", "--subnet", subnets[0], "--subnet", subnets[1])

    assert "one availability zone" in one.err
    assert both.code == 0, both
    assert shim.serverless[REGION].workgroups["sparkify"]["subnetIds"] == sorted(subnets)


# --- region and name


def test_the_region_is_the_buckets(shim: Shim, folder: Path, capsys: Capsys) -> None:
    far = "eu-west-1"
    boto3.client("s3", region_name=far).create_bucket(
        Bucket="far-data", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )

    made = sparkify(capsys, "cluster", "up", "--set", "S3.LOG_DATA=s3://far-data/log_data")

    assert made.code == 0, made
    assert "in eu-west-1" in made.out
    assert resources(far) != []
    assert resources(REGION) == []


def test_a_bucket_that_does_not_exist_is_reported(shim: Shim, folder: Path, capsys: Capsys) -> None:
    said = sparkify(capsys, "cluster", "up", "--set", "S3.LOG_DATA=s3://nowhere-data/log_data")

    assert said.code == 1
    assert "the bucket nowhere-data does not exist" in said.err


def test_local_sources_are_rejected(shim: Shim, folder: Path, capsys: Capsys) -> None:
    said = sparkify(capsys, "cluster", "up", "--set", "S3.SONG_DATA=data/song_data")

    assert said.code == 2
    assert "[S3] SONG_DATA is data/song_data, and Redshift's COPY reads only from S3" in said.err


@pytest.mark.parametrize("name", ["a", "Sparkify", "spark--ify", "spark_ify", "9lives", "x" * 31])
def test_a_name_that_some_service_would_reject_is_rejected_at_once(
    shim: Shim, folder: Path, capsys: Capsys, name: str
) -> None:
    said = sparkify(capsys, "cluster", "up", "--name", name)

    assert said.code == 2
    assert "is no name for a warehouse" in said.err


def test_an_invalid_time_of_day_is_a_usage_error(shim: Shim, folder: Path, capsys: Capsys) -> None:
    said = sparkify(capsys, "cluster", "up", "--provisioned", "--pause-at", "8 pm")

    assert said.code == 2
    assert "'8 pm'" in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--nodes", "3"], "--nodes is for --provisioned only"),
        (["--node-type", "rg.large"], "--node-type is for --provisioned only"),
        (["--pause-at", "18:00"], "--pause-at is for --provisioned only"),
        (["--provisioned", "--rpu", "8"], "--rpu is for Serverless only"),
        (["--rpu", "16"], "--max-rpu is less than --rpu"),
        (["--rpu", "3"], "3"),
        (["--nodes", "0"], "0"),
    ],
    ids=" ".join,
)
def test_options_without_effect_are_rejected(
    shim: Shim, folder: Path, capsys: Capsys, arguments: list[str], words: str
) -> None:
    said = sparkify(capsys, "cluster", "up", *arguments)

    assert said.code == 2
    assert words in said.err
    assert resources() == []


def test_a_second_up_never_narrows_the_trust(shim: Shim, folder: Path, capsys: Capsys) -> None:
    sparkify(capsys, "cluster", "up")
    iam = boto3.client("iam", region_name=REGION)
    before: Any = iam.get_role(RoleName="sparkify-copy-us-west-2")["Role"]

    again = sparkify(capsys, "cluster", "up", "--dry-run", "--json").json

    [update] = [each for each in again if each["action"] == "iam:UpdateAssumeRolePolicy"]
    trusts = (update["arguments"]["PolicyDocument"], before["AssumeRolePolicyDocument"])
    named = [set(each["Statement"][0]["Condition"]["ArnLike"]["aws:SourceArn"]) for each in trusts]
    assert named[0] == named[1]
    assert len(named[0]) == 2


# --- down


def test_down_keeps_a_final_snapshot_and_says_what_it_costs(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    sparkify(capsys, "cluster", "up")

    gone = sparkify(capsys, "cluster", "down", "--yes")

    [(what, snapshot, owner)] = resources()
    assert (what, owner) == ("snapshot", "sparkify")
    assert f"the snapshot {snapshot}, about $0.024 per GB and month" in gone.out


def test_down_of_a_cluster_keeps_a_final_snapshot(shim: Shim, folder: Path, capsys: Capsys) -> None:
    sparkify(capsys, "cluster", "up", "--provisioned")

    gone = sparkify(capsys, "cluster", "down", "--yes", "--json")

    assert resources() == [("snapshot", gone.json["snapshot"], "sparkify")]


@KINDS
def test_down_clears_the_warehouse_in_the_settings(
    shim: Shim, folder: Path, capsys: Capsys, kind: tuple[str, ...]
) -> None:
    before = load_settings(folder / "dwh.cfg")
    sparkify(capsys, "cluster", "up", *kind)

    sparkify(capsys, "cluster", "down", "--yes", "--no-snapshot")

    assert load_settings(folder / "dwh.cfg") == before


def test_down_of_another_warehouse_keeps_the_settings(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    sparkify(capsys, "cluster", "up", "--name", "other")
    sparkify(capsys, "cluster", "up", "--name", "mine")
    before = (folder / "dwh.cfg").read_text()

    sparkify(capsys, "cluster", "down", "--name", "other", "--yes", "--no-snapshot")

    assert (folder / "dwh.cfg").read_text() == before
    assert {owner for _, _, owner in resources()} == {"mine"}


def test_down_without_a_warehouse_succeeds(shim: Shim, folder: Path, capsys: Capsys) -> None:
    gone = sparkify(capsys, "cluster", "down", "--yes")

    assert (gone.code, gone.out) == (0, "Nothing of sparkify is left in us-west-2.\n")


def test_down_asks_first(
    shim: Shim, folder: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    sparkify(capsys, "cluster", "up")
    before = resources()
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))

    said = sparkify(capsys, "cluster", "down")

    assert said.code == 1
    assert "Take down sparkify in us-west-2?" in said.err
    assert resources() == before


def test_down_keeps_resources_without_the_tag(shim: Shim, folder: Path, capsys: Capsys) -> None:
    iam = boto3.client("iam", region_name=REGION)
    iam.create_role(
        RoleName="sparkify-copy-us-west-2",
        AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}',
    )

    said = sparkify(capsys, "cluster", "down", "--yes")

    assert said.code == 0
    assert "the role sparkify-copy-us-west-2 was not created by Sparkify" in said.err
    assert iam.get_role(RoleName="sparkify-copy-us-west-2")


def test_a_cluster_without_the_tag_is_left_alone(shim: Shim, folder: Path, capsys: Capsys) -> None:
    redshift = boto3.client("redshift", region_name=REGION)
    redshift.create_cluster_subnet_group(
        ClusterSubnetGroupName="foreign",
        Description="foreign",
        SubnetIds=[
            each["SubnetId"]
            for each in boto3.client("ec2", region_name=REGION).describe_subnets()["Subnets"]
        ],
    )
    redshift.create_cluster(
        ClusterIdentifier="sparkify",
        ClusterType="single-node",
        NodeType="ra3.large",
        MasterUsername="admin",
        MasterUserPassword="Passw0rd1",
        ClusterSubnetGroupName="foreign",
    )

    up = sparkify(capsys, "cluster", "up", "--provisioned")
    down = sparkify(capsys, "cluster", "down", "--yes")

    for said in (up, down):
        assert said.code == 1
        assert "sparkify already exists, and Sparkify did not create it" in said.err
        assert "needs only its HOST and ARN in dwh.cfg" in said.err
    assert "sparkify" in strict_redshift.clusters(REGION)
    assert resources() == []


# --- output


def test_up_prints_one_json_record(shim: Shim, folder: Path, capsys: Capsys) -> None:
    made = sparkify(capsys, "cluster", "up", "--json").json

    assert (made["name"], made["kind"], made["state"]) == ("sparkify", "serverless", "available")
    assert made["region"] == REGION
    assert made["role"].endswith(":role/sparkify/sparkify-copy-us-west-2")


def test_list_names_everything_that_sparkify_created(
    shim: Shim, folder: Path, capsys: Capsys
) -> None:
    sparkify(capsys, "cluster", "up")
    sparkify(capsys, "cluster", "up", "--provisioned", "--name", "other")

    listed = sparkify(capsys, "cluster", "list", "--json").json

    assert {(each["warehouse"], each["what"]) for each in listed} == {
        *(("sparkify", what) for what in ("namespace", "role", "security group", "workgroup")),
        *(("other", what) for what in ("cluster", "role", "security group", "subnet group")),
        *(("other", what) for what in ("parameter group", "schedule")),
    }
    named = sparkify(capsys, "cluster", "list", "--name", "other").out
    assert "other-pause-us-west-2" in named
    assert "sparkify-warehouse" not in named


def test_an_empty_list_says_so(shim: Shim, folder: Path, capsys: Capsys) -> None:
    said = sparkify(capsys, "cluster", "list")

    assert (said.code, said.out) == (0, "")
    assert said.err == "Sparkify created nothing in us-west-2.\n"


def test_no_output_holds_a_secret(shim: Shim, folder: Path, capsys: Capsys) -> None:
    said = [
        sparkify(capsys, "cluster", "up", "--dry-run"),
        sparkify(capsys, "cluster", "up", "--json"),
        sparkify(capsys, "cluster", "status"),
        sparkify(capsys, "cluster", "down", "--yes", "--debug"),
    ]

    assert [each.code for each in said] == [0, 0, 0, 0], said
    assert "hunter2" not in "".join(each.out + each.err for each in said)
    assert BUCKET in said[0].out


def test_at_a_terminal_it_shows_what_is_done(shim: Shim, folder: Path) -> None:
    shim.last(0)  # else it would wait for seconds
    (folder / ".aws").mkdir()
    keys = "aws_access_key_id = AKIATEST\naws_secret_access_key = test\n"
    (folder / ".aws" / "config").write_text(f"[default]\nendpoint_url = {shim.url}\n{keys}")

    done = at_terminal("sparkify", "cluster", "up", cwd=folder)

    assert done.code == 0, done
    assert "workgroup sparkify" in done.err
    assert "sparkify is available: Serverless, 4 RPU in us-west-2, private." in done.out
    assert "workgroup sparkify" not in done.out
