"""Many callers at once on one event loop, none waiting for another.

A slow server cannot lighten its own load: the calls begin when the plan says. Late frames of our
own would look like a slow server, so the loop's lateness and our processor time are noted too.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from demos.latency.caller import Caller
from demos.latency.deal import Plan
from demos.latency.judge import Answer, Interruption, judge
from demos.latency.uplink import Remote, Uplink
from demos.phone.client import place_call
from demos.phone.peers import Peer
from demos.phone.script import Manners
from voice.errors import VoiceError

_PULSE = 0.05


@dataclass(slots=True)
class Placed:
    """One call: what was lived in it, or why there was none."""

    began_at: float
    """Seconds since the bench began."""
    greeted_at: float | None = None
    """From the call's being accepted to the greeting's first audible sample."""
    seconds: float = 0.0
    answers: list[Answer] = field(default_factory=list)
    interruptions: list[Interruption] = field(default_factory=list)
    unsaid: int = 0
    """Turns that the server did not stay for."""
    unheard: int = 0
    """Sounds over the agent's that found it silent."""
    hung_up: str = ""
    refused: str = ""
    number: int = 0
    """Its place among the plans; calls are listed as they began."""


@dataclass(frozen=True, slots=True)
class Run:
    """All calls, and what it took to place them."""

    calls: Sequence[Placed]
    seconds: float
    cpu_seconds: float
    lateness: Sequence[float]
    """How late our own loop was, in seconds, twenty times a second."""


async def place_calls(
    url: str,
    plans: Sequence[Plan],
    manners: Manners,
    make_peer: Callable[[], Peer],
    headers: Mapping[str, str] | None = None,
    show: Callable[[Answer], None] = lambda _: None,
    uplink: Uplink | None = None,
    seed: int = 0,
) -> Run:
    """Place them all; ``show`` is told of each answer when it is known.

    ``uplink`` is the line from every caller to the server, if it is not a perfect one.
    """
    loop = asyncio.get_running_loop()
    began_at, cpu = loop.time(), time.process_time()
    calls: list[Placed] = []
    lateness: list[float] = []

    async def place(number: int, plan: Plan) -> None:
        await asyncio.sleep(plan.starts_at)
        placed = Placed(loop.time() - began_at, number=number)
        calls.append(placed)
        peer = make_peer()
        caller = Caller(peer, plan.steps, manners)
        line = caller if uplink is None else Remote(caller, uplink, Random(f"{seed} {number}"))

        def take() -> None:
            _take(placed, caller, show)

        try:
            placed.hung_up = await place_call(url, peer, line, headers or {}, take)
        except VoiceError as error:
            placed.refused = str(error)
        else:
            _hang_up(placed, caller, plan, show)
            if placed.hung_up and not placed.answers:
                placed.refused = f"{url} ended the call: {placed.hung_up}"

    async with asyncio.TaskGroup() as watching:
        watcher = watching.create_task(_watch(lateness))
        async with asyncio.TaskGroup() as tasks:
            for number, plan in enumerate(plans):
                tasks.create_task(place(number, plan))
        watcher.cancel()
    return Run(calls, loop.time() - began_at, time.process_time() - cpu, lateness)


def _take(placed: Placed, caller: Caller, show: Callable[[Answer], None]) -> None:
    """Judge what has been lived since, and let go of its sound."""
    for lived in caller.lived:
        answers, interruption = judge(lived)
        placed.answers += answers
        placed.interruptions += [interruption] if interruption else []
        for answer in answers:
            show(answer)
    caller.lived.clear()


def _hang_up(placed: Placed, caller: Caller, plan: Plan, show: Callable[[Answer], None]) -> None:
    """The call is over: note the rest of it, and what of the plan has not come to pass."""
    placed.seconds = caller.next_frame_at
    caller.hang_up(placed.seconds, by_server=bool(placed.hung_up))
    _take(placed, caller, show)
    placed.greeted_at, placed.unsaid = caller.greeted_at, caller.steps_left
    said = plan.steps[: len(plan.steps) - caller.steps_left]
    wanted = [s for s in said if s.over is not None and s.over.scene.play == "over_agent"]
    placed.unheard = len(wanted) - len(placed.interruptions)


async def _watch(lateness: list[float]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + _PULSE
        await asyncio.sleep(_PULSE)
        lateness.append(loop.time() - due)
