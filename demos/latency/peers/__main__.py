"""`make bench`: ours and Pipecat in turn, round after round, and one table.

Every run starts its server anew, drops a warm-up call, and places the same calls: same scenes, same
seed, same offsets. Who goes first changes from round to round.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from tqdm import tqdm

from demos.latency.deal import Plan, Step, deal
from demos.latency.peers import systems
from demos.latency.peers.compare import OURS, ratios, table
from demos.latency.peers.measure import Row, measure, running
from demos.latency.peers.systems import Engines, Program
from demos.latency.scene import INDEX, Scene, read_scenes
from demos.phone.peers import TwilioPeer
from voice import weights
from voice.errors import VoiceError
from voice.weights.cli import default_cache

_LATENCY = Path(__file__).parents[1]


def is_plain(scene: Scene) -> bool:
    """Whether it is a turn that its words say is over exactly when it is."""
    words = scene.text.split() or ["unlabelled."]
    finished = words[-1][-1] in ".?!" and words[-1].strip(".").lower() not in ("um", "uh")
    return scene.play == "turn" and len(scene.speech) == 1 and finished


def main() -> int:
    """Measure, print, write; 2 for something to mend."""
    parser = argparse.ArgumentParser(
        prog="python -m demos.latency.peers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--rounds", type=int, default=3)
    add("--calls", type=int, nargs="+", default=[1, 8], metavar="N")
    add("--turns", type=int, default=6, help="turns of each call (default: 6)")
    add("--engines", nargs="+", choices=("rig", "real"), default=["rig", "real"])
    add("--strategies", nargs="*", default=["smart-turn", "speech-timeout"],
        help="how the peer ends turns, each NAME or NAME=SECONDS; none: only ours")  # fmt: skip
    add("--scenes", type=Path, nargs="+", help="as the SOURCEs of `voice bench`")
    add("--peer", type=Path, default=Path(".venv-pipecat/bin/python"), metavar="PYTHON",
        help="the interpreter of the peer's environment (default: %(default)s)")  # fmt: skip
    add("--out", type=Path, default=Path("out/peers.json"), metavar="FILE.json")
    add("--logs", type=Path, default=Path("out/peers"), metavar="FOLDER")
    arguments = parser.parse_args()
    rows: list[Row] = []
    status = 0
    try:
        asyncio.run(_measure_all(arguments, rows))
    except VoiceError as mistake:
        print(f"bench: {mistake}", file=sys.stderr)
        status = 2
    except KeyboardInterrupt:
        status = 130
    if rows:  # what was measured before a mishap took its time, too
        _tell(arguments, sorted(rows, key=_place))
    return status


def _tell(arguments: argparse.Namespace, rows: Sequence[Row]) -> None:
    about = _about(arguments) | {"ratios": list(ratios(rows))}
    whole = about | {"rows": [asdict(row) for row in rows]}
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(whole, indent=1))
    print(table(rows))
    print(f"wrote {arguments.out}", file=sys.stderr)
    print(json.dumps(about))


def _place(row: Row) -> tuple[bool, int, bool, str, int]:
    return row.engines != "rig", row.calls, row.system != OURS, row.system, row.round


async def _measure_all(arguments: argparse.Namespace, rows: list[Row]) -> None:
    # Not resolved: an environment's python is a link, and known by where the link is.
    peer = arguments.peer.absolute()
    if arguments.strategies and not peer.is_file():
        raise VoiceError(f"the peer's python is {peer}, expected its environment: make bench")
    arguments.logs.mkdir(parents=True, exist_ok=True)
    runs = len(arguments.engines) * arguments.rounds * len(arguments.calls)
    with (
        tempfile.TemporaryDirectory(prefix="voice-peers-") as folder,
        tqdm(total=runs * (1 + len(arguments.strategies)), unit="run", disable=None) as progress,
    ):
        for engines in arguments.engines:
            scenes = _scenes(arguments.scenes, engines)
            warm_up = Plan([Step(min((s for s in scenes if s.play == "turn"), key=_length))])
            llm_port, port = _free_port(), _free_port()
            model = await asyncio.to_thread(systems.language_model, engines, llm_port, _find)
            programs = _programs(arguments.strategies, peer, engines, port, llm_port, Path(folder))
            async with running(model, arguments.logs) as model_pid:
                for number in range(1, arguments.rounds + 1):
                    for calls in arguments.calls:
                        plans = deal(scenes, calls, arguments.turns, 5.0, seed=number)
                        for program in _in_turn(programs, number):
                            progress.set_postfix_str(f"{engines}, {calls} calls, {program.name}")
                            row = await measure(
                                program, model_pid, plans, warm_up, arguments.logs,
                                engines=engines, number=number,
                            )  # fmt: skip
                            rows.append(row)
                            progress.update()


def _programs(
    strategies: Sequence[str], peer: Path, engines: Engines, port: int, llm_port: int, folder: Path
) -> list[Program]:
    theirs = [
        systems.pipecat(peer, strategy, engines, port, llm_port, _find) for strategy in strategies
    ]
    return [systems.ours(engines, port, llm_port, folder), *theirs]


def _in_turn(programs: Sequence[Program], number: int) -> list[Program]:
    first = number % len(programs)
    return [*programs[first:], *programs[:first]]


def _scenes(sources: Sequence[Path] | None, engines: Engines) -> list[Scene]:
    """For the rig only what is said in one go and finished: its words cannot tell of more."""
    scenes = read_scenes(sources or [_made()], TwilioPeer.sample_rate)
    return [scene for scene in scenes if engines == "real" or is_plain(scene)]


def _made() -> Path:
    """The labelled set, where it was made (demos.latency.scenes.make), or the demo's caller."""
    made = default_cache(os.environ).parent / "voice-scenes" / "set"
    return made if (made / INDEX).is_file() else _LATENCY.parent / "phone"


def _length(scene: Scene) -> float:
    return scene.ends_at


def _find(name: str) -> Path:
    return weights.fetch(name, default_cache(os.environ), say=lambda line: print(line, flush=True))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


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
        "turns": arguments.turns,
        "scenes": [str(source) for source in arguments.scenes or [_made()]],
    }


if __name__ == "__main__":
    sys.exit(main())
