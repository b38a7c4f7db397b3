"""What is wrong between the settings, this machine, the source and the warehouse; how to mend it.

Each check looks at one thing and gives findings.
"""

import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path

from sparkify import warehouse
from sparkify.config import KEYS, Settings, load_settings
from sparkify.engines import open_existing
from sparkify.engines.jsonpaths import parse_jsonpaths
from sparkify.errors import ConfigError, SparkifyError
from sparkify.sources import S3Access, bucket_region, keys_origin, open_source, read_document
from sparkify.sql import delivered_columns

OLDEST_PYTHON = (3, 11)
NEEDED = ("click", "duckdb", "obstore", "rich", "sqlglot")
# Of the first files the smallest is read, if it is small, to see that it may be read.
LISTED = 100
READ_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at and found, whether it is well, and how to mend it if it is not."""

    what: str
    ok: bool
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A setting as it is in force, secrets masked, and where it was given."""

    name: str
    value: str
    origin: str


Check = Callable[[Settings], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Examination:
    """The settings in force, none if they cannot be read, and the findings by what they are of."""

    settings: list[Told]
    findings: Iterator[tuple[str, Finding]]


def examine(file: Path | None, overrides: Mapping[str, str]) -> Examination:
    """Look at everything; the settings are read as for any other command. Never raises.

    The findings come as they are found, and what cannot be looked at is a finding.
    """
    try:
        settings = load_settings(file, overrides)
    except ConfigError as error:
        unread = ("settings", _failed(error))
        return Examination([], iter([unread, *_found("versions", versions, Settings())]))
    findings = (each for area, check in CHECKS for each in _found(area, check, settings))
    return Examination(told(settings), findings)


def told(settings: Settings) -> list[Told]:
    """All settings, in the order of the example file."""
    return [
        Told(
            f"[{key[0]}] {key[1]}",
            re.sub("//[^/@]*@", "//********@", str(getattr(settings, name))),
            settings.origins.get(key, "default"),
        )
        for key, name in KEYS.items()
    ]


def keys_known(settings: Settings) -> Iterator[Finding]:
    """Whether all that the settings file says is understood."""
    for warning in settings.warnings:
        yield Finding(warning, ok=False, mend="correct the key's name, or delete its line")
    if not settings.warnings:
        yield Finding("the settings are understood", ok=True)


def versions(settings: Settings) -> Iterator[Finding]:
    """Python, Sparkify, and what it needs."""
    yield _judged(
        f"Python {platform.python_version()}",
        sys.version_info >= OLDEST_PYTHON,
        "install Python 3.11 or newer",
    )
    yield Finding(f"sparkify {_version('sparkify') or 'runs from its folder'}", ok=True)
    for name in NEEDED:
        yield _installed(name, "sparkify", is_needed=True)
    yield _installed("boto3", "'sparkify[aws]'", is_needed=bool(settings.s3_profile))
    driver = "redshift_connector"
    yield _installed(driver, "'sparkify[redshift]'", is_needed=bool(settings.host))


def credentials(settings: Settings) -> Iterator[Finding]:
    """Whether there are keys for S3, where S3 is read."""
    if not any(location.startswith("s3://") for location in _locations(settings).values()):
        yield Finding("no keys are needed: all locations are on this machine", ok=True)
        return
    origin = keys_origin(S3Access.named_by(settings))
    if origin:
        yield Finding(f"keys for S3: {origin}", ok=True)
    else:
        yield Finding("no keys for S3: only public buckets can be read", ok=True)


def source(settings: Settings) -> Iterator[Finding]:
    """Whether the data can be listed and read, and lies in the region that the settings name."""
    locations = _locations(settings)
    for name in ("[S3] SONG_DATA", "[S3] LOG_DATA"):
        yield from _readable(name, locations[name], settings)
    for bucket in {_bucket(location) for location in locations.values()} - {""}:
        yield from _region(bucket, settings)


def jsonpaths(settings: Settings) -> Iterator[Finding]:
    """Whether the JSONPaths file can be read and says where each column is."""
    location, columns = settings.log_jsonpath, delivered_columns("staging_events")
    if not location:
        yield Finding("[S3] LOG_JSONPATH is empty: keys are matched to columns by name", ok=True)
        return
    try:
        document = read_document(location, S3Access.named_by(settings))
        parse_jsonpaths(document, location, len(columns))
    except SparkifyError as error:
        yield Finding(f"[S3] LOG_JSONPATH: {error}", ok=False, mend=error.hint)
        return
    yield Finding(f"[S3] LOG_JSONPATH: {location} tells of {len(columns)} columns", ok=True)


def database(settings: Settings) -> Iterator[Finding]:
    """Whether the warehouse is there, nobody else has it, and its tables are of this version."""
    # To be written: a program that only reads the file keeps a load out as well.
    engine = open_existing(settings)
    try:
        if settings.host:
            yield Finding(f"logged in to {settings.host} as {settings.db_user}", ok=True)
        else:
            file = settings.database_file
            yield Finding(f"{file.resolve()}, {_mb(file.stat().st_size)}, can be written", ok=True)
        warehouse.require_current(engine)
        yield Finding(f"its tables are of version {warehouse.version(engine)}", ok=True)
    finally:
        engine.close()


def role(settings: Settings) -> Iterator[Finding]:
    """Which role COPY is to read S3 with."""
    if settings.host and settings.iam_role:
        yield Finding(f"COPY reads S3 with the role {settings.iam_role}", ok=True)
    elif settings.host:
        yield Finding("[IAM_ROLE] ARN is empty: COPY uses the default role", ok=True)


def cluster(settings: Settings) -> Iterator[Finding]:
    """What AWS says of a warehouse that its endpoint names; only AWS's own keys tell it."""
    from sparkify.cloud.warehouse import parse_endpoint

    if parse_endpoint(settings.host) is None:
        return
    if not (_version("boto3") and keys_origin(S3Access.named_by(settings))):
        needed = "boto3 and AWS keys are needed, and not to load"
        yield Finding(f"the cluster itself is not looked at: {needed}", ok=True)
        return
    from sparkify.cloud.doctor import diagnose_aws

    for found in diagnose_aws(settings):
        yield Finding(found.what, found.ok, found.fix)


def disk_space(settings: Settings) -> Iterator[Finding]:
    """Whether a batch fits on the disks that hold it."""
    folders = {"temporary files": Path(tempfile.gettempdir())}
    if not settings.host:
        folders["the database"] = settings.database_file.absolute().parent
    needed = settings.batch_mb << 20
    for name, folder in folders.items():
        try:
            free = shutil.disk_usage(folder).free
        except OSError as error:
            told = f"the folder {folder} cannot be looked at: {error.strerror}"
            yield Finding(told, ok=False, mend="make it, or correct [CLUSTER] DB_NAME")
            continue
        yield _judged(
            f"{_mb(free)} free for {name} in {folder}",
            free >= needed,
            f"make room for a batch of {_mb(needed)}, or lower [ETL] BATCH_MB",
        )


CHECKS: tuple[tuple[str, Check], ...] = (
    ("versions", versions),
    ("settings", keys_known),
    ("source", credentials),
    ("source", source),
    ("source", jsonpaths),
    ("warehouse", database),
    ("warehouse", role),
    ("cluster", cluster),
    ("disk", disk_space),
)


def _found(area: str, check: Check, settings: Settings) -> Iterator[tuple[str, Finding]]:
    for finding in _tried(partial(check, settings)):
        yield area, finding


def _tried(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except SparkifyError as error:
        yield _failed(error)
    except Exception as error:  # noqa: BLE001 - a doctor who falls ill is of no use to anybody
        what = f"this could not be looked at: {type(error).__name__}: {error}"
        yield Finding(
            what, ok=False, mend="see what it says; if it is no fault of yours, report it"
        )


def _judged(what: str, is_well: bool, mend: str) -> Finding:
    return Finding(what, ok=is_well, mend="" if is_well else mend)


def _failed(error: SparkifyError) -> Finding:
    return Finding(str(error), ok=False, mend=error.hint)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _installed(name: str, package: str, *, is_needed: bool) -> Finding:
    found = _version(name)
    if found:
        return Finding(f"{name} {found}", ok=True)
    if not is_needed:
        return Finding(f"{name} is not installed, and not needed by these settings", ok=True)
    return Finding(f"{name} is not installed", ok=False, mend=f"pip install {package}")


def _locations(settings: Settings) -> dict[str, str]:
    return {
        "[S3] SONG_DATA": settings.song_data,
        "[S3] LOG_DATA": settings.log_data,
        "[S3] LOG_JSONPATH": settings.log_jsonpath,
    }


def _bucket(location: str) -> str:
    return "/".join(location.split("/")[:3]) if location.startswith("s3://") else ""


def _readable(name: str, location: str, settings: Settings) -> Iterator[Finding]:
    try:
        data = open_source(location, S3Access.named_by(settings))
        smallest = min(islice(data.files(), LISTED), key=lambda file: file.size)
        if smallest.size <= READ_BYTES:
            data.read(smallest)
    except SparkifyError as error:
        yield Finding(f"{name}: {error}", ok=False, mend=error.hint)
        return
    yield Finding(f"{name}: the files of {location} can be listed and read", ok=True)


def _region(bucket: str, settings: Settings) -> Iterator[Finding]:
    found = bucket_region(bucket, S3Access.named_by(settings))
    if found is None:
        yield Finding(f"{bucket}: the server tells no region", ok=True)
    elif settings.s3_region in {"", found}:
        yield Finding(f"{bucket} is in {found}", ok=True)
    else:
        told = f"{bucket} is in {found}, and [S3] REGION is {settings.s3_region}"
        yield Finding(told, ok=False, mend=f"set [S3] REGION to {found}")


def _mb(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
