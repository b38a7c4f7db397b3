"""The policy documents, evaluated: COPY's needs are allowed, everything else is denied.

https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-access-permissions.html
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkify.cloud import permissions, role
from sparkify.cloud.aws import Aws
from sparkify.config import Settings

from .policies import BadDocumentError, allows, statements
from .service_authorization import ARN_PREFIXES, DOCUMENTED_ACTIONS

ACCOUNT = "123456789012"
CLUSTER = f"arn:aws:redshift:us-west-2:{ACCOUNT}:cluster:sparkify"
SETTINGS = Settings(
    log_data="s3://data/log_data/",
    song_data="s3://data/deep/song_data",
    log_jsonpath="s3://paths/log_json_path.json",
    work_data="s3://scratch/tmp",
)


class KnownCaller(Aws):
    """AWS with a known caller."""

    caller = f"arn:aws:iam::{ACCOUNT}:user/me"


def made(settings: Settings = SETTINGS) -> role.Role:
    return role.copy_role(
        KnownCaller("us-west-2"), "sparkify", role.bucket_prefixes(settings), [CLUSTER]
    )


POLICY = made().policy


def reads(bucket: str, key: str) -> bool:
    return allows(POLICY, "s3:GetObject", f"arn:aws:s3:::{bucket}/{key}")


def lists(bucket: str, prefix: str) -> bool:
    return allows(POLICY, "s3:ListBucket", f"arn:aws:s3:::{bucket}", {"s3:prefix": prefix})


@pytest.mark.parametrize(
    ("bucket", "key"),
    [
        ("data", "log_data/2018/11/2018-11-01-events.json"),
        ("data", "deep/song_data/A/A/A/TRAAAAK128F9318786.json"),
        ("paths", "log_json_path.json"),
        ("scratch", "tmp/batch.manifest"),
        ("scratch", "tmp/parts/0001.json.gz"),
    ],
)
def test_copy_may_read_what_it_loads(bucket: str, key: str) -> None:
    assert reads(bucket, key)


@pytest.mark.parametrize(
    ("bucket", "prefix"),
    [
        ("data", "log_data/"),
        ("data", "log_data/2018/"),
        ("data", "deep/song_data/"),
        ("paths", "log_json_path.json"),
        ("scratch", "tmp/batch.manifest"),
    ],
)
def test_copy_may_list_what_it_loads(bucket: str, prefix: str) -> None:
    assert lists(bucket, prefix)
    assert allows(POLICY, "s3:GetBucketLocation", f"arn:aws:s3:::{bucket}")


@pytest.mark.parametrize(
    ("bucket", "key"),
    [
        ("data", "log_data_old/2018.json"),
        ("data", "log_data"),
        ("data", "secrets.json"),
        ("data", "deep/other.json"),
        ("data", "log_json_path.json"),
        ("paths", "other.json"),
        ("paths", "log_json_path.json.bak"),
        ("scratch", "tmp2/x"),
        ("other", "log_data/x.json"),
    ],
)
def test_everything_beside_it_is_denied(bucket: str, key: str) -> None:
    assert not reads(bucket, key)
    assert not lists(bucket, key)


def test_a_bucket_is_not_listed_whole() -> None:
    assert not lists("data", "")
    assert not allows(POLICY, "s3:ListBucket", "arn:aws:s3:::data")


@given(
    bucket=st.sampled_from(["data", "paths", "scratch", "other"]),
    key=st.text("abglo_dst/.123 *?", min_size=1, max_size=20),
    action=st.sampled_from(
        [
            *("s3:DeleteObject", "s3:GetObjectVersion", "s3:GetObjectAcl"),
            *("s3:ListAllMyBuckets", "s3:GetBucketPolicy", "s3:*", "kms:Decrypt", "iam:PassRole"),
        ]
    ),
)
def test_nothing_else_is_allowed(bucket: str, key: str, action: str) -> None:
    assert not allows(POLICY, action, f"arn:aws:s3:::{bucket}/{key}")
    assert not allows(POLICY, action, f"arn:aws:s3:::{bucket}")


@given(
    bucket=st.sampled_from(["data", "paths", "scratch", "other"]),
    key=st.text("tmp/2ab", max_size=12) | st.text("tmp/2ab", max_size=12).map("tmp/".__add__),
)
def test_unload_writes_to_the_work_folder_only(bucket: str, key: str) -> None:
    """copy-usage_notes-access-permissions.html: UNLOAD takes GET, LIST and PUT."""
    in_work_folder = bucket == "scratch" and key.startswith("tmp/")

    assert allows(POLICY, "s3:PutObject", f"arn:aws:s3:::{bucket}/{key}") == in_work_folder
    if in_work_folder:
        assert reads(bucket, key)
        assert lists(bucket, key)


def test_without_a_work_folder_nothing_is_written() -> None:
    policy = made(Settings(log_data="s3://logs", song_data="s3://songs/")).policy

    assert not allows(policy, "s3:PutObject", "arn:aws:s3:::logs/any.json")


@given(key=st.text(max_size=40))
def test_a_key_is_read_only_below_a_prefix(key: str) -> None:
    below = key.startswith(("log_data/", "deep/song_data/"))

    assert reads("data", key) == below


def test_a_single_object_is_read_and_nothing_below_it() -> None:
    settings = Settings(log_data="s3://data/one.json", song_data="s3://data/songs")
    policy = made(settings).policy

    assert allows(policy, "s3:GetObject", "arn:aws:s3:::data/one.json")
    assert not allows(policy, "s3:GetObject", "arn:aws:s3:::data/one.json/x")


def test_a_whole_bucket_is_read_if_it_is_all_data() -> None:
    settings = Settings(log_data="s3://logs", song_data="s3://songs/", log_jsonpath="")
    policy = made(settings).policy

    assert allows(policy, "s3:GetObject", "arn:aws:s3:::logs/any.json")
    assert not allows(policy, "s3:GetObject", "arn:aws:s3:::other/any.json")


# --- trust


@pytest.mark.parametrize(
    ("service", "source", "account", "trusted"),
    [
        ("redshift.amazonaws.com", CLUSTER, ACCOUNT, True),
        ("redshift-serverless.amazonaws.com", CLUSTER, ACCOUNT, True),
        ("redshift.amazonaws.com", f"{CLUSTER}2", ACCOUNT, False),
        ("redshift.amazonaws.com", CLUSTER.replace("west-2", "east-1"), ACCOUNT, False),
        ("redshift.amazonaws.com", CLUSTER, "999999999999", False),
        ("redshift.amazonaws.com", "", ACCOUNT, False),
        ("ec2.amazonaws.com", CLUSTER, ACCOUNT, False),
        ("scheduler.redshift.amazonaws.com", CLUSTER, ACCOUNT, False),
    ],
)
def test_only_this_warehouse_may_assume_the_role(
    service: str, source: str, account: str, trusted: bool
) -> None:
    context = {"aws:SourceArn": source, "aws:SourceAccount": account}

    found = allows(made().trust, "sts:AssumeRole", context=context, service=service)

    assert found == trusted


def test_the_trust_can_be_loosened_to_the_account() -> None:
    loose = role.copy_role(KnownCaller("us-west-2"), "sparkify", [], ()).trust
    asked = {"aws:SourceAccount": ACCOUNT}

    for source in (CLUSTER, "arn:aws:anything"):
        context = asked | {"aws:SourceArn": source}
        assert allows(loose, "sts:AssumeRole", context=context, service="redshift.amazonaws.com")
    context = {"aws:SourceArn": CLUSTER, "aws:SourceAccount": "999999999999"}
    assert not allows(loose, "sts:AssumeRole", context=context, service="redshift.amazonaws.com")


def test_a_key_is_used_to_read_and_only_where_it_is_written_to_write() -> None:
    prefixes = [
        each._replace(kms_key="arn:key/work" if each.written else "arn:key/data")
        for each in role.bucket_prefixes(SETTINGS)
        if each.bucket != "paths"
    ]
    policy = role.copy_role(KnownCaller("us-west-2"), "sparkify", prefixes, [CLUSTER]).policy

    assert allows(policy, "kms:Decrypt", "arn:key/data")
    assert not allows(policy, "kms:GenerateDataKey", "arn:key/data")
    assert allows(policy, "kms:Decrypt", "arn:key/work")
    assert allows(policy, "kms:GenerateDataKey", "arn:key/work")
    assert not allows(policy, "kms:Decrypt", "arn:key/other")


def test_nobody_may_assume_it_without_a_source() -> None:
    """A condition on a key that is not sent does not hold."""
    assert not allows(made().trust, "sts:AssumeRole", service="redshift.amazonaws.com")


def test_the_schedule_pauses_this_cluster_and_does_nothing_else() -> None:
    pausing = role.pause_role(KnownCaller("us-west-2"), "sparkify", CLUSTER)
    scheduler = "scheduler.redshift.amazonaws.com"

    assert allows(pausing.trust, "sts:AssumeRole", service=scheduler)
    assert not allows(pausing.trust, "sts:AssumeRole", service="redshift.amazonaws.com")
    assert allows(pausing.policy, "redshift:PauseCluster", CLUSTER)
    assert not allows(pausing.policy, "redshift:PauseCluster", f"{CLUSTER}2")
    for action in ("ResumeCluster", "DeleteCluster", "ModifyCluster", "GetClusterCredentials"):
        assert not allows(pausing.policy, f"redshift:{action}", CLUSTER)


# --- the operator


def test_the_operator_may_create_only_roles_of_sparkify() -> None:
    policy = permissions.operator_policy(ACCOUNT)
    own, foreign = (f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("sparkify/x", "admin"))
    passed = {"iam:PassedToService": "redshift.amazonaws.com"}

    bounded = {"iam:PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/sparkify-boundary"}
    for action in (
        *("CreateRole", "DeleteRole", "DeleteRolePolicy", "PutRolePermissionsBoundary"),
        *("PutRolePolicy", "UpdateAssumeRolePolicy"),
    ):
        assert allows(policy, f"iam:{action}", own, bounded)
        assert not allows(policy, f"iam:{action}", foreign, bounded)
        for other in ({}, {"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess"}):
            assert not allows(policy, f"iam:{action}", own, other)
    assert not allows(policy, "iam:DeleteRolePermissionsBoundary", own, bounded)
    for action in ("CreatePolicy", "CreatePolicyVersion", "SetDefaultPolicyVersion"):
        assert not allows(policy, f"iam:{action}", bounded["iam:PermissionsBoundary"])
    assert allows(policy, "iam:PassRole", own, passed)
    assert not allows(policy, "iam:PassRole", foreign, passed)
    assert not allows(policy, "iam:PassRole", own, {"iam:PassedToService": "ec2.amazonaws.com"})
    for action in ("iam:CreateUser", "iam:AttachRolePolicy", "s3:GetObject", "ec2:RunInstances"):
        assert not allows(policy, action, own)


TAGGED = {"aws:ResourceTag/sparkify:warehouse": "dwh"}
MADE_TAGGED = {"aws:RequestTag/sparkify:warehouse": "dwh"}


@pytest.mark.parametrize(
    "action",
    [
        *("redshift:DeleteCluster", "redshift:ModifyCluster", "redshift:PauseCluster"),
        *("redshift-serverless:DeleteNamespace", "redshift-serverless:UpdateWorkgroup"),
        *("ec2:AuthorizeSecurityGroupIngress", "ec2:DeleteSecurityGroup"),
    ],
)
def test_the_operator_changes_only_what_is_tagged(action: str) -> None:
    policy = permissions.operator_policy(ACCOUNT)

    assert allows(policy, action, "arn:any", TAGGED)
    assert not allows(policy, action, "arn:any")
    assert not allows(policy, action, "arn:any", {"aws:ResourceTag/team": "x"} | MADE_TAGGED)


@pytest.mark.parametrize(
    "action", ["redshift:CreateCluster", "redshift-serverless:CreateNamespace"]
)
def test_the_operator_creates_only_what_is_tagged(action: str) -> None:
    policy = permissions.operator_policy(ACCOUNT)

    assert allows(policy, action, "arn:any", MADE_TAGGED)
    assert not allows(policy, action, "arn:any", TAGGED)


def test_the_operator_tags_a_group_only_as_it_is_created() -> None:
    policy = permissions.operator_policy(ACCOUNT)
    group = f"arn:aws:ec2:us-west-2:{ACCOUNT}:security-group/sg-1"

    assert allows(policy, "ec2:CreateTags", group, {"ec2:CreateAction": "CreateSecurityGroup"})
    assert not allows(policy, "ec2:CreateTags", group)


def test_a_role_within_the_boundary_reads_these_buckets_and_pauses_and_no_more() -> None:
    boundary = permissions.boundary_policy(ACCOUNT, ["data", "paths", "scratch"])
    by_s3 = {"kms:ViaService": "s3.us-west-2.amazonaws.com"}

    for statement in POLICY["Statement"]:
        for action in [statement["Action"]]:
            for resource in _listed(statement["Resource"]):
                assert allows(boundary, action, resource.replace("*", "x"))
    assert allows(boundary, "redshift:PauseCluster", CLUSTER)
    assert allows(boundary, "kms:Decrypt", f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1", by_s3)
    assert not allows(boundary, "kms:Decrypt", f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1")
    for action, resource in (
        ("s3:GetObject", "arn:aws:s3:::payroll/x"),
        ("s3:DeleteObject", "arn:aws:s3:::data/x"),
        ("iam:CreateUser", "*"),
        ("redshift:DeleteCluster", CLUSTER),
    ):
        assert not allows(boundary, action, resource)


WRITTEN_POLICIES = {
    "operator": permissions.operator_policy(ACCOUNT),
    "boundary": permissions.boundary_policy(ACCOUNT, ["data", "paths", "scratch"]),
    "copy": POLICY,
    "pause": role.pause_role(KnownCaller("us-west-2"), "sparkify", CLUSTER).policy,
}


@pytest.mark.parametrize("name", WRITTEN_POLICIES)
def test_every_action_can_be_limited_as_its_statement_limits_it(name: str) -> None:
    """By the Service Authorization Reference: otherwise the statement allows nothing."""
    for statement in WRITTEN_POLICIES[name]["Statement"]:
        keys = {key for named in statement.get("Condition", {}).values() for key in named}
        for action in _listed(statement["Action"]):
            documented = DOCUMENTED_ACTIONS[action]
            for key in keys:
                assert key.partition("/")[0] in documented.condition_keys, (action, key)
            assert any(
                resource == "*" or _is_of_a_type(resource, documented.resource_types)
                for resource in _listed(statement["Resource"])
            ), action


def test_every_action_of_the_reference_is_in_a_policy() -> None:
    written = [each for policy in WRITTEN_POLICIES.values() for each in policy["Statement"]]

    assert {action for each in written for action in _listed(each["Action"])} == set(
        DOCUMENTED_ACTIONS
    )


def _is_of_a_type(resource: str, types: frozenset[str]) -> bool:
    anywhere = re.sub(r"^arn:aws:(redshift|kms):us-west-2:", r"arn:aws:\1:*:", resource)
    prefixes = (f"arn:aws:{ARN_PREFIXES[each]}" for each in types)
    return any(anywhere.startswith(prefix.format(account=ACCOUNT)) for prefix in prefixes)


def test_the_operator_gets_a_generated_password() -> None:
    policy = permissions.operator_policy(ACCOUNT)

    assert allows(policy, "secretsmanager:GetRandomPassword", "*")


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def test_the_operators_policy_fits_into_one() -> None:
    """reference_iam-quotas.html of the IAM user guide: 6,144 characters, blanks not counted."""
    text = json.dumps(permissions.operator_policy(ACCOUNT), separators=(",", ":"))

    assert len(text) <= 6144


def test_the_policy_of_the_docs_is_the_one_in_the_code() -> None:
    text = (Path(__file__).parents[2] / "docs/aws.md").read_text(encoding="utf-8")
    bounded, shown = re.findall(r"```json\n(.*?)```", text, re.DOTALL)

    assert json.loads(shown) == permissions.operator_policy("111122223333")
    assert json.loads(bounded) == permissions.boundary_policy("111122223333", ["my-bucket"])


# --- the evaluator


@pytest.mark.parametrize(
    "document",
    [
        {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]},
        {"Version": "2012-10-17", "Statement": []},
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*"}]},
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "allow", "Action": "s3:*", "Resource": "*"}],
        },
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}],
        },
    ],
)
def test_a_document_that_iam_would_reject_is_an_error(document: dict[str, Any]) -> None:
    with pytest.raises(BadDocumentError):
        statements(document)


def test_a_deny_wins_and_an_unknown_operator_is_an_error() -> None:
    allow = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "s3:Delete?bject", "Resource": "arn:aws:s3:::b/*"}
    both = {"Version": "2012-10-17", "Statement": [allow, deny]}
    odd = {"Version": "2012-10-17", "Statement": {**allow, "Condition": {"Bool": {"a": "b"}}}}

    assert allows(both, "s3:getobject", "arn:aws:s3:::b/k")
    assert not allows(both, "s3:DeleteObject", "arn:aws:s3:::b/k")
    with pytest.raises(BadDocumentError):
        allows(odd, "s3:GetObject", "x")
