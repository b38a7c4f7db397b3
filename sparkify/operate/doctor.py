"""Examine settings, machine, source and warehouse, and say how to fix what is wrong.

Each examination looks at one thing and yields diagnoses.
"""

import os
import platform
import re
import shutil
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path

from sparkify import __version__, warehouse
from sparkify.checks import configured_checks
from sparkify.config import CHECKS_SECTION, KEYS, Settings, load_settings
from sparkify.diagnosis import Diagnosis
from sparkify.engines import ENGINES, backend_of, open_existing
from sparkify.errors import ConfigError, SparkifyError
from sparkify.installation import extra_command, package_command
from sparkify.records.jsonpaths import parse_jsonpaths
from sparkify.records.native import LibraryState, library_fix, library_state
from sparkify.records.native_scanner import SOURCE as SCANNER
from sparkify.requirements import CORE_PACKAGES, OLDEST_PYTHON
from sparkify.sizes import readable_size
from sparkify.sources import (
    S3Access,
    bucket_region,
    keys_origin,
    open_source,
    passed_over_by,
    read_document,
)
from sparkify.sql import source_columns

# The smallest of the first files is read, if it is small, to test that files can be read.
FILES_LISTED = 100
READABLE_BYTES = 8 << 20
# The JSONPaths file as the public data has it, beside the folder of the logs.
JSONPATHS_NAME = "log_json_path.json"


@dataclass(frozen=True, slots=True)
class SettingInForce:
    """A setting as it is in force, secrets masked, and where it was given."""

    name: str
    value: str
    origin: str


Examine = Callable[[Settings], Iterator[Diagnosis]]


@dataclass(frozen=True, slots=True)
class Examination:
    """The settings in force, none if they cannot be read, and the diagnoses with their area."""

    settings: list[SettingInForce]
    diagnoses: Iterator[tuple[str, Diagnosis]]


def examine(file: Path | None, overrides: Mapping[str, str]) -> Examination:
    """Examine everything; the settings are read as for any other command. Never raises.

    Diagnoses come one by one, and an examination that fails is a diagnosis.
    """
    try:
        settings = load_settings(file, overrides)
    except ConfigError as error:
        unread = ("settings", _failed(error))
        return Examination(
            [], iter([unread, *_with_area("versions", examine_versions, Settings())])
        )
    diagnoses = (each for area, check in EXAMINATIONS for each in _with_area(area, check, settings))
    return Examination(settings_in_force(settings), diagnoses)


def examine_answers(settings: Settings) -> Iterator[tuple[str, Diagnosis]]:
    """Examine what a new settings file says about the source and the server. Never raises."""
    for area, check in (
        ("source", examine_s3_keys),
        ("source", examine_source),
        ("source", examine_jsonpaths),
        ("warehouse", examine_login),
        ("warehouse", examine_engine_settings),
    ):
        yield from _with_area(area, check, settings)


def jsonpaths_beside(log_data: str) -> str:
    """Return where the JSONPaths file lies that goes with the logs, if there is one."""
    folder, slash, _ = log_data.rstrip("/").rpartition("/")
    return f"{folder}{slash}{JSONPATHS_NAME}"


def has_jsonpaths(settings: Settings) -> bool:
    """Return whether the JSONPaths file of the settings can be read."""
    try:
        read_document(settings.log_jsonpath, S3Access.named_by(settings))
    except SparkifyError:
        return False
    return True


def settings_in_force(settings: Settings) -> list[SettingInForce]:
    """Return all settings, in the order of the example file."""
    values = {key: _setting_text(getattr(settings, name)) for key, name in KEYS.items()}
    severities = settings.check_severities.items()
    values |= {(CHECKS_SECTION, name.upper()): severity for name, severity in severities}
    return [
        SettingInForce(
            f"[{key[0]}] {key[1]}",
            re.sub("//[^/@]*@", "//********@", value),
            settings.origins.get(key, "default"),
        )
        for key, value in values.items()
    ]


def _setting_text(value: object) -> str:
    return "" if value is None else str(value)


def examine_settings_file(settings: Settings) -> Iterator[Diagnosis]:
    """Examine whether every key of the settings file is known."""
    for warning in settings.warnings:
        yield Diagnosis(warning, ok=False, fix="correct the key's name, or delete its line")
    if not settings.warnings:
        yield Diagnosis("the settings are understood", ok=True)
    if os.name == "posix" and settings.file.exists():
        yield from _password_in_file(settings.file)


def _password_in_file(file: Path) -> Iterator[Diagnosis]:
    """Examine who may read a file with a password, in force or not."""
    mode = stat.S_IMODE(file.stat().st_mode)
    if load_settings(file, environment={}).db_password.value:
        yield _judged(
            f"{file} holds a password, and its permissions are {mode:o}",
            not mode & 0o077,
            f"let nobody else read it: chmod 600 {file}",
        )


