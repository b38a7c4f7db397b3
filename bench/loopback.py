"""An S3 server on loopback for the benches."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from tests.s3_server import REGION, S3Server


@contextmanager
def s3_on_loopback() -> Iterator[S3Server]:
    """Start a server, and set AWS's environment variables for this process and its children."""
    server = S3Server()
    os.environ |= {
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": server.admin.access_key_id,
        "AWS_SECRET_ACCESS_KEY": server.admin.secret_access_key,
    }
    try:
        yield server
    finally:
        server.close()
