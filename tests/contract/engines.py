"""The engines that the contract is held against, and what one of them cannot do.

A new engine is one more entry of ENGINES: how to come by settings of an empty warehouse.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from sparkify.config import Settings


@contextmanager
def _duckdb(folder: Path) -> Iterator[Settings]:
    yield Settings(db_name=str(folder / "warehouse"), max_errors=0)


ENGINES: dict[str, Callable[[Path], AbstractContextManager[Settings]]] = {"duckdb": _duckdb}


def cannot(*engines: str, reason: str) -> pytest.MarkDecorator:
    """Say that a promise is not kept on these engines, and why.

    The test runs nevertheless and has to fail there, so that we see when it begins to pass.
    """
    unknown = set(engines) - set(ENGINES)
    if unknown or not engines:
        raise ValueError(f"not engines of the contract: {sorted(unknown) or 'none named'}")
    if not reason:
        raise ValueError("say why the engine cannot do it")
    return pytest.mark.cannot(*engines, reason=reason)


def expected_failure(mark: pytest.Mark, engine: str) -> pytest.MarkDecorator | None:
    """Return the xfail that a `cannot` mark means on this engine, if it does."""
    if engine not in mark.args:
        return None
    return pytest.mark.xfail(reason=f"{engine}: {mark.kwargs['reason']}", strict=True)
