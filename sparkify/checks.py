"""What must be true of the rows, each a statement that selects the rows that break it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sparkify.engines import Engine
from sparkify.errors import ChecksFailed
from sparkify.sql import Statement, statements

Stage = Literal["staging", "star"]
SHOWN = 3


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How one check went: the rows that break it, none if it passed."""

    statement: Statement
    columns: tuple[str, ...]
    offending: list[tuple[Any, ...]]

    @property
    def name(self) -> str:
        """The check's name: its file's."""
        return self.statement.name.rpartition("/")[2]


def run_checks(engine: Engine, stage: Stage, loaded_at: datetime) -> list[CheckResult]:
    """Run the checks of the staged batch or of the star, in the batch's transaction."""
    results = []
    for check in statements(f"checks/{stage}"):
        columns, rows = engine.fetch(check, loaded_at=loaded_at)
        results.append(CheckResult(check, columns, rows))
    return results


def require(results: Sequence[CheckResult]) -> int:
    """How many checks passed. Raises ChecksFailed, with the first offending rows, if any failed."""
    failed = [result for result in results if result.offending]
    if failed:
        raise ChecksFailed(
            "; ".join(_account(result) for result in failed),
            "correct the rows at their source and run again; nothing of the batch was kept, "
            "its files are pending",
        )
    return len(results)


def _account(result: CheckResult) -> str:
    rows = "; ".join(
        ", ".join(f"{name}={value}" for name, value in zip(result.columns, row, strict=True))
        for row in result.offending[:SHOWN]
    )
    count = len(result.offending)
    return f"the check {result.name} failed ({result.statement.grain}) for {count} row(s): {rows}"
