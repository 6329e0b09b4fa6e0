"""One run: start a server, warm it with a call, place the calls, note what it cost, stop it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from demos.latency.callers import Run, place_calls
from demos.latency.deal import Plan
from demos.latency.judge import Answer
from demos.latency.machine import Use, busy_seconds, forget_peak, use_of
from demos.latency.peers.running import running
from demos.latency.peers.systems import Program
from demos.phone.peers import TwilioPeer
from demos.phone.script import Manners
from voice.errors import VoiceError


@dataclass(frozen=True, slots=True)
class Row:
    """What one run told: times in milliseconds, memory in megabytes."""

    engines: str
    calls: int
    round: int
    system: str
    turns: int
    waited_ms: Sequence[float | None]
    """TTFS turn by turn, call by call; None where there was none to tell."""
    cut_ins: int
    missed: int
    cut_short: int
    unsaid: int
    refused: int
    greeting_ms: Sequence[float]
    cpu_percent_per_call: float
    ready_mb: float
    """Before the calls, and after the one that is not counted."""
    peak_mb: float
    others_percent: float
    """What everybody else took of one core meanwhile: a busy machine makes both sides slow."""
    late_ms_p99: float
    """How late the callers were themselves."""
    seconds: float
    tokens: int | None = None
    """What the model wrote, heard or not, where the server counts it."""
    wrong: Sequence[str] = ()
    """Which scenes were missed, or cut into, and how early."""

    @property
    def ttfs_ms(self) -> list[float]:
        """Of the turns that were answered in time."""
        return [waited for waited in self.waited_ms if waited is not None]


@dataclass(frozen=True, slots=True)
class _Spent:
    """Processor seconds so far: the server's, the model's beside it, ours, everybody's."""

    server: Use
    model: float
    own: float
    all: float


def _spent(pid: int, model_pid: int | None) -> _Spent:
    model = use_of(model_pid).cpu_seconds if model_pid is not None else 0.0
    return _Spent(use_of(pid), model, time.process_time(), busy_seconds())


async def measure(
    program: Program,
    model_pid: int | None,
    plans: Sequence[Plan],
    warm_up: Plan,
    logs: Path,
    *,
    engines: str,
    number: int,
    show: Callable[[Answer], None] = lambda _: None,
) -> Row:
    """Raises :class:`VoiceError` if nobody was spoken to."""
    url = f"ws://127.0.0.1:{program.port}/twilio"
    async with running(program, logs) as pid:
        await place_calls(url, [warm_up], Manners(), TwilioPeer)
        forget_peak(pid)
        before, told_before = _spent(pid, model_pid), _tokens(program)
        run = await place_calls(url, plans, Manners(), TwilioPeer, show=show)
        after, told = _spent(pid, model_pid), _tokens(program)
    if not any(call.answers and call.greeted_at is not None for call in run.calls):
        # Too slow for every turn is a result; a server that never said a word is a mistake.
        why = "; ".join(sorted({call.refused for call in run.calls} - {""}))
        raise VoiceError(f"{program.name} spoke in none of {len(plans)} calls: {why or logs}")
    row = _row(program.name, run, before, after, engines, number)
    return row if told is None else replace(row, tokens=told - (told_before or 0))


def _tokens(program: Program) -> int | None:
    if program.tally is None:
        return None
    return int(json.loads(program.tally.read_text())["tokens"]) if program.tally.is_file() else 0


def _row(name: str, run: Run, before: _Spent, after: _Spent, engines: str, number: int) -> Row:
    # By when they were dialled, which is the plan's: so the rows of two systems match turn by turn.
    calls = sorted(run.calls, key=lambda call: call.number)
    answers = [answer for call in calls for answer in call.answers]
    cpu = after.server.cpu_seconds - before.server.cpu_seconds
    known = cpu + after.model - before.model + after.own - before.own
    talked = sum(call.seconds for call in calls)
    return Row(
        engines=engines,
        calls=len(calls),
        round=number,
        system=name,
        turns=len(answers),
        waited_ms=[None if a.ttfs is None else round(1e3 * a.ttfs, 1) for a in answers],
        cut_ins=sum(answer.cut_in is not None for answer in answers),
        missed=sum(answer.missed for answer in answers),
        cut_short=sum(answer.cut_short for answer in answers),
        unsaid=sum(call.unsaid for call in calls),
        refused=sum(bool(call.refused) for call in calls),
        greeting_ms=[
            round(1e3 * call.greeted_at, 1) for call in calls if call.greeted_at is not None
        ],
        cpu_percent_per_call=round(100 * cpu / talked, 3) if talked else 0.0,
        ready_mb=round(before.server.resident_mb, 1),
        peak_mb=round(after.server.peak_mb, 1),
        others_percent=round(100 * (after.all - before.all - known) / run.seconds, 1),
        late_ms_p99=round(1e3 * float(np.percentile(run.lateness, 99)), 1),
        seconds=round(run.seconds, 1),
        wrong=[wrong for answer in answers if (wrong := _wrong(answer))],
    )


def _wrong(answer: Answer) -> str:
    if answer.cut_in is not None:
        return f"{answer.scene.name}: cut in {1e3 * answer.cut_in:.0f} ms early"
    if answer.missed:
        return f"{answer.scene.name}: missed"
    return f"{answer.scene.name}: cut short" if answer.cut_short else ""
