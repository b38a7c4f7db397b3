"""Disks of a few kilobytes, and of filesystems that share blocks between files."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """Let a folder be a disk of its own, of that size."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "sparkify-test", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("to make a small disk takes root, and the right to mount")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def disk_that_shares_blocks(folder: Path, kind: str) -> Iterator[None]:
    """Let a folder be a disk of its own with this filesystem, in a file beside it."""
    make = shutil.which(f"mkfs.{kind}", path="/usr/sbin:/usr/bin:/sbin")
    image = folder.with_suffix(f".{kind}")
    with image.open("wb") as file:
        file.truncate(600_000_000)
    commands = ([make or "", "-q", str(image)], ["mount", "-o", "loop", str(image), str(folder)])
    for command in commands:
        if not make or subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip(f"to make a disk of {kind} takes root, mkfs.{kind} and a loop device")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)
