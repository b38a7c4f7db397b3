"""A real process that loads, is struck, and is run again."""

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tests.command_line import PATIENCE, ROOT, Outcome, environment, process

from .crash_fixtures import CrashTarget, CrashTargets, broken, outcomes, repeatable_content

INJECTED = Path(__file__).parent / "injected"
AT_THE_END = 30  # of the points, some may not be reached: they differ from run to run
COST_FACTORS = {"redshift": 4}  # a load costs so many of DuckDB's, so a part of the attacks must do
HANDLED = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}


def is_of_warning(line: str) -> bool:
    """Return whether a line of stderr is a warning's first, or one of its others."""
    return line.startswith(("Warning: ", "  "))


class CrashHarness:
    """Loads of the same files into warehouses with the same history, and how they must end."""

    def __init__(self, engine: str, targets: CrashTargets, folder: Path) -> None:
        self.engine = engine
        self.cost_factor = COST_FACTORS.get(engine, 1)
        self._targets = targets
        undisturbed = self.target(folder)
        told = folder / "points"
        self.history = repeatable_content(undisturbed)
        done = self.load(undisturbed, SURVIVAL_POINTS=str(told))
        assert done.code == 0, done.err
        self.points = told.read_text(encoding="utf-8").splitlines()
        self.goal = repeatable_content(undisturbed)
        assert outcomes(undisturbed) == ["done", "done"]
        assert broken(undisturbed) == []

    def target(self, folder: Path) -> CrashTarget:
        """Return a warehouse with the history, and folders for the output of its processes."""
        (folder / "tmp").mkdir(parents=True)
        return self._targets.new(folder)

    def load(self, target: CrashTarget, door: str = "etl.py", **env: str) -> Outcome:
        """Run the door, perhaps to be struck."""
        return self.started(target, door, env=env)

    def started(
        self,
        target: CrashTarget,
        *command: str,
        env: Mapping[str, str] | None = None,
        through: Sequence[str] = (),
        before: Callable[[], None] | None = None,
        **streams: Any,
    ) -> Outcome:
        """Run a process to its end, within bounds."""
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        done = subprocess.run(
            [*through, *process(*command)],
            cwd=target.folder,
            env=self.environment(target, **(env or {})),
            stdin=subprocess.DEVNULL,
            preexec_fn=partial(_prepared, before),
            timeout=PATIENCE,
            check=False,
            **given,
        )
        return Outcome(done.returncode, _text(done.stdout), _text(done.stderr))

    def environment(self, target: CrashTarget, **more: str) -> dict[str, str]:
        return environment(
            target.folder,
            **{
                **target.env,
                "TMPDIR": str(target.folder / "tmp"),
                "PYTHONPATH": f"{INJECTED}{os.pathsep}{ROOT}",
                **more,
            },
        )

    def strike(self, folder: Path, at: str, name: str, figures: Counter[str]) -> None:
        """Strike a load at a point, as `at` says, by a signal; it must not matter."""
        target = self.target(folder)
        struck = self.load(target, SURVIVAL_STRIKE=f"{at}:{name}")
        self.require_told(target, struck, name)
        if at.isdecimal() and int(at) < len(self.points) - AT_THE_END:
            assert struck.code, "the strike missed"
        self.recover(target)
        figures[f"{name} ({self.engine})"] += 1

    def require_told(self, target: CrashTarget, struck: Outcome, name: str) -> None:
        """Require of a struck process that it ended as the signal has it."""
        assert "Traceback" not in struck.err
        if name not in HANDLED:
            assert struck.code in {-9, 0}, struck
            return
        if struck.code != 0:  # 0: it was done before it was struck
            assert struck.code == HANDLED[name], struck
            told = [line for line in struck.err.splitlines() if line]
            error, hint = [line for line in told if not is_of_warning(line)]
            assert error == f"Error: interrupted by {name}"
            assert hint.startswith("Try: run it again")
        assert list((target.folder / "tmp").iterdir()) == []
        assert "running" not in outcomes(target)

    def recover(self, target: CrashTarget) -> None:
        """Require that the warehouse is sound, and that another run makes it whole."""
        assert broken(target) == []
        before = outcomes(target)
        again = self.load(target)
        assert again.code == 0, again
        assert all(map(is_of_warning, again.err.splitlines())), again
        assert repeatable_content(target) == self.goal
        self._require_log(before, outcomes(target), again.out)

    def _require_log(self, before: list[str], after: list[str], said: str) -> None:
        """Require that what died is noted as interrupted, and the run that went on as done."""
        idle = said.startswith("Nothing new to load")
        settled = (
            before if idle else ["interrupted" if each == "running" else each for each in before]
        )
        assert after == [*settled, *([] if idle else ["done"])]


def _prepared(before: Callable[[], None] | None) -> None:
    """Start with the default handling of signals, however the tests were started."""
    for name in HANDLED:
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    if before:
        before()


def _text(data: bytes | None) -> str:
    return (data or b"").decode()


def require_two_lines(failed: Outcome, *named: str) -> None:
    """Require that a run failed as a user can bear: what happened, and what to do."""
    # a JSONPaths file of which a part arrives is no JSON, which is a matter of the settings
    assert failed.code == (2 if "JSONPaths file" in failed.err else 1), failed
    error, hint = failed.err.strip().splitlines()
    assert error.startswith("Error: ")
    assert hint.startswith("Try: ")
    for each in named:
        assert each in failed.err
