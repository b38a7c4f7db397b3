"""AWS on loopback, a folder with a dwh.cfg, and the command line in it."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import botocore.loaders
import botocore.session
import moto.backends
import pytest
from moto.core.utils import method_names_from_class

from sparkify.cloud import waiting
from sparkify.cloud.aws import Aws

from .shim import Shim
from .world import BUCKET, CFG, REGION, aws_in


@pytest.fixture(scope="session")
def _shim() -> Iterator[Shim]:
    started = Shim()
    with pytest.MonkeyPatch.context() as patch:
        # each command opens its own session, and reads AWS's models only once
        patch.setattr(botocore.session, "create_loader", cache(botocore.loaders.create_loader))
        # reuse a client that was made with the same region, profile and environment
        patch.setattr(Aws, "_client", _cached(Aws._client))
        # moto lists its modules and methods only once, not at each call
        modules = frozenset(moto.backends.list_of_moto_modules())
        patch.setattr(moto.backends, "list_of_moto_modules", lambda: modules)
        methods = cache(method_names_from_class)
        patch.setattr("moto.core.responses.method_names_from_class", methods)
        yield started
    started.close()


def _cached(make: Callable[[Aws, str], object]) -> Callable[[Aws, str], object]:
    made: dict[object, object] = {}

    def client(aws: Aws, service: str) -> object:
        environment = frozenset(item for item in os.environ.items() if item[0].startswith("AWS_"))
        key = (service, aws.region, aws.profile, aws.attempts, environment)
        if key not in made:
            made[key] = make(aws, service)
        return made[key]

    return client


@pytest.fixture
def shim(_shim: Shim, monkeypatch: pytest.MonkeyPatch) -> Shim:
    """Start with an AWS that holds only the bucket with the data, in us-west-2."""
    _shim.reset()
    for name, value in {
        "AWS_ENDPOINT_URL": _shim.url,
        "AWS_ACCESS_KEY_ID": "AKIATEST",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(waiting, "POLL_SECONDS", 0.0)
    place = {"LocationConstraint": REGION}
    aws_in(REGION).call("s3", "create_bucket", Bucket=BUCKET, CreateBucketConfiguration=place)
    _shim.calls.clear()
    return _shim


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a working folder with a dwh.cfg whose data is in the bucket."""
    (tmp_path / "dwh.cfg").write_text(CFG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def interrupt(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Press Ctrl-C at a call: before it is sent, or after it is done."""
    original = Aws.call

    def at(operation: str, *, done: bool) -> None:
        pressed: list[str] = []

        def call(self: Aws, service: str, called: str, /, **arguments: object) -> dict[str, object]:
            if called != operation or pressed:
                return original(self, service, called, **arguments)
            pressed.append(called)
            if done:
                original(self, service, called, **arguments)
            raise KeyboardInterrupt

        monkeypatch.setattr(Aws, "call", call)

    return at
