"""Run the checks on demand: of the latest batch, or of the whole warehouse."""

from collections.abc import Sequence
from xml.etree import ElementTree

from sparkify import checks, warehouse
from sparkify.checks import CheckResult
from sparkify.config import DEFAULT_SETTINGS, Settings
from sparkify.engines.base import Queryable
from sparkify.sql import statement


def check_last_batch(reader: Queryable, settings: Settings = DEFAULT_SETTINGS) -> list[CheckResult]:
    """Check the latest batch; without one, return no results."""
    warehouse.require_current(reader)
    batches = reader.fetch(statement("runs/last_batch")).rows
    return [
        result
        for _, loaded_at in batches
        for result in _check(reader, settings, checks.scope_of_batch(reader, loaded_at))
    ]


def check_all(reader: Queryable, settings: Settings = DEFAULT_SETTINGS) -> list[CheckResult]:
    """Check the whole warehouse."""
    warehouse.require_current(reader)
    return _check(reader, settings, checks.EVERYTHING)


def as_junit(results: Sequence[CheckResult]) -> str:
    """Return the results as a JUnit report, a test case a check.

    JUnit knows no warnings: a check that warned is a skipped test case of type `warning`, so that
    it counts neither as passed nor as failed. The form is that of
    https://github.com/testmoapp/junitxml.
    """
    counts = checks.count_outcomes(result.outcome for result in results)
    suite = ElementTree.Element(
        "testsuite",
        name="sparkify",
        tests=str(len(results)),
        failures=str(counts["failed"]),
        skipped=str(counts["warned"]),
    )
    for result in results:
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"sparkify.{result.stage}", name=result.name
        )
        if result.outcome == "failed":
            message = _printable(result.headline)
            failure = ElementTree.SubElement(case, "failure", message=message)
            failure.text = _printable(result.account)
        if result.outcome == "warned":
            message = _printable(result.account)
            ElementTree.SubElement(case, "skipped", type="warning", message=message)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


def _check(reader: Queryable, settings: Settings, scope: checks.Scope) -> list[CheckResult]:
    chosen = checks.configured_checks(settings)
    return checks.run_checks(reader, chosen, scope, *checks.ALL_STAGES)


def _printable(text: str) -> str:
    """Return a text without the control characters that XML cannot hold."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else "?" for letter in text)
