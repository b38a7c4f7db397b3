"""Find out how this Sparkify is installed, and which commands complete it, as hints that work.

A hint names the packages that an extra needs, not the extra: `sparkify[aws]` is found only where
Sparkify itself is on a package index. Read when something is missing, so it imports on demand.
"""

import shlex
import sys
from importlib.machinery import PathFinder
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


def is_checkout() -> bool:
    """Return whether Sparkify runs from its checkout, where the Makefile and the scripts are."""
    return (_ROOT / "setup.py").exists()


def install_command(*packages: str) -> str:
    """Return the shell command that installs packages for the Python that runs.

    Environments that uv made have no pip.
    """
    # Not by importlib.util.find_spec: asked for pip, setuptools takes distutils from the modules.
    if PathFinder.find_spec("pip"):
        words = [sys.executable, "-m", "pip", "install"]
    else:
        words = ["uv", "pip", "install", "--python", sys.executable]
    return shlex.join([*words, *packages])


def extra_command(extra: str) -> str:
    """Return the command that installs what an extra of Sparkify needs."""
    return install_command(*_packages(extra) or [f"{_ROOT}[{extra}]"])


def package_command(name: str) -> str:
    """Return the command that installs a package in the version that Sparkify needs."""
    needed = (each for each in _requirements() if _name(each) == name)
    return install_command(next(needed, name))


def reinstall_command() -> str:
    """Return the command that installs Sparkify again, from where it was installed."""
    options = ("--force-reinstall", "--no-deps", "--no-cache-dir")
    return install_command(*options, _origin())


def command_hint(command: str) -> str:
    """Return how to run a command: by its script for those who are in the checkout."""
    script = f"{command.replace('-', '_')}.py"
    if Path.cwd() == _ROOT and (_ROOT / script).exists():
        return f"python {script}"
    return f"sparkify {command}"


def _packages(extra: str) -> list[str]:
    marker = f'extra == "{extra}"'
    found = (each.partition(";") for each in _requirements())
    return [package.strip() for package, _, condition in found if marker in condition]


def _requirements() -> list[str]:
    """Return what the installed Sparkify needs, nothing where it is not installed."""
    from importlib.metadata import PackageNotFoundError, requires

    try:
        return requires("sparkify") or []
    except PackageNotFoundError:
        return []


def _name(requirement: str) -> str:
    import re

    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0]


def _origin() -> str:
    """Return the folder or file that Sparkify was installed from, its name for a package index."""
    import json
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        record = distribution("sparkify").read_text("direct_url.json")
    except PackageNotFoundError:
        return str(_ROOT)
    return str(json.loads(record)["url"]) if record else "sparkify"
