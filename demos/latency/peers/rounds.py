"""Round after round of all cases, every system in each: who goes first changes, results come out.

In the first round all take part. Of the peer's configurations only the one that was faster at the
median of a case goes on with it, unless all are wanted: the time is better spent on more turns.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from demos.latency.deal import Plan, Step, deal
from demos.latency.judge import Answer
from demos.latency.peers.cases import Case, minutes
from demos.latency.peers.compare import FIGURES, OURS
from demos.latency.peers.measure import Row, measure
from demos.latency.peers.running import running
from demos.latency.peers.systems import Engines, Program
from demos.latency.peers.targets import better_peer
from demos.latency.scene import Scene

_WITHIN = 5.0
"""Seconds in which all calls of a run begin."""


@dataclass(frozen=True, slots=True)
class Contest:
    """Who is compared, on what. ``programs`` makes all systems for some engines, ours first."""

    cases: Sequence[Case]
    rounds: int
    programs: Callable[[Engines], Sequence[Program]]
    model: Callable[[Engines], Program | None]
    scenes: Callable[[Case], Sequence[Scene]]
    logs: Path
    all: bool = False
    most: int = 16
    """A peer is not asked for more calls at once than this."""


async def run_rounds(contest: Contest) -> AsyncGenerator[Row, None]:
    """Yield each run as it ends. Raises :class:`VoiceError`."""
    rows: list[Row] = []
    clock = _Clock(contest)
    with clock.bar:
        for number in range(1, contest.rounds + 1):
            for case in contest.cases:
                scenes = contest.scenes(case)
                plans = deal(scenes, case.calls, case.turns, _WITHIN, seed=number)
                warm_up = Plan([Step(min((s for s in scenes if s.play == "turn"), key=_length))])
                for program in _in_turn(who(contest, case, rows), number):
                    clock.begin(case, program)
                    row = await _run(contest, case, program, plans, warm_up, number, clock.show)
                    rows.append(row)
                    clock.end(row)
                    yield row


async def _run(
    contest: Contest,
    case: Case,
    program: Program,
    plans: Sequence[Plan],
    warm_up: Plan,
    number: int,
    show: Callable[[Answer], None],
) -> Row:
    """The model is started for each, too: it would know the words of the one before by heart."""
    model = await asyncio.to_thread(contest.model, case.engines)
    async with AsyncExitStack() as stack:
        pid = None
        if model is not None:
            pid = await stack.enter_async_context(running(model, contest.logs))
        return await measure(
            program, pid, plans, warm_up, contest.logs,
            engines=case.name, number=number, show=show,
        )  # fmt: skip


def who(contest: Contest, case: Case, rows: Sequence[Row]) -> list[Program]:
    """All, but no peer that has been found the slower one, or that would be asked for too much."""
    programs = list(contest.programs(case.engines))
    before = [row for row in rows if (row.engines, row.calls) == (case.name, case.calls)]
    if case.calls > contest.most:
        return programs[:1]
    if contest.all or not before:
        return programs
    return [p for p in programs if p.name in (OURS, better_peer(before))]


def _in_turn(programs: Sequence[Program], number: int) -> list[Program]:
    first = number % len(programs)
    return [*programs[first:], *programs[:first]]


def _length(scene: Scene) -> float:
    return scene.ends_at


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class _Clock:
    """Says what runs, how it went, and how long the rest will take: a bar on a terminal, and a
    line a run in any case."""

    def __init__(self, contest: Contest) -> None:
        self._left = seconds_of(contest)
        self._expected = self._took = 0.0
        self.bar = tqdm(unit="turn", disable=None, leave=False)

    def begin(self, case: Case, program: Program) -> None:
        """One more run."""
        self._case, self._began = case, asyncio.get_running_loop().time()
        self.bar.reset(case.calls * case.turns)
        self.bar.set_description_str(f"{case}, {program.name}")

    def show(self, _: Answer) -> None:
        """One more answer."""
        self.bar.update()

    def end(self, row: Row) -> None:
        """It is over."""
        self._took += asyncio.get_running_loop().time() - self._began
        self._expected += self._case.seconds
        self._left -= self._case.seconds
        left = max(0.0, self._left) * self._took / self._expected
        tqdm.write(
            f"round {row.round}, {self._case}, {row.system}: p50 {FIGURES[0].of([row]):.0f} ms, "
            f"{row.cut_ins} cut in, {row.missed} missed; {minutes(left)} left",
            file=sys.stderr,
        )


def seconds_of(contest: Contest) -> float:
    """How long it takes, more or less."""
    return sum(
        case.seconds * _systems(contest, case, number)
        for number in range(contest.rounds)
        for case in contest.cases
    )


def _systems(contest: Contest, case: Case, rounds_before: int) -> int:
    if case.calls > contest.most:
        return 1
    systems = len(contest.programs(case.engines))
    return systems if contest.all or not rounds_before else min(2, systems)
