"""`voice bench URL --calls N`: the latency harness."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from tqdm import tqdm

from demos.latency.callers import Run, place_calls
from demos.latency.cost import Meter, server_of
from demos.latency.deal import Plan, deal
from demos.latency.judge import Answer
from demos.latency.page import write_page
from demos.latency.scene import INDEX, Scene, read_scenes
from demos.latency.summary import failed, summarise
from demos.latency.table import table
from demos.latency.uplink import Uplink
from demos.phone import numbers
from demos.phone.options import (
    add_manners,
    add_server,
    check_address,
    check_writable,
    headers_of,
    make_peer,
    manners_of,
    protocol_of,
    rate_of,
)
from voice.errors import VoiceError

EPILOG = """\
N callers say labelled recordings at the pace of speech. They begin at random within --within
seconds and never wait for each other, so a slow server cannot lighten its own load; within a call a
caller waits as a person must: until the agent has been silent for --pause, or in vain for
--reply-timeout. All is measured here, at the caller's end of the socket, as a telephone plays it:

  TTFS       time to first sentence: last voiced sample said to first audible sample of the reply
  cut in     the agent spoke before the caller had finished: an error, never a fast turn
  missed     no reply came
  cut short  the reply was thrown away though nobody had spoken
  barge-in   onset of the caller's voice to the agent's last sample; what the telephone still held
             when it was told to be silent is not heard, and is told apart
  hush       how long the agent was silent to listen to a nod, a cough or a noise before it went on;
             one that does not go on within 1.5 s of the sound, or answers it, was stopped

A SOURCE is a WAV (one turn; book.json beside it may hold {"speech_end": 2.913}), a folder of them,
or a folder with a scenes.jsonl, which knows barge-ins, backchannels and noises too.

    voice bench ws://127.0.0.1:8080/call --calls 8 --report bench.html
    voice bench wss://pbx.example/media my-callers/ --protocol twilio --calls 20 --turns 10
    voice bench ws://127.0.0.1:8080/twilio --calls 8 --jitter 60 --loss 2

Any server that speaks Twilio Media Streams can be measured, not only ours; ours tells where the
time went too, over the native protocol. The last line on standard output is JSON. The callers share
one core: what they took, and how late they were themselves, is told at the end. So is what the
calls cost the server with its children, where its process is known (--pid).

With --jitter and --loss the callers' frames reach the server as from a carrier: late, never out of
order, or not at all. What the same --seed loses is the same. TTFS still counts from the last sample
that was said, so a late frame makes a reply late.

exit status: 0 nobody was let down, 1 a turn was missed, cut into or cut short, a call refused or
ended early, or the agent stopped for a sound that should stop nobody, 2 something for you to mend
"""


def add_parser(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser], environ: Mapping[str, str]
) -> None:
    """Add `bench` to the command line; the parsed arguments carry what to call as ``run``."""
    parser = subparsers.add_parser(
        "bench",
        help="many callers at once: percentiles, cut-ins, missed replies, barge-in",
        description="Measure a voice server: how soon, and how well, are many callers answered?",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_server(parser, environ)
    add = parser.add_argument
    add("sources", metavar="SOURCE", nargs="*", type=Path,
        help="right after the URL (default: the scenes that we ship)")  # fmt: skip
    add("--calls", type=numbers.count, default=1, metavar="N", help="callers at once (default: 1)")
    add("--turns", type=numbers.count, default=6, metavar="N", help="turns of each (default: 6)")
    add("--kind", action="append", metavar="KIND", help="only scenes of this kind (repeatable)")
    add("--seed", type=int, default=1, help="who says what, and when (default: 1)")
    add("--report", type=Path, metavar="FILE.html", help="write the pictures, in one file")
    add("--jitter", type=numbers.milliseconds, default=0.0, metavar="MS",
        help="frames of a caller are up to so much late (default: 0)")  # fmt: skip
    add("--loss", type=numbers.percent, default=0.0, metavar="PERCENT",
        help="so many frames of a caller never come (default: 0)")  # fmt: skip
    add("--pid", type=numbers.process, metavar="PID",
        help="the server's process (default: found, if it is on this machine)")  # fmt: skip
    add(
        "--within",
        type=numbers.seconds,
        metavar="S",
        default=5.0,
        help="all calls begin within so many seconds (default: 5)",
    )
    add_manners(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Place the calls, print, write the page. Raises :class:`VoiceError`."""
    check_address(arguments.url)
    protocol = protocol_of(arguments)
    scenes = _scenes(arguments, rate_of(arguments))
    plans = deal(scenes, arguments.calls, arguments.turns, arguments.within, arguments.seed)
    check_writable(arguments.report)
    planned = sum(_turns(plan) for plan in plans)
    pid = arguments.pid or server_of(arguments.url)
    meter = Meter(pid) if pid else None
    with closing(_Progress(planned)) as progress:
        done = asyncio.run(_place(arguments, plans, progress.show))
    if all(call.refused for call in done.calls):
        raise VoiceError(done.calls[0].refused)
    cost = meter.read(sum(call.seconds for call in done.calls)) if meter else {}
    figures = _about(arguments, protocol) | summarise(done, planned) | {"server": cost}
    print(table(figures))
    if arguments.report:
        write_page(arguments.report, figures, done)
        print(f"wrote {arguments.report}", file=sys.stderr)
    print(json.dumps(figures))
    return 1 if failed(figures) else 0


