"""The memory of this process, as the operating system counts it."""

import re
import sys
from pathlib import Path


def peak_memory_bytes() -> int | None:
    """The most bytes of this process that were in memory at once so far; None if nobody tells.

    All that is resident counts, of every library, mapped files too. On Linux it is VmHWM
    (https://man7.org/linux/man-pages/man5/proc_pid_status.5.html), right to a few megabytes:
    ru_maxrss there begins with the peak of whoever started this process.
    """
    return _high_water_mark() or _most_used()


def _high_water_mark() -> int | None:
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    found = re.search(r"^VmHWM:\s*(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) << 10 if found else None


def _most_used() -> int | None:
    try:
        import resource
    except ImportError:  # on Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # https://man7.org/linux/man-pages/man2/getrusage.2.html has kilobytes, macOS's has bytes.
    return most if sys.platform == "darwin" else most << 10
