"""Keep one child process running: the one supervisor of every engine that is its own process.

    STARTING -it answers-> READY -it exits-> DOWN -delay-> STARTING ...      STOPPED at the end
                           |   ^
            no answer, once v   | an answer
                           SILENT -no answer, again and again-> killed: it exits

A child listens on a free loopback port, leads its own process group and dies with us. Whether it
is ready is asked by a real request, whether it lives is known from its exit, and whether it hangs
is asked now and then. The last of what it prints is kept, for the one error that says why it did
not start.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import signal
import socket
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from llm.engine import LLMError

logger = logging.getLogger(__name__)

LEASH = (sys.executable, "-I", "-S", str(Path(__file__).with_name("leash.py")))
SETTLED = 30.0
"""A child that ran so long was well: when it dies, it is restarted at once again."""

_LOG_LINES = 100
_LINE_BYTES = 2000
_POLL = (0.02, 0.25)
"""How often a starting child is asked whether it is ready: seconds, at first and at last. Its first
socket is nothing that could be waited for."""


class State(Enum):
    """What a child is doing."""

    STARTING = "starting"
    READY = "ready"
    SILENT = "silent"
    DOWN = "down"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Pulse:
    """How a child that does not exit is found to hang: seconds, and how many misses in a row.

    A machine with too much to do must not look like a hang: of twenty calls each would be cut.
    """

    interval: float = 2.0
    patience: float = 3.0
    misses: int = 4


def restart_delay(failures: int) -> float:
    """How long to wait before starting again a child that has died ``failures`` times in a row."""
    return 0.0 if failures <= 1 else min(0.1 * 4.0 ** (failures - 2), 15.0)


class Child:
    """``async with Child(...)``: up and answering inside, gone outside. Raises :class:`LLMError`.

    ``command`` makes the command line for a port; ``answers`` asks the child at a port something
    real, and raises LLMError while it cannot; so does ``lives``, at the times of ``pulse``, with
    something cheap. ``state``, ``port``, ``pid`` and ``deaths`` may be
    read at any time.
    """

    def __init__(
        self,
        name: str,
        command: Callable[[int], Sequence[str]],
        answers: Callable[[int], Awaitable[None]],
        lives: Callable[[int], Awaitable[None]],
        *,
        pulse: Pulse = Pulse(),
        environ: Mapping[str, str] | None = None,
        start_timeout: float = 60.0,
        stop_timeout: float = 5.0,
        delay: Callable[[int], float] = restart_delay,
    ) -> None:
        self.name = name
        self.state = State.STOPPED
        self.port = self.pid = self.deaths = 0
        self._command, self._answers, self._lives = command, answers, lives
        self._pulse = pulse
        self._environ = environ
        self._start_timeout, self._stop_timeout, self._delay = start_timeout, stop_timeout, delay
        self._log: deque[str] = deque(maxlen=_LOG_LINES)
        self._problem = ""
        self._tasks = asyncio.TaskGroup()

    @property
    def log(self) -> Sequence[str]:
        """The last lines that it printed, this time or before."""
        return tuple(self._log)

    async def __aenter__(self) -> Child:
        await self._tasks.__aenter__()
        first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._keeper = self._tasks.create_task(self._keep(first))
        try:
            await first
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stop()

    async def _stop(self) -> None:
        self._keeper.cancel()
        # The body's own exception is not the group's business: it would come out wrapped.
        await self._tasks.__aexit__(None, None, None)

    async def _keep(self, first: asyncio.Future[None]) -> None:
        """Start it, wait for its end, again and again. Only the first start may fail loudly."""
        failures = 0
        try:
            while True:
                lasted = await self._live(first)
                if not first.done():
                    first.set_exception(LLMError(self._failure()))
                    return
                self.state = State.DOWN
                self.deaths += 1
                failures = 1 if lasted > SETTLED else failures + 1
                logger.error("%s; starting it again", self._failure())
                await asyncio.sleep(self._delay(failures))
        finally:
            self.state = State.STOPPED

    async def _live(self, first: asyncio.Future[None]) -> float:
        """One life, from start to exit; how long it was ready, in seconds."""
        loop = asyncio.get_running_loop()
        self.state = State.STARTING
        try:
            self.port = free_port()
            talk, process = await self._spawn()
        except OSError as error:  # no memory or descriptors left: later there may be some
            self._problem = f"could not be spawned: {error}"
            return 0.0
        self.pid, since = process.pid, math.inf
        async with asyncio.TaskGroup() as tasks:
            reader = tasks.create_task(self._read(talk))
            try:
                self._problem = await self._wait_ready(process)
                if not self._problem:
                    self.state, since = State.READY, loop.time()
                    logger.info("%s: ready on port %d, pid %d", self.name, self.port, self.pid)
                    if not first.done():
                        first.set_result(None)
                    self._problem = await self._wait_end(process)
            finally:
                await self._terminate(process)
                # Its last words are in the pipe; a stray grandchild may hold it open for ever.
                await asyncio.wait([reader], timeout=0.5)
                reader.cancel()
        return max(0.0, loop.time() - since)

    def _failure(self) -> str:
        said = " / ".join(self.log[-8:]) or "nothing"
        return f"{self.name} {self._problem}; it said: {said}"

    async def _spawn(self) -> tuple[BinaryIO, asyncio.subprocess.Process]:
        # A pipe of our own: asyncio's would keep `wait` waiting for grandchildren who hold it open.
        talk, theirs = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *LEASH,
                str(os.getpid()),
                *self._command(self.port),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=theirs,
                stderr=theirs,
                env=None if self._environ is None else {**os.environ, **self._environ},
                start_new_session=True,
            )
        except BaseException:
            os.close(talk)
            raise
        finally:
            os.close(theirs)
        return os.fdopen(talk, "rb", buffering=0), process

    async def _read(self, talk: BinaryIO) -> None:
        """Keep the last of what it prints, until its end and that of its own children."""
        loop = asyncio.get_running_loop()
        stream = asyncio.StreamReader()
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), talk
        )
        line = b""
        try:
            while chunk := await stream.read(1 << 14):
                *lines, line = (line + chunk).split(b"\n")
                self._log += [text[:_LINE_BYTES].decode(errors="replace") for text in lines]
                line = line[:_LINE_BYTES]
        finally:
            transport.close()
        if line:
            self._log.append(line.decode(errors="replace"))

    async def _wait_ready(self, process: asyncio.subprocess.Process) -> str:
        """Until it answers; what went wrong, if it exits or takes too long."""
        reason, pause = "nobody asked it", _POLL[0]
        try:
            async with asyncio.timeout(self._start_timeout):
                while process.returncode is None:
                    try:
                        await self._answers(self.port)
                        return ""
                    except LLMError as error:
                        reason = str(error)
                    await asyncio.sleep(pause)
                    pause = min(1.5 * pause, _POLL[1])
        except TimeoutError:
            return f"was not ready after {self._start_timeout:g} s ({reason})"
        return f"did not start: {_how(process.returncode)}"

    async def _wait_end(self, process: asyncio.subprocess.Process) -> str:
        """Until it exits, by itself or made to; how."""
        async with asyncio.TaskGroup() as tasks:
            watch = tasks.create_task(self._watch(process))
            how = _how(await process.wait())
            watch.cancel()
        return f"died: {how}" if watch.cancelled() else watch.result()

    async def _watch(self, process: asyncio.subprocess.Process) -> str:
        """Ask it now and then; once it has answered nothing for a while, kill it and say why."""
        misses, why = 0, ""
        while misses < self._pulse.misses:
            await asyncio.sleep(self._pulse.interval)
            try:
                async with asyncio.timeout(self._pulse.patience):
                    await self._lives(self.port)
            except (LLMError, TimeoutError) as error:
                misses += 1
                self.state = State.SILENT
                why = str(error) or f"nothing came for {self._pulse.patience:g} s"
                logger.warning("%s: miss %d of %d: %s", self.name, misses, self._pulse.misses, why)
            else:
                misses = 0
                self.state = State.READY
        # Not politely: who is stopped, or spins, does not hear that.
        _signal_group(process.pid, signal.SIGKILL)
        return f"hung: {why}"

    async def _terminate(self, process: asyncio.subprocess.Process) -> None:
        """Ask the whole group to end, then make it."""
        _signal_group(process.pid, signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._stop_timeout):
                await process.wait()
        _signal_group(process.pid, signal.SIGKILL)  # itself, or what it left behind
        await process.wait()


def free_port() -> int:
    """A port on the loopback that nobody listens on, just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _signal_group(leader: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, number)


def _how(returncode: int) -> str:
    if returncode < 0:
        return f"killed by {signal.Signals(-returncode).name}"
    return f"exit status {returncode}"