def examine_checks(settings: Settings) -> Iterator[Diagnosis]:
    """Examine whether the checks' severities name checks, and own checks can be run."""
    severities = Counter(check.severity for check in configured_checks(settings))
    counts = f"{severities['block']} block and {severities['warn']} warn"
    yield Diagnosis(f"of {severities.total()} checks {counts}", ok=True)


def examine_versions(settings: Settings) -> Iterator[Diagnosis]:
    """Examine the versions of Python, Sparkify and its packages."""
    yield _judged(
        f"Python {platform.python_version()}",
        sys.version_info >= OLDEST_PYTHON,
        "install Python 3.11 or newer",
    )
    yield Diagnosis(f"sparkify {__version__}", ok=True)
    yield _scanner()
    for name in CORE_PACKAGES.values():
        yield _installed(name, package_command(name), is_needed=True)
    yield _installed("boto3", extra_command("aws"), is_needed=bool(settings.s3_profile))
    for name, backend in ((name, open_backend()) for name, open_backend in ENGINES.items()):
        if backend.extra:
            fix = extra_command(backend.extra)
            yield _installed(backend.driver, fix, is_needed=settings.engine == name)


def _scanner() -> Diagnosis:
    state, fix = library_state(SCANNER), library_fix(SCANNER)
    if state is LibraryState.READY:
        return Diagnosis("the native scanner reads the records", ok=True)
    slower = f"the native scanner {state.value}; Python reads the records, right but slower"
    if state is LibraryState.MISSING:
        return Diagnosis(f"{slower}. To have it, {fix}", ok=True)
    return Diagnosis(slower, ok=False, fix=fix)


def examine_s3_keys(settings: Settings) -> Iterator[Diagnosis]:
    """Examine whether there are keys for S3, where S3 is read."""
    if not any(location.startswith("s3://") for location in _locations(settings).values()):
        yield Diagnosis("no keys are needed: all locations are on this machine", ok=True)
        return
    origin = keys_origin(S3Access.named_by(settings))
    if origin:
        yield Diagnosis(f"keys for S3: {origin}", ok=True)
    else:
        yield Diagnosis("no keys for S3: only public buckets can be read", ok=True)


def examine_source(settings: Settings) -> Iterator[Diagnosis]:
    """Examine whether the data can be listed and read, and is in the region of the settings."""
    locations = _locations(settings)
    for name in ("[S3] SONG_DATA", "[S3] LOG_DATA"):
        yield from _readable(name, locations[name], settings)
    for bucket in {_bucket(location) for location in locations.values()} - {""}:
        yield from _region(bucket, settings)


def examine_jsonpaths(settings: Settings) -> Iterator[Diagnosis]:
    """Examine whether the JSONPaths file can be read and has a path for each column."""
    location, columns = settings.log_jsonpath, source_columns("staging_events")
    if not location:
        yield Diagnosis("[S3] LOG_JSONPATH is empty: keys are matched to columns by name", ok=True)
        return
    try:
        document = read_document(location, S3Access.named_by(settings))
        parse_jsonpaths(document, location, len(columns))
    except SparkifyError as error:
        yield Diagnosis(f"[S3] LOG_JSONPATH: {error}", ok=False, fix=error.hint)
        return
    yield Diagnosis(f"[S3] LOG_JSONPATH: {location} has paths for {len(columns)} columns", ok=True)


def examine_warehouse(settings: Settings) -> Iterator[Diagnosis]:
    """Examine whether the warehouse can be written, and its tables are of this version."""
    # Opened to write: a program that only reads the file blocks a load as well.
    engine = open_existing(settings)
    try:
        yield Diagnosis(backend_of(settings).describe_opened(settings), ok=True)
        warehouse.require_current(engine)
        yield Diagnosis(f"its tables are of version {warehouse.version(engine)}", ok=True)
    finally:
        engine.close()


def examine_login(settings: Settings) -> Iterator[Diagnosis]:
    """Examine whether a server takes the login; a file that there will be needs none."""
    backend = backend_of(settings)
    if backend.data_folder(settings) is None:
        with closing(open_existing(settings)):
            yield Diagnosis(backend.describe_opened(settings), ok=True)


def examine_engine_settings(settings: Settings) -> Iterator[Diagnosis]:
    """Examine the settings that only the engine needs."""
    yield from backend_of(settings).diagnose_settings(settings)


