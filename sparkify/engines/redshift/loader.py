"""Load files from S3 into the staging tables by COPY: exactly the files that are named."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sparkify.config import Settings
from sparkify.engines.base import (
    MOST_REJECTED_RECORDS,
    JsonLoad,
    LoadResult,
    RejectedRecord,
    engine_statement,
    judge_files,
    require_within_bound,
)
from sparkify.engines.redshift import (
    copy_into,
    copy_statement,
    generated_paths_need_work_data,
    require_one_region,
)
from sparkify.engines.redshift.added_columns import narrow_columns, widen_columns
from sparkify.engines.redshift.copy_errors import copy_error, raise_too_many
from sparkify.engines.redshift.copy_plan import Copy, plan_copies
from sparkify.engines.redshift.copy_views import VIEW_NAME_BYTES, CopyViews, views_of_last_copy
from sparkify.engines.redshift.errors import first_line
from sparkify.engines.redshift.rejected import (
    REJECTED_BY_COPY,
    copied_records_by_file,
    described_records,
)
from sparkify.engines.redshift.session import ServerRejection, Session
from sparkify.errors import ConfigError, Interrupted, SourceError
from sparkify.records.content import is_compressed
from sparkify.records.jsonpaths import JsonPath
from sparkify.sources import S3Access, S3Folder, WorkFolder, bucket_region
from sparkify.sql import ADDED_BYTES, Parameter, Statement
from sparkify.sql.literals import filled, role_or_default, with_options

_ETAG = re.compile(r"[0-9a-f]{32}(-[0-9]+)?")


def copy_all(
    session: Session, settings: Settings, loads: Sequence[JsonLoad], slices: int, max_errors: int
) -> LoadResult:
    """Load the files of each load into its table, in the session's transaction.

    Up to `max_errors` records of a file that do not fit are left out. Raises FilesRejected for
    files with more, or that cannot be read; SourceError, ConfigError, LoadError, Interrupted.
    """
    require_one_region(settings, [load.source.location for load in loads if load.files])
    access = S3Access.named_by(settings)
    with _work_folder(settings, access) as work:
        copying = _Copying(session, settings, access, work, max_errors)
        for load in loads:
            for copy in plan_copies(load, work, slices):
                copying.run(load, copy)
    copying.result.require_no_rejected_file()
    return copying.result


def copy_rows(
    session: Session,
    settings: Settings,
    table: str,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Insert rows by COPY of a file that is in the work folder only meanwhile.

    Raises ConfigError without [S3] WORK_DATA, SourceError, ServerRejection.
    """
    access = S3Access.named_by(settings)
    with _work_folder(settings, access) as work:
        if work is None:
            raise ConfigError(
                "what says who a user is may stand in no statement, so it goes by way of S3, and "
                "[S3] WORK_DATA is empty",
                "set [S3] WORK_DATA to an s3:// prefix that may be written",
            )
        records = (json.dumps(dict(zip(columns, row, strict=True))) for row in rows)
        source = work.put(f"{table}.json", "\n".join(records).encode())
        values: dict[str, Parameter] = {
            "source": source,
            "role": role_or_default(settings.iam_role),
            "jsonpaths": "auto",
            "errors_to_fail": 1,
        }
        text = filled(copy_into(table, columns), values)
        region = settings.s3_region or bucket_region(source, access)
        session.execute()  # begins the transaction: COPY is sent by itself
        session.execute(with_options(text, region=region, manifest=False, gzip=False))


