"""Why a COPY failed: too many refused objects, or a role, a region, a bucket, a file."""

import re

from sparkify.config import Settings
from sparkify.engines import JsonLoad, Loaded, require_few
from sparkify.engines.redshift_errors import Said, first_line, refused
from sparkify.engines.redshift_plan import Copy
from sparkify.engines.redshift_refused import looks, refused_objects, value_refused
from sparkify.engines.redshift_session import Session
from sparkify.engines.spool import content
from sparkify.errors import Interrupted, LoadError, SourceError, SparkifyError

# In what Redshift says; what happened; what to do. The first that fits.
Refusals = tuple[tuple[str, str, str], ...]


def raise_too_many(
    session: Session, load: JsonLoad, copy: Copy, loaded: Loaded, allowed: int
) -> None:
    """Raise LoadError for a COPY that stopped at one refused object too many."""
    found = []
    for _ in looks():
        found = refused_objects(session, load, copy)
        if len(loaded.refused) + len(found) > allowed:
            break
    value = "" if all(each.text for each in found) else value_refused(session)
    require_few([*loaded.refused, *found], allowed)
    raise LoadError(
        f"more objects of {copy.source} are refused than the {allowed} that [ETL] MAX_ERRORS "
        f"allows{f', one for its value {value}' if value else ''}",
        "look into sys_load_error_detail; nothing of their batch was loaded",
    )


def explained(said: Said, load: JsonLoad, copy: Copy, settings: Settings) -> SparkifyError:
    """The error for a COPY that the server refused for other reasons than its data."""
    otherwise = refused(said, settings)
    if isinstance(otherwise, Interrupted):
        return otherwise
    found = refused_by_s3(said, settings, copy.source, OF_COPY)
    if found:
        return found
    if copy.gzip and not copy.parts:
        for file in copy.files:
            try:
                content(file, load.source.read(file))
            except (LoadError, SourceError) as error:
                return error
    return otherwise


def refused_by_s3(
    said: Said, settings: Settings, place: str, refusals: Refusals
) -> SourceError | None:
    """The error for what S3, or the role, did not let Redshift do with the place."""
    told = f"{first_line(said)} {said.get('D', '')}"
    role = settings.iam_role or "default"
    for pattern, what, hint in refusals:
        if re.search(pattern, told):
            return SourceError(what.format(role=role, place=place), hint)
    return None


_OF_BOTH: Refusals = (
    (
        "not authorized to assume IAM Role|[Nn]ot authorized to get credentials of role",
        "Redshift may not use the role {role}",
        "attach the role to the cluster or namespace, and let its trust policy name redshift",
    ),
    (
        "PermanentRedirect|Status 301|AuthorizationHeaderMalformed",
        "{place} is in another region than the one Redshift asked",
        "set [S3] REGION to the bucket's region; WORK_DATA must be in the same",
    ),
    ("NoSuchBucket", "the bucket of {place} does not exist", "check its name"),
)
OF_COPY: Refusals = (
    *_OF_BOTH,
    (
        "AccessDenied|Status 403",
        "the role {role} may not read {place} or what it names",
        "give the role s3:GetObject and s3:ListBucket on the data, WORK_DATA and LOG_JSONPATH",
    ),
    (
        "NoSuchKey|Status 404|S3 prefix .* does not exist",
        "an object of {place} is gone since it was listed",
        "run again to list the files anew",
    ),
)
OF_UNLOAD: Refusals = (
    *_OF_BOTH,
    (
        "AccessDenied|Status 403|not authorized to perform: s3:",
        "the role {role} may not write to {place}",
        "give it s3:PutObject, s3:GetObject and s3:ListBucket there, or export below WORK_DATA",
    ),
    (
        "unload destination on S3 is not empty",
        "another export, or something else, has begun to write to {place}",
        "name another prefix, or remove what is there",
    ),
)
