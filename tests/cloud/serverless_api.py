"""Redshift Serverless, which moto has not: namespaces, workgroups, usage limits, snapshots.

Each operation is named as in https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/
(API_<Operation>.html). Requests and answers are held against botocore's own model.
"""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import botocore.session
from botocore.validate import ParamValidator
from moto.ec2.models import ec2_backends

from .iam_world import ACCOUNT, trusts

SERVICE = "redshift-serverless"
_MODEL = botocore.session.get_session().get_service_model(SERVICE)
_PARAMETERS = {
    *("auto_mv", "datestyle", "enable_case_sensitive_identifier", "enable_user_activity_logging"),
    *("query_group", "search_path", "require_ssl", "use_fips_ssl"),
}

Fields = dict[str, Any]
_Thing = TypeVar("_Thing")


class ApiError(Exception):
    """What the service refuses: its code and words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _refuse_if(wrong: object, message: str, code: str = "ValidationException") -> None:
    if wrong:
        raise ApiError(code, message)


class ServerlessApi:
    """The service in one region."""

    def __init__(self, region: str) -> None:
        self.region = region
        self.lasting = 2  # how many looks a state lasts that passes by itself
        self.smallest = 4  # RPUs
        self.endpoint: tuple[str, int] | None = None
        self.login = ("IAM:moto", "")
        self.namespaces: dict[str, Fields] = {}
        self.workgroups: dict[str, Fields] = {}
        self.limits: dict[str, Fields] = {}
        self.snapshots: dict[str, Fields] = {}
        self.tags: dict[str, list[dict[str, str]]] = {}
        self._left: dict[str, tuple[int, str]] = {}  # looks left, and the state after them

    def answer(self, operation: str, request: Fields) -> Fields:
        """Do an operation. Raises ApiError, as the service would; AssertionError for our own."""
        model: Any = _MODEL.operation_model(operation)
        report = ParamValidator().validate(request, model.input_shape)
        _refuse_if(report.has_errors(), report.generate_report())
        for name, shape in model.input_shape.members.items():
            value, limits = request.get(name), shape.metadata
            if isinstance(value, str):
                _refuse_if(not re.search(limits.get("pattern", ""), value), f"{name}: pattern")
                _refuse_if(len(value) > limits.get("max", len(value)), f"{name}: too long")
        method = re.sub(r"(?<!^)([A-Z])", r"_\1", operation).lower()
        answer: Fields = getattr(self, method)(request)
        report = ParamValidator().validate(answer, model.output_shape)
        assert not report.has_errors(), report.generate_report()
        return answer

    # namespaces

    def create_namespace(self, request: Fields) -> Fields:
        name = request["namespaceName"]
        _refuse_if(name in self.namespaces, f"{name} exists", "ConflictException")
        managed = request.get("manageAdminPassword")
        _refuse_if(managed and "adminUserPassword" in request, "manageAdminPassword")
        _refuse_if(
            set(request.get("logExports", [])) - {"userlog", "connectionlog", "useractivitylog"},
            "logExports",
        )
        identity = str(uuid.uuid4())
        space = {
            "namespaceName": name,
            "namespaceId": identity,
            "namespaceArn": self._arn("namespace", identity),
            "dbName": request.get("dbName", "dev"),
            "adminUsername": request.get("adminUsername", "admin"),
            "logExports": request.get("logExports", []),
            "iamRoles": [],
            "creationDate": datetime.now(UTC),
            "status": "AVAILABLE",
        }
        if managed:
            space["adminPasswordSecretArn"] = (
                f"arn:aws:secretsmanager:{self.region}:{ACCOUNT}:secret:redshift!{name}-admin"
            )
        self.namespaces[name] = space
        self.tags[space["namespaceArn"]] = request.get("tags", [])
        return {"namespace": space}

    def get_namespace(self, request: Fields) -> Fields:
        return {"namespace": self._look(self.namespaces, request["namespaceName"])}

    def list_namespaces(self, request: Fields) -> Fields:
        return {"namespaces": list(self.namespaces.values())}

    def update_namespace(self, request: Fields) -> Fields:
        space = self._at_rest(self.namespaces, request["namespaceName"])
        roles = request.get("iamRoles")
        _refuse_if(
            (roles is None) != ("defaultIamRoleArn" not in request),
            "iamRoles and defaultIamRoleArn must be updated together",
        )
        for role in roles or []:
            for service in ("redshift.amazonaws.com", "redshift-serverless.amazonaws.com"):
                _refuse_if(
                    not trusts(role, service, space["namespaceArn"]), f"{role} does not trust us"
                )
        if roles is not None:
            # as the service answers it
            space["iamRoles"] = [f"IamRole(applyStatus=in-sync, iamRoleArn={arn})" for arn in roles]
            space["defaultIamRoleArn"] = request["defaultIamRoleArn"]
        self._pass_through(space, "namespaceName", "MODIFYING", "AVAILABLE")
        return {"namespace": space}

    def delete_namespace(self, request: Fields) -> Fields:
        name = request["namespaceName"]
        space = self._at_rest(self.namespaces, name)
        _refuse_if(
            any(group["namespaceName"] == name for group in self.workgroups.values()),
            "There is a workgroup in it",
            "ConflictException",
        )
        snapshot = request.get("finalSnapshotName")
        if snapshot:
            _refuse_if(not re.fullmatch(r"[a-z0-9-]{3,235}", snapshot), "finalSnapshotName")
            self.snapshots[snapshot] = {
                "snapshotName": snapshot,
                "namespaceName": name,
                "status": "AVAILABLE",
            }
        self._pass_through(space, "namespaceName", "DELETING", "")
        return {"namespace": space}

    # workgroups

    def create_workgroup(self, request: Fields) -> Fields:
        name, space = request["workgroupName"], request["namespaceName"]
        self._at_rest(self.namespaces, space)
        _refuse_if(name in self.workgroups, f"{name} exists", "ConflictException")
        _refuse_if(
            any(group["namespaceName"] == space for group in self.workgroups.values()),
            "The namespace has a workgroup",
            "ConflictException",
        )
        self._check_compute(request)
        self._check_network(request)
        identity = str(uuid.uuid4())
        group = {
            "workgroupName": name,
            "workgroupId": identity,
            "workgroupArn": self._arn("workgroup", identity),
            "namespaceName": space,
            "baseCapacity": request.get("baseCapacity", 128),
            "maxCapacity": request.get("maxCapacity", 5632),
            "pricePerformanceTarget": request.get(
                "pricePerformanceTarget", {"status": "ENABLED", "level": 50}
            ),
            "configParameters": request.get("configParameters", []),
            "publiclyAccessible": request.get("publiclyAccessible", False),
            "subnetIds": request.get("subnetIds", []),
            "securityGroupIds": request.get("securityGroupIds", []),
            "port": request.get("port", 5439),
            "patchVersion": "1.0.205",
            "trackName": "current",
            "creationDate": datetime.now(UTC),
        }
        self.workgroups[name] = group
        self.tags[group["workgroupArn"]] = request.get("tags", [])
        self._pass_through(group, "workgroupName", "CREATING", "AVAILABLE")
        return {"workgroup": group}

    def _check_compute(self, request: Fields) -> None:
        """serverless-capacity.html of the management guide."""
        base = request.get("baseCapacity", 128)
        _refuse_if(
            base < self.smallest or (base != 4 and base % 8),
            f"The base capacity {base} is not offered in {self.region}",
        )
        _refuse_if(request.get("maxCapacity", 5632) < base, "maxCapacity is below baseCapacity")
        keys = {each["parameterKey"] for each in request.get("configParameters", [])}
        _refuse_if(keys - _PARAMETERS, f"configParameters {keys}")

    def _check_network(self, request: Fields) -> None:
        """serverless-usage-considerations.html; API_CreateWorkgroup.html for the ports."""
        port = request.get("port", 5439)
        _refuse_if(not (5431 <= port <= 5455 or 8191 <= port <= 8215), f"port {port}")
        backend = ec2_backends[ACCOUNT][self.region]
        subnets: Any = backend.describe_subnets(subnet_ids=request.get("subnetIds") or None)
        _refuse_if(len({each.availability_zone for each in subnets}) < 2, "Too few zones")
        backend.describe_security_groups(group_ids=request.get("securityGroupIds") or None)

    def get_workgroup(self, request: Fields) -> Fields:
        group = self._look(self.workgroups, request["workgroupName"])
        if group["status"] == "AVAILABLE":
            host, port = self.endpoint or (
                f"{group['workgroupName']}.{ACCOUNT}.{self.region}.{SERVICE}.amazonaws.com",
                group["port"],
            )
            group["endpoint"] = {"address": host, "port": port}
        return {"workgroup": group}

    def list_workgroups(self, request: Fields) -> Fields:
        return {"workgroups": list(self.workgroups.values())}

    def update_workgroup(self, request: Fields) -> Fields:
        group = self._at_rest(self.workgroups, request["workgroupName"])
        group |= {key: value for key, value in request.items() if key != "workgroupName"}
        self._pass_through(group, "workgroupName", "MODIFYING", "AVAILABLE")
        return {"workgroup": group}

    def delete_workgroup(self, request: Fields) -> Fields:
        group = self._at_rest(self.workgroups, request["workgroupName"])
        self._pass_through(group, "workgroupName", "DELETING", "")
        return {"workgroup": group}

    # limits, snapshots, tags, credentials

    def create_usage_limit(self, request: Fields) -> Fields:
        arns = {group["workgroupArn"] for group in self.workgroups.values()}
        arn = request["resourceArn"]
        _refuse_if(arn not in arns, arn, "ResourceNotFoundException")
        limit: Fields = {"period": "monthly", "breachAction": "log"} | request
        _refuse_if(limit["amount"] <= 0, "amount")
        _refuse_if(
            any(
                all(limit[key] == other[key] for key in ("resourceArn", "usageType", "period"))
                for other in self.limits.values()
            ),
            "There is such a limit",
            "ConflictException",
        )
        identity = str(uuid.uuid4())
        self.limits[identity] = limit | {
            "usageLimitId": identity,
            "usageLimitArn": self._arn("usagelimit", identity),
        }
        return {"usageLimit": self.limits[identity]}

    def update_usage_limit(self, request: Fields) -> Fields:
        limit = self._found(self.limits, request["usageLimitId"])
        limit |= {key: request[key] for key in ("amount", "breachAction") if key in request}
        return {"usageLimit": limit}

    def list_usage_limits(self, request: Fields) -> Fields:
        arn = request.get("resourceArn")
        found = [limit for limit in self.limits.values() if arn in {None, limit["resourceArn"]}]
        return {"usageLimits": found} if found else {}  # the model knows no empty list

    def delete_usage_limit(self, request: Fields) -> Fields:
        self._found(self.limits, request["usageLimitId"])
        return {"usageLimit": self.limits.pop(request["usageLimitId"])}

    def list_snapshots(self, request: Fields) -> Fields:
        return {"snapshots": list(self.snapshots.values())}

    def list_tags_for_resource(self, request: Fields) -> Fields:
        return {"tags": self._found(self.tags, request["resourceArn"])}

    def get_credentials(self, request: Fields) -> Fields:
        self._at_rest(self.workgroups, request.get("workgroupName", ""))
        seconds = request.get("durationSeconds", 900)
        _refuse_if(not 900 <= seconds <= 3600, "durationSeconds")
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        user, password = self.login
        return {"dbUser": user, "dbPassword": password or uuid.uuid4().hex, "expiration": until}

    # states that pass

    def _pass_through(self, thing: Fields, key: str, passing: str, end: str) -> None:
        thing["status"] = passing
        self._left[f"{key} {thing[key]}"] = (self.lasting, end)

    def _look(self, things: dict[str, Fields], name: str) -> Fields:
        """A thing, whose passing state is one look nearer to its end; an empty end is none."""
        thing = self._found(things, name)
        key = f"{'namespaceName' if things is self.namespaces else 'workgroupName'} {name}"
        if key in self._left:
            looks, end = self._left[key]
            self._left[key] = (looks - 1, end)
            if looks <= 0:
                del self._left[key]
                thing["status"] = end
                if not end:
                    del things[name]
                    return self._found(things, name)
        return thing

    def _at_rest(self, things: dict[str, Fields], name: str) -> Fields:
        thing = self._found(things, name)
        _refuse_if(
            thing["status"] != "AVAILABLE", f"{name} is {thing['status']}", "ConflictException"
        )
        return thing

    def _found(self, things: Mapping[str, _Thing], name: str) -> _Thing:
        _refuse_if(name not in things, f"{name} does not exist", "ResourceNotFoundException")
        return things[name]

    def _arn(self, kind: str, identity: str) -> str:
        return f"arn:aws:{SERVICE}:{self.region}:{ACCOUNT}:{kind}/{identity}"
