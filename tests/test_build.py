"""The C libraries are built with the package, where they can be; without them it works as well."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from sysconfig import get_platform

import pytest

import setup
from sparkify.records.native import LibraryState, library_fix, library_state, load_library
from sparkify.sql import DIMENSIONS, FACT
from tests.command_line import PATIENCE, Outcome, environment
from tests.small_source import COUNTS, write_source
from tests.warehouse_content import content, counts

ROOT = Path(__file__).resolve().parent.parent
SCANNER = "sparkify/records/libscanner.so"
LIBRARIES = [SCANNER, "sparkify/engines/postgres/libbinary_rows.so"]
SLOWER = "right but slower"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its libraries end in .dll")
needs_compiler = pytest.mark.skipif(not setup.compiler(), reason="there is no compiler")


def executable(path: Path, text: str = "#!/bin/sh\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def cut_down(tree: Path) -> Path:
    """Copy what the package is built from, without any libraries."""
    build_files = ("pyproject.toml", "setup.py", "MANIFEST.in", "Makefile", setup.EXAMPLE)
    for name in (*build_files, "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree / name)
    ignored = shutil.ignore_patterns("__pycache__", "lib*.so", "lib*.log")
    shutil.copytree(ROOT / "sparkify", tree / "sparkify", ignore=ignored)
    return tree


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    return cut_down(folder)


def build(tree: Path, *steps: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a step of the build backend, as pip does."""
    code = "import sys; from setuptools import build_meta as build; eval(sys.argv[1])"
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *steps],
        cwd=tree,
        env={"HOME": str(tree), "PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def built_in_place(tree: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Build as an editable installation does: the libraries lie beside their sources."""
    return build(tree, f"build.build_editable({str(tree / 'dist')!r})", **env)


def sparkify(tree: Path, *arguments: str, cwd: Path) -> Outcome:
    """Run the `sparkify` of a tree."""
    done = subprocess.run(
        [sys.executable, "-c", "from sparkify.cli import main; main()", *arguments],
        cwd=cwd,
        env=environment(cwd, PYTHONPATH=str(tree)),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def scanner_diagnosis(tree: Path, cwd: Path) -> tuple[bool, str, str]:
    diagnoses = json.loads(sparkify(tree, "doctor", "--json", cwd=cwd).out)["diagnoses"]
    [found] = [each for each in diagnoses if "native scanner" in each["what"]]
    return found["ok"], found["what"], found["fix"]


def load(tree: Path, folder: Path, *options: str) -> Outcome:
    """Load a small source into a new warehouse."""
    folder.mkdir()
    write_source(folder)
    assert sparkify(tree, "create-tables", cwd=folder).code == 0
    loaded = sparkify(tree, "etl", *options, cwd=folder)
    assert loaded.code == 0, loaded.err
    assert counts(folder / "sparkify.duckdb") == COUNTS
    return loaded


# --- the choice of a compiler


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the only folder of the PATH, which is empty; there is no CC."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr(setup, "find_spec", lambda name: None)
    return folder


def test_cc_names_the_compiler_with_its_options(
    commands: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    executable(commands / "cc")
    monkeypatch.setenv("CC", "ccache 'my cc' -m64")

    assert setup.compiler() == ["ccache", "my cc", "-m64"]


@pytest.mark.parametrize("empty", [True, False])
def test_the_first_compiler_of_the_path_is_chosen(
    commands: Path, monkeypatch: pytest.MonkeyPatch, empty: bool
) -> None:
    if empty:
        monkeypatch.setenv("CC", "")
    chosen = []
    for name in ("clang", "gcc", "cc"):
        executable(commands / name)
        chosen += setup.compiler()

    assert chosen == ["clang", "gcc", "cc"]


def test_without_a_compiler_ziglang_is_one(commands: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert setup.compiler() == []

    monkeypatch.setattr(setup, "find_spec", lambda name: name == "ziglang")

    assert setup.compiler() == [sys.executable, "-m", "ziglang", "cc"]


# --- a library that is built, or is not


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "libscanner.so"


def files_beside(library: Path) -> list[str]:
    return sorted(path.name for path in library.parent.iterdir() if path.is_file())


def test_a_failing_compiler_leaves_a_log_and_no_library(library: Path, tmp_path: Path) -> None:
    library.write_text("of an earlier build")
    failing = executable(tmp_path / "bin" / "cc", "#!/bin/sh\necho 'no such luck' >&2\nexit 3\n")

    failure = setup.build_library([str(failing)], Path(setup.SOURCES[0]), library)

    assert "ended with code 3\nno such luck\n" in failure
    assert files_beside(library) == ["libscanner.log"]
    assert not library.with_name(".build").exists()
    assert library.with_suffix(".log").read_text() == failure


def test_a_compiler_that_cannot_be_run_is_a_failure(library: Path) -> None:
    failure = setup.build_library(["/nonexistent"], Path(setup.SOURCES[0]), library)

    assert failure == "/nonexistent cannot be run: No such file or directory\n"


def test_a_compiler_that_writes_nothing_is_a_failure(library: Path, tmp_path: Path) -> None:
    idle = executable(tmp_path / "bin" / "cc")

    assert "ended with code 0" in setup.build_library([str(idle)], Path(setup.SOURCES[0]), library)


@needs_compiler
def test_a_library_takes_the_place_of_all_that_earlier_builds_left(library: Path) -> None:
    for suffix in (".so", ".log", ".dll"):
        library.with_suffix(suffix).write_text("of an earlier build")

    assert setup.build_library(setup.compiler(), Path(setup.SOURCES[0]), library) == ""
    assert files_beside(library) == ["libscanner.so"]


def test_without_a_compiler_nothing_is_left_of_earlier_builds(library: Path) -> None:
    library.write_text("of an earlier build")

    assert setup.build_library([], Path(setup.SOURCES[0]), library) == ""
    assert files_beside(library) == []


# --- what doctor and the first load say


@needs_compiler
def test_an_installation_has_the_libraries_ready(tree: Path, tmp_path: Path) -> None:
    assert built_in_place(tree).returncode == 0

    assert all((tree / library).exists() for library in LIBRARIES)
    assert scanner_diagnosis(tree, tmp_path) == (True, "the native scanner reads the records", "")


def test_without_a_scanner_the_first_load_says_how_to_have_it(tree: Path, tmp_path: Path) -> None:
    first = load(tree, tmp_path / "work", "--json")
    second = sparkify(tree, "etl", cwd=tmp_path / "work")

    changes = json.loads(first.out)["row_changes"]
    assert {table: rows["added"] for table, rows in changes.items()} == COUNTS
    assert first.err == (
        "Warning: the native scanner was not built: there was no C compiler, so Python reads the "
        "records, right but slower; to have it, install a C compiler (cc, gcc or clang), then: "
        "make libraries\n"
    )
    assert second == (0, "Nothing new to load.\n", "")
    ok, what, _ = scanner_diagnosis(tree, tmp_path)
    assert ok
    assert "there was no C compiler" in what
    assert SLOWER in what


def test_a_failed_build_is_told_with_its_log(tree: Path, tmp_path: Path) -> None:
    done = built_in_place(tree, CC="false")

    assert done.returncode == 0
    assert "could not be compiled: Sparkify reads in Python, right but slower." in done.stderr
    ok, what, fix = scanner_diagnosis(tree, tmp_path)
    assert not ok
    assert "the native scanner could not be built" in what
    log = tree / "sparkify/records/libscanner.log"
    assert fix == f"correct what {log} says, then: make libraries"
    assert log.exists()


@needs_compiler
def test_a_library_of_another_version_is_not_used(library: Path) -> None:
    source = library.with_name("scanner.c")
    shutil.copy(ROOT / setup.SOURCES[0], source)
    assert setup.build_library(setup.compiler(), source, library) == ""
    with source.open("a") as opened:
        opened.write("/* newer */\n")

    assert load_library(source) is None
    assert library_state(source) is LibraryState.OTHER_VERSION
    assert library_fix(source) == "make libraries"


# --- what is published


def test_a_wheel_for_a_named_platform_is_not_made_without_libraries(tree: Path) -> None:
    wheel = "build.build_wheel('dist', {'--build-option': '--plat-name=win_amd64'})"

    done = build(tree, wheel, CC="false")

    assert done.returncode == 1
    assert "Error: sparkify/records/scanner.c could not be compiled" in done.stderr
    assert not list(tree.glob("dist/*.whl"))


def test_a_wheel_has_the_libraries_of_its_platform_only(tree: Path) -> None:
    # A compiler for any platform: it writes what it was called with, and more beside it.
    compiler = executable(
        tree / "cross-cc",
        '#!/bin/sh\nfor each; do [ "$last" = -o ] && out=$each; last=$each; done\n'
        'echo "$*" > "$out"; touch "${out%.*}.pdb"\n',
    )
    names = {}
    for platform in ("manylinux_2_17_aarch64", "win_amd64"):
        wheel = f"build.build_wheel('dist', {{'--build-option': '--plat-name={platform}'}})"
        done = build(tree, wheel, CC=str(compiler))
        assert done.returncode == 0, done.stderr
        [file] = tree.glob(f"dist/*-py3-none-{platform}.whl")
        with zipfile.ZipFile(file) as opened:
            names[platform] = {
                name for name in opened.namelist() if Path(name).name.startswith("lib")
            } - {"sparkify/engines/libpq.py"}

    assert names["manylinux_2_17_aarch64"] == set(LIBRARIES)
    assert names["win_amd64"] == {str(Path(each).with_suffix(".dll")) for each in LIBRARIES}


def test_the_sdist_has_what_the_libraries_are_built_from(tree: Path) -> None:
    done = build(tree, "build.build_sdist('dist')")

    assert done.returncode == 0, done.stderr
    [file] = tree.glob("dist/*.tar.gz")
    with tarfile.open(file) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    assert {"setup.py", "pyproject.toml", *setup.SOURCES} <= names
    assert not [name for name in names if name.endswith((".so", ".dll", ".log"))]
    assert not [name for name in names if name.startswith("tests")]


@needs_compiler
def test_a_wheel_has_the_example_that_init_writes(tree: Path, tmp_path: Path) -> None:
    assert build(tree, "build.build_wheel('dist')").returncode == 0
    [file] = tree.glob("dist/*.whl")
    with zipfile.ZipFile(file) as opened:
        opened.extractall(tmp_path / "installed")
    folder = write_source(tmp_path)

    done = sparkify(tmp_path / "installed", "init", cwd=folder)

    assert done.code == 0, done.err
    assert (folder / "dwh.cfg").read_text().startswith("# Copy this to dwh.cfg.")


# --- fresh environments


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = cut_down(tmp_path_factory.mktemp("sdist"))
    assert build(folder, "build.build_sdist('dist')").returncode == 0
    [file] = folder.glob("dist/*.tar.gz")
    return file


def installed(sdist: Path, folder: Path, **env: str) -> Path:
    """Install the sdist into an environment of its own; return the package's folder."""
    target = folder / "environment"
    options = ("-q", "--no-deps", "--no-build-isolation", "--no-cache-dir", "--target", target)
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", *map(str, options), str(sdist)],
        env={"HOME": str(folder), "PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return target


@needs_compiler
@pytest.mark.slow
def test_an_installation_with_a_compiler_and_one_without_load_the_same(
    sdist: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "no commands"
    warehouses = {}
    for name, env in {
        "compiler": {},
        "none": {"PATH": str(empty)},
        "failing": {"CC": "/nonexistent"},
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        package = installed(sdist, folder, **env)
        loaded = load(package, folder / "work")
        _, what, fix = scanner_diagnosis(package, folder)
        if name == "compiler":
            assert (loaded.err, what) == ("", "the native scanner reads the records")
        else:
            assert SLOWER in loaded.err
            assert "pip install --force-reinstall" in what + fix
        tables = content(folder / "work" / "sparkify.duckdb")
        warehouses[name] = {table: tables[table] for table in (FACT, *DIMENSIONS)}

    assert warehouses["compiler"] == warehouses["none"] == warehouses["failing"]


@needs_compiler
@pytest.mark.slow
def test_a_wheel_of_this_machine_has_its_tag(tree: Path) -> None:
    assert build(tree, "build.build_wheel('dist')").returncode == 0

    [wheel] = tree.glob("dist/*.whl")
    platform = get_platform().replace("-", "_").replace(".", "_")
    assert wheel.name.endswith(f"-py3-none-{platform}.whl")


@needs_compiler
@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("source", "was built from another version"),
        ("library", "does not run on this machine"),
    ],
)
def test_a_library_that_does_not_fit_is_not_used_and_told(
    tree: Path, tmp_path: Path, spoil: str, said: str
) -> None:
    assert built_in_place(tree).returncode == 0
    if spoil == "source":
        with (tree / "sparkify/records/scanner.c").open("a") as source:
            source.write("/* newer */\n")
    else:
        (tree / SCANNER).write_bytes(b"\x7fELF of another machine")

    loaded = load(tree, tmp_path / "work")
    ok, what, fix = scanner_diagnosis(tree, tmp_path)

    assert said in loaded.err
    assert not ok
    assert said in what
    assert fix == "make libraries"
