"""Shared by the tests about AWS: settings, the command line, and a listing of the resources."""

import json
from functools import cache
from typing import Any, NamedTuple

import pytest

from sparkify.cli import main
from sparkify.cloud import lifecycle
from sparkify.cloud.aws import Aws
from sparkify.cloud.warehouse import Resource

BUCKET, REGION = "sparkify-data", "us-west-2"
CFG = f"""\
# this comment must survive
[CLUSTER]
HOST=
DB_NAME=sparkify
DB_USER=
DB_PASSWORD='hunter2%'
DB_PORT=5439

[IAM_ROLE]
ARN=''

[S3]
LOG_DATA='s3://{BUCKET}/log_data'
LOG_JSONPATH='s3://{BUCKET}/log_json_path.json'
SONG_DATA='s3://{BUCKET}/song_data'
WORK_DATA='s3://{BUCKET}/work'
"""


class Outcome(NamedTuple):
    """A command's exit code and output."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def sparkify(capsys: pytest.CaptureFixture[str], *arguments: str) -> Outcome:
    """Run a command in this process."""
    capsys.readouterr()
    code = 0
    try:
        main(arguments)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    return Outcome(code, *capsys.readouterr())


@cache
def aws_in(region: str) -> Aws:
    """Open AWS once for all tests: boto3 takes longer to make its clients than to use them."""
    return Aws(region)


def resources(region: str = REGION) -> list[Resource]:
    """List what Sparkify created in the region."""
    return lifecycle.list_everything(aws_in(region))
