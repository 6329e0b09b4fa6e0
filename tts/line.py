"""Do pieces of work on threads of their own, the most urgent piece first.

An engine cannot be interrupted, but its work comes in pieces: the first sound of one call, the
next of another. Each piece says by when it is needed, and a free thread takes the piece that is
needed soonest. So twenty calls share one engine, and none waits for another's whole sentence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from queue import PriorityQueue
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(order=True, frozen=True, slots=True)
class _Piece:
    needed_at: float
    number: int  # first come, first served among equals
    work: Callable[[], Any] = field(compare=False)
    result: Future[Any] = field(compare=False)


class Line:
    """Work waiting for ``threads`` threads named ``name``."""

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

    def _do_one(self) -> None:
        piece = self._waiting.get()
        if not piece.result.set_running_or_notify_cancel():
            return
        try:
            piece.result.set_result(piece.work())
        except BaseException as error:  # it belongs to whoever waits, not to this thread
            piece.result.set_exception(error)
