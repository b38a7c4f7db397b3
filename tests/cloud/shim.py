"""AWS on loopback: moto's server behind a door of ours, which notes, breaks and adds.

`boto3` is the real one and finds it by AWS_ENDPOINT_URL. Redshift is `strict_redshift`, Redshift
Serverless `serverless_api`; IAM, EC2, STS, S3 and CloudWatch are moto's own.
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
    *(iam_backends, ec2_backends, sts_backends, s3_backends),
    *(cloudwatch_backends, redshift_backends),
)

Start = Callable[[str, list[tuple[str, str]]], Any]


@dataclass
class Fault:
    """What a call is refused with, so many times; None is for ever."""

    code: str
    message: str
    times: int | None


class Shim:
    """AWS, of one account, with every region empty but for its default network."""

    def __init__(self) -> None:
        os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"  # machines, which take long to list
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
        """Make AWS empty again, and whole."""
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
        """Let a call such as `redshift:CreateCluster` be refused."""
        self._faults[action] = Fault(code, message or code, times)

    def deny(self, action: str) -> None:
        """Let the user not be allowed to do this, and IAM's simulator say so."""
        self.denied.add(action)

    def heal(self) -> None:
        """Let nothing fail any more."""
        self._faults.clear()
        self.denied.clear()

    def last(self, states: int) -> None:
        """Let passing states last so many looks, in the regions of the tests."""
        strict_redshift.World.lasting = states
        for region in ("us-west-2", "us-east-1"):
            self.serverless[region].lasting = states

    def at(self, host: str, port: int) -> None:
        """Let the endpoint of any warehouse be this one."""
        strict_redshift.World.endpoint = (host, port)
        self.serverless["us-west-2"].endpoint = (host, port)

    def log_in_as(self, user: str, password: str) -> None:
        """Let the temporary log-ins that are given out be this one."""
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
            return _reply(start, *_refusal(service, *fault))
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
            return _reply(start, *_refusal(SERVICE, error.code, str(error)))
        return _reply(start, 200, "application/x-amz-json-1.1", json.dumps(answer, default=_epoch))

    def _simulation(self, form: dict[str, str]) -> str:
        """API_SimulatePrincipalPolicy.html of IAM, which moto has not."""
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
    return form.get("Action", str(environ["REQUEST_METHOD"]))


def _refusal(service: str, code: str, message: str) -> tuple[int, str, str]:
    """An error as each protocol has it."""
    if service == SERVICE:
        told = json.dumps({"__type": code, "message": message})
        return 400, "application/x-amz-json-1.1", told
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
