"""Do pieces of work on threads of their own, the most urgent piece first.

An engine cannot be interrupted, but its work comes in pieces: the first sound of one call, the
next of another. Each piece says by when it is needed, and a free thread takes the piece that is
needed soonest. So twenty calls share one engine, and none waits for another's whole sentence.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from queue import PriorityQueue
from typing import Any, TypeVar

from tts.engine import Pcm

T = TypeVar("T")


@dataclass(order=True, frozen=True, slots=True)
class _Piece:
    needed_at: float
    number: int  # first come, first served among equals
    work: Callable[[], Any] = field(compare=False)
    result: Future[Any] = field(compare=False)


class Crew:
    """``threads`` threads named ``name``, and the work that waits for them."""

    def __init__(self, name: str, threads: int = 1) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._waiting: PriorityQueue[_Piece] = PriorityQueue()
        self._numbers = count()

    async def do(self, work: Callable[[], T], needed_at: float = 0.0) -> T:
        """Wait for the result of ``work``. Cancelled before its turn has come, it is not begun."""
        result: Future[T] = Future()
        self._waiting.put(_Piece(needed_at, next(self._numbers), work, result))
        self._threads.submit(self._do_one)  # as many turns as pieces, whoever gets which
        return await asyncio.wrap_future(result)

    async def draw(
        self, pieces: Iterator[Pcm], sample_rate: int, slack: float
    ) -> AsyncGenerator[Pcm, None]:
        """Yield what ``pieces`` computes, each step of it a piece of work.

        The first is needed in ``slack`` seconds, the next when those before it have been played.
        """
        needed_at = asyncio.get_running_loop().time() + slack
        while (pcm := await self.do(lambda: next(pieces, None), needed_at)) is not None:
            needed_at += len(pcm) / sample_rate
            yield pcm

    def _do_one(self) -> None:
        piece = self._waiting.get()
        if not piece.result.set_running_or_notify_cancel():
            return
        try:
            piece.result.set_result(piece.work())
        except BaseException as error:  # it belongs to whoever waits, not to this thread
            piece.result.set_exception(error)
