"""Copy a warehouse's file: a program of its own, which runs without the package.

Whatever closes a file drops all POSIX locks that its process has on it, so the process that holds
DuckDB's lock must not open the file a second time. The exit code is the number of the operating
system's error, or that of a file that is no copy of the warehouse.
"""

import errno
import os
import sys
from pathlib import Path

try:
    import fcntl
except ImportError:  # on Windows, where nothing is published
    fcntl = None  # type: ignore[assignment]

NOT_A_COPY = 255
# DuckDB draws these bytes of a new file's header at random, so that only copies share them.
IDENTITY = slice(124, 140)
# https://man7.org/linux/man-pages/man2/ioctl_ficlone.2.html
FICLONE = 0x40049409
BYTES_PER_COPY = 4 << 20
BYTES_PER_KERNEL_COPY = 256 << 20
CANNOT_COPY_IN_KERNEL = (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)


def copy_warehouse(warehouse: Path, published: Path, target: Path | None) -> int:
    """Copy the warehouse, with its time and permissions to read; return the exit code.

    Without a target only see whether the published file, if there is one, is a copy of it.
    """
    try:
        if published.exists() and _identity(published) != _identity(warehouse):
            return NOT_A_COPY
        if target:
            _copy(warehouse, target)
    except OSError as error:
        return error.errno or 1
    return 0


def share_blocks(source: int, target: int) -> bool:
    """Let a file share the blocks of another one; return whether the filesystem can do that."""
    try:
        fcntl.ioctl(target, FICLONE, source)
    except (AttributeError, OSError):
        return False
    return True


def _identity(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(IDENTITY.stop)[IDENTITY]


def _copy(warehouse: Path, target: Path) -> None:
    with warehouse.open("rb", buffering=0) as source, target.open("xb", buffering=0) as copy:
        state = os.fstat(source.fileno())
        if os.geteuid() == 0:  # who owns the warehouse reads the copy too
            os.fchown(copy.fileno(), state.st_uid, state.st_gid)
        # A program that opened it to write would lock out all readers.
        os.fchmod(copy.fileno(), state.st_mode & 0o555)
        if not share_blocks(source.fileno(), copy.fileno()):
            _copy_in_kernel(source.fileno(), copy.fileno())
            while data := source.read(BYTES_PER_COPY):  # the rest: all, where the kernel cannot
                _write_all(copy.fileno(), data)
        os.utime(copy.fileno(), ns=(state.st_atime_ns, state.st_mtime_ns))
        os.fsync(copy.fileno())


def _copy_in_kernel(source: int, target: int) -> None:
    """Copy what the system copies without handing it out, in a quarter of the CPU time.

    Raises OSError, but not where it cannot do that here.
    """
    try:
        while os.copy_file_range(source, target, BYTES_PER_KERNEL_COPY):
            pass
    except AttributeError:  # not on Linux
        return
    except OSError as error:
        if error.errno not in CANNOT_COPY_IN_KERNEL:
            raise


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


if __name__ == "__main__":
    places = [Path(argument) for argument in sys.argv[1:]]
    sys.exit(copy_warehouse(places[0], places[1], places[2] if len(places) > 2 else None))
