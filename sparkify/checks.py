"""What must be true of the rows, each a statement that selects the rows that break it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sparkify.engines.base import Engine, Queryable
from sparkify.errors import ChecksFailed
from sparkify.sql import Statement, statement, statements

Stage = Literal["staging", "star", "ledger"]
Severity = Literal["block", "warn"]
CheckOutcome = Literal["passed", "warned", "failed"]
CHECK_OUTCOMES: tuple[CheckOutcome, ...] = ("passed", "warned", "failed")
STAGES: tuple[Stage, ...] = ("staging", "star", "ledger")

RESULT_COLUMNS = ("run_id", "stage", "check_name", "severity", "offending", "account")
ACCOUNT_BYTES = 4096
ROWS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows are checked: what was loaded since a moment, and the plays of a span of time.

    The cost of a check follows its scope, not the history.
    """

    since: datetime
    first_moment: datetime
    last_moment: datetime


BEGINNING, END = datetime(1, 2, 1), datetime(9999, 12, 31)  # noqa: DTZ001 - all moments are UTC
EVERYTHING = Scope(BEGINNING, BEGINNING, END)


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

    @property
    def stage(self) -> str:
        """What is checked: its file's folder."""
        return self.statement.name.split("/")[-2]

    @property
    def severity(self) -> Severity:
        """Whether rows that break it fail the batch, or are a warning: a line of its comment."""
        return "warn" if "severity: warn" in self.statement.doc.splitlines() else "block"

    @property
    def outcome(self) -> CheckOutcome:
        """The result in a word: rows that break the check are a warning, or fail it."""
        if not self.offending:
            return "passed"
        return "warned" if self.severity == "warn" else "failed"

    @property
    def account(self) -> str:
        """What was found, with the first rows; empty if nothing was."""
        if not self.offending:
            return ""
        rows = "; ".join(
            ", ".join(f"{name}={value}" for name, value in zip(self.columns, row, strict=True))
            for row in self.offending[:ROWS_SHOWN]
        )
        count = len(self.offending)
        return (
            f"the check {self.name} {self.outcome} ({self.statement.grain}) "
            f"for {count} row(s): {rows}"
        )


class CheckedRowsFailed(ChecksFailed):
    """Rows break checks that block; `results` are those checks' own, `places` of the first rows."""

    def __init__(self, results: Sequence[CheckResult], places: Sequence[str] = ()) -> None:
        delivered = (f"delivered in {place}" for place in places)
        super().__init__(
            "; ".join([*(result.account for result in results), *delivered]),
            "correct the rows at their source and run again; nothing of the batch was kept, "
            "its files are pending",
        )
        self.results = results


def scope_of_batch(engine: Queryable, loaded_at: datetime) -> Scope:
    """The scope of what carries `loaded_at`; its plays lie in an empty span if it has none."""
    [(first, last)] = engine.fetch(statement("ledger/moments_of_batch"), loaded_at=loaded_at).rows
    return Scope(loaded_at, first or END, last or BEGINNING)


def run_checks(engine: Queryable, stage: Stage, scope: Scope) -> list[CheckResult]:
    """Run the checks of the staged rows, the star or the ledger, in the batch's transaction."""
    results = []
    for check in statements(f"checks/{stage}"):
        columns, rows = engine.fetch(check, **asdict(scope))
        results.append(CheckResult(check, columns, rows))
    return results


def count_outcomes(results: Iterable[CheckResult]) -> dict[CheckOutcome, int]:
    """Count the results by outcome; each outcome has a number."""
    counts = Counter(result.outcome for result in results)
    return {outcome: counts[outcome] for outcome in CHECK_OUTCOMES}


def require(results: list[CheckResult]) -> list[CheckResult]:
    """The results. Raises ChecksFailed, with the first offending rows, if one of them blocks."""
    failed = [result for result in results if result.outcome == "failed"]
    if failed:
        raise CheckedRowsFailed(failed)
    return results


def record_results(engine: Engine, run_id: str, results: Sequence[CheckResult]) -> None:
    """Keep how the checks went."""
    rows = [
        (
            *(run_id, result.stage, result.name, result.severity, len(result.offending)),
            result.account.encode()[:ACCOUNT_BYTES].decode("utf-8", "ignore"),
        )
        for result in results
    ]
    engine.append("check_results", RESULT_COLUMNS, rows)
