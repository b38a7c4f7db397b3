"""A COPY that fails says which file, line and column, or which role, region or bucket."""

import gzip
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from redshift_standin import RedshiftError, Standin

from sparkify.config import Settings
from sparkify.engines.base import JsonLoad
from sparkify.engines.redshift import RedshiftBackend, copy_views, rejected
from sparkify.engines.redshift.session import Session
from sparkify.errors import ConfigError, SourceError, SparkifyError, WarehouseError
from sparkify.sources import DataFile, S3Access, bucket_region, open_source
from tests.contract.source_files import event, lines, song
from tests.contract.warehouse import SILENCE, Warehouse
from tests.redshift_fixtures import FAR_BUCKET, FAR_REGION, NARROW_ROLE
from tests.s3_server import S3Server

from .aws import loopback
from .conftest import SentStatements


@contextmanager
def another(warehouse: Warehouse, **changes: Any) -> Iterator[Warehouse]:
    """Give the same warehouse, entered by other settings."""
    second = Warehouse("redshift", replace(warehouse.settings, **changes), warehouse.place)
    second.logs, second.songs = warehouse.logs, warehouse.songs
    yield second
    second.engine.close()


@contextmanager
def load_fails(
    warehouse: Warehouse, kind: type[SparkifyError], match: str, *hints: str
) -> Iterator[None]:
    """Expect a load to fail so, and to leave the warehouse as it was."""
    before = warehouse.everything()
    with pytest.raises(kind, match=match) as error:
        yield
    assert warehouse.everything() == before
    text = f"{error.value} {error.value.hint}"
    assert not [hint for hint in hints if hint not in text], text
    assert warehouse.settings.db_password.value not in text


def file_rejected(warehouse: Warehouse, match: str, *hints: str) -> None:
    """Expect a load to reject one file, and to say so, and to load nothing of it."""
    [file] = warehouse.load().rejected_files
    assert re.search(match, file.message), file.message
    assert not [hint for hint in hints if hint not in file.hint], file.hint
    assert warehouse.table("staging_events") == []
    assert warehouse.settings.db_password.value not in f"{file.message} {file.hint}"


def repaired(warehouse: Warehouse, **changes: str) -> None:
    warehouse.load(SILENCE, **changes)
    assert [play["item_in_session"] for play in warehouse.table("songplays")] == [0]


# Rows


def test_rows_that_are_looked_for_in_their_files_leave_nothing_reading_ahead(
    warehouse: Warehouse,
) -> None:
    for number in range(3):
        rows = (event(itemInSession=10 * number + item, ts=None) for item in range(4))
        warehouse.write_events(f"{number}.json", *rows)
    before = set(threading.enumerate())
    run = warehouse.load(max_errors=4)
    assert set(threading.enumerate()) == before
    assert (run.rejected, run.rejected_files) == (12, [])


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("level", "x" * 17, r"a text too long \(17 bytes in a column of 16\)"),
        ("firstName", "é" * 129, r"a text too long \(258 bytes in a column of 256\)"),
        ("status", "abc", "not a whole number"),
        ("status", 2**31, "a number out of range"),
        ("length", "abc", "not a number"),
        ("ts", "2018-11-01", "not a whole number"),
    ],
)
def test_a_row_is_named_by_file_line_column_reason_and_text(
    warehouse: Warehouse, column: str, value: Any, reason: str
) -> None:
    bad = json.dumps(event(**{column: value}), indent=1)
    content = lines([event(itemInSession=5)]) + b"\n" + bad.encode()
    path = warehouse.write_file(warehouse.logs / "day.json", content)
    where = rf"{warehouse.uri(path)}.*line 3, column {column.lower()}: {reason}: "
    file_rejected(warehouse, where, "correct the file")
    warehouse.write_events("day.json", event())
    repaired(warehouse)


def test_a_record_that_only_copy_rejects_has_the_views_words(warehouse: Warehouse) -> None:
    """With the column's declared length, and the value, which a workgroup does not give."""
    path = warehouse.write_events("day.json", event(status=json.loads("1.5e1")))
    path.write_bytes(path.read_bytes().replace(b"15.0", b"1.5e1"))
    file_rejected(warehouse, r"day\.json.*line 1, column status: rejected by COPY \(.+, in int4")


def test_the_value_is_left_out_where_there_is_no_view_of_values(
    warehouse: Warehouse, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejected, "_rejections", lambda *_: [])
    standin.faults.fail("stl_load_errors", RedshiftError("permission denied", "42501"))
    warehouse.write_events("day.json", event(level="x" * 17))
    text = r"day\.json.*line 1, column level: rejected by COPY \(.+, in varchar\(16\)\)"
    file_rejected(warehouse, text, "correct the file")


