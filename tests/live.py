"""The contract on a real cluster or workgroup: `make test-live`.

The environment names it as it names any setting (SPARKIFY_CLUSTER_HOST, ...). Everything happens in
schemas of its own and below a prefix of its own in [S3] WORK_DATA, which are gone afterwards, and
ends after SPARKIFY_LIVE_MINUTES (60). SPARKIFY_LIVE_TESTS picks tests, as pytest's -k does.
"""

import itertools
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from obstore.store import S3Store

from sparkify.config import Settings, load_settings
from sparkify.engines import open_engine
from sparkify.errors import ConfigError, SparkifyError
from sparkify.sources import S3Access, WorkFolder
from sparkify.sources.s3 import open_bucket, split_uri
from sparkify.sql import Statement
from sparkify.sql.literals import identifier

NAME = "SPARKIFY_LIVE"  # the beginning of the names of the schemas, and that of our prefix in S3
_numbers = itertools.count(1)


def asked_for() -> bool:
    """Return whether the contract runs on a real cluster."""
    return NAME in os.environ


def live_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of the cluster and of a prefix in its S3. Raises ConfigError."""
    settings = load_settings(environment=environment)
    for key, value in (("CLUSTER_HOST", settings.host), ("S3_WORK_DATA", settings.work_data)):
        if not value:
            raise ConfigError(f"SPARKIFY_{key} is not set", "see docs/redshift.md, Live tests")
    work = f"{settings.work_data.rstrip('/')}/{environment[NAME]}"
    return replace(settings, work_data=work, max_errors=0)


@contextmanager
def own_schema() -> Iterator[tuple[Settings, S3Store]]:
    """Give settings of an empty schema, and the bucket that it loads from."""
    settings = live_settings()
    schema = f"{os.environ[NAME]}_{os.getpid()}_{next(_numbers)}"
    _execute(settings, f"create schema {identifier(schema)}")
    try:
        bucket, _ = split_uri(settings.work_data)
        yield replace(settings, db_schema=schema), open_bucket(bucket, S3Access.named_by(settings))
    finally:
        _execute(settings, f"drop schema {identifier(schema)} cascade")


def main() -> int:
    """Say what will be used, run the contract, and leave nothing behind."""
    name = f"sparkify_live_{secrets.token_hex(4)}"
    minutes = float(os.environ.get("SPARKIFY_LIVE_MINUTES", "60"))
    environment = {**os.environ, NAME: name}
    try:
        settings = live_settings(environment)
    except SparkifyError as error:
        sys.stderr.write(f"Error: {error}\nTry: {error.hint}\n")
        return error.exit_code
    sys.stdout.write(
        f"This runs the contract on {settings.host}:{settings.db_port}, database "
        f"{settings.db_name},\nin schemas {name}_*, with files below {settings.work_data},\nfor at "
        f"most {minutes:g} minutes, which are billed. Both are removed at the end.\n"
    )
    sys.stdout.flush()
    chosen = os.environ.get("SPARKIFY_LIVE_TESTS", "")
    keyword = f"redshift and ({chosen})" if chosen else "redshift"
    command = [sys.executable, "-m", "pytest", "-q", "tests/contract", "-k", keyword]
    try:
        return subprocess.run(
            command, env=environment, timeout=60 * minutes, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        sys.stderr.write(f"Error: it took more than {minutes:g} minutes\n")
        return 1
    finally:
        _clean_up(settings, name)


def _clean_up(settings: Settings, name: str) -> None:
    """Drop the schemas and S3 objects that a killed run may have left."""
    engine = open_engine(settings)
    try:
        found = engine.fetch(Statement("live", "select nspname from pg_namespace")).rows
        for (schema,) in found:
            if schema.startswith(name):
                engine.execute(Statement("live", f"drop schema {identifier(schema)} cascade"))
    finally:
        engine.close()
    WorkFolder(settings.work_data, S3Access.named_by(settings)).empty()


def _execute(settings: Settings, text: str) -> None:
    engine = open_engine(settings)
    try:
        engine.execute(Statement("live", text))
    finally:
        engine.close()


if __name__ == "__main__":
    sys.exit(main())
