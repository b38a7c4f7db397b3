"""Fixtures of the integrations' tests: those of the stand-in for Redshift, and small data."""

from pathlib import Path

import pytest

from tests.redshift_fixtures import login, redshift_account, redshift_s3, standin
from tests.s3_server import s3_server
from tests.small_source import write_source

__all__ = ["login", "redshift_account", "redshift_s3", "s3_server", "standin"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Give a folder with six events and a song, where the default settings look for them."""
    return write_source(tmp_path)
