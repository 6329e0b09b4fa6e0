"""Time to first sentence under load: N callers say recordings at the pace of speech.

    python -m demos.latency.load ws://127.0.0.1:8080/call --calls 20 demos/phone/*.wav

Callers begin at random offsets and never wait for each other, so a slow server cannot lighten its
own load; each begins with another recording. They run in this process: on one machine they take
their share of it, which is counted against the server. The last line is JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

import numpy as np

from demos.latency.callers import place_calls, spread
from demos.phone.outcome import Outcome
from demos.phone.script import Manners


def main() -> int:
    """Place the calls and print; 1 when a turn was missed or cut into, or a call refused."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("url")
    parser.add_argument("wavs", nargs="+", type=Path, metavar="WAV")
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    plans = spread(arguments.calls, arguments.wavs, arguments.seed)
    results = asyncio.run(place_calls(arguments.url, plans, Manners()))
    calls = [result for result in results if isinstance(result, Outcome)]
    refused = [result for result in results if isinstance(result, str)]
    summary = summarise(calls, refused)
    for reason in sorted(set(refused)):
        print(f"refused {refused.count(reason)} times: {reason}", file=sys.stderr)
    print(json.dumps(summary))
    return 0 if not (summary["missed"] or summary["cut_ins"] or refused) else 1


def summarise(calls: list[Outcome], refused: list[str]) -> dict[str, float]:
    """Percentiles of TTFS and of the greeting's delay in milliseconds, and what went wrong."""
    ttfs = [1e3 * turn.ttfs for call in calls for turn in call.turns if turn.ttfs is not None]
    greeted = [1e3 * call.greeted_at for call in calls if call.greeted_at is not None]
    return {
        "calls": len(calls),
        "refused": len(refused),
        "turns": sum(call.planned for call in calls),
        "missed": sum(call.missed for call in calls),
        "cut_ins": sum(call.cut_ins for call in calls),
        **_percentiles("ttfs_ms", ttfs),
        **_percentiles("greeting_ms", greeted),
    }


def _percentiles(name: str, values: list[float]) -> dict[str, float]:
    if not values:
        return {}
    return {f"{name}_p{p}": round(float(np.percentile(values, p))) for p in (50, 90, 95, 99)}


if __name__ == "__main__":
    sys.exit(main())
