"""Where the program begins: a first ^C ends it, whatever is being imported just then.

Importing the commands takes half a second, and an interrupt in the middle of that would come out as
a traceback of somebody else's package. So this module imports next to nothing, and the rest inside
of :func:`main`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    usual = signal.default_int_handler
    ours = signal.getsignal(signal.SIGINT) is usual  # else somebody wants it otherwise: nohup, say
    if ours:
        signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    from voice.commands import run

    try:
        if ours:
            signal.signal(signal.SIGINT, usual)
        return run(argv)
    except KeyboardInterrupt:
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
