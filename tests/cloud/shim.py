"""AWS on loopback: moto's server behind a proxy that records calls, injects faults, adds APIs.

`boto3` is the real one and finds it by AWS_ENDPOINT_URL. Redshift is `strict_redshift`, Redshift
Serverless is `serverless_api`; IAM, EC2, STS, S3 and CloudWatch are moto's own.
"""

import io
import json
import os
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from moto.cloudwatch.models import cloudwatch_backends
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.redshift.models import redshift_backends
from moto.s3.models import s3_backends
from moto.sts.models import sts_backends
from werkzeug.serving import make_server

from . import iam_world, strict_redshift
from .serverless_api import SERVICE, ApiError, ServerlessApi

_SCOPE = re.compile(r"Credential=[^/]+/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
_BACKENDS = (
    *(iam_backends, ec2_backends, sts_backends, s3_backends, kms_backends),
    *(cloudwatch_backends, redshift_backends),
)

Start = Callable[[str, list[tuple[str, str]]], Any]


@dataclass
class Fault:
    """The error that a call gets, and how many times; None means always."""

    code: str
    message: str
    times: int | None


class Shim:
    """AWS with one account; every region is empty except for its default network."""

    def __init__(self) -> None:
        # machine images take long to list
        os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
        strict_redshift.install()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server(
            "127.0.0.1", 0, self._answer, threaded=True, request_handler=_Quiet
        )
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()
        self.reset()

    def reset(self) -> None:
        """Empty AWS, and remove all faults."""
        for backend in _BACKENDS:
            backend.reset()
        strict_redshift.World.reset()
        self.calls: list[str] = []
        self.denied: set[str] = set()
        self._faults: dict[str, Fault] = {}
        self.serverless: dict[str, ServerlessApi] = _ByRegion()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def fail(self, action: str, code: str, message: str = "", times: int | None = None) -> None:
        """Reject a call such as `redshift:CreateCluster`."""
        self._faults[action] = Fault(code, message or code, times)

    def deny(self, action: str) -> None:
        """Deny an action to the user, in IAM's simulator as well."""
        self.denied.add(action)

    def recover(self) -> None:
        """Remove all faults and denials."""
        self._faults.clear()
        self.denied.clear()

    def last(self, polls: int) -> None:
        """Let transitional states last so many polls, in the regions of the tests."""
        strict_redshift.World.lasting = polls
        for region in ("us-west-2", "us-east-1"):
            self.serverless[region].lasting = polls

    def at(self, host: str, port: int) -> None:
        """Give all warehouses this endpoint."""
        strict_redshift.World.endpoint = (host, port)
        self.serverless["us-west-2"].endpoint = (host, port)

    def log_in_as(self, user: str, password: str) -> None:
        """Give out this temporary log-in."""
        strict_redshift.World.login = (user, password)
        self.serverless["us-west-2"].login = (user, password)

    def _answer(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        if scope is None:
            return list(self._moto(environ, start))
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        service = "cloudwatch" if scope["service"] == "monitoring" else scope["service"]
        form = {key: values[0] for key, values in parse_qs(body.decode("latin-1")).items()}
        operation = _operation(environ, form)
        action = f"{service}:{operation}"
        self.calls.append(action)
        fault = self._fault(action)
        if fault:
            return _reply(start, *_error(service, *fault))
        if service == SERVICE:
            return self._serverless(scope["region"], operation, json.loads(body), start)
        if action == "iam:SimulatePrincipalPolicy":
            return _reply(start, 200, "text/xml", self._simulation(form))
        return list(self._moto(environ, start))

    def _fault(self, action: str) -> tuple[str, str] | None:
        if action in self.denied:
            return "AccessDenied", f"User is not authorized to perform: {action}"
        fault = self._faults.get(action)
        if fault is None or fault.times == 0:
            return None
        if fault.times is not None:
            fault.times -= 1
        return fault.code, fault.message

    def _serverless(
        self, region: str, operation: str, request: dict[str, Any], start: Start
    ) -> Iterable[bytes]:
        try:
            answer = self.serverless[region].answer(operation, request)
        except ApiError as error:
            return _reply(start, *_error(SERVICE, error.code, str(error)))
        return _reply(start, 200, "application/x-amz-json-1.1", json.dumps(answer, default=_epoch))

    def _simulation(self, form: dict[str, str]) -> str:
        """Answer as API_SimulatePrincipalPolicy.html of IAM says; moto lacks it."""
        source = form["PolicySourceArn"]
        resource = form.get("ResourceArns.member.1", "*")
        results = []
        for key, action in form.items():
            if key.startswith("ActionNames.member."):
                allowed = (
                    iam_world.may(source, action, resource)
                    if iam_world.role_of(source)
                    else action not in self.denied
                )
                results.append(
                    f"<member><EvalActionName>{action}</EvalActionName><EvalDecision>"
                    f"{'allowed' if allowed else 'implicitDeny'}</EvalDecision></member>"
                )
        return (
            "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults>"
            f"{''.join(results)}</EvaluationResults></SimulatePrincipalPolicyResult>"
            "</SimulatePrincipalPolicyResponse>"
        )


class _ByRegion(dict[str, ServerlessApi]):
    def __missing__(self, region: str) -> ServerlessApi:
        self[region] = ServerlessApi(region)
        return self[region]


class _Quiet(MotoRequestHandler):
    protocol_version = "HTTP/1.1"  # a client keeps its connection, as it does with AWS

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's word
        pass


def _operation(environ: dict[str, Any], form: dict[str, str]) -> str:
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        return str(target).rpartition(".")[2]
    if "/operation/" in environ["PATH_INFO"]:
        return str(environ["PATH_INFO"]).rpartition("/")[2]
    if environ["REQUEST_METHOD"] == "HEAD":
        return "HeadBucket"
    if environ.get("QUERY_STRING", "").startswith("encryption"):
        return "GetEncryptionConfiguration"
    return form.get("Action", str(environ["REQUEST_METHOD"]))


def _error(service: str, code: str, message: str) -> tuple[int, str, str]:
    """Format an error in the service's protocol."""
    if service == SERVICE:
        text = json.dumps({"__type": code, "message": message})
        return 400, "application/x-amz-json-1.1", text
    error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if service == "ec2":
        return 400, "text/xml", f"<Response><Errors><Error>{error}</Error></Errors></Response>"
    return 400, "text/xml", f"<ErrorResponse><Error>{error}</Error></ErrorResponse>"


def _reply(start: Start, status: int, kind: str, text: str) -> Iterable[bytes]:
    start(f"{status} -", [("Content-Type", kind), ("Content-Length", str(len(text.encode())))])
    return [text.encode()]


def _epoch(value: object) -> float:
    assert isinstance(value, datetime), value
    return value.timestamp()
