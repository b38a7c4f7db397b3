"""Build the C libraries beside their sources, where there is a compiler.

Without one, and where it fails, the package is installed all the same, and Python does their work.
All else that setuptools has to know is in pyproject.toml.
"""

import os
import shlex
import shutil
import subprocess
import sys
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from sysconfig import get_platform

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

SOURCES = ("sparkify/records/scanner.c", "sparkify/engines/postgres/binary_rows.c")
OPTIONS = ("-O2", "-std=c11", "-Wall", "-Wextra", "-shared", "-fPIC", "-fvisibility=hidden")
COMPILERS = ("cc", "gcc", "clang")
# A checkout has it beside the package, a wheel in it.
EXAMPLE = "dwh.cfg.example"
SLOWER = "Sparkify reads in Python, right but slower"


def compiler() -> list[str]:
    """Return the command of a C compiler, empty where there is none."""
    if os.environ.get("CC"):
        return shlex.split(os.environ["CC"])
    found = next(filter(shutil.which, COMPILERS), None)
    if found:
        return [found]
    return [sys.executable, "-m", "ziglang", "cc"] if find_spec("ziglang") else []


def build_library(command: list[str], source: Path, library: Path) -> str:
    """Compile a source, and return why it failed, empty where it did not.

    The library is replaced in one step, since a process may run with the old one. Where it fails,
    a log with the reason takes its place. Other files of earlier builds are removed.
    """
    # Always the same: macOS's libraries name the path that they were written to.
    folder = library.with_name(".build")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    new = folder / library.name
    failure = compile_source(command, source, new) if command else ""
    if failure:
        new = new.with_suffix(".log")
        new.write_text(failure, encoding="utf-8")
    for old in library.parent.glob(f"{library.stem}.*"):
        if not (new.exists() and old.name == new.name):
            old.unlink()
    if new.exists():
        new.replace(library.with_name(new.name))
    shutil.rmtree(folder)
    return failure


def compile_source(command: list[str], source: Path, library: Path) -> str:
    """Compile a source, and return why it failed, empty where it did not."""
    defined = f'-DSOURCE_DIGEST="{sha256(source.read_bytes()).hexdigest()}"'
    whole = [*command, *OPTIONS, defined, "-o", str(library), str(source)]
    try:
        done = subprocess.run(whole, capture_output=True, check=False)  # noqa: S603
    except OSError as error:
        return f"{shlex.join(command)} cannot be run: {error.strerror}\n"
    output = done.stderr.decode(errors="replace")
    if done.returncode == 0 and library.exists():
        sys.stderr.write(output)
        return ""
    return f"{shlex.join(whole)}\nended with code {done.returncode}\n{output}"


class BuildWithLibraries(build_py):
    """Builds the libraries as well."""

    def run(self) -> None:
        """Build the package, and its libraries in it.

        Raises SystemExit where a wheel for a named platform would be without its libraries.
        """
        super().run()
        wheel = self.distribution.get_command_obj("bdist_wheel", create=False)
        is_named = isinstance(wheel, bdist_wheel) and wheel.plat_name_supplied
        platform = wheel.plat_name if is_named else get_platform()
        suffix = ".dll" if platform.startswith("win") else ".so"
        root, command = Path("." if self.editable_mode else self.build_lib), compiler()
        if not self.editable_mode:
            shutil.copy(EXAMPLE, root / "sparkify")
        problem = "" if command else f"no C compiler (cc, gcc or clang): {SLOWER}."
        for source in SOURCES:
            library = (root / source).with_name(f"lib{Path(source).stem}{suffix}")
            failure = build_library(command, Path(source), library)
            if failure and not problem:
                todo = "Correct the compiler or CC, and install again."
                problem = f"{source} could not be compiled: {SLOWER}. {todo}\n{failure}"
        if problem and is_named:
            sys.exit(f"Error: {problem}")
        if problem:
            self.warn(problem)


class PlatformWheel(bdist_wheel):
    """Makes a wheel for every Python, but for one platform: that of the libraries in it."""

    def get_tag(self) -> tuple[str, str, str]:
        """Return the wheel's tag."""
        return ("py3", "none", super().get_tag()[2])


class PlatformDistribution(Distribution):
    """Is of one platform, though it has no extension modules."""

    def has_ext_modules(self) -> bool:
        """Return that it has binaries."""
        return True


if __name__ == "__main__":
    setup(
        distclass=PlatformDistribution,
        cmdclass={"build_py": BuildWithLibraries, "bdist_wheel": PlatformWheel},
    )
