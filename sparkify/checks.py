"""Data quality checks: each is a statement that selects the rows that fail it."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Literal

from sparkify.config import Settings, Severity
from sparkify.engines.base import Engine, Queryable, fitted
from sparkify.errors import (
    ChecksFailed,
    ConfigError,
    Interrupted,
    WarehouseBusy,
    WarehouseError,
)
from sparkify.sizes import counted
from sparkify.sql import Statement, statement, statements
from sparkify.sql.own_checks import OWN_CHECKS, own_check_statements

Stage = Literal["staging", "star", "ledger", "own"]
CheckOutcome = Literal["passed", "warned", "failed"]
CHECK_OUTCOMES: tuple[CheckOutcome, ...] = ("passed", "warned", "failed")
STAGES: tuple[Stage, ...] = ("staging", "star", "ledger")
# Own checks come last: they may look at all that a batch changed, the ledger too.
ALL_STAGES: tuple[Stage, ...] = (*STAGES, "own")

RESULT_COLUMNS = ("run_id", "stage", "check_name", "severity", "offending", "account")
ACCOUNT_BYTES = 4096
ROWS_IN_ACCOUNT = 10  # lines, each of rows that are alike
ROWS_IN_ERROR = 3
VALUES_IN_LINE = 20
# `{plays}` is a value; `{plays:play}` also names what it counts: 1 play, 2 plays.
PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows to check: those loaded since a time, and the plays that started in a time span.

    The cost of a check follows its scope, not the history; so does the transform's, which looks
    for repeated events in the sessions of the batch. Only songs touch earlier plays: those since
    `first_rematched_time` are checked, which is the end of time for a batch without songs.
    """

    since: datetime
    first_session: int
    last_session: int
    first_start_time: datetime
    last_start_time: datetime
    first_rematched_time: datetime


BEGINNING, END = datetime(1, 6, 1), datetime(9999, 6, 30)  # noqa: DTZ001 - all times are UTC
LAST_SESSION = 2**63 - 1
EVERYTHING = Scope(BEGINNING, 0, LAST_SESSION, BEGINNING, END, BEGINNING)


