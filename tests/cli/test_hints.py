"""A hint is about what went wrong, and helps."""

from pathlib import Path

import pytest

from tests.command_line import call
from tests.small_source import write_source

EMPTY_IT = "leave LOG_JSONPATH empty"


def tried(folder: Path, location: str, **env: str) -> str:
    """Return the error of a plan with this LOG_JSONPATH."""
    write_source(folder)
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    done = call("etl", "--set", f"S3.LOG_JSONPATH={location}", cwd=folder, env={**keys, **env})
    assert done.code == 1
    assert done.err.startswith("Error: [S3] LOG_JSONPATH: ")
    assert location in done.err
    return done.err


def test_a_jsonpaths_file_that_does_not_exist_can_be_done_without(tmp_path: Path) -> None:
    assert EMPTY_IT in tried(tmp_path, "data/nosuch.json")


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9", "http://nosuch.invalid:9000"])
def test_where_the_host_cannot_be_reached_the_setting_is_not_to_blame(
    tmp_path: Path, endpoint: str
) -> None:
    said = tried(tmp_path, "s3://bucket/paths.json", SPARKIFY_S3_ENDPOINT_URL=endpoint)

    assert "cannot be reached" in said
    assert EMPTY_IT not in said
    assert "check the network and [S3] ENDPOINT_URL" in said
