"""Marks for what an engine cannot do."""

import pytest

from .engines import cannot, expected_failure


def test_what_an_engine_cannot_do_has_to_fail_there() -> None:
    mark = cannot("duckdb", reason="it has no cluster").mark
    failure = expected_failure(mark, "duckdb")
    assert failure is not None
    assert failure.kwargs == {"reason": "duckdb: it has no cluster", "strict": True}
    assert expected_failure(mark, "another") is None


@pytest.mark.parametrize("engines", [("duckbd",), ()])
def test_a_mark_names_an_engine_that_there_is(engines: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="not engines"):
        cannot(*engines, reason="it is misspelt")


def test_a_mark_says_why() -> None:
    with pytest.raises(ValueError, match="why"):
        cannot("duckdb", reason="")
