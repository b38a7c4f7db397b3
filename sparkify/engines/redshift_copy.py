"""COPY: files in S3 into the staging tables, no more and no fewer than are named."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256

from sparkify.config import Settings
from sparkify.engines import JsonLoad, Loaded, needs_own_paths
from sparkify.engines.jsonpaths import JsonPath
from sparkify.engines.redshift_errors import first_line
from sparkify.engines.redshift_explain import explained, raise_too_many
from sparkify.engines.redshift_plan import Copy, plan
from sparkify.engines.redshift_refused import (
    Unaccounted,
    looks,
    objects_by_file,
    refused_objects,
)
from sparkify.engines.redshift_session import ServerRefusal, Session
from sparkify.errors import ConfigError, SourceError
from sparkify.sources import S3Access, S3Folder, WorkFolder, bucket_region
from sparkify.sql import Parameter, statement
from sparkify.sql.literals import filled, role_or_default, with_columns, with_options

_ETAG = re.compile(r"[0-9a-f]{32}(-[0-9]+)?")


def copy_all(
    session: Session, settings: Settings, loads: Sequence[JsonLoad], slices: int, max_errors: int
) -> Loaded:
    """Load the files of each load into its table, in the session's transaction.

    Objects that do not fit are left out, up to `max_errors`. Raises LoadError for more, SourceError
    or ConfigError for what cannot be read, Interrupted.
    """
    access = S3Access.named_by(settings)
    with _work_folder(settings, access) as work:
        copying = _Copying(session, settings, access, work, max_errors)
        for load in loads:
            for copy in plan(load, work, slices):
                copying.run(load, copy)
    return copying.loaded


@dataclass(frozen=True, slots=True)
class _Copying:
    """What the COPYs of a batch have in common, and what became of its objects."""

    session: Session
    settings: Settings
    access: S3Access
    work: WorkFolder | None
    max_errors: int
    loaded: Loaded = field(default_factory=Loaded)

    def run(self, load: JsonLoad, copy: Copy) -> None:
        try:
            self.session.run(self._text(load, copy))
        except ServerRefusal as refusal:
            self.session.rollback()
            if "load_error" in first_line(refusal.said):
                raise_too_many(self.session, load, copy, self.loaded, self.max_errors)
            raise explained(refusal.said, load, copy, self.settings) from refusal
        _verify(self.session, load, copy)
        self._account_for(load, copy)

    def _text(self, load: JsonLoad, copy: Copy) -> str:
        values: dict[str, Parameter] = {
            "source": copy.source,
            "role": role_or_default(self.settings.iam_role),
            "jsonpaths": self._json_format(load),
            # MAXERROR is the number of errors that fails the load, not the last that it survives.
            "errors_to_fail": self.max_errors - len(self.loaded.refused) + 1,
        }
        text = filled(statement(f"redshift/copy_{load.table}"), values)
        if load.added:
            text = with_columns(text, load.added_names)
        region = self.settings.s3_region or bucket_region(copy.source, self.access)
        return with_options(text, region=region, manifest=copy.manifest, gzip=copy.gzip)

    def _json_format(self, load: JsonLoad) -> str:
        if load.paths is None:
            return "auto ignorecase" if load.ignore_case else "auto"
        if self.work is not None:
            # Ours, of what was read: COPY would refuse the mixed notations that we read.
            return self.work.put(f"{load.table}.jsonpaths", _jsonpaths(load.paths))
        if not load.paths_location:
            raise needs_own_paths(load)
        if not load.paths_location.startswith("s3://"):
            raise ConfigError(
                f"[S3] LOG_JSONPATH {load.paths_location} is a file of this machine, which "
                "Redshift cannot read",
                "put it into S3, or set [S3] WORK_DATA to an s3:// prefix that may be written",
            )
        return load.paths_location

    def _account_for(self, load: JsonLoad, copy: Copy) -> None:
        """Note of every object that it was loaded, or that it was refused and why."""
        for _ in looks():
            refused = refused_objects(self.session, load, copy)
            with suppress(Unaccounted):
                objects = objects_by_file(self.session, load, copy, len(refused))
                self.loaded.objects.update(objects)
                self.loaded.refused.extend(refused)
                return
        objects_by_file(self.session, load, copy, len(refused))


def work_location(settings: Settings) -> str:
    """The place of this warehouse in [S3] WORK_DATA. Raises ConfigError where that is not in S3."""
    if not settings.work_data.startswith("s3://"):
        raise ConfigError(
            f"[S3] WORK_DATA is {settings.work_data}, not in S3", "write it as s3://bucket/prefix"
        )
    names = (settings.host, settings.db_name, settings.db_schema or "public")
    shown = "-".join(re.sub(r"[^A-Za-z0-9.]", "_", name) for name in names)
    # The names as shown are not unique: of a-b and a_b one would delete the other's files.
    digest = sha256("\n".join(names).encode()).hexdigest()[:8]
    # What begins with _ is no data, should the work folder lie among it.
    return f"{settings.work_data.rstrip('/')}/_{shown}-{digest}"


@contextmanager
def _work_folder(settings: Settings, access: S3Access) -> Iterator[WorkFolder | None]:
    """The folder for this warehouse's manifests and parts, empty before and after.

    Only one run at a time writes to a warehouse, so what lies there was left by one that crashed.
    """
    if not settings.work_data:
        yield None
        return
    work = WorkFolder(work_location(settings), access)
    work.empty()
    try:
        yield work
    finally:
        with suppress(SourceError):
            work.empty()


def _jsonpaths(paths: Sequence[JsonPath]) -> bytes:
    expressions = ["$" + "".join(map(_step, path)) for path in paths]
    return json.dumps({"jsonpaths": expressions}).encode()


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f'["{step}"]' if "'" in step else f"['{step}']"


def _verify(session: Session, load: JsonLoad, copy: Copy) -> None:
    """See that what was loaded is what was listed, where the warehouse says what it loaded."""
    if copy.parts:
        return
    listed = {file.uri: file.etag for file in copy.files}
    for name, etag, _ in session.run(statement("redshift/loaded_by_copy").text).rows:
        if name not in listed and len(name.encode()) < 256:
            raise _came_between(name)
        if _ETAG.fullmatch(etag or "") and etag != listed.get(name, etag):
            raise SourceError(
                f"{name} was replaced after it was listed", "run again to list it anew"
            )
    if not copy.manifest and isinstance(load.source, S3Folder):
        for uri in load.source.surroundings()[1]:
            if uri.startswith(copy.source) and uri not in listed:
                raise _came_between(uri)


def _came_between(uri: str) -> SourceError:
    return SourceError(
        f"{uri} came after the files were listed, and may have been loaded with them",
        "run again; set [S3] WORK_DATA to an s3:// prefix to load by name what was listed",
    )
