"""A record's outcome is the same whichever reader meets it, and whatever stands beside it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sparkify.records.content import CHUNK_BYTES
from sparkify.records.framing import LONG_RECORD

from .odd_files import FILES, OBJECTS, SHAPES, cut, whole
from .outcomes import needs_scanner, outcome, reader_of


@needs_scanner
@pytest.mark.parametrize(("shape", "ignore_case"), SHAPES)
@given(data=FILES, size=st.sampled_from([1, 2, 7, 64, 1 << 20]))
@example(data=b'{"name":"a"},\n{"name":"b"},\n', size=1)
@example(data=b'{"name":"x' + b"y" * 9000 + b'"}{"name":"b"}', size=7)
def test_the_scanner_and_python_agree(
    shape: str, ignore_case: bool, data: bytes, size: int
) -> None:
    scanner, python = (
        reader_of(shape, ignore_case=ignore_case, native=native) for native in (True, False)
    )

    by_python = outcome(python, whole(data))
    by_scanner = outcome(scanner, cut(data, size))

    assert by_scanner == by_python
    assert len(by_python[0]) + len(by_python[1]) == by_python[2]


@pytest.mark.parametrize("native", [pytest.param(True, marks=needs_scanner), False])
@given(objects=st.lists(OBJECTS, max_size=6), size=st.sampled_from([3, 1 << 20]))
def test_a_record_alone_is_the_same_as_beside_others(
    native: bool, objects: list[str], size: int
) -> None:
    reader = reader_of("keys", ignore_case=False, native=native)
    good = '{"name":"good"}'
    files = [f"{each}\n{good}\n".encode() for each in objects]

    alone = [outcome(reader, cut(file, size)) for file in files]
    together = outcome(reader, cut(b"".join(files), size))

    assert together[0] == [row for rows, _, _ in alone for row in rows]
    assert [each.reason for each in together[1]] == [
        each.reason for _, rejections, _ in alone for each in rejections
    ]


@pytest.mark.parametrize("native", [pytest.param(True, marks=needs_scanner), False])
def test_a_batch_counts_the_bytes_of_records_and_not_their_characters(native: bool) -> None:
    reader = reader_of("keys", ignore_case=False, native=native)
    plain, odd = '{"note":"漢字"}', '{"note":"x","note":"漢字"}'
    data = f"{plain}\n{odd}\n".encode()

    assert not list(reader.read([data], lambda _: None))
    (batch,) = reader.remaining()

    assert batch.bytes == len(data) - 2


@needs_scanner
@pytest.mark.parametrize("following", ['\n{"name":"b"}', '{"name":"b"}', "x", ',{"name":"b"}', ""])
def test_a_record_ends_before_any_number_of_blanks(following: str) -> None:
    scanner, python = (
        reader_of("keys", ignore_case=False, native=native) for native in (True, False)
    )
    for blanks in (LONG_RECORD - 1, LONG_RECORD, 1_500_000):
        data = f'{{"name":"a"}}{" " * blanks}{following}\n'.encode()

        by_python = outcome(python, whole(data))

        assert by_python[0] or (following == "x" and blanks < LONG_RECORD)
        for size in (60_000, CHUNK_BYTES):
            assert outcome(scanner, cut(data, size)) == by_python
