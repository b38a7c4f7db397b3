"""Run both fuzzers on all processors, and write what they tried into docs/reliability.md.

python -m tests.records.fuzz --seconds 600 [--jobs 2] [--seed 1] [--page docs/reliability.md]

It ends with the input where a fuzzer finds a fault; the page is only written if none did.
"""

import argparse
import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.page import replace_section

from . import fuzz_readers, fuzz_scanner

SECTION = "fuzz"


def fuzz_scanner_builds(seed: int, *, seconds: float) -> Counter[str]:
    """Run the scanner's fuzzer, for so many seconds; return what was tried.

    Each way to copy a text is tried with the same inputs, and must read the same.
    """
    with TemporaryDirectory() as folder:
        builds = iter(fuzz_scanner.BUILDS)
        first = fuzz_scanner.build(Path(folder), next(builds))
        expected = fuzz_scanner.run(first, seed, seconds=seconds / len(fuzz_scanner.BUILDS))
        for name in builds:
            program = fuzz_scanner.build(Path(folder), name)
            if (found := fuzz_scanner.run(program, seed, inputs=expected.inputs)) != expected:
                raise fuzz_scanner.FaultFoundError(f"{name}, seed {seed}: {found}, not {expected}")
    return Counter(inputs=expected.inputs, inputs_plain=expected.records)


def fuzz_both(seed: int, *, seconds: float) -> Counter[str]:
    """Run both fuzzers, each for half of the seconds; return what was tried."""
    return fuzz_scanner_builds(seed, seconds=seconds / 2) + fuzz_readers.fuzz(
        seed, seconds=seconds / 2
    )


def section(tried: Counter[str], *, seed: int, jobs: int, minutes: float) -> str:
    """Return what a run tried, as the page has it."""
    processes = "one process" if jobs == 1 else f"{jobs} processes"
    rows = {
        "scanner alone: inputs, each whole and in chunks, by each build": tried["inputs"],
        "scanner alone: plain records in them": tried["inputs_plain"],
        "scanner and Python: files": tried["files"],
        "scanner and Python: records": tried["records"],
        "scanner and Python: records made to be plain": tried["plain"],
        "scanner and Python: records that Python had to read": tried["by_python"],
    }
    ran = f"{minutes:.0f} minutes in {processes}, from seed {seed}"
    lines = [f"The last run took {ran}, and found no fault.", "", "| what was tried | times |"]
    lines += ["| --- | ---: |", *(f"| {name} | {count:,} |" for name, count in rows.items()), ""]
    return "\n".join(lines)


def main() -> None:
    """Run the fuzzers in several processes, each from a seed of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--page", type=Path)
    options = parser.parse_args()
    started = time.monotonic()
    with ProcessPoolExecutor(options.jobs) as pool:
        job = partial(fuzz_both, seconds=options.seconds)
        seeds = range(options.seed, options.seed + options.jobs)
        tried = sum(pool.map(job, seeds), Counter[str]())
    minutes = (time.monotonic() - started) / 60
    shown = section(tried, seed=options.seed, jobs=options.jobs, minutes=minutes)
    print(shown)  # noqa: T201
    if options.page:
        page = replace_section(options.page.read_text(encoding="utf-8"), SECTION, shown)
        options.page.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