@dataclass(frozen=True, slots=True)
class _Copying:
    """The COPYs of a batch: what they share, and what became of its records."""

    session: Session
    settings: Settings
    access: S3Access
    work: WorkFolder | None
    max_errors: int
    result: LoadResult = field(default_factory=LoadResult)

    def run(self, load: JsonLoad, copy: Copy) -> None:
        try:
            self.session.execute()  # begins the transaction: COPY is sent by itself
            self.session.execute(self._text(load, copy))
        except ServerRejection as rejection:
            self.session.rollback()
            if "load_error" in first_line(rejection.message):
                raise_too_many(self.session, load, copy, self.max_errors)
            raise copy_error(rejection.message, load, copy, self.settings) from rejection
        views = views_of_last_copy(self.session, copy)
        _verify(views, load, copy)
        self.result.records.update(copied_records_by_file(load, copy, views))
        rejected = described_records(views.rejected, load, copy)
        self._widen_for(load, rejected)
        self.result.rejected.extend(rejected)
        for packed in copy.packed.values():
            self.result.hashes.update(packed.hashes)
            self.result.records.update(file for file, _ in packed.rejected)
            self.result.rejected.extend(
                RejectedRecord(load.table, file, *astuple(each)) for file, each in packed.rejected
            )
        require_within_bound(self.result.rejected)
        judged = judge_files(load, self.result, self.max_errors, copy.files)
        self.result.rejected_files.extend(judged)

    def _widen_for(self, load: JsonLoad, rejected: Sequence[RejectedRecord]) -> None:
        """Widen the added columns that COPY found too narrow for texts that were not measured.

        Raises Interrupted where there are any, since that ends the transaction: the batch begins
        again, and they fit.
        """
        by_copy = {each.column for each in rejected if each.reason == REJECTED_BY_COPY}
        named = dict.fromkeys(by_copy.intersection(load.added_names), ADDED_BYTES)
        narrow = narrow_columns(self.session, load.table, named) if named else {}
        if narrow:
            self.session.rollback()
            widen_columns(self.session, load.table, narrow)
            raise Interrupted(
                f"{load.table} had too few bytes for a text of {', '.join(sorted(narrow))}, and "
                "has more now",
                "run again; nothing of this batch was kept",
            )

    def _text(self, load: JsonLoad, copy: Copy) -> str:
        values: dict[str, Parameter] = {
            "source": copy.source,
            "role": role_or_default(self.settings.iam_role),
            "jsonpaths": self._json_format(load),
            # MAXERROR is the number of errors that fails the load, not the last that it survives.
            "errors_to_fail": MOST_REJECTED_RECORDS - len(self.result.rejected),
        }
        text = filled(copy_statement(load.table, load.added_names), values)
        region = self.settings.s3_region or bucket_region(copy.source, self.access)
        return with_options(text, region=region, manifest=copy.manifest, gzip=copy.gzip)

    def _json_format(self, load: JsonLoad) -> str:
        if load.paths is None:
            return "auto ignorecase" if load.ignore_case else "auto"
        if self.work is not None:
            # Written again: COPY would reject the mixed notations that we accept.
            return self.work.put(f"{load.table}.jsonpaths", _jsonpaths(load.paths))
        return _paths_in_s3(load)


def copy_of_location(settings: Settings, load: JsonLoad) -> str:
    """Return the COPY of all files below a load's location, as it runs.

    Up to as many records as COPY allows are left out. Raises ConfigError, SourceError.
    """
    location = f"{load.source.location.rstrip('/')}/"
    if not location.startswith("s3://"):
        raise ConfigError(
            f"{load.source.location} is not in S3, and Redshift cannot read from elsewhere",
            "put the files into S3, or load them by sparkify etl",
        )
    by_name = "auto ignorecase" if load.ignore_case else "auto"
    values: dict[str, Parameter] = {
        "source": location,
        "role": role_or_default(settings.iam_role),
        "jsonpaths": by_name if load.paths is None else _paths_in_s3(load),
        "errors_to_fail": MOST_REJECTED_RECORDS,
    }
    region = settings.s3_region or bucket_region(location, S3Access.named_by(settings))
    gzip = all(is_compressed(file.uri) for file in load.files)
    return with_options(
        filled(copy_statement(load.table), values), region=region, manifest=False, gzip=gzip
    )


def set_loaded_at(table: str, loaded_at: datetime) -> str:
    """Return the statement that gives all rows of a staging table this time of their batch."""
    update = engine_statement("redshift", "set_loaded_at")
    text = update.text.replace("update staging_table", f"update {table}", 1)
    return filled(Statement(update.name, text), {"loaded_at": loaded_at})


def _paths_in_s3(load: JsonLoad) -> str:
    if not load.paths_location:
        raise generated_paths_need_work_data(load)
    if not load.paths_location.startswith("s3://"):
        raise ConfigError(
            f"[S3] LOG_JSONPATH {load.paths_location} is not in S3, and Redshift cannot read "
            "from elsewhere",
            "put it into S3, or set [S3] WORK_DATA to an s3:// prefix that may be written",
        )
    return load.paths_location


def work_location(settings: Settings) -> str:
    """Return this warehouse's folder below [S3] WORK_DATA. Raises ConfigError if not in S3."""
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
    """Give the folder for this warehouse's manifests and packed files, empty before and after.

    Only one run at a time writes to a warehouse, so files found there were left by a crash.
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
    expressions = ["$" + "".join(map(_path_step, path)) for path in paths]
    return json.dumps({"jsonpaths": expressions}).encode()


def _path_step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f'["{step}"]' if "'" in step else f"['{step}']"


def _verify(views: CopyViews, load: JsonLoad, copy: Copy) -> None:
    """Raise SourceError if a file was loaded that was not listed, as far as the views tell."""
    if copy.packed:
        return
    listed = {file.uri: file.etag for file in copy.files}
    for name, etag, _ in views.files:
        if name not in listed and len(name.encode()) < VIEW_NAME_BYTES:
            raise _came_between(name)
        if _ETAG.fullmatch(etag or "") and etag != listed.get(name, etag):
            raise SourceError(
                f"{name} was replaced after it was listed", "run again: the files are listed again"
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
