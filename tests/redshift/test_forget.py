"""What an erasure sends to Redshift: no statement says who is forgotten."""

import re
from dataclasses import replace

import pytest

from sparkify.errors import ConfigError
from sparkify.operate.forget import ErasureRequest, finish_erasures, forget_users
from sparkify.sources import S3Access, WorkFolder
from tests.contract.source_files import event
from tests.contract.warehouse import Warehouse

from .conftest import SentStatements

PERSON = {"userId": "771177", "firstName": "Zebulonia", "lastName": "Quux", "sessionId": 5}


@pytest.fixture
def loaded(warehouse: Warehouse) -> Warehouse:
    """Give a warehouse of two users, and a rejected record of one."""
    warehouse.write_events(
        "a.json", event(), event(**PERSON), event(**PERSON | {"status": "x", "itemInSession": 1})
    )
    warehouse.load(max_errors=100)
    return warehouse


def test_no_statement_names_the_user(loaded: Warehouse, sent: SentStatements) -> None:
    assert "Zebulonia" in "\n".join(sent.texts())  # in what put the record into the quarantine
    sent.clear()

    with loaded.reached():
        erasure = forget_users(loaded.engine, loaded.settings, ErasureRequest((771177,)))

    assert (erasure.rows["users"], erasure.texts) == (1, {"load_errors": 1})
    said = "\n".join(sent.texts())
    assert "forgotten_users" in said
    assert re.findall("771177|Zebulonia|Quux", said) == []


def test_nothing_of_it_is_left_in_the_work_folder(loaded: Warehouse) -> None:
    with loaded.reached():
        forget_users(loaded.engine, loaded.settings, ErasureRequest((771177,)))
        work = WorkFolder(loaded.settings.work_data, S3Access.named_by(loaded.settings))
        assert work.names() == []


def test_the_blocks_of_deleted_rows_are_reclaimed(loaded: Warehouse, sent: SentStatements) -> None:
    with loaded.reached():
        forget_users(loaded.engine, loaded.settings, ErasureRequest((771177,)))
        sent.clear()
        finish_erasures(loaded.engine)

    vacuums = [text for text in sent.texts() if text.startswith("vacuum")]
    assert 'vacuum delete only "staging_events" to 100 percent' in vacuums
    assert 'vacuum delete only "load_errors" to 100 percent' in vacuums
    unfinished = "select count(*) from erasures where bytes_gone_at is null"
    assert loaded.query(unfinished)[1] == [(0,)]


def test_without_a_work_folder_it_is_said_what_is_missing(loaded: Warehouse) -> None:
    another = Warehouse("redshift", replace(loaded.settings, work_data=""), loaded.place)
    with pytest.raises(ConfigError, match="WORK_DATA") as raised:
        forget_users(another.engine, another.settings, ErasureRequest((771177,)))
    another.engine.close()

    assert raised.value.hint.startswith("set [S3] WORK_DATA")
    assert len(loaded.table("users")) == 2


def test_a_load_that_leaves_them_out_names_nobody(loaded: Warehouse, sent: SentStatements) -> None:
    with loaded.reached():
        forget_users(loaded.engine, loaded.settings, ErasureRequest((771177,)))
    key = loaded.settings.privacy_key_file.read_text(encoding="ascii").strip()
    loaded.write_events("b.json", event(**PERSON | {"itemInSession": 2}))
    sent.clear()

    run = loaded.load()

    assert run.suppressed == 1
    assert re.findall(f"771177|Zebulonia|{key}", "\n".join(sent.texts())) == []