@dataclass(frozen=True, slots=True)
class Check:
    """A statement that selects the rows that fail it, and whether they block or warn."""

    statement: Statement
    severity: Severity

    @property
    def name(self) -> str:
        """The name of the check: that of its file."""
        return self.statement.name.rpartition("/")[2]

    @property
    def stage(self) -> str:
        """The rows that are checked: the folder of its file."""
        return self.statement.name.split("/")[-2]

    def directive(self, word: str) -> str:
        """Return the text of the line `word: text` in its comment, empty without one.

        `severity` is the default one; `each` describes a row, with `{column}` for its values and
        `{column:noun}` for a number of things; `list` names the column whose values are listed in
        a line for rows else alike; `try` says what to do.
        """
        beginning = f"{word}: "
        lines = self.statement.doc.splitlines()
        return next((line[len(beginning) :] for line in lines if line.startswith(beginning)), "")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a check: the rows that fail it, none if it passed."""

    check: Check
    columns: tuple[str, ...]
    offending: list[tuple[Any, ...]]

    @property
    def name(self) -> str:
        """The name of the check."""
        return self.check.name

    @property
    def stage(self) -> str:
        """The rows that were checked."""
        return self.check.stage

    @property
    def severity(self) -> Severity:
        """Whether rows that fail the check block or warn."""
        return self.check.severity

    @property
    def outcome(self) -> CheckOutcome:
        """The outcome in a word: rows that fail the check are a warning, or block."""
        if not self.offending:
            return "passed"
        return "warned" if self.severity == "warn" else "failed"

    @property
    def headline(self) -> str:
        """The result in a line: the check, its outcome, the number of findings, and its rule.

        Of a check that passed only its rule.
        """
        rule = self.check.statement.grain
        if not self.offending:
            return rule
        return f"the check {self.name} {self.outcome} ({self.finding_count}). Its rule: {rule}"

    @property
    def finding_count(self) -> str:
        """The number of rows that the check selects, in words."""
        return counted(len(self.offending), "finding")

    @property
    def account(self) -> str:
        """The finding in lines: headline, first rows, and what to do; empty if it passed."""
        if not self.offending:
            return ""
        lines = [self.headline, *(f"  {line}" for line in self.first_lines(ROWS_IN_ACCOUNT))]
        hint = self.check.directive("try")
        if hint:
            lines.append(f"  Try: {hint}")
        return "\n".join(lines)

    @property
    def sentence(self) -> str:
        """The finding as part of an error."""
        return f"{self.headline} Found: {'; '.join(self.first_lines(ROWS_IN_ERROR))}"

    def first_lines(self, most: int) -> list[str]:
        """Describe the first rows that fail the check, and say how many more there are.

        Rows that differ only in the column that the check's `list` names share a line.
        """
        groups = self._groups()
        lines = [self._described(rows) for rows in groups[:most]]
        more = sum(len(rows) for rows in groups[most:])
        return [*lines, f"and {more:,} more"] if more else lines

    def _groups(self) -> list[list[tuple[Any, ...]]]:
        listed = self.check.directive("list")
        if listed not in self.columns:
            return [[row] for row in self.offending]
        place = self.columns.index(listed)
        groups: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
        for row in self.offending:
            groups.setdefault((*row[:place], *row[place + 1 :]), []).append(row)
        return list(groups.values())

    def _described(self, rows: Sequence[tuple[Any, ...]]) -> str:
        """Describe rows of a line as the check's `each` does, else by their columns."""
        values: dict[str, Any] = dict(zip(self.columns, rows[0], strict=True))
        if len(rows) > 1:
            column = self.check.directive("list")
            values[column] = _listed([row[self.columns.index(column)] for row in rows])
        each = self.check.directive("each")
        if each:
            return PLACEHOLDER.sub(lambda found: _readable(values.get(found[1]), found[2]), each)
        return ", ".join(f"{name}={value}" for name, value in values.items())


def _listed(values: Sequence[Any]) -> str:
    """List the first values of a line, and say how many more there are."""
    more = len(values) - VALUES_IN_LINE
    shown = ", ".join(_readable(value, None) for value in values[:VALUES_IN_LINE])
    return f"{shown} and {more:,} more" if more > 0 else shown


def _readable(value: Any, noun: str | None) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if noun and isinstance(value, int):
        return counted(value, noun)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return "null" if value is None else str(value)


class CheckedRowsFailed(ChecksFailed):
    """Rows fail checks that block; `locations` are those of the first rows in their files.

    `results` are those of all checks until then, also of those that passed.
    """

    def __init__(self, results: Sequence[CheckResult], locations: Sequence[str] = ()) -> None:
        self.results = results
        received = (f"received in {location}" for location in locations)
        super().__init__(
            "; ".join([*(result.sentence for result in self.failed), *received]),
            "correct the rows at their source and run again; nothing of the batch was kept, "
            "its files are pending",
        )

    @property
    def failed(self) -> list[CheckResult]:
        """The results that block."""
        return [result for result in self.results if result.outcome == "failed"]


def configured_checks(settings: Settings) -> tuple[Check, ...]:
    """Return all checks, those of [CHECKS] FOLDER too, with the severities that [CHECKS] gives.

    Raises ConfigError for a severity of a check that there is not, and for an own check that cannot
    be read, or does more than read.
    """
    shipped = [each for stage in STAGES for each in statements(f"checks/{stage}")]
    parameters = {field.name for field in fields(Scope)}
    texts = [*shipped, *own_check_statements(settings, parameters)]
    names = [text.name.rpartition("/")[2] for text in texts]
    for name in settings.check_severities:
        if name not in names:
            nearest = get_close_matches(name, names, 1, 0.5)
            meant = f" (did you mean {nearest[0].upper()}?)" if nearest else ""
            raise ConfigError(
                f"[CHECKS] {name.upper()} names no check{meant}",
                "correct the name, or delete the line; sparkify check lists all checks",
            )
    for name, count in Counter(names).items():
        if count > 1:
            raise ConfigError(
                f"the own check {name} has the name of a check of Sparkify's",
                f"rename {name}.sql in [CHECKS] FOLDER",
            )
    return tuple(
        Check(text, settings.check_severities.get(name, _default_severity(text)))
        for text, name in zip(texts, names, strict=True)
    )


