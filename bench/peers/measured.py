"""Run a command to its end and tell what it took, as JSON: seconds, CPU seconds, peak bytes.

    python -m bench.peers.measured COMMAND ARGUMENT...

A process of its own for each run: the kernel keeps one peak for all that a process ever waited
for, and counts whoever started it in.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time

_PR_SET_CHILD_SUBREAPER = (
    36  # https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html
)


def main() -> None:
    """Run the command that the arguments are, and print what it took."""
    if sys.platform == "linux":
        # What it leaves behind, such as Spark's Java, comes to us, so that it is counted too.
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    began = time.perf_counter()
    subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - began
    _await_those_left()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 1 if sys.platform == "darwin" else 1024
    cpu = usage.ru_utime + usage.ru_stime
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": usage.ru_maxrss * unit}))


def _await_those_left() -> None:
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


if __name__ == "__main__":
    main()
