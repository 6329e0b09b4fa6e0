"""A server while it is measured: started, waited for until it takes calls, stopped in any case."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from demos.latency.peers.systems import REPOSITORY, Program
from voice.errors import VoiceError

_START_SECONDS = 120.0
_STOP_SECONDS = 10.0


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
    except TimeoutError:
        await _stop(process)
        raise VoiceError(f"{program.name} was not up within {_START_SECONDS:g} s: {log}") from None
    except _EndedError:
        raise VoiceError(f"{program.name} ended with {process.returncode}: {log}") from None
    except BaseException:
        await _stop(process)
        raise
    try:
        yield process.pid
    except (ProcessLookupError, FileNotFoundError):  # it was to be asked what it has used
        raise VoiceError(f"{program.name} ended in the middle of a run: {log}") from None
    finally:
        await _stop(process)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
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