def test_views_that_lag_are_read_again(
    warehouse: Warehouse, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_views, "VIEW_PAUSES", (0.3,) * 20)
    standin.faults.late_views = 1.0
    warehouse.write_events("day.json", event(status="abc"))
    file_rejected(warehouse, r"day\.json.*line 1, column status")


def test_views_that_lag_are_waited_for_before_a_file_is_read_back(
    warehouse: Warehouse, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_views, "VIEW_PAUSES", (0.3,) * 20)
    read_back: list[object] = []
    monkeypatch.setattr(rejected, "_counted", lambda *given: read_back.append(given))
    standin.faults.late_views = 1.0
    warehouse.write_events("day.json", event(), event(itemInSession=1, status="abc"))
    run = warehouse.load(max_errors=1)
    assert (run.records, run.rejected, read_back) == (2, 1, [])


def test_views_that_never_come_are_given_up_and_the_files_are_counted(
    warehouse: Warehouse, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_views, "VIEW_PAUSES", (0.0, 0.0))
    standin.faults.late_views = 60.0
    warehouse.write_events("day.json", event(), event(itemInSession=1))
    assert warehouse.load().records == 2


def test_files_whose_lines_are_no_records_are_counted_at_once(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(seconds: float) -> None:
        raise AssertionError(seconds)

    warehouse.write_file(warehouse.logs / "day.json", json.dumps(event(), indent=1))
    monkeypatch.setattr("time.sleep", too_late)
    assert warehouse.load().records == 1


def test_a_copy_that_failed_is_found_by_its_session_and_not_taken_for_an_earlier_one(
    warehouse: Warehouse, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_views, "VIEW_PAUSES", (0.3,) * 20)
    warehouse.write_events("a.json", event(itemInSession=7, status="first"))
    file_rejected(warehouse, r"a\.json.*line 1, column status")
    warehouse.write_events("a.json", event(itemInSession=7))
    warehouse.write_events("b.json", event(itemInSession=8), event(itemInSession=9, ts="second"))
    standin.faults.late_views = 1.0
    [second] = warehouse.load().rejected_files
    assert re.search(r"b\.json.*line 2, column ts", second.message)
    assert "a.json" not in second.message


def test_a_damaged_gzip_file_is_named(warehouse: Warehouse) -> None:
    damaged = gzip.compress(lines([event()]))[:-9]
    warehouse.write_file(warehouse.logs / "day.json.gz", damaged)
    file_rejected(warehouse, r"day\.json\.gz is a damaged gzip file", "undamaged copy")


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("S3ServiceException:Access Denied,Status 403,Error AccessDenied", "s3:GetObject"),
        ("S3ServiceException:x,Status 403,Error InvalidObjectState", "restore it"),
        ("S3ServiceException:x kms:Decrypt,Status 403,Error AccessDenied", "kms:Decrypt"),
    ],
)
def test_the_object_that_copy_names_is_rejected_in_its_words(
    warehouse: Warehouse, standin: Standin, said: str, hint: str
) -> None:
    bad = warehouse.write_events("bad.json", event())
    warehouse.write_events("good.json", event(itemInSession=1))
    key = warehouse.uri(bad).split("/", 3)[3]
    detail = f"error: {said} code: 8001 context: Fail to read Key: {key}"
    standin.faults.fail("copy staging_events", RedshiftError(said, detail=detail))
    [file] = warehouse.load().rejected_files
    assert file.uri == warehouse.uri(bad)
    assert said in file.message
    assert hint in file.hint
    assert [play["item_in_session"] for play in warehouse.table("songplays")] == [1]


# Roles, regions, buckets


def test_a_role_that_is_not_attached(warehouse: Warehouse) -> None:
    warehouse.write_events("day.json", event())
    role = "arn:aws:iam::123456789012:role/unknown"
    with (
        another(warehouse, iam_role=role) as other,
        load_fails(warehouse, SourceError, f"may not use the role {role}", "attach the role"),
    ):
        other.load()
    repaired(warehouse)


def test_a_role_that_may_not_read(warehouse: Warehouse) -> None:
    warehouse.write_events("day.json", event())
    with (
        another(warehouse, iam_role=NARROW_ROLE) as other,
        load_fails(warehouse, SourceError, f"the role {NARROW_ROLE} may not read", "s3:GetObject"),
    ):
        other.load()
    repaired(warehouse)


@pytest.mark.parametrize("role", ["", "default", "DEFAULT"])
def test_the_default_role_is_a_word_not_a_text(
    warehouse: Warehouse, sent: SentStatements, role: str
) -> None:
    warehouse.write_events("day.json", event())
    with another(warehouse, iam_role=role) as other:
        repaired(other)
    assert [text for text in sent.texts() if "\niam_role default\n" in text]


