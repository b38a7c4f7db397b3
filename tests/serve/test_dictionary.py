"""`sparkify docs`: the dictionary says of each column what is so."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import pytest

from sparkify.serve.dictionary import DESCRIBED_TABLES, STAR, star_mermaid, star_svg
from sparkify.sql import ANALYSTS_VIEWS
from sparkify.sql.lineage import described, sources
from tests.command_line import ROOT, call, run
from tests.contract.source_files import EVENT_KEYS, song
from tests.small_source import lines, play, write_source
from tests.written_docs import DICTIONARY, make_dictionary


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_dictionary(tmp_path_factory.mktemp("dictionary"))


@pytest.fixture(scope="module")
def rows(folder: Path) -> dict[tuple[str, str], list[str]]:
    """Give each (table, column) the cells that the dictionary has of it."""
    found, table = {}, ""
    for line in (folder / "dictionary.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            table = line.removeprefix("## ")
        elif line.startswith("| `"):
            name, *cells = [cell.strip() for cell in re.split(r"(?<!\\\\)\|", line)[1:-1]]
            found[table, name.strip("`")] = cells
    return found


def test_the_docs_have_the_dictionary_of_this_warehouse(folder: Path) -> None:
    for name in DICTIONARY:
        committed = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert committed == (folder / name).read_text(encoding="utf-8"), "run make golden"


def test_every_column_is_there_with_type_null_and_meaning(
    folder: Path, rows: dict[tuple[str, str], list[str]]
) -> None:
    with duckdb.connect(str(folder.parent / "sparkify.duckdb"), read_only=True) as warehouse:
        columns = warehouse.execute("""
            select table_name, column_name, lower(data_type), is_nullable
            from information_schema.columns
        """).fetchall()
    wanted = {
        (table, column): (kind, nullable)
        for table, column, kind, nullable in columns
        if table in DESCRIBED_TABLES
    }

    assert set(rows) == set(wanted)
    for (table, column), (kind, null, meaning, *_) in rows.items():
        assert kind.partition("(")[0].replace("double precision", "double") == wanted[
            table, column
        ][0].replace("double precision", "double"), (table, column)
        if table not in ANALYSTS_VIEWS:  # of those the engine knows nothing
            assert null == wanted[table, column][1].lower(), (table, column)
        assert null in {"yes", "no"}, (table, column)
        assert re.match(r"[A-Z].*\.", meaning), (table, column)
    assert {column for (_, column), cells in rows.items() if not cells[-1]} == {"loaded_at"}


def test_an_example_is_a_value_of_its_column(
    folder: Path, rows: dict[tuple[str, str], list[str]]
) -> None:
    names = [("users", "level"), ("songs", "song_id"), ("time", "weekday"), ("plays", "hour")]
    with duckdb.connect(str(folder.parent / "sparkify.duckdb"), read_only=True) as warehouse:
        for table, column in names:
            values = warehouse.table(table).project(f"cast({column} as varchar)").fetchall()
            assert rows[table, column][-1].strip("`") in {value for (value,) in values}


def test_personal_data_is_marked(rows: dict[tuple[str, str], list[str]]) -> None:
    marks = {name: cells[3] for name, cells in rows.items()}

    assert marks["users", "last_name"] == marks["plays", "last_name"] == "direct"
    assert marks["staging_events", "useragent"] == marks["sessions", "started_at"] == "indirect"
    assert marks["songs", "title"] == marks["daily_activity", "users"] == ""


@pytest.mark.parametrize(
    ("table", "column", "keys"),
    [
        ("songplays", "songplay_id", ("log: itemInSession", "log: sessionId")),
        ("songplays", "start_time", ("log: ts",)),
        ("songplays", "location", ("log: location",)),
        ("songplays", "user_agent", ("log: userAgent",)),
        ("songplays", "song_id", ("song file: song_id",)),
        ("users", "first_name", ("log: firstName",)),
        ("artists", "name", ("song file: artist_name",)),
        ("artists", "location", ("song file: artist_location",)),
        ("songs", "year", ("song file: year",)),
        ("time", "weekday", ("log: ts",)),
        ("plays", "title", ("log: song", "song file: title")),
        ("daily_activity", "paid_users", ("log: level", "log: userId")),
        ("user_levels", "level", ("log: level",)),
        ("retention", "cohort_week", ("log: ts",)),
        ("level_steps", "step", ()),
    ],
)
def test_lineage_leads_to_the_keys_of_the_source(
    table: str, column: str, keys: tuple[str, ...]
) -> None:
    (found,) = [each for each in described(table) if each.name == column]

    assert found.keys == keys


def test_every_column_of_the_star_comes_from_the_source_and_every_key_exists() -> None:
    known = {f"log: {key}" for key in EVENT_KEYS} | {f"song file: {key}" for key in song()}
    for table in DESCRIBED_TABLES:
        for column in described(table):
            assert set(column.keys) <= known, (table, column.name)
            if table in STAR:
                assert column.keys, (table, column.name)
                assert all(name.startswith("staging_") for name, _ in sources(table, column.name))


def test_the_diagram_has_every_reference_and_column() -> None:
    lines = star_mermaid().splitlines()

    assert lines[:6] == [
        "erDiagram",
        "    songplays }o--|| time : start_time",
        "    songplays }o--|| users : user_id",
        "    songplays }o--o| songs : song_id",
        "    songplays }o--o| artists : artist_id",
        "    songs }o--o| artists : artist_id",
    ]
    assert "        bigint songplay_id PK" in lines
    assert len(lines) == 6 + sum(2 + len(described(table)) for table in STAR)


def test_the_picture_has_every_table_and_column() -> None:
    picture = ET.fromstring(star_svg())
    space = "{http://www.w3.org/2000/svg}"
    texts = [found.text for found in picture.iter(f"{space}text")]

    assert texts == [
        text for table in STAR for text in (table, *(each.name for each in described(table)))
    ]
    assert len(list(picture.iter(f"{space}path"))) == 5


def test_over_a_pipe_it_says_what_it_wrote(asked: Path) -> None:
    done = run("sparkify", "docs", cwd=asked)

    assert (done.code, done.out) == (0, "")
    assert done.err == (
        "Wrote sparkify-docs/dictionary.html, sparkify-docs/dictionary.md and "
        "sparkify-docs/star.svg.\n"
    )


def test_an_empty_warehouse_has_a_dictionary_without_examples(tmp_path: Path) -> None:
    call("create-tables", "--yes", cwd=tmp_path)
    done = call("docs", cwd=tmp_path)

    assert done.code == 0, done.err
    assert "| `level` |" in (tmp_path / "sparkify-docs/dictionary.md").read_text(encoding="utf-8")


def test_a_column_that_was_added_is_in_the_dictionary(tmp_path: Path) -> None:
    log = write_source(tmp_path) / "data/log_data/2018/a.json"
    log.write_bytes(lines(play(9, 1, **{"a|Device": "phone"})))
    call("create-tables", "--yes", cwd=tmp_path)
    assert call("etl", "--set", "ETL.SCHEMA=evolve", cwd=tmp_path).code == 0
    assert call("docs", cwd=tmp_path).code == 0

    written = (tmp_path / "sparkify-docs/dictionary.md").read_text(encoding="utf-8")
    [row] = [line for line in written.splitlines() if "evolve" in line]
    assert row.startswith("| `a\\|device` |")
    assert row.endswith("| log: a\\|Device | `phone` |")


def test_a_folder_that_cannot_be_written_is_two_lines(asked: Path) -> None:
    (asked / "file").write_text("")
    done = call("docs", "file", cwd=asked)

    assert done.code == 2
    assert done.err.count("\n") == 2
