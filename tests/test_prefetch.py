"""Bounds on the number of records of a file, which make a sum over files exact for each."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkify.engines.duckdb.prefetch import Chunk, most_records, most_records_in_lines
from sparkify.sources import DataFile

OBJECTS = st.dictionaries(st.text(max_size=3), st.text('{}\n" ,a', max_size=9), max_size=3)


def chunk(folder: Path, content: str, *, one_a_line: bool) -> Chunk:
    path = folder / "chunk.json"
    path.write_text(content, encoding="utf-8")
    file = DataFile(str(path), "etag", path.stat().st_size)
    return Chunk(str(path), "newline_delimited" if one_a_line else "unstructured", (file,))


@given(st.lists(st.tuples(OBJECTS, st.sampled_from(["\n", "\n\n", " \r\n "]))), st.booleans())
def test_a_file_with_a_record_a_line_has_no_more_than_either_bound(
    tmp_path_factory: pytest.TempPathFactory, objects: list[tuple[object, str]], ended: bool
) -> None:
    content = "".join(json.dumps(each) + space for each, space in objects)
    lines = chunk(
        tmp_path_factory.getbasetemp(), content if ended else content.strip(), one_a_line=True
    )

    assert most_records(lines)[0] >= len(objects)
    assert len(objects) <= most_records_in_lines(lines)[0] <= most_records(lines)[0]


@given(st.lists(st.tuples(OBJECTS, st.sampled_from(["", " ", "\n"])), max_size=9), st.booleans())
def test_a_file_in_any_layout_has_no_more_records_than_braces(
    tmp_path_factory: pytest.TempPathFactory, objects: list[tuple[object, str]], spread: bool
) -> None:
    content = "".join(json.dumps(each, indent=spread or None) + space for each, space in objects)
    loose = chunk(tmp_path_factory.getbasetemp(), content, one_a_line=False)

    assert most_records_in_lines(loose) == most_records(loose)
    assert most_records(loose)[0] >= len(objects)


def test_texts_with_braces_leave_the_number_of_lines_as_the_bound(tmp_path: Path) -> None:
    lines = chunk(tmp_path, '{"song":"{"}\n{"song":"a{b{c"}\n', one_a_line=True)

    assert most_records(lines) == (5,)
    assert most_records_in_lines(lines) == (2,)
