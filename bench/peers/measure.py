"""Run a command and print its cost as JSON: seconds, CPU seconds, peak bytes.

    python -m bench.peers.measure COMMAND ARGUMENT...

Each run needs a process of its own: the kernel keeps one peak for all children of a process, and
it includes the parent's.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time

# https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html
_PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    """Run the command given as arguments, and print its cost."""
    if sys.platform == "linux":
        # Adopt orphans, such as Spark's Java, so that they are counted too.
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    began = time.perf_counter()
    subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - began
    _wait_for_orphans()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 1 if sys.platform == "darwin" else 1024
    cpu = usage.ru_utime + usage.ru_stime
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": usage.ru_maxrss * unit}))


def _wait_for_orphans() -> None:
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


if __name__ == "__main__":
    main()
