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
from demos.latency.machine import children_of, resident_mb
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
        server.append(round(resident_mb(arguments.pid), 1))
        brain = sum(resident_mb(child) for child in children_of(arguments.pid))
        children.append(round(brain, 1))
        print(
            f"call {number + 1}: {call.seconds:.0f} s, "
            f"{sum(answer.missed for answer in call.answers)} missed, "
            f"server {server[-1]:.1f} MB, its children {children[-1]:.1f} MB",
            file=sys.stderr,
        )
    growth = max(server) - server[0]
    print(json.dumps({"server_mb": server, "children_mb": children, "growth_mb": growth}))
    return 0 if growth <= 5 else 1


if __name__ == "__main__":
    sys.exit(main())
