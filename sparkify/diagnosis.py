"""A finding of `sparkify doctor` or `sparkify cluster doctor`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The outcome of one check: what was found, whether it is well, and how to fix it if not."""

    what: str
    ok: bool
    fix: str = ""
