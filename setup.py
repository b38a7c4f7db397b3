"""Build the C libraries beside their sources, where there is a compiler.

Without one the package is installed all the same, and Python does their work. All else that
setuptools has to know is in pyproject.toml.
"""

import os
import shlex
import subprocess
import sys
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

SOURCES = ("sparkify/records/scanner.c", "sparkify/engines/postgres/binary_rows.c")
SUFFIX = ".dll" if sys.platform == "win32" else ".so"
OPTIONS = ("-O2", "-std=c11", "-Wall", "-Wextra", "-shared", "-fPIC", "-fvisibility=hidden")
COMPILERS = ("cc", "gcc", "clang")


def compiler() -> list[str]:
    """Return the command of a C compiler, empty where there is none."""
    if os.environ.get("CC"):
        return shlex.split(os.environ["CC"])
    found = next(filter(which, COMPILERS), None)
    if found:
        return [found]
    return [sys.executable, "-m", "ziglang", "cc"] if find_spec("ziglang") else []


class BuildWithLibraries(build_py):
    """Builds the libraries as well."""

    def run(self) -> None:
        """Build the package, and its libraries in it."""
        super().run()
        command = compiler()
        if not command:
            self.warn("no C compiler: Sparkify will read in Python, right but slower")
            return
        root = Path("." if self.editable_mode else self.build_lib)
        for source in SOURCES:
            build_library(command, Path(source), root / source)


def build_library(command: list[str], source: Path, beside: Path) -> None:
    """Compile a source. The library is replaced at once: a process may run with the old one."""
    digest = sha256(source.read_bytes()).hexdigest()
    library = beside.with_name(f"lib{source.stem}{SUFFIX}")
    new = library.with_name(f"{library.name}.new")
    defined = f'-DSOURCE_DIGEST="{digest}"'
    subprocess.run([*command, *OPTIONS, defined, "-o", str(new), str(source)], check=True)  # noqa: S603
    new.replace(library)


class PlatformWheel(bdist_wheel):
    """Makes a wheel for every Python, but for one platform: that of the libraries in it."""

    def finalize_options(self) -> None:
        """Say that the wheel is of one platform."""
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self) -> tuple[str, str, str]:
        """Return the wheel's tag."""
        return ("py3", "none", super().get_tag()[2])


setup(cmdclass={"build_py": BuildWithLibraries, "bdist_wheel": PlatformWheel})
