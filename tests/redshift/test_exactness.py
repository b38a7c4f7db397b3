"""A load reads every pending file once, and nothing that lies beside it."""

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkify.config import Settings
from sparkify.engines.redshift import copy_plan
from sparkify.engines.redshift.copy_plan import unique_prefixes
from sparkify.engines.redshift.loader import work_location
from sparkify.engines.redshift.session import Session
from sparkify.errors import ConfigError, SourceError
from tests.contract.source_files import event, lines, song
from tests.contract.warehouse import Warehouse
from tests.s3_server import S3Server

from .conftest import SentStatements

BUCKET = "contract"


def items(warehouse: Warehouse) -> list[Any]:
    return sorted(row["iteminsession"] for row in warehouse.table("staging_events"))


def write_sources(warehouse: Warehouse, *names: str) -> None:
    """Write files of one event each, numbered by their position."""
    for place, name in enumerate(names):
        content = lines([event(itemInSession=place)])
        warehouse.write_file(
            warehouse.logs / name, gzip.compress(content) if name.endswith(".gz") else content
        )


def read(sent: SentStatements, warehouse: Warehouse) -> list[str]:
    """Return what the COPYs into staging_events read, each file as often as it was read."""
    uri = warehouse.uri(warehouse.logs)
    files = [file for copy in sent.copies() for file in copy.files if file.startswith(uri)]
    return sorted(file.removeprefix(f"{uri}/") for file in files)


def kept(s3: S3Server) -> list[str]:
    return [key for key in s3.keys(BUCKET) if key.startswith("scratch/")]


# With a work folder: by manifest


def test_a_manifest_names_what_is_pending_and_nothing_else(
    warehouse: Warehouse, sent: SentStatements, s3_server: S3Server
) -> None:
    write_sources(warehouse, "a.json", "b.json", "_temporary/c.json", "d.txt")
    warehouse.load()
    write_sources(warehouse, "a.json", "b.json", "b.json.gz", "b.json2", "e/f.json")
    sent.clear()
    warehouse.load()
    assert read(sent, warehouse) == ["b.json.gz", "e/f.json"]
    assert items(warehouse) == [0, 1, 2, 4]
    assert kept(s3_server) == []


def test_one_copy_loads_a_table_and_one_more_what_is_compressed(
    warehouse: Warehouse, sent: SentStatements
) -> None:
    write_sources(warehouse, "a.json", "b.json", "c.json", "d.json.gz", "e.json.gz")
    warehouse.load()
    texts = [text for text in sent.texts() if re.search("^copy", text, re.MULTILINE)]
    assert [len(copy.files) for copy in sent.copies()] == [3, 2]
    assert ["\ngzip" in text for text in texts] == [False, True]


@pytest.mark.parametrize(
    "option",
    [
        "manifest",
        "iam_role 'arn:",
        "timeformat 'epochmillisecs'",
        "compupdate off",
        "statupdate off",
        "maxerror 1",
    ],
)
def test_the_copy_says_what_it_must(
    warehouse: Warehouse, sent: SentStatements, option: str
) -> None:
    write_sources(warehouse, "a.json")
    warehouse.load()
    [text] = [text for text in sent.texts() if "copy staging_events" in text]
    assert option in text


def test_what_a_crash_left_in_the_work_folder_is_swept_by_the_next_run(
    warehouse: Warehouse, s3_server: S3Server
) -> None:
    ours = work_location(warehouse.settings).removeprefix(f"s3://{BUCKET}/")
    s3_server.put(BUCKET, f"{ours}/staging_events.manifest", b"{}")
    s3_server.put(BUCKET, "scratch/another-warehouse-public/staging_events.manifest", b"{}")
    write_sources(warehouse, "a.json")
    warehouse.load()
    assert kept(s3_server) == ["scratch/another-warehouse-public/staging_events.manifest"]
    s3_server.delete(BUCKET, "scratch/another-warehouse-public/staging_events.manifest")


