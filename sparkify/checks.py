"""Data quality checks: each is a statement that selects the rows that fail it."""

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
    """The rows to check: those loaded since a time, and the plays that started in a time span.

    The cost of a check follows its scope, not the history; so does the transform's, which looks
    for repeated events in the sessions of the batch.
    """

    since: datetime
    first_session: int
    last_session: int
    first_start_time: datetime
    last_start_time: datetime


BEGINNING, END = datetime(1, 2, 1), datetime(9999, 12, 31)  # noqa: DTZ001 - all times are UTC
LAST_SESSION = 2**63 - 1
EVERYTHING = Scope(BEGINNING, 0, LAST_SESSION, BEGINNING, END)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a check: the rows that fail it, none if it passed."""

    statement: Statement
    columns: tuple[str, ...]
    offending: list[tuple[Any, ...]]

    @property
    def name(self) -> str:
        """The name of the check: that of its file."""
        return self.statement.name.rpartition("/")[2]

    @property
    def stage(self) -> str:
        """The rows that are checked: the folder of its file."""
        return self.statement.name.split("/")[-2]

    @property
    def severity(self) -> Severity:
        """The line `severity: warn` of its comment makes the rows a warning; else they block."""
        return "warn" if "severity: warn" in self.statement.doc.splitlines() else "block"

    @property
    def outcome(self) -> CheckOutcome:
        """The outcome in a word: rows that fail the check are a warning, or block."""
        if not self.offending:
            return "passed"
        return "warned" if self.severity == "warn" else "failed"

    @property
    def account(self) -> str:
        """The finding with its first rows, empty if the check passed."""
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
    """Rows fail checks that block; `locations` are those of the first rows in their files."""

    def __init__(self, results: Sequence[CheckResult], locations: Sequence[str] = ()) -> None:
        received = (f"received in {location}" for location in locations)
        super().__init__(
            "; ".join([*(result.account for result in results), *received]),
            "correct the rows at their source and run again; nothing of the batch was kept, "
            "its files are pending",
        )
        self.results = results


def scope_of_batch(engine: Queryable, loaded_at: datetime) -> Scope:
    """Return the scope of the batch of `loaded_at`; without plays, its time span is empty."""
    [(*sessions, first, last)] = engine.fetch(
        statement("ledger/span_of_batch"), loaded_at=loaded_at
    ).rows
    first_session, last_session = (session or 0 for session in sessions)
    return Scope(loaded_at, first_session, last_session, first or END, last or BEGINNING)


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


def require_passed(results: list[CheckResult]) -> list[CheckResult]:
    """Return the results. Raises ChecksFailed, with the first rows, if a check failed."""
    failed = [result for result in results if result.outcome == "failed"]
    if failed:
        raise CheckedRowsFailed(failed)
    return results


def record_results(engine: Engine, run_id: str, results: Sequence[CheckResult]) -> None:
    """Record the results of the checks."""
    rows = [
        (
            *(run_id, result.stage, result.name, result.severity, len(result.offending)),
            result.account.encode()[:ACCOUNT_BYTES].decode("utf-8", "ignore"),
        )
        for result in results
    ]
    engine.append("check_results", RESULT_COLUMNS, rows)
