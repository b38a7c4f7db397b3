"""Explain why a COPY or an UNLOAD failed: rejected records, a role, a region, a bucket, a file."""

import re
from collections import deque

from sparkify.config import Settings
from sparkify.engines.base import JsonLoad, LoadResult, require_within_max_errors
from sparkify.engines.redshift.copy_plan import Copy
from sparkify.engines.redshift.errors import ServerMessage, first_line, statement_error
from sparkify.engines.redshift.rejected import attempts, rejected_records, rejected_value
from sparkify.engines.redshift.session import Session
from sparkify.errors import Interrupted, LoadError, SourceError, SparkifyError
from sparkify.records.content import content_chunks

# A pattern of what Redshift says; what happened; what to do. The first that fits.
Explanations = tuple[tuple[str, str, str], ...]


def raise_too_many(
    session: Session, load: JsonLoad, copy: Copy, result: LoadResult, allowed: int
) -> None:
    """Raise LoadError for a COPY that stopped at one rejected record too many."""
    found = []
    for _ in attempts():
        found = rejected_records(session, load, copy)
        if len(result.rejected) + len(found) > allowed:
            break
    value = "" if all(each.text for each in found) else rejected_value(session)
    require_within_max_errors([*result.rejected, *found], allowed)
    raise LoadError(
        f"more records of {copy.source} are rejected than the {allowed} that [ETL] MAX_ERRORS "
        f"allows{f', one for its value {value}' if value else ''}",
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
    if found:
        return found
    if copy.gzip and not copy.packed:
        for file in copy.files:
            try:
                deque(content_chunks(file.uri, [load.source.read(file)]), maxlen=0)
            except (LoadError, SourceError) as error:
                return error
    return otherwise


def s3_error(
    message: ServerMessage, settings: Settings, location: str, explanations: Explanations
) -> SourceError | None:
    """Return the error for an access to a location that S3, or the role, denied to Redshift."""
    text = f"{first_line(message)} {message.get('D', '')}"
    role = settings.iam_role or "default"
    for pattern, what, hint in explanations:
        if re.search(pattern, text):
            return SourceError(what.format(role=role, location=location), hint)
    return None


_COMMON_EXPLANATIONS: Explanations = (
    (
        "not authorized to assume IAM Role|[Nn]ot authorized to get credentials of role",
        "Redshift may not use the role {role}",
        "attach the role to the cluster or namespace, and let its trust policy name redshift",
    ),
    (
        "PermanentRedirect|Status 301|AuthorizationHeaderMalformed",
        "{location} is in another region than the one Redshift asked",
        "set [S3] REGION to the bucket's region; WORK_DATA must be in the same",
    ),
    ("NoSuchBucket", "the bucket of {location} does not exist", "check its name"),
)
COPY_EXPLANATIONS: Explanations = (
    *_COMMON_EXPLANATIONS,
    (
        "AccessDenied|Status 403",
        "the role {role} may not read {location} or a file it names",
        "give the role s3:GetObject and s3:ListBucket on the data, WORK_DATA and LOG_JSONPATH",
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
        "give it s3:PutObject, s3:GetObject and s3:ListBucket there, or export below WORK_DATA",
    ),
    (
        "unload destination on S3 is not empty",
        "another export, or something else, has begun to write to {location}",
        "name another prefix, or remove the objects there",
    ),
)
