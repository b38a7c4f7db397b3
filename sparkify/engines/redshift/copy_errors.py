"""Explain why a COPY or an UNLOAD failed: rejected records, a role, a region, a bucket, a file."""

import re
from collections import deque
from collections.abc import Iterable, Iterator

from sparkify.config import Settings
from sparkify.engines.base import (
    MOST_REJECTED_RECORDS,
    FilesRejected,
    JsonLoad,
    LoadResult,
    RejectedFile,
    judge_files,
    reject_file,
    require_within_bound,
)
from sparkify.engines.redshift.copy_plan import Copy
from sparkify.engines.redshift.copy_views import (
    RejectedRow,
    rejected_value,
    rows_rejected_by_failed_copy,
)
from sparkify.engines.redshift.errors import ServerMessage, first_line, statement_error
from sparkify.engines.redshift.rejected import described_records
from sparkify.engines.redshift.session import Session
from sparkify.errors import (
    FileFault,
    Interrupted,
    LoadError,
    SourceError,
    SparkifyError,
    UnreadableFile,
)
from sparkify.records.content import content_chunks
from sparkify.sources import DataFile
from sparkify.sources.files import NOT_READABLE

# A pattern of what Redshift says; what happened; what to do. The first that fits.
Explanations = tuple[tuple[str, str, str], ...]


def raise_too_many(session: Session, load: JsonLoad, copy: Copy, max_errors: int) -> None:
    """Raise FilesRejected for a COPY that stopped at one rejected record too many.

    Raises LoadError where no file has more of them than `max_errors`.
    """
    rows: tuple[RejectedRow, ...] = ()
    for rows in rows_rejected_by_failed_copy(session):
        if len(rows) >= MOST_REJECTED_RECORDS:
            break
    result = LoadResult(rejected=described_records(rows, load, copy))
    result.rejected_files.extend(judge_files(load, result, max_errors, copy.files))
    result.require_no_rejected_file()
    require_within_bound(result.rejected)
    value = "" if all(each.text for each in result.rejected) else rejected_value(session)
    raise LoadError(
        f"more records of {copy.source} are rejected than COPY allows"
        f"{f', one for its value {value}' if value else ''}",
        "see sys_load_error_detail; nothing of their batch was loaded",
    )


def copy_error(
    message: ServerMessage, load: JsonLoad, copy: Copy, settings: Settings
) -> SparkifyError:
    """Return the error for a COPY that failed for other reasons than its data."""
    otherwise = statement_error(message, settings)
    if isinstance(otherwise, Interrupted):
        return otherwise
    found = s3_error(message, settings, copy.source, COPY_EXPLANATIONS)
    if copy.packed:
        return found or otherwise
    if found is None:
        try:
            unreadable = list(_unreadable_files(load, copy.files))
        except SourceError as error:
            return error
        return FilesRejected(unreadable) if unreadable else otherwise
    named = [file for file in copy.files if _is_named(file, message)]
    if named and re.search(_DENIED, first_line(message)):
        fault = UnreadableFile(
            f"{named[0].uri} cannot be read by COPY: {first_line(message)}",
            found.hint,
            NOT_READABLE,
        )
        return FilesRejected([reject_file(load.table, file, fault) for file in named[:1]])
    return found


def _unreadable_files(load: JsonLoad, files: Iterable[DataFile]) -> Iterator[RejectedFile]:
    """Yield the files that we cannot read either, and why."""
    for file, chunks in load.source.stream(files):
        try:
            deque(content_chunks(file.uri, chunks), maxlen=0)
        except FileFault as fault:
            yield reject_file(load.table, file, fault)


def _is_named(file: DataFile, message: ServerMessage) -> bool:
    key = file.uri.split("/", 3)[-1]
    said = f"{first_line(message)} {message.get('D', '')}"
    return bool(re.search(rf"(?<![\w/.-]){re.escape(key)}(?![\w/.-])", said))


