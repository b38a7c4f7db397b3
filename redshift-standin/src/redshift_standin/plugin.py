"""Fixtures for pytest: a running stand-in, an empty database, a client.

A test suite overrides `redshift_account` to say which roles there are and what they may read and
write, and `redshift_s3` to bring an S3 server of its own.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import pytest

from .client import Client
from .s3_account import S3Access
from .standin import Login, Standin

ROLE = "arn:aws:iam::123456789012:role/loads"


class S3Endpoint(Protocol):
    """An S3 server: where it is, and the keys of somebody who may do everything."""

    endpoint: str

    @property
    def admin(self) -> tuple[str, str]: ...


@pytest.fixture(scope="session")
def redshift_s3() -> Iterator[S3Endpoint]:
    """Start an S3 server for COPY and UNLOAD; it needs the extra `s3`."""
    from .s3_server import S3Server

    server = S3Server()
    yield server
    server.close()


@pytest.fixture(scope="session")
def redshift_account() -> Mapping[str, Any]:
    """Return what Standin.start is told of AWS: one role, which may read and write everything."""
    return {"roles": {ROLE: ["s3://"]}, "writers": {ROLE: ["s3://"]}}


@pytest.fixture(scope="session")
def redshift_standin(
    redshift_s3: S3Endpoint, redshift_account: Mapping[str, Any]
) -> Iterator[Standin]:
    """Start one stand-in for all tests of this worker, whose CA this process trusts."""
    started = Standin.start(S3Access(redshift_s3.endpoint, *redshift_s3.admin), **redshift_account)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(started.ca_file))
        yield started
    started.close()


@pytest.fixture
def redshift_login(redshift_standin: Standin) -> Iterator[Login]:
    """Give an empty database, without faults until the test adds some."""
    yield redshift_standin.login()
    redshift_standin.faults.clear()
    redshift_standin.reset(redshift_standin.database)


@pytest.fixture
def redshift_client(redshift_login: Login) -> Iterator[Client]:
    """Give a client of an empty database, not in autocommit, as by the driver's default."""
    connected = Client(redshift_login)
    yield connected
    connected.close()
