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

    async def one(number: int, plan: Plan) -> None:
        await asyncio.sleep(plan.starts_at)
        peer = make_peer()
        caller = Caller(peer, plan.steps, manners)
        placed = Placed(loop.time() - began_at)
        calls.append(placed)

        def take() -> None:
            for lived in caller.lived:
                answers, interruption = judge(lived)
                placed.answers += answers
                placed.interruptions += [interruption] if interruption else []
                for answer in answers:
                    show(answer)
            caller.lived.clear()

        speaker = caller if uplink is None else Remote(caller, uplink, Random(f"{seed} {number}"))
        try:
            placed.hung_up = await place_call(url, peer, speaker, headers or {}, take)
        except VoiceError as error:
            placed.refused = str(error)
            return
        placed.seconds = caller.next_frame_at
        caller.hang_up(placed.seconds, by_server=bool(placed.hung_up))
        take()
        placed.greeted_at, placed.unsaid = caller.greeted_at, caller.steps_left
        said = plan.steps[: len(plan.steps) - caller.steps_left]
        wanted = [s for s in said if s.over is not None and s.over.scene.play == "over_agent"]
        placed.unheard = len(wanted) - len(placed.interruptions)
        if placed.hung_up and not placed.answers:
            placed.refused = f"{url} ended the call: {placed.hung_up}"

    async def watch() -> None:
        while True:
            due = loop.time() + _PULSE
            await asyncio.sleep(_PULSE)
            lateness.append(loop.time() - due)

    async with asyncio.TaskGroup() as watching:
        watcher = watching.create_task(watch())
        async with asyncio.TaskGroup() as tasks:
            for number, plan in enumerate(plans):
                tasks.create_task(one(number, plan))
        watcher.cancel()
    return Run(calls, loop.time() - began_at, time.process_time() - cpu, lateness)
