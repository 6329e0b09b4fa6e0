"""Does a server keep anything of its calls? Calls one after the other, resident memory after each.

    python -m demos.latency.memory ws://127.0.0.1:8080/call PID --calls 10 demos/phone/*.wav

PID is the server's process; its children (the embedded brain) are listed apart. Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from functools import partial
from pathlib import Path

from demos.latency.callers import place_calls
from demos.latency.deal import Plan, Step
from demos.latency.scene import read_scenes
from demos.phone.options import add_server, headers_of, make_peer, rate_of
from demos.phone.script import Manners


def main() -> int:
    """Place the calls and print; 1 when memory grew by over 5 MB after the first call."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_server(parser, os.environ)
    parser.add_argument("pid", type=int)
    parser.add_argument("wavs", nargs="+", type=Path, metavar="WAV")
    parser.add_argument("--calls", type=int, default=10)
    arguments = parser.parse_args()
    plan = Plan([Step(scene) for scene in read_scenes(arguments.wavs, rate_of(arguments))])
    peer, headers = partial(make_peer, arguments), headers_of(arguments)
    server, children = [], []
    for number in range(arguments.calls):
        run = asyncio.run(place_calls(arguments.url, [plan], Manners(), peer, headers))
        call = run.calls[0]
        assert not call.refused, call.refused
        server.append(resident_mb(arguments.pid))
        children.append(sum(resident_mb(child) for child in children_of(arguments.pid)))
        print(
            f"call {number + 1}: {call.seconds:.0f} s, "
            f"{sum(answer.missed for answer in call.answers)} missed, "
            f"server {server[-1]:.1f} MB, its children {children[-1]:.1f} MB",
            file=sys.stderr,
        )
    growth = max(server) - server[0]
    print(json.dumps({"server_mb": server, "children_mb": children, "growth_mb": growth}))
    return 0 if growth <= 5 else 1


def resident_mb(pid: int) -> float:
    """What of this process is in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return round(int(kilobytes) / 1024, 1)


def children_of(pid: int) -> list[int]:
    """Its children, and theirs."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(child) for task in tasks for child in task.read_text().split()]
    return found + [grandchild for child in found for grandchild in children_of(child)]


if __name__ == "__main__":
    sys.exit(main())
