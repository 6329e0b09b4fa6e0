"""`make bench`: ours and Pipecat in turn, round after round; one table, one page, one verdict.

Every run starts its server anew, drops a warm-up call, and places the same calls: same scenes, same
seed, same offsets. Who goes first changes from round to round.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import aclosing, suppress
from dataclasses import asdict, replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from signal import SIGINT, SIGTERM

from demos.latency.peers import systems
from demos.latency.peers.cases import DEFAULT, minutes, parse
from demos.latency.peers.compare import OURS, ratios, table
from demos.latency.peers.material import find, made, scenes_of
from demos.latency.peers.measure import Row
from demos.latency.peers.page import page
from demos.latency.peers.rounds import Contest, free_port, run_rounds, seconds_of
from demos.latency.peers.systems import Engines, Program
from demos.latency.peers.targets import verdict_table, verdicts
from voice.errors import VoiceError


def main() -> int:
    """Measure, print, write; 2 for something to mend."""
    arguments = _read()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="voice-peers-") as folder:
        try:
            contest = _contest(arguments, Path(folder))
            status = asyncio.run(_measure_all(contest, arguments, rows))
        except VoiceError as mistake:
            print(f"bench: {mistake}", file=sys.stderr)
            status = 2
    if rows:  # what was measured before a mishap took its time, too
        _tell(arguments, rows)
    return status


def _read() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m demos.latency.peers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--rounds", type=int, default=3)
    add("--cases", type=parse, nargs="+", default=DEFAULT, metavar="ENGINES:CALLSxTURNS",
        help="rig or real engines, calls at once, turns of each "
        "(default: rig:1x10 real:1x12 real:8x4 real+pauses:8x3)")  # fmt: skip
    add("--turns", type=int, help="turns of each call, whatever the case says")
    add("--strategies", nargs="*", default=["smart-turn", "speech-timeout"],
        help="how the peer ends turns, each NAME or NAME=SECONDS; none: only ours")  # fmt: skip
    add("--all", action="store_true",
        help="every strategy in every round, not only the better one after the first")  # fmt: skip
    add("--scenes", type=Path, nargs="+", help="as the SOURCEs of `voice bench`")
    add("--pin", action="store_true", help="servers on one core, callers on another")
    add("--peer", type=Path, default=Path(".venv-pipecat/bin/python"), metavar="PYTHON",
        help="the interpreter of the peer's environment (default: %(default)s)")  # fmt: skip
    add("--out", type=Path, default=Path("out/peers.json"), metavar="FILE.json",
        help="every turn of every run; the page is beside it (default: %(default)s)")  # fmt: skip
    add("--logs", type=Path, default=Path("out/peers"), metavar="FOLDER")
    arguments = parser.parse_args()
    if arguments.turns:
        arguments.cases = [replace(case, turns=arguments.turns) for case in arguments.cases]
    return arguments


def _contest(arguments: argparse.Namespace, folder: Path) -> Contest:
    """Raises :class:`VoiceError`."""
    # Not resolved: an environment's python is a link, and known by where the link is.
    peer = arguments.peer.absolute()
    if arguments.strategies and not peer.is_file():
        raise VoiceError(f"the peer's python is {peer}, expected its environment: make bench")
    arguments.logs.mkdir(parents=True, exist_ok=True)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    port, llm_port = free_port(), free_port()

    @cache
    def programs(engines: Engines) -> Sequence[Program]:
        theirs = [
            systems.pipecat(peer, strategy, engines, port, llm_port, find)
            for strategy in arguments.strategies
        ]
        both = [systems.ours(engines, port, llm_port, folder), *theirs]
        return [systems.pinned(program, 0) for program in both] if arguments.pin else both

    if arguments.pin:
        os.sched_setaffinity(0, {(os.cpu_count() or 2) - 1})
    return Contest(
        arguments.cases,
        arguments.rounds,
        programs,
        cache(lambda engines: systems.language_model(engines, llm_port, find)),
        cache(partial(scenes_of, arguments.scenes or [made()])),
        arguments.logs,
        arguments.all,
    )


async def _measure_all(contest: Contest, arguments: argparse.Namespace, rows: list[Row]) -> int:
    """Ended by a signal, it stops what it started, and what was measured is told."""
    cases = "; ".join(map(str, contest.cases))
    print(
        f"{contest.rounds} rounds of: {cases}. About {minutes(seconds_of(contest))}.",
        file=sys.stderr,
    )
    loop, measuring = asyncio.get_running_loop(), asyncio.current_task()
    assert measuring is not None
    for number in (SIGINT, SIGTERM):
        loop.add_signal_handler(number, measuring.cancel)
    with suppress(asyncio.CancelledError):
        async with aclosing(run_rounds(contest)) as runs:
            async for row in runs:
                rows.append(row)
                _write(arguments, rows)
        return 0
    return 130


def _write(arguments: argparse.Namespace, rows: Sequence[Row]) -> dict[str, object]:
    """After every run: whatever happens to the next, this one is kept."""
    rows = sorted(rows, key=_place)
    told = verdicts(rows)
    about = _about(arguments) | {
        "targets": [asdict(each) for each in told],
        "ratios": list(ratios(rows)),
    }
    whole = about | {"rows": [asdict(row) for row in rows]}
    arguments.out.write_text(json.dumps(whole, indent=1))
    arguments.out.with_suffix(".html").write_text(page(rows, told, about), encoding="utf-8")
    return about


def _tell(arguments: argparse.Namespace, rows: Sequence[Row]) -> None:
    about = _write(arguments, rows)
    print(table(sorted(rows, key=_place)))
    print(verdict_table(verdicts(rows)))
    print(f"wrote {arguments.out} and {arguments.out.with_suffix('.html')}", file=sys.stderr)
    print(json.dumps(about))


def _place(row: Row) -> tuple[bool, int, bool, str, int]:
    return row.engines != "rig", row.calls, row.system != OURS, row.system, row.round


def _about(arguments: argparse.Namespace) -> dict[str, object]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return {
        "date": date.today().isoformat(),
        "commit": commit.stdout.strip(),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "rounds": arguments.rounds,
        "cases": [str(case) for case in arguments.cases],
        "pinned": arguments.pin,
        "scenes": [str(source) for source in arguments.scenes or [made()]],
    }


if __name__ == "__main__":
    sys.exit(main())
