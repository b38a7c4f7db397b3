"""The stand-in for Redshift as the tests use it: its roles, its buckets, Sparkify's settings."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from redshift_standin import Login, Standin
from redshift_standin.client import Client
from redshift_standin.plugin import ROLE

from sparkify.config import Secret, Settings
from tests.s3_server import S3Server

NARROW_ROLE = "arn:aws:iam::123456789012:role/narrow"  # reads one folder of one bucket
NARROW_PREFIX = "s3://narrow/allowed/"
FAR_BUCKET, FAR_REGION = "far", "eu-west-1"


def settings_for(login: Login, **more: Any) -> Settings:
    """Return Sparkify's settings for a database of the stand-in."""
    settings = Settings(
        host=login.host,
        db_port=login.port,
        db_name=login.database,
        db_user=login.user,
        db_password=Secret(login.password),
        iam_role=ROLE,
    )
    return replace(settings, **more)


@pytest.fixture(scope="session")
def redshift_s3(s3_server: S3Server) -> S3Server:
    return s3_server


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


@pytest.fixture
def login(redshift_login: Login) -> Login:
    return redshift_login


@pytest.fixture
def client(redshift_client: Client) -> Client:
    return redshift_client
