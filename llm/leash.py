"""Become a command that dies when its parent does, even if the parent is killed.

    python leash.py PARENT_PID COMMAND...

Run as a file, by itself, with nothing but the standard library: it is gone once the command runs.
Linux keeps such a promise (`prctl(2)`, PR_SET_PDEATHSIG) across exec; elsewhere the command runs
without it.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Make the promise, then run the command in this process."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the parent is gone already")  # it died before the promise was made
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.exit(f"cannot run {command[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
