"""What Redshift says of a COPY that failed: what passes is retried, the rest says what to do."""

import pytest
from redshift_standin import RedshiftError, Standin

from sparkify.config import Settings
from sparkify.engines.redshift.copy_errors import COPY_EXPLANATIONS, UNLOAD_EXPLANATIONS, s3_error
from sparkify.engines.redshift.errors import statement_error
from sparkify.errors import Interrupted, SourceError, WarehouseError
from tests.contract.source_files import event
from tests.contract.warehouse import Warehouse

COPY = "copy staging_events"
SETTINGS = Settings(host="dwh", iam_role="arn:aws:iam::123456789012:role/loads")
# As reported by users of Redshift, with other names and numbers.
PASSING = {
    "SlowDown": "S3ServiceException:Please reduce your request rate.,Status 503,Error SlowDown,"
    "Rid 6A,ExtRid x,CanRetry 1",
    "curl": "S3CurlException: Connection reset by peer, CurlError 56, multiCurlError 0, CanRetry 1,"
    " UserError 0",
    "a name that is not resolved": "S3CurlException: Could not resolve host: b.s3.amazonaws.com, "
    "CurlError 6, multiCurlError 0, CanRetry 1, UserError 0",
    "internal": "S3ServiceException:We encountered an internal error. Please try again.,Status 500,"
    "Error InternalError,Rid 6A,ExtRid x,CanRetry 1",
    "spectrum": "S3 Query Exception (Fetch)",
    "anything that can be tried again": "S3ServiceException:speed limit exceeded,Status 400,"
    "Error RequestTimeout,Rid 6A,ExtRid x,CanRetry 1",
}
STAYING = {
    "denied": (
        "S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid 6A,CanRetry 1",
        "may not read",
        "s3:GetObject",
    ),
    "manifest": (
        "COPY with MANIFEST parameter requires full path of an S3 object.",
        "may not see",
        "s3:ListBucket",
    ),
    "archived": (
        (
            "S3ServiceException:The operation is not valid for the object's storage class,"
            "Status 403,Error InvalidObjectState,Rid 6A,CanRetry 1"
        ),
        "archived",
        "restore",
    ),
    "key": (
        (
            "S3ServiceException:User: arn:aws:sts::123456789012:assumed-role/loads/x is not "
            "authorized to perform: kms:Decrypt on resource: arn:aws:kms:us-west-2:1:key/1,"
            "Status 403,Error AccessDenied,Rid 6A,CanRetry 1"
        ),
        "KMS key",
        "kms:Decrypt",
    ),
    "disabled key": (
        (
            "S3ServiceException:key/1 is disabled.,Status 400,Error KMS.DisabledException,Rid 6A,"
            "CanRetry 1"
        ),
        "KMS key",
        "kms:Decrypt",
    ),
    "trust": (
        (
            "User arn:aws:redshift:us-west-2:123456789012:dbuser:dwh/etl is not authorized "
            "to assume IAM Role arn:aws:iam::123456789012:role/loads"
        ),
        "may not use the role",
        "--trust-account",
    ),
    "region": (
        (
            "S3ServiceException:Please use another endpoint,Status 301,Error PermanentRedirect,"
            "Rid 6A,CanRetry 1"
        ),
        "another region",
        "REGION",
    ),
    "bucket": (
        (
            "S3ServiceException:The specified bucket does not exist,Status 404,"
            "Error NoSuchBucket,Rid 6A,CanRetry 1"
        ),
        "does not exist",
        "name",
    ),
}


@pytest.mark.parametrize("explanations", [COPY_EXPLANATIONS, UNLOAD_EXPLANATIONS])
@pytest.mark.parametrize("said", PASSING.values(), ids=PASSING)
def test_what_passes_is_an_interruption(said: str, explanations: tuple[tuple[str, ...]]) -> None:
    for message in ({"M": said}, {"M": "Load failed", "D": f"\n error:  {said}\n code: 8001"}):
        error = s3_error(message, SETTINGS, "s3://b/logs", explanations)  # type: ignore[arg-type]
        assert isinstance(error, Interrupted)


@pytest.mark.parametrize("key", ["kms-logs/a.json", "AccessDenied/NoSuchBucket.json"])
def test_the_name_of_a_file_says_nothing_of_the_error(key: str) -> None:
    detail = f"error: {PASSING['SlowDown']} context: S3 key being read : s3://b/{key} query: 7"
    error = s3_error({"M": "Load failed", "D": detail}, SETTINGS, "s3://b/logs", COPY_EXPLANATIONS)
    assert isinstance(error, Interrupted)


@pytest.mark.parametrize(("said", "what", "hint"), STAYING.values(), ids=STAYING)
def test_what_stays_says_what_to_do(said: str, what: str, hint: str) -> None:
    error = s3_error({"M": said}, SETTINGS, "s3://b/logs", COPY_EXPLANATIONS)
    assert isinstance(error, SourceError)
    assert what in str(error)
    assert hint in error.hint


@pytest.mark.parametrize("said", PASSING.values(), ids=PASSING)
def test_a_load_that_s3_failed_for_a_moment_is_tried_again(
    warehouse: Warehouse, standin: Standin, said: str
) -> None:
    warehouse.write_events("a.json", event())
    standin.faults.fail(COPY, RedshiftError(said))
    warehouse.load()
    assert len(warehouse.table("songplays")) == 1


def test_a_full_disk_says_how_to_get_space() -> None:
    error = statement_error({"M": "Disk Full", "D": "\n error: Disk Full\n code: 1016"}, SETTINGS)
    assert "disk space" in str(error)
    assert "BATCH_MB" in error.hint


def test_a_view_of_others_that_came_meanwhile_says_what_to_do(warehouse: Warehouse) -> None:
    warehouse.execute("create view hers as select * from songplays")
    try:
        with pytest.raises(WarehouseError, match="depend") as stands:
            warehouse.execute("drop table songplays")
        assert "no schema binding" in stands.value.hint
    finally:
        warehouse.execute("drop view hers")
