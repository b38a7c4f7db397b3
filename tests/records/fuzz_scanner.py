"""Build fuzz_scanner.c and run it: the native scanner alone, under sanitizers, in one process."""

import json
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from sparkify.records.native import KINDS
from sparkify.records.native_scanner import SOURCE, scanner_for
from tests.records.odd_files import COLUMNS, CORPUS, PATHS, SHAPES

FUZZER = Path(__file__).with_suffix(".c")
COMPILER = which("cc")
_SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
_OPTIONS = ("-O2", "-g", "-std=c11", "-Wall", "-Wextra", "-Werror", '-DSOURCE_DIGEST=""')
# The three ways in which scanner.c copies a text: by 16 bytes, by 8, by one.
BUILDS: dict[str, tuple[str, ...]] = {
    "SSE2": (),
    "words": ("-U__SSE2__",),
    "bytes": ("-U__SSE2__", "-U__BYTE_ORDER__"),
}


class FaultFoundError(Exception):
    """The fuzzer found a fault; the text says which, and holds the input."""


@dataclass(frozen=True)
class ScannerRun:
    """The inputs of one run of the fuzzer; equal runs of all builds have the same digest."""

    inputs: int
    bytes: int
    records: int
    digest: str


def build(folder: Path, name: str = "SSE2", scanner: Path = SOURCE) -> Path:
    """Compile the fuzzer with one of the BUILDS' options; return the program.

    Another source can stand in for scanner.c.
    """
    program, source = folder / f"fuzz_scanner_{name}", folder / f"fuzz_scanner_{name}.c"
    text = FUZZER.read_text(encoding="utf-8")
    included = '"../../sparkify/records/scanner.c"'
    source.write_text(text.replace(included, f'"{scanner}"'), encoding="utf-8")
    command = [str(COMPILER), *_SANITIZERS, *_OPTIONS, *BUILDS[name]]
    subprocess.run([*command, "-o", str(program), str(source)], check=True)
    return program


def run(program: Path, seed: int, *, inputs: int = 1 << 62, seconds: float = 1e9) -> ScannerRun:
    """Run the fuzzer until so many inputs or seconds. Raises FaultFoundError."""
    shapes = write_shapes(program.parent)
    arguments = [str(seed), str(inputs), str(seconds), *map(str, shapes), "--"]
    ran = subprocess.run(
        [str(program), *arguments, *map(str, sorted(CORPUS.glob("*.json")))],
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
    if ran.returncode:
        raise FaultFoundError(f"{program.name} {seed}: {ran.stderr}")
    return ScannerRun(**json.loads(ran.stdout))


def write_shapes(folder: Path) -> list[Path]:
    """Write the fields of each of the SHAPES, as the scanner gets them."""
    kinds = [KINDS[column.kind] for column in COLUMNS]
    files = []
    for shape, ignore_case in SHAPES:
        scanner = scanner_for(COLUMNS, PATHS[shape], ignore_case=ignore_case)
        assert scanner, "the scanner was not built"
        fields = scanner._fields
        head = struct.pack("18i", ignore_case, len(kinds), *kinds, *[0] * (16 - len(kinds)))
        files.append(folder / f"{shape}_{ignore_case}.fields")
        files[-1].write_bytes(head + struct.pack("i", len(fields)) + b"\0" * 4 + bytes(fields))
    return files
