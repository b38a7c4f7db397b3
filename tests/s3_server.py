"""The S3 server of the tests, which the stand-in for Redshift brings along."""

from collections.abc import Iterator

import pytest
from redshift_standin.s3_server import PUBLIC_BUCKET, REGION, KeyPair, S3Server, free_ports

__all__ = ["PUBLIC_BUCKET", "REGION", "KeyPair", "S3Server", "free_ports", "s3_server"]


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """Start one S3 server for all tests of this worker; each test makes its own bucket."""
    server = S3Server()
    yield server
    server.close()