def _default_severity(text: Statement) -> Severity:
    return "warn" if Check(text, "block").directive("severity") == "warn" else "block"


def scope_of_batch(engine: Queryable, loaded_at: datetime) -> Scope:
    """Return the scope of the batch of `loaded_at`; without plays, its time span is empty."""
    asked = (statement("ledger/span_of_batch"), statement("ledger/songs_of_batch"))
    span, songs = engine.fetch_all(asked, loaded_at=loaded_at)
    [(*sessions, first, last)] = span.rows
    [(song_records,)] = songs.rows
    first_session, last_session = (session or 0 for session in sessions)
    first_rematched = BEGINNING if song_records else END
    return Scope(
        *(loaded_at, first_session, last_session, first or END, last or BEGINNING, first_rematched)
    )


def run_checks(
    engine: Queryable,
    checks: Iterable[Check],
    scope: Scope,
    *stages: Stage,
    proven: Collection[str] = (),
) -> list[CheckResult]:
    """Run the checks of these stages, in the transaction at hand. Raises WarehouseError.

    Those of `proven` are known to have passed, and are not run.
    """
    chosen = [check for check in checks if check.stage in stages]
    shipped = [check for check in chosen if check.stage != OWN_CHECKS]
    to_run = [check for check in shipped if check.name not in proven]
    found = engine.fetch_all([check.statement for check in to_run], **asdict(scope))
    results = dict(zip(to_run, found, strict=True))
    return [
        *(CheckResult(check, *results.get(check, ((), []))) for check in shipped),
        *(_run_own(engine, check, scope) for check in chosen if check.stage == OWN_CHECKS),
    ]


def _run_own(engine: Queryable, check: Check, scope: Scope) -> CheckResult:
    """Run a check of the user's by itself, so that its error can name it."""
    try:
        columns, rows = engine.fetch(check.statement, **asdict(scope))
    except WarehouseError as error:
        if isinstance(error, Interrupted | WarehouseBusy):
            raise
        raise WarehouseError(
            f"the own check {check.name} cannot be run: {error}",
            f"correct {check.name}.sql in [CHECKS] FOLDER; nothing of the batch was kept",
        ) from error
    return CheckResult(check, columns, rows)


def count_outcomes(outcomes: Iterable[CheckOutcome]) -> dict[CheckOutcome, int]:
    """Count the outcomes of checks; each outcome has a number."""
    counts = Counter(outcomes)
    return {outcome: counts[outcome] for outcome in CHECK_OUTCOMES}


def describe_outcomes(counts: Mapping[CheckOutcome, int]) -> str:
    """Describe the outcomes of checks: `19 passed, 2 warned`, and `1 failed` if one did."""
    parts = [f"{counts['passed']:,} passed"]
    parts += [f"{counts[word]:,} {word}" for word in CHECK_OUTCOMES[1:] if counts[word]]
    return ", ".join(parts)


def require_passed(results: Sequence[CheckResult]) -> None:
    """Raise CheckedRowsFailed, with the first rows, if a check failed."""
    if any(result.outcome == "failed" for result in results):
        raise CheckedRowsFailed(results)


def record_results(engine: Engine, run_id: str, results: Sequence[CheckResult]) -> None:
    """Record the results of the checks."""
    rows = [
        (
            *(run_id, result.stage, result.name, result.severity),
            *(len(result.offending), fitted(result.account, ACCOUNT_BYTES)),
        )
        for result in results
    ]
    engine.append("check_results", RESULT_COLUMNS, rows)