def test_each_warehouse_has_a_work_folder_of_its_own() -> None:
    names = [("a-b", ""), ("a_b", ""), ("a", "b-public"), ("a-b", "public"), ("a", "b_public")]
    folders = [
        work_location(Settings(host="h", db_name=name, db_schema=schema, work_data="s3://w"))
        for name, schema in names
    ]
    # Without DB_SCHEMA it is public.
    assert folders[0] == folders[3]
    assert len(set(folders)) == len(folders) - 1


def test_the_work_folder_is_empty_after_a_load_that_failed(
    warehouse: Warehouse, s3_server: S3Server
) -> None:
    warehouse.write_file(warehouse.logs / "bad.json", '{"status": "abc"}')
    [rejected] = warehouse.load().rejected_files
    assert rejected.uri.endswith("bad.json")
    assert kept(s3_server) == []


def test_a_folder_of_this_machine_is_loaded_by_way_of_the_work_folder(
    warehouse: Warehouse, sent: SentStatements
) -> None:
    write_sources(warehouse, "a.json", "b.json.gz")
    warehouse.write_file(warehouse.logs / "bad.txt", "no data")
    warehouse.place.location, mapped = lambda path: path, warehouse.place.location  # type: ignore[method-assign]
    try:
        warehouse.load()
    finally:
        warehouse.place.location = mapped  # type: ignore[method-assign]
    assert items(warehouse) == [0, 1]
    assert {row["uri"] for row in warehouse.table("loaded_files")} >= {
        str(warehouse.logs / "a.json"),
        str(warehouse.logs / "b.json.gz"),
    }


# Without one: by beginnings of names


def test_the_first_load_without_a_work_folder_is_one_copy_of_the_folder(
    read_only: Warehouse, sent: SentStatements
) -> None:
    write_sources(read_only, "2018/11/01.json", "2018/11/02.json", "2018/12/01.json")
    read_only.load(log_jsonpath="")
    [text] = [text for text in sent.texts() if "copy staging_events" in text]
    assert f"from '{read_only.uri(read_only.logs)}/'" in text
    assert items(read_only) == [0, 1, 2]


def test_later_loads_take_the_folders_and_files_that_are_new(
    read_only: Warehouse, sent: SentStatements
) -> None:
    write_sources(read_only, "2018/11/01.json")
    read_only.load(log_jsonpath="")
    sent.clear()
    write_sources(
        read_only, "2018/11/01.json", "2018/11/02.json", "2018/12/01.json", "2018/12/02.json"
    )
    read_only.load(log_jsonpath="")
    assert read(sent, read_only) == ["2018/11/02.json", "2018/12/01.json", "2018/12/02.json"]
    assert len(sent.copies()) == 2
    assert items(read_only) == [0, 1, 2, 3]


def test_what_is_no_data_and_lies_between_is_not_loaded(
    read_only: Warehouse, sent: SentStatements
) -> None:
    write_sources(read_only, "a.json", "a.txt", "_temporary/b.json", "c/d.json", "c/e.json")
    read_only.load(log_jsonpath="")
    assert read(sent, read_only) == ["a.json", "c/d.json", "c/e.json"]


def test_a_folder_whose_name_begins_the_same_is_not_loaded(
    read_only: Warehouse, sent: SentStatements
) -> None:
    write_sources(read_only, "a.json")
    read_only.write_file(read_only.logs.with_name("logs_old") / "b.json", lines([event()]))
    read_only.uri(read_only.logs.with_name("logs_old"))
    read_only.load(log_jsonpath="")
    assert items(read_only) == [0]
    assert not [file for copy in sent.copies() for file in copy.files if "logs_old" in file]


def test_a_file_whose_name_begins_anothers_cannot_be_loaded_alone(read_only: Warehouse) -> None:
    write_sources(read_only, "a.json", "a.json.gz")
    with pytest.raises(SourceError, match=r"a\.json cannot be loaded alone.*a\.json\.gz") as error:
        read_only.load(log_jsonpath="")
    assert "WORK_DATA" in error.value.hint