def s3_error(
    message: ServerMessage, settings: Settings, location: str, explanations: Explanations
) -> SparkifyError | None:
    """Return the error for an access to a location that failed, Interrupted where it may pass.

    None where the error is not one of S3 or of the role.
    """
    # A file may be named as an error is: s3://bucket/kms-logs/AccessDenied.json.
    text = re.sub(r"s3://\S+", "s3://", f"{first_line(message)} {message.get('D', '')}")
    role = settings.iam_role or "default"
    for pattern, what, hint in explanations:
        if re.search(pattern, text):
            return SourceError(what.format(role=role, location=location), hint)
    if re.search(_PASSES, text):
        return Interrupted(
            f"S3 failed Redshift at {location}: {first_line(message)[:SAID_BY_S3]}",
            "run again; nothing of this batch was kept",
        )
    return None


# S3 asks for patience, or the connection to it broke. Redshift says "CanRetry 1" of nearly all
# errors of S3, also of a denied access: what is explained comes first.
_PASSES = "SlowDown|S3CurlException|S3 ?Query Exception|Status 50[0-9]|InternalError|CanRetry 1"
SAID_BY_S3 = 200

_COMMON_EXPLANATIONS: Explanations = (
    (
        "not authorized to assume IAM Role|[Nn]ot authorized to get credentials of role",
        "Redshift may not use the role {role}",
        (
            "attach the role to the cluster or namespace, and let its trust policy name "
            "redshift; if that has the condition aws:SourceArn, sparkify cluster up "
            "--trust-account loosens it"
        ),
    ),
    (
        "kms:|KMS[.A-Z]|[Kk]ms[A-Z]",
        "the role {role} may not use the KMS key that {location} is encrypted with",
        (
            "let role and key policy allow kms:Decrypt, and to write kms:GenerateDataKey: sparkify "
            "cluster up does so for the role; sparkify cluster doctor names what is missing"
        ),
    ),
    (
        "InvalidObjectState",
        "an object of {location} is archived, in a storage class such as GLACIER",
        "restore it (aws s3api restore-object), or move it out of the location, and run again",
    ),
    (
        "PermanentRedirect|Status 301|AuthorizationHeaderMalformed",
        "{location} is in another region than the one Redshift asked",
        "set [S3] REGION to the bucket's region; WORK_DATA must be in the same",
    ),
    ("NoSuchBucket", "the bucket of {location} does not exist", "check its name"),
)
# What S3 answers about one object alone.
_DENIED = "AccessDenied|Status 403|InvalidObjectState|[Kk][Mm][Ss]|Server Side Encryption"
COPY_EXPLANATIONS: Explanations = (
    *_COMMON_EXPLANATIONS,
    (
        # What Redshift says where it cannot see the manifest that was written a moment ago.
        "requires full path of an S3 object",
        "the role {role} may not see {location}",
        "give the role s3:ListBucket and s3:GetObject on [S3] WORK_DATA",
    ),
    (
        "InvalidObjectState",
        "an object of {location} is archived in Glacier",
        "restore it (aws s3api restore-object), and then: sparkify quarantine retry",
    ),
    (
        "[Kk][Mm][Ss]",
        "the role {role} may not use the KMS key of an object of {location}",
        "give the role kms:Decrypt on that key, and see that it is enabled",
    ),
    (
        "Server Side Encryption",
        "an object of {location} is encrypted with a key of its owner's own (SSE-C)",
        "copy it with the key into an object without SSE-C",
    ),
    (
        "AccessDenied|Status 403",
        "the role {role} may not read {location} or a file it names",
        (
            "give the role s3:GetObject and s3:ListBucket on the data, WORK_DATA and LOG_JSONPATH, "
            "and kms:Decrypt where KMS encrypts them"
        ),
    ),
    (
        "NoSuchKey|Status 404|S3 prefix .* does not exist",
        "an object of {location} was deleted after it was listed",
        "run again: the files are listed again",
    ),
)
UNLOAD_EXPLANATIONS: Explanations = (
    *_COMMON_EXPLANATIONS,
    (
        "AccessDenied|Status 403|not authorized to perform: s3:",
        "the role {role} may not write to {location}",
        (
            "give it s3:PutObject, s3:GetObject and s3:ListBucket there, and kms:GenerateDataKey "
            "where KMS encrypts; or export below WORK_DATA"
        ),
    ),
    (
        "unload destination on S3 is not empty",
        "another export, or something else, has begun to write to {location}",
        "name another prefix, or remove the objects there",
    ),
)
