"""The stand-in as its tests use it."""

from collections.abc import Mapping
from typing import Any

import pytest
from account import FAR_BUCKET, FAR_REGION, NARROW_PREFIX, NARROW_ROLE
from hypothesis import HealthCheck, settings
from redshift_standin import Login, Standin
from redshift_standin.client import Client
from redshift_standin.plugin import ROLE
from redshift_standin.s3_server import S3Server

settings.register_profile(
    "steady",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def redshift_account() -> Mapping[str, Any]:
    return {
        "roles": {ROLE: ["s3://"], NARROW_ROLE: [NARROW_PREFIX]},
        "writers": {ROLE: ["s3://"]},
        "bucket_regions": {FAR_BUCKET: FAR_REGION},
    }


@pytest.fixture(scope="session")
def standin(redshift_standin: Standin) -> Standin:
    return redshift_standin


@pytest.fixture(scope="session")
def s3_server(redshift_s3: S3Server) -> S3Server:
    return redshift_s3


@pytest.fixture
def login(redshift_login: Login) -> Login:
    return redshift_login


@pytest.fixture
def client(redshift_client: Client) -> Client:
    return redshift_client