def examine_cluster(settings: Settings) -> Iterator[Diagnosis]:
    """Examine the cluster that the settings name, for which AWS keys are needed."""
    from sparkify.cloud.warehouse import names_cluster

    if not names_cluster(settings):
        return
    if not (_version("boto3") and keys_origin(S3Access.named_by(settings))):
        needed = "boto3 and AWS keys are needed, and not to load"
        yield Diagnosis(f"the cluster itself is not examined: {needed}", ok=True)
        return
    from sparkify.cloud.doctor import diagnose_aws

    yield from diagnose_aws(settings)


def examine_disks(settings: Settings) -> Iterator[Diagnosis]:
    """Examine whether a batch fits on the disks that it needs."""
    folders = {"temporary files": Path(tempfile.gettempdir())}
    data_folder = backend_of(settings).data_folder(settings)
    if data_folder:
        folders["the database"] = data_folder
    needed = settings.batch_mb << 20
    for name, folder in folders.items():
        try:
            free = shutil.disk_usage(folder).free
        except OSError as error:
            what = f"the folder {folder} cannot be examined: {error.strerror}"
            yield Diagnosis(what, ok=False, fix="make it, or correct [CLUSTER] DB_NAME")
            continue
        yield _judged(
            f"{readable_size(free)} free for {name} in {folder}",
            free >= needed,
            f"make room for a batch of {readable_size(needed)}, or lower [ETL] BATCH_MB",
        )


EXAMINATIONS: tuple[tuple[str, Examine], ...] = (
    ("versions", examine_versions),
    ("settings", examine_settings_file),
    ("settings", examine_checks),
    ("source", examine_s3_keys),
    ("source", examine_source),
    ("source", examine_jsonpaths),
    ("warehouse", examine_warehouse),
    ("warehouse", examine_engine_settings),
    ("cluster", examine_cluster),
    ("disk", examine_disks),
)


def _with_area(area: str, check: Examine, settings: Settings) -> Iterator[tuple[str, Diagnosis]]:
    for diagnosis in _with_errors(partial(check, settings)):
        yield area, diagnosis


def _with_errors(examine: Callable[[], Iterator[Diagnosis]]) -> Iterator[Diagnosis]:
    try:
        yield from examine()
    except SparkifyError as error:
        yield _failed(error)
    except Exception as error:  # noqa: BLE001 - it is a diagnosis, too
        what = f"this could not be examined: {type(error).__name__}: {error}"
        yield Diagnosis(
            what, ok=False, fix="see what it says; if it is no fault of yours, report it"
        )


def _judged(what: str, is_well: bool, fix: str) -> Diagnosis:
    return Diagnosis(what, ok=is_well, fix="" if is_well else fix)


def _failed(error: SparkifyError) -> Diagnosis:
    return Diagnosis(str(error), ok=False, fix=error.hint)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _installed(name: str, fix: str, *, is_needed: bool) -> Diagnosis:
    found = _version(name)
    if found:
        return Diagnosis(f"{name} {found}", ok=True)
    if not is_needed:
        return Diagnosis(f"{name} is not installed, and not needed by these settings", ok=True)
    return Diagnosis(f"{name} is not installed", ok=False, fix=fix)


def _locations(settings: Settings) -> dict[str, str]:
    return {
        "[S3] SONG_DATA": settings.song_data,
        "[S3] LOG_DATA": settings.log_data,
        "[S3] LOG_JSONPATH": settings.log_jsonpath,
    }


def _bucket(location: str) -> str:
    return "/".join(location.split("/")[:3]) if location.startswith("s3://") else ""


def _readable(name: str, location: str, settings: Settings) -> Iterator[Diagnosis]:
    try:
        data = open_source(location, S3Access.named_by(settings))
        smallest = min(islice(data.files(), FILES_LISTED), key=lambda file: file.size)
        if smallest.size <= READABLE_BYTES:
            data.read(smallest)
    except SparkifyError as error:
        yield Diagnosis(f"{name}: {error}", ok=False, fix=error.hint)
        return
    yield Diagnosis(f"{name}: the files of {location} can be listed and read", ok=True)
    if passed_over_by(data).count:
        yield Diagnosis(f"{name}: {passed_over_by(data)}", ok=True)


def _region(bucket: str, settings: Settings) -> Iterator[Diagnosis]:
    found = bucket_region(bucket, S3Access.named_by(settings))
    if found is None:
        yield Diagnosis(f"{bucket}: the server tells no region", ok=True)
    elif settings.s3_region in {"", found}:
        yield Diagnosis(f"{bucket} is in {found}", ok=True)
    else:
        what = f"{bucket} is in {found}, and [S3] REGION is {settings.s3_region}"
        yield Diagnosis(what, ok=False, fix=f"set [S3] REGION to {found}")
