"""One run: start a server, warm it with a call, place the calls, note what it cost, stop it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np

from demos.latency.callers import Run, place_calls
from demos.latency.deal import Plan
from demos.latency.machine import busy_seconds, use_of
from demos.latency.peers.systems import REPOSITORY, Program
from demos.phone.peers import TwilioPeer
from demos.phone.script import Manners
from voice.errors import VoiceError

_START_SECONDS = 120.0
_STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Row:
    """What one run told: times in milliseconds, memory in megabytes."""

    engines: str
    calls: int
    round: int
    system: str
    turns: int
    ttfs_ms: Sequence[float]
    cut_ins: int
    missed: int
    cut_short: int
    unsaid: int
    refused: int
    greeting_ms: Sequence[float]
    cpu_percent_per_call: float
    ready_mb: float
    peak_mb: float
    others_percent: float
    """What everybody else took of one core meanwhile: a busy machine makes both sides slow."""
    late_ms_p99: float
    """How late the callers were themselves."""


@asynccontextmanager
async def running(program: Program, logs: Path) -> AsyncGenerator[int, None]:
    """Start it, wait until it is up, give its process id, stop it."""
    log = logs / f"{program.name.replace(' ', '-').replace('=', '-')}.log"
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *program.command,
            cwd=REPOSITORY,
            env={**os.environ, **program.environ},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        async with asyncio.timeout(_START_SECONDS):
            await _wait_up(program, process)
        yield process.pid
    except TimeoutError:
        raise VoiceError(f"{program.name} was not up within {_START_SECONDS:g} s: {log}") from None
    except _EndedError:
        raise VoiceError(f"{program.name} ended with {process.returncode}: {log}") from None
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(_STOP_SECONDS):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


class _EndedError(Exception):
    pass


async def _wait_up(program: Program, process: asyncio.subprocess.Process) -> None:
    url = f"http://127.0.0.1:{program.port}{program.health}"
    async with httpx.AsyncClient(trust_env=False) as client:
        while process.returncode is None:
            try:
                if is_up(await client.get(url)):
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)
    raise _EndedError


def is_up(answer: httpx.Response) -> bool:
    """Whether it takes calls, and where it tells (as ours), has learnt its phrases by heart."""
    return answer.is_success and answer.json().get("learnt", True) is True


async def measure(
    program: Program,
    model_pid: int,
    plans: Sequence[Plan],
    warm_up: Plan,
    logs: Path,
    *,
    engines: str,
    number: int,
) -> Row:
    """Raises :class:`VoiceError` if nobody was answered."""
    url = f"ws://127.0.0.1:{program.port}/twilio"

    async def call(plans: Sequence[Plan]) -> Run:
        return await place_calls(url, plans, Manners(), TwilioPeer)

    async with running(program, logs) as pid:
        ready = use_of(pid)
        await call([warm_up])
        before, model_before, busy_before = use_of(pid), use_of(model_pid), busy_seconds()
        own_before = time.process_time()
        run = await call(plans)
        after, model_after, busy_after = use_of(pid), use_of(model_pid), busy_seconds()
        own = time.process_time() - own_before
    answers = [answer for call in run.calls for answer in call.answers]
    ttfs = [1e3 * answer.ttfs for answer in answers if answer.ttfs is not None]
    if not ttfs:
        raise VoiceError(
            f"{program.name} answered none of {len(answers)} turns of {len(plans)} calls: {logs}"
        )
    cpu = after.cpu_seconds - before.cpu_seconds
    model_cpu = model_after.cpu_seconds - model_before.cpu_seconds
    talked = sum(call.seconds for call in run.calls)
    return Row(
        engines=engines,
        calls=len(plans),
        round=number,
        system=program.name,
        turns=len(answers),
        ttfs_ms=[round(each, 1) for each in ttfs],
        cut_ins=sum(answer.cut_in is not None for answer in answers),
        missed=sum(answer.missed for answer in answers),
        cut_short=sum(answer.cut_short for answer in answers),
        unsaid=sum(call.unsaid for call in run.calls),
        refused=sum(bool(call.refused) for call in run.calls),
        greeting_ms=[
            round(1e3 * call.greeted_at, 1) for call in run.calls if call.greeted_at is not None
        ],
        cpu_percent_per_call=round(100 * cpu / talked, 3),
        ready_mb=round(ready.resident_mb, 1),
        peak_mb=round(after.peak_mb, 1),
        others_percent=round(
            100 * (busy_after - busy_before - cpu - model_cpu - own) / run.seconds, 1
        ),
        late_ms_p99=round(1e3 * float(np.percentile(run.lateness, 99)), 1),
    )
