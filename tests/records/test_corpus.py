"""The files of corpus/, each of one idea, read alike by both readers, whole and in chunks."""

from pathlib import Path

import pytest

from .odd_files import CORPUS, SHAPES, cut, whole
from .outcomes import needs_scanner, outcome, reader_of

FILES = sorted(CORPUS.glob("*.json"))


@needs_scanner
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_readers_agree_about_a_file_of_the_corpus(file: Path) -> None:
    data = file.read_bytes()
    for shape, ignore_case in SHAPES:
        scanner, python = (
            reader_of(shape, ignore_case=ignore_case, native=native) for native in (True, False)
        )
        by_python = outcome(python, whole(data))

        for size in (1, 7, 64, 1 << 20):
            assert outcome(scanner, cut(data, size)) == by_python
        assert len(by_python[0]) + len(by_python[1]) == by_python[2]


def test_the_files_of_the_corpus_are_small_and_each_is_another() -> None:
    contents = [file.read_bytes() for file in FILES]

    assert len(contents) > 100
    assert max(map(len, contents)) < 5000
    assert len(set(contents)) == len(contents)
