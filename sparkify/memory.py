"""The memory of this process, as the operating system counts it."""

import re
import sys
from pathlib import Path


def peak_memory_bytes() -> int | None:
    """Return the peak resident memory of this process so far; None if the system has no figure.

    All resident memory counts: every library, and mapped files too. On Linux it is VmHWM
    (https://man7.org/linux/man-pages/man5/proc_pid_status.5.html), correct to a few megabytes:
    ru_maxrss there starts with the peak of the parent process.
    """
    return _high_water_mark() or _rusage_peak()


def _high_water_mark() -> int | None:
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    found = re.search(r"^VmHWM:\s*(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) << 10 if found else None


def _rusage_peak() -> int | None:
    try:
        import resource
    except ImportError:  # on Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts kilobytes (https://man7.org/linux/man-pages/man2/getrusage.2.html), macOS bytes.
    return peak if sys.platform == "darwin" else peak << 10
