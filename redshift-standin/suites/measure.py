"""Measure the stand-in by test suites that others wrote for Redshift, and write what came of it.

Each suite is the `tests` of an sdist on PyPI, unchanged, run against one stand-in. The pass rate,
and by count the reasons of what failed, go into the README between two comments.
"""

import argparse
import os
import re
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from redshift_standin import S3Access, Standin
from redshift_standin.s3_server import S3Server

_HERE = Path(__file__).parent
_README = _HERE.parent / "README.md"
_BEGIN, _END = "<!-- suites: written by suites/measure.py -->", "<!-- /suites -->"
_ROLE = "arn:aws:iam::123456789012:role/loads"
_REPORT = "report.xml"
_SHOWN_REASONS = 12
_DBT_USERS = ("dbt_test_user_1", "dbt_test_user_2", "dbt_test_user_3")


class Suite(NamedTuple):
    """An sdist, and which of its tests ask a cluster."""

    sdist: str
    tests: str


SUITES = {
    "dbt-redshift, functional tests": Suite("dbt_redshift-*.tar.gz", "tests/functional"),
    "sqlalchemy-redshift": Suite("sqlalchemy_redshift-*.tar.gz", "tests"),
}


class Limits(NamedTuple):
    """How many processes run a suite, and for how long."""

    jobs: str
    seconds: float


class Outcome(NamedTuple):
    """What came of a suite: cases by what became of them, failures by their reason."""

    version: str
    collected: int
    cases: Counter[str]
    reasons: Counter[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sdists", type=Path, help="a folder of the suites' sdists")
    parser.add_argument("--jobs", default="0", help="with workers, a time limit may hang")
    parser.add_argument("--seconds", type=float, default=3600, help="at most, a suite")
    options = parser.parse_args()
    limits = Limits(options.jobs, options.seconds)
    write({name: _measure(suite, options.sdists, limits) for name, suite in SUITES.items()})


def write(outcomes: dict[str, Outcome]) -> None:
    """Write the outcomes into the README."""
    text = _README.read_text()
    before, after = text.split(_BEGIN)[0], text.split(_END)[1]
    _README.write_text(f"{before}{_BEGIN}\n\n{_page(outcomes)}\n{_END}{after}")


def _measure(suite: Suite, sdists: Path, limits: Limits) -> Outcome:
    [archive] = sorted(sdists.glob(suite.sdist))[-1:]
    with tarfile.open(archive) as opened:
        opened.extractall(sdists, filter="data")
    folder = sdists / archive.name.removesuffix(".tar.gz")
    (folder / _REPORT).unlink(missing_ok=True)
    s3 = S3Server()
    standin = Standin.start(
        S3Access(s3.endpoint, *s3.admin), {_ROLE: ["s3://"]}, writers={_ROLE: ["s3://"]}
    )
    try:
        _run(folder, suite.tests, standin, limits)
    finally:
        standin.close()
        s3.close()
    return outcome(folder, suite)


def _run(folder: Path, tests: str, standin: Standin, limits: Limits) -> None:
    login = standin.login()
    for user in _DBT_USERS:
        standin.make_user(user)
    env = {
        **os.environ,
        "SSL_CERT_FILE": str(standin.ca_file),
        "REDSHIFT_TEST_HOST": login.host,
        "REDSHIFT_TEST_PORT": str(login.port),
        "REDSHIFT_TEST_DBNAME": login.database,
        "REDSHIFT_TEST_USER": login.user,
        "REDSHIFT_TEST_PASS": login.password,
        "REDSHIFT_TEST_REGION": "us-west-2",
        **{f"DBT_TEST_USER_{number}": user for number, user in enumerate(_DBT_USERS, 1)},
    }
    command = [*_pytest(tests), "-n", limits.jobs, "--timeout", "300"]
    command += [f"--junitxml={_REPORT}", "--continue-on-collection-errors"]
    command += ["--session-timeout", str(limits.seconds)]
    with (folder / "report.log").open("wb") as log:
        subprocess.run(command, cwd=folder, env=env, check=False, stdout=log, stderr=log)


def _pytest(tests: str) -> list[str]:
    command = [sys.executable, "-m", "pytest", tests, "--override-ini", "addopts=", "-q"]
    return [*command, "-p", "no:cacheprovider"]


def _collected(folder: Path, tests: str) -> int:
    command = [*_pytest(tests), "--collect-only"]
    said = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True).stdout
    return sum("::" in line for line in said.splitlines())


def outcome(folder: Path, suite: Suite) -> Outcome:
    """Read what came of a suite that was run in its folder."""
    report, collected = folder / _REPORT, _collected(folder, suite.tests)
    cases: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    if not report.exists():
        return Outcome(folder.name, collected, cases, Counter({"no report was written": 1}))
    for case in ElementTree.parse(report).iter("testcase"):
        failures = [*case.findall("failure"), *case.findall("error")]
        if failures:
            cases["failed"] += 1
            reasons[_reason(f"{failures[0].get('message', '')}\n{failures[0].text or ''}")] += 1
        else:
            cases["skipped" if case.find("skipped") is not None else "passed"] += 1
    return Outcome(folder.name, collected, cases, reasons)


# What a database said counts before what a test made of it.
_PATTERNS = (
    re.compile(r"'M': ['\"](?P<said>.*?)['\"](?:, '|})"),
    re.compile(r"Database Error in .*?\n\s*(?P<said>[^\n]+)"),
    re.compile(r"ModuleNotFoundError: (?P<said>[^\n]+)"),
    re.compile(r"(?P<said>fixture '\w+' not found)"),
    re.compile(r"(?P<said>[^\n]+)"),
)


def _reason(text: str) -> str:
    said = next(found["said"] for pattern in _PATTERNS if (found := pattern.search(text)))
    said = re.sub(r'"[^"]*"|\b\w*\d{5,}\w*', "…", said)
    return said.strip()[:100]


def _page(outcomes: dict[str, Outcome]) -> str:
    return "\n".join(line for name, found in outcomes.items() for line in _section(name, found))


def _section(name: str, found: Outcome) -> Iterator[str]:
    passed, failed = found.cases["passed"], found.cases["failed"]
    share = f"{passed / (passed + failed):.0%}" if passed + failed else "none"
    yield f"**{name}** ({found.version}): {passed} of {passed + failed} pass, {share};"
    yield f"{found.cases['skipped']} are skipped by the suite itself."
    rest = found.collected - sum(found.cases.values())
    if rest > 0:
        yield f"The other {rest} of its {found.collected} were not reached in the time given."
    yield ""
    if found.reasons:
        yield "| failures | reason |"
        yield "| ---: | --- |"
        shown = found.reasons.most_common(_SHOWN_REASONS)
        yield from (f"| {count} | {reason.replace('|', '¦')} |" for reason, count in shown)
        others = sum(found.reasons.values()) - sum(count for _, count in shown)
        if others:
            yield f"| {others} | others |"
        yield ""


if __name__ == "__main__":
    main()
