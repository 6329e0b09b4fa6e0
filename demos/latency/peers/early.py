"""What replies that start early save, and what they cost: the same calls with and without, in turn.

    python -m demos.latency.peers.early [--rounds 3] [--case 1x12] [--scenes SOURCE ...]

Three servers with the embedded engines and the clinic's desk, which differ in one setting each:

    early       as configured: replies begin at a silence, and while the caller still speaks
    no guess    [turn] guess = false: only at a silence
    late        [turn] speculate = false: a reply begins when the turn is ours

Milliseconds saved are told at p50, as the difference of medians, and turn by turn, as the median of
differences. Tokens are all that the model wrote, whoever heard them; extra are those above what
``late`` wrote for the same turns.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path

import numpy as np

from demos.latency.peers.cases import Case, minutes, parse
from demos.latency.peers.material import find, made, scenes_of
from demos.latency.peers.measure import Row
from demos.latency.peers.rounds import Contest, free_port, run_rounds, seconds_of
from demos.latency.peers.systems import Engines, Program, serve
from demos.latency.scene import Scene
from voice.errors import VoiceError

EARLY, NO_GUESS, LATE = "early", "no guess", "late"
_SETTINGS = {EARLY: "", NO_GUESS: "guess = false", LATE: "speculate = false"}
_SAVED_MS, _EXTRA_PERCENT = 150.0, 35.0


def arm(name: str, port: int, folder: Path, brain: Path) -> Program:
    """One of the three servers, and where it counts."""
    config = folder / f"{name.replace(' ', '-')}.toml"
    tally = folder / f"{name.replace(' ', '-')}.json"
    config.write_text(
        f"[turn]\n{_SETTINGS[name]}\n"
        f'[llm]\nengine = "demos.latency.peers.tally:TalliedBrain"\n'
        f'model = "{brain}"\ntally = "{tally}"\n'
    )
    return serve(name, config, port, tally)


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """For people."""
    by_arm = {name: [row for row in rows if row.system == name] for name in _SETTINGS}
    yield f"{'':<12}{'turns':>7}{'p50 ms':>9}{'p95 ms':>9}{'tokens':>9}{'cut in':>8}{'missed':>8}"
    for name, own in by_arm.items():
        p50, p95 = np.percentile([ms for row in own for ms in row.ttfs_ms], (50, 95))
        counts = [sum(getattr(row, key) for row in own) for key in ("cut_ins", "missed")]
        turns, tokens = sum(row.turns for row in own), sum(row.tokens or 0 for row in own)
        yield (f"{name:<12}{turns:>7}{p50:>9.0f}{p95:>9.0f}{tokens:>9}{counts[0]:>8}{counts[1]:>8}")
    for name in (EARLY, NO_GUESS):
        told = saved(by_arm[name], by_arm[LATE])
        kept = told["p50_ms"] >= _SAVED_MS and told["extra_percent"] < _EXTRA_PERCENT
        yield (
            f"{name} saves {told['p50_ms']:.0f} ms at p50 "
            f"[{told['p50_low']:.0f}-{told['p50_high']:.0f} by round], "
            f"{told['by_turn_ms']:.0f} ms turn by turn, for {told['extra_percent']:+.0f}% tokens"
            f" (target: at least {_SAVED_MS:.0f} ms for under {_EXTRA_PERCENT:.0f}%: "
            f"{'kept' if kept else 'MISSED'})"
        )


def saved(early: Sequence[Row], late: Sequence[Row]) -> Mapping[str, float]:
    """By how much the first are sooner than the second, and how much more was written."""
    pairs = [(a, b) for a in early for b in late if (a.round, a.calls) == (b.round, b.calls)]
    rounds = [float(np.median(b.ttfs_ms) - np.median(a.ttfs_ms)) for a, b in pairs]
    turns = [
        after - before
        for a, b in pairs
        for before, after in zip(a.waited_ms, b.waited_ms, strict=False)
        if before is not None and after is not None
    ]
    every = [float(np.median([ms for row in rows for ms in row.ttfs_ms])) for rows in (early, late)]
    tokens = [sum(row.tokens or 0 for row in rows) for rows in (early, late)]
    return {
        "p50_ms": every[1] - every[0],
        "p50_low": min(rounds),
        "p50_high": max(rounds),
        "by_turn_ms": float(np.median(turns)),
        "extra_percent": 100 * (tokens[0] / tokens[1] - 1),
    }


def main() -> int:
    """Measure, print, write; 2 for something to mend."""
    parser = argparse.ArgumentParser(
        prog="python -m demos.latency.peers.early",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--rounds", type=int, default=3)
    add("--case", type=lambda told: parse(f"real+pauses:{told}"), default="1x12",
        metavar="CALLSxTURNS", help="(default: %(default)s)")  # fmt: skip
    add("--scenes", type=Path, nargs="+", help="as the SOURCEs of `voice bench`")
    add("--out", type=Path, default=Path("out/early.json"), metavar="FILE.json")
    add("--logs", type=Path, default=Path("out/early"), metavar="FOLDER")
    arguments = parser.parse_args()
    rows: list[Row] = []
    try:
        with tempfile.TemporaryDirectory(prefix="voice-early-") as folder:
            asyncio.run(_measure(arguments, Path(folder), rows))
    except VoiceError as mistake:
        print(f"early: {mistake}", file=sys.stderr)
        return 2
    print("\n".join(lines(rows)))
    by_arm = {name: [row for row in rows if row.system == name] for name in _SETTINGS}
    told = {name: saved(by_arm[name], by_arm[LATE]) for name in (EARLY, NO_GUESS)}
    arguments.out.write_text(json.dumps({**told, "rows": [asdict(row) for row in rows]}, indent=1))
    print(json.dumps(told))
    return 0


async def _measure(arguments: argparse.Namespace, folder: Path, rows: list[Row]) -> None:
    arguments.logs.mkdir(parents=True, exist_ok=True)
    port, brain = free_port(), find("clinic-135m")
    arms = [arm(name, port, folder, brain) for name in _SETTINGS]

    def programs(_: Engines) -> Sequence[Program]:
        return arms

    def scenes(case: Case) -> list[Scene]:
        return scenes_of(arguments.scenes or [made()], case)

    contest = Contest(
        [arguments.case], arguments.rounds, programs, lambda _: None, scenes, arguments.logs,
        all=True, most=1_000,
    )  # fmt: skip
    told = f"{arguments.rounds} rounds of {arguments.case}, three servers"
    print(f"{told}: about {minutes(seconds_of(contest))}", file=sys.stderr)
    async with aclosing(run_rounds(contest)) as runs:
        rows.extend([row async for row in runs])


if __name__ == "__main__":
    sys.exit(main())