async def _place(
    arguments: argparse.Namespace, plans: list[Plan], show: Callable[[Answer], None]
) -> Run:
    return await place_calls(
        arguments.url,
        plans,
        manners_of(arguments),
        partial(make_peer, arguments),
        headers_of(arguments),
        show,
        Uplink(arguments.jitter, arguments.loss) if arguments.jitter or arguments.loss else None,
        arguments.seed,
    )


def _scenes(arguments: argparse.Namespace, rate: int) -> list[Scene]:
    scenes = read_scenes(arguments.sources or _shipped(), rate)
    if not arguments.kind:
        return scenes
    kinds = sorted({scene.kind for scene in scenes})
    for kind in arguments.kind:
        if kind not in kinds:
            raise VoiceError(f"no scene is of kind {kind!r}, expected one of: {', '.join(kinds)}")
    return [scene for scene in scenes if scene.kind in arguments.kind]


def _shipped() -> list[Path]:
    """The labelled set, or where it was left out of an installation, the demo's caller."""
    scenes = Path(__file__).parent / "scenes"
    if (scenes / INDEX).is_file():
        return [scenes]
    return [Path(__file__).parent.parent / "phone"]


def _turns(plan: Plan) -> int:
    """How many answers this call asks for: a barge-in wants one too."""
    return sum(
        1
        + (
            step.over is not None
            and step.over.scene.play == "over_agent"
            and step.over.scene.takes_the_turn
        )
        for step in plan.steps
    )


def _about(arguments: argparse.Namespace, protocol: str) -> dict[str, Any]:
    return {
        "url": arguments.url,
        "protocol": protocol,
        "callers": arguments.calls,
        "seed": arguments.seed,
        "pause": arguments.pause,
        "reply_timeout": arguments.reply_timeout,
        "jitter_ms": 1e3 * arguments.jitter,
        "loss_percent": 100 * arguments.loss,
    }


class _Progress:
    """A bar of answers, on a terminal only, with how it goes so far."""

    def __init__(self, planned: int) -> None:
        self._bar = tqdm(total=planned, unit="turn", disable=None)
        self._ttfs: list[float] = []
        self._errors = 0

    def show(self, answer: Answer) -> None:
        """One more."""
        if answer.ttfs is not None:
            self._ttfs.append(answer.ttfs)
        self._errors += answer.ttfs is None or answer.cut_short
        if self._ttfs:
            middle = 1e3 * median(self._ttfs)
            self._bar.set_postfix_str(f"p50 {middle:.0f} ms, {self._errors} wrong", False)
        self._bar.update()

    def close(self) -> None:
        """Leave the bar where it is."""
        self._bar.close()
