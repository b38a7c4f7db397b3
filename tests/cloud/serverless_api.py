"""Redshift Serverless, which moto lacks: namespaces, workgroups, usage limits, snapshots.

Each operation is named as in https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/
(API_<Operation>.html). botocore's own model validates requests and answers.
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
_Item = TypeVar("_Item")


class ApiError(Exception):
    """An error of the service: its code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _reject_if(wrong: object, message: str, code: str = "ValidationException") -> None:
    if wrong:
        raise ApiError(code, message)


class ServerlessApi:
    """The service in one region."""

    def __init__(self, region: str) -> None:
        self.region = region
        self.lasting = 2  # how many polls a transitional state lasts
        self.smallest = 4  # RPUs
        self.endpoint: tuple[str, int] | None = None
        self.login = ("IAM:moto", "")
        self.namespaces: dict[str, Fields] = {}
        self.workgroups: dict[str, Fields] = {}
        self.limits: dict[str, Fields] = {}
        self.snapshots: dict[str, Fields] = {}
        self.tags: dict[str, list[dict[str, str]]] = {}
        self._left: dict[str, tuple[int, str]] = {}  # polls left, and the state after them

    def answer(self, operation: str, request: Fields) -> Fields:
        """Run an operation. Raises ApiError as the service would, AssertionError for a bug here."""
        model: Any = _MODEL.operation_model(operation)
        report = ParamValidator().validate(request, model.input_shape)
        _reject_if(report.has_errors(), report.generate_report())
        for name, shape in model.input_shape.members.items():
            value, limits = request.get(name), shape.metadata
            if isinstance(value, str):
                _reject_if(not re.search(limits.get("pattern", ""), value), f"{name}: pattern")
                _reject_if(len(value) > limits.get("max", len(value)), f"{name}: too long")
        method = re.sub(r"(?<!^)([A-Z])", r"_\1", operation).lower()
        answer: Fields = getattr(self, method)(request)
        report = ParamValidator().validate(answer, model.output_shape)
        assert not report.has_errors(), report.generate_report()
        return answer

    # namespaces

    def create_namespace(self, request: Fields) -> Fields:
        name = request["namespaceName"]
        _reject_if(name in self.namespaces, f"{name} exists", "ConflictException")
        managed = request.get("manageAdminPassword")
        _reject_if(managed and "adminUserPassword" in request, "manageAdminPassword")
        _reject_if(
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
        return {"namespace": self._poll(self.namespaces, request["namespaceName"])}

    def list_namespaces(self, request: Fields) -> Fields:
        return {"namespaces": list(self.namespaces.values())}

    def update_namespace(self, request: Fields) -> Fields:
        space = self._at_rest(self.namespaces, request["namespaceName"])
        roles = request.get("iamRoles")
        _reject_if(
            (roles is None) != ("defaultIamRoleArn" not in request),
            "iamRoles and defaultIamRoleArn must be updated together",
        )
        for role in roles or []:
            for service in ("redshift.amazonaws.com", "redshift-serverless.amazonaws.com"):
                _reject_if(
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
        _reject_if(
            any(group["namespaceName"] == name for group in self.workgroups.values()),
            "There is a workgroup in it",
            "ConflictException",
        )
        snapshot = request.get("finalSnapshotName")
        if snapshot:
            _reject_if(not re.fullmatch(r"[a-z0-9-]{3,235}", snapshot), "finalSnapshotName")
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
        _reject_if(name in self.workgroups, f"{name} exists", "ConflictException")
        _reject_if(
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
        """Check as serverless-capacity.html of the management guide says."""
        base = request.get("baseCapacity", 128)
        _reject_if(
            base < self.smallest or (base != 4 and base % 8),
            f"The base capacity {base} is not offered in {self.region}",
        )
        _reject_if(request.get("maxCapacity", 5632) < base, "maxCapacity is below baseCapacity")
        keys = {each["parameterKey"] for each in request.get("configParameters", [])}
        _reject_if(keys - _PARAMETERS, f"configParameters {keys}")

    def _check_network(self, request: Fields) -> None:
        """Check as serverless-usage-considerations.html and API_CreateWorkgroup.html say."""
        port = request.get("port", 5439)
        _reject_if(not (5431 <= port <= 5455 or 8191 <= port <= 8215), f"port {port}")
        backend = ec2_backends[ACCOUNT][self.region]
        subnets: Any = backend.describe_subnets(subnet_ids=request.get("subnetIds") or None)
        _reject_if(len({each.availability_zone for each in subnets}) < 2, "Too few zones")
        backend.describe_security_groups(group_ids=request.get("securityGroupIds") or None)

    def get_workgroup(self, request: Fields) -> Fields:
        group = self._poll(self.workgroups, request["workgroupName"])
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
        _reject_if(arn not in arns, arn, "ResourceNotFoundException")
        limit: Fields = {"period": "monthly", "breachAction": "log"} | request
        _reject_if(limit["amount"] <= 0, "amount")
        _reject_if(
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
        _reject_if(not 900 <= seconds <= 3600, "durationSeconds")
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        user, password = self.login
        return {"dbUser": user, "dbPassword": password or uuid.uuid4().hex, "expiration": until}

    # transitional states

    def _pass_through(self, item: Fields, key: str, passing: str, end: str) -> None:
        item["status"] = passing
        self._left[f"{key} {item[key]}"] = (self.lasting, end)

    def _poll(self, items: dict[str, Fields], name: str) -> Fields:
        """Return an item and shorten its transitional state; an empty end deletes the item."""
        item = self._found(items, name)
        key = f"{'namespaceName' if items is self.namespaces else 'workgroupName'} {name}"
        if key in self._left:
            polls, end = self._left[key]
            self._left[key] = (polls - 1, end)
            if polls <= 0:
                del self._left[key]
                item["status"] = end
                if not end:
                    del items[name]
                    return self._found(items, name)
        return item

    def _at_rest(self, items: dict[str, Fields], name: str) -> Fields:
        item = self._found(items, name)
        _reject_if(
            item["status"] != "AVAILABLE", f"{name} is {item['status']}", "ConflictException"
        )
        return item

    def _found(self, items: Mapping[str, _Item], name: str) -> _Item:
        _reject_if(name not in items, f"{name} does not exist", "ResourceNotFoundException")
        return items[name]

    def _arn(self, kind: str, identity: str) -> str:
        return f"arn:aws:{SERVICE}:{self.region}:{ACCOUNT}:{kind}/{identity}"
