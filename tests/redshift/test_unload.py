"""Export from Redshift: UNLOAD under the role, of one state, and nothing left where it passed."""

import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from redshift_standin import Moment, Standin

from sparkify.engines import open_exporter
from sparkify.errors import ConfigError, Interrupted, SourceError
from sparkify.sources import OwnFolder, S3Access
from sparkify.sql import export_statement
from tests.contract.engines import BUCKET
from tests.contract.exports import exported
from tests.contract.source_files import event, song
from tests.contract.warehouse import Warehouse
from tests.redshift_fixtures import FAR_BUCKET, NARROW_ROLE
from tests.s3_server import S3Server

from .conftest import SentStatements
from .grammar import breaks_a_rule, unparsable

OUT = f"s3://{BUCKET}/out"


@pytest.fixture
def loaded(
    warehouse: Warehouse, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Warehouse]:
    """Give a warehouse of two plays, and us the keys of its bucket."""
    warehouse.write_songs("songs.json", song())
    warehouse.write_events("day.json", event(itemInSession=1), event(itemInSession=2))
    warehouse.load()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_server.admin.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_server.admin.secret_access_key)
    settings = warehouse.settings
    yield warehouse
    warehouse.settings = settings
    OwnFolder(OUT, S3Access.named_by(settings)).empty()


def left(s3: S3Server) -> list[str]:
    """Return the keys of the bucket beside the sources."""
    return [key for key in s3.keys(BUCKET) if key.startswith(("out", "scratch"))]


def test_the_role_writes_the_files_and_all_is_one_transaction(
    loaded: Warehouse, sent: SentStatements
) -> None:
    sent.clear()
    exported(loaded, OUT)
    unloads = [text for text in sent.texts() if text.startswith("-- The rows of")]

    assert len(unloads) == 6
    assert f"iam_role '{loaded.settings.iam_role}'" in unloads[0]
    assert 'partition by ("year", "month")' in unloads[0]
    assert [text for text in sent.texts() if text.startswith("begin")] == ["begin transaction"]
    assert "commit" not in sent.texts()


@pytest.mark.parametrize("key", ["1234abcd-12ab", "arn:aws:kms:us-west-2:1:key/1234abcd-12ab"])
def test_a_key_of_the_settings_encrypts_the_files(
    loaded: Warehouse, sent: SentStatements, key: str
) -> None:
    exporter = open_exporter(replace(loaded.settings, s3_kms_key=key))
    try:
        written = exporter.unload(export_statement("users"), f"{OUT}/users", "csv", ())
    finally:
        exporter.close()
    [unload] = [text for text in sent.texts() if text.startswith("-- The rows of")]

    assert sum(written.files.values()) == len(loaded.table("users"))
    assert "kms_key_id '1234abcd-12ab' encrypted" in unload
    assert not unparsable(unload)


def test_all_tables_are_of_one_state(loaded: Warehouse) -> None:
    exporter = open_exporter(loaded.settings)
    try:
        first = exporter.unload(export_statement("users"), f"{OUT}/users", "csv", ())
        loaded.write_events("next.json", event(itemInSession=3, userId="99"))
        loaded.load()
        plays = exporter.unload(export_statement("songplays"), f"{OUT}/songplays", "csv", ())
        again = exporter.unload(export_statement("users"), f"{OUT}/again", "csv", ())
    finally:
        exporter.close()

    assert len(loaded.table("songplays")) == 3
    assert sum(plays.files.values()) == 2
    assert sum(first.files.values()) == sum(again.files.values()) == 1


def test_nothing_is_left_where_the_files_passed(
    loaded: Warehouse, s3_server: S3Server, tmp_path: Path
) -> None:
    exported(loaded, str(tmp_path / "out"))

    assert left(s3_server) == []
    assert (tmp_path / "out/manifest.json").exists()


def test_without_a_work_folder_it_says_where_to_export_to(
    loaded: Warehouse, tmp_path: Path
) -> None:
    loaded.settings = replace(loaded.settings, work_data="")

    with pytest.raises(ConfigError, match="WORK_DATA is not set") as failed:
        exported(loaded, str(tmp_path / "out"))
    assert "s3://bucket/prefix" in failed.value.hint
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("role", "place", "said"),
    [
        (NARROW_ROLE, OUT, "role/narrow may not write to s3://contract/out/songplays"),
        ("arn:aws:iam::1:role/x", OUT, "may not use the role arn:aws:iam::1:role/x"),
        ("", f"s3://{FAR_BUCKET}/out", "is in another region"),
    ],
)
def test_what_the_role_may_not_is_two_lines(
    loaded: Warehouse, s3_server: S3Server, role: str, place: str, said: str
) -> None:
    s3_server.make_bucket(FAR_BUCKET)
    loaded.settings = replace(loaded.settings, iam_role=role or loaded.settings.iam_role)

    with pytest.raises(SourceError, match=said):
        exported(loaded, place)
    assert left(s3_server) == []


def test_what_is_sent_is_in_the_grammar(
    loaded: Warehouse, sent: SentStatements, tmp_path: Path
) -> None:
    sent.clear()
    exported(loaded, OUT, "parquet")
    exported(loaded, str(tmp_path / "out"), "csv")
    texts = [text for text in sent.texts() if "transaction" not in text]

    assert len([text for text in texts if "\nunload" in text]) == 12
    assert [text for text in texts if unparsable(text) or breaks_a_rule(text)] == []


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_a_line_that_is_cut_leaves_nothing(
    loaded: Warehouse, standin: Standin, s3_server: S3Server, tmp_path: Path, kind: str
) -> None:
    standin.faults.drop("unload .*users", Moment.DURING)

    with pytest.raises(Interrupted, match="was lost"):
        exported(loaded, OUT if kind == "s3" else str(tmp_path / "out"))
    assert left(s3_server) == []
    assert not (tmp_path / "out").exists()


def test_ctrl_c_ends_what_the_cluster_does_as_well(
    loaded: Warehouse, standin: Standin, sent: SentStatements, s3_server: S3Server
) -> None:
    standin.faults.delay("unload .*users", 3)
    timer = threading.Timer(1.5, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        exported(loaded, OUT)
    timer.join()

    assert any("pg_cancel_backend" in text for text in sent.texts())
    assert left(s3_server) == []
