"""What the tests about AWS share: the settings, the command line, and a look at what is there."""

import json
from functools import cache
from typing import Any, NamedTuple

import pytest

from sparkify.cli import main
from sparkify.cloud import lifecycle
from sparkify.cloud.aws import Aws

BUCKET, REGION = "sparkify-data", "us-west-2"
CFG = f"""\
# ours, do not lose this comment
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


class Said(NamedTuple):
    """What a command ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def sparkify(capsys: pytest.CaptureFixture[str], *arguments: str) -> Said:
    """Run a command in this process."""
    capsys.readouterr()
    code = 0
    try:
        main(arguments)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    return Said(code, *capsys.readouterr())


@cache
def aws_in(region: str) -> Aws:
    """What a test asks AWS with: boto3 takes longer to make its clients than to use them."""
    return Aws(region)


def inventory(region: str = REGION) -> list[tuple[str, str, str]]:
    """What of ours is in the region, by its own listing."""
    return lifecycle.inventory(aws_in(region))
