"""One finding of a doctor."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was examined: its state, whether it is as it should be, else how to fix it."""

    what: str
    ok: bool
    fix: str = ""