def test_a_bucket_in_another_region(warehouse: Warehouse, s3_server: S3Server) -> None:
    s3_server.put(FAR_BUCKET, "logs/day.json", lines([event()]))
    work = f"s3://{FAR_BUCKET}/work"
    s3_server.put(FAR_BUCKET, "songs/song.json", lines([song()]))
    there = {"log_data": f"s3://{FAR_BUCKET}/logs", "song_data": f"s3://{FAR_BUCKET}/songs"}
    with (
        another(warehouse, work_data=work) as other,
        load_fails(warehouse, SourceError, "in another region", "set [S3] REGION"),
    ):
        other.load(SILENCE, **there)
    with another(warehouse, work_data=work, s3_region=FAR_REGION) as other:
        repaired(other, **there)


def test_the_region_is_the_buckets_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with loopback() as aws:
        aws.answers["HEAD /data"] = (301, {"x-amz-bucket-region": "eu-west-1"}, "")
        aws.answers["HEAD /other"] = (403, {}, "")
        access = S3Access(endpoint_url=aws.endpoint)
        assert bucket_region("s3://data/logs", access) == "eu-west-1"
        assert bucket_region("s3://other/logs", access) is None
    assert bucket_region("s3://data/logs", access) is None


def test_work_data_in_another_region_is_found_before_copy_does() -> None:
    backend = RedshiftBackend()
    with loopback() as aws:
        aws.answers["HEAD /data"] = (403, {"x-amz-bucket-region": "us-west-2"}, "")
        aws.answers["HEAD /far"] = (403, {"x-amz-bucket-region": "eu-west-1"}, "")
        settings = Settings(
            host="dwh",
            s3_endpoint_url=aws.endpoint,
            log_data="s3://data/logs",
            song_data="s3://data/songs",
            work_data="s3://far/loads",
        )
        source = open_source("s3://data/logs", S3Access.named_by(settings))
        file = DataFile("s3://data/logs/a.json", "1", 1)
        loads = [JsonLoad("staging_events", source, [file])]
        with pytest.raises(
            ConfigError, match=r"WORK_DATA is in eu-west-1, and .*us-west-2"
        ) as apart:
            backend.require_loadable(settings, loads)
        assert "bucket in us-west-2" in apart.value.hint
        found = [each for each in backend.diagnose_settings(settings) if not each.ok]
        assert [(str(apart.value), apart.value.hint)] == [(each.what, each.fix) for each in found]

        backend.require_loadable(replace(settings, work_data="s3://data/w"), loads)
        aws.answers["HEAD /far"] = aws.answers["HEAD /data"]
        backend.require_loadable(settings, loads)


def test_a_work_folder_that_cannot_be_written(
    warehouse: Warehouse, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.write_events("day.json", event())
    with monkeypatch.context() as patch:
        patch.setattr(warehouse.place, "_keys", s3_server.reader)
        work = rf"WORK_DATA: {warehouse.settings.work_data}\S* cannot be written: permission"
        with load_fails(warehouse, SourceError, work, "s3:PutObject"):
            warehouse.load()
    repaired(warehouse)


@pytest.mark.parametrize("work", ["/tmp/work", "work"])
def test_a_work_folder_that_is_not_in_s3(warehouse: Warehouse, work: str) -> None:
    warehouse.write_events("day.json", event())
    with (
        another(warehouse, work_data=work) as other,
        load_fails(warehouse, SparkifyError, rf"WORK_DATA is {work}, not in S3", "s3://"),
    ):
        other.load()


def test_a_file_that_is_gone_since_it_was_listed(
    warehouse: Warehouse, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = warehouse.write_events("day.json", event())
    key = warehouse.uri(path).removeprefix("s3://contract/")
    execute = Session.execute

    def gone(session: Session, *texts: str) -> None:
        if any("copy staging_events" in text for text in texts):
            s3_server.delete("contract", key)
        execute(session, *texts)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "execute", gone)
        with load_fails(warehouse, SourceError, "was deleted after it was listed", "run again"):
            warehouse.load()
    s3_server.put("contract", key, lines([event()]))
    repaired(warehouse)


def test_an_unexpected_error_is_shown_as_the_server_said_it(
    warehouse: Warehouse, standin: Standin
) -> None:
    warehouse.write_songs("song.json", song())
    warehouse.write_events("day.json", event())
    standin.faults.fail("insert into users", RedshiftError("Assert", detail="code: 1000"))
    with load_fails(warehouse, WarehouseError, r"rejected a statement: Assert \(code: 1000\)"):
        warehouse.load()
    repaired(warehouse)