def test_too_many_copies_are_an_error_with_what_to_set(
    read_only: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_plan, "MOST_COPIES", 2)
    write_sources(read_only, "no.txt", "a.json", "b.json", "c.json")
    with pytest.raises(ConfigError, match="3 COPYs would be needed") as error:
        read_only.load(log_jsonpath="")
    assert "[S3] WORK_DATA" in error.value.hint
    assert items(read_only) == []


@pytest.mark.parametrize("setting", ["log_data", "log_jsonpath"])
def test_what_is_not_in_s3_needs_a_work_folder(
    read_only: Warehouse, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    write_sources(read_only, "a.json")
    mapped = read_only.place.location
    here = str(getattr(read_only.settings, setting))
    monkeypatch.setattr(
        read_only.place, "location", lambda path: path if path == here else mapped(path)
    )
    with pytest.raises(ConfigError, match="not in S3, and Redshift cannot read") as error:
        read_only.load(log_jsonpath="" if setting == "log_data" else here)
    assert "[S3] WORK_DATA" in error.value.hint


def test_a_jsonpaths_file_in_s3_is_read_where_it_is(
    read_only: Warehouse, sent: SentStatements
) -> None:
    write_sources(read_only, "a.json")
    read_only.load()
    assert items(read_only) == [0]
    assert [text for text in sent.texts() if "log_json_path.json'" in text]


KEYS = st.lists(st.sampled_from(["a", "b", "ab", "a.json"]), min_size=1, max_size=3).map("/".join)


@given(everything=st.sets(KEYS, min_size=1, max_size=12), data=st.data())
def test_beginnings_are_of_all_that_is_wanted_and_of_nothing_else(
    everything: set[str], data: st.DataObject
) -> None:
    uris = {f"s3://bucket/{key}" for key in everything}
    wanted = data.draw(st.sets(st.sampled_from(sorted(uris))))
    try:
        found = list(unique_prefixes(wanted, uris, "s3://bucket/"))
    except SourceError:
        # Only where a name that is wanted begins another.
        assert any(other.startswith(uri) and other != uri for uri in wanted for other in uris)
        return
    loaded = [uri for start in found for uri in uris if uri.startswith(start)]
    assert sorted(loaded) == sorted(wanted)


# While the files change


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen after the files are listed and before they are copied."""
    execute = Session.execute

    def later(session: Session, *texts: str) -> None:
        if any("copy staging_events" in text for text in texts):
            happens()
        execute(session, *texts)

    monkeypatch.setattr(Session, "execute", later)


def test_a_file_that_comes_while_its_folder_is_loaded_is_not_loaded_unrecorded(
    read_only: Warehouse, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sources(read_only, "a.json")
    key = read_only.uri(read_only.logs).removeprefix(f"s3://{BUCKET}/") + "/late.json"
    with monkeypatch.context() as patch:
        late = lines([event(itemInSession=5)])
        meanwhile(patch, lambda: s3_server.put(BUCKET, key, late))
        with pytest.raises(SourceError, match=r"late\.json came after the files were listed"):
            read_only.load(log_jsonpath="")
    assert items(read_only) == []
    read_only.load(log_jsonpath="")
    assert items(read_only) == [0, 5]


def test_a_file_that_is_replaced_while_it_is_loaded_is_not_recorded_as_the_old_one(
    warehouse: Warehouse, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sources(warehouse, "a.json")
    key = warehouse.uri(warehouse.logs / "a.json").removeprefix(f"s3://{BUCKET}/")
    with monkeypatch.context() as patch:
        new = lines([event(itemInSession=7)])
        meanwhile(patch, lambda: s3_server.put(BUCKET, key, new))
        with pytest.raises(SourceError, match=r"a\.json was replaced after it was listed"):
            warehouse.load()
    assert items(warehouse) == []


def test_a_bucket_that_is_only_read_gives_what_a_work_folder_gives(
    warehouse: Warehouse, read_only: Warehouse
) -> None:
    write_sources(warehouse, "a.json", "b/c.json", "b/d.json")
    warehouse.write_songs("s.json", song())
    warehouse.load()
    expected = warehouse.tables()
    read_only.create_tables()
    read_only.load()
    assert read_only.tables() == expected
