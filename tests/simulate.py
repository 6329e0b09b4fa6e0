"""A loop that skips to the next timer: an hour of conversation takes milliseconds.

Only fakes run on it: a thread or a socket would look like a deadlock, which is an error here.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _SkippingSelector(selectors.SelectSelector):
    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError(f"deadlock at t={self.now:.3f}: all tasks wait, no timer is set")
            self.now += max(0.0, timeout)
        return ready


class SimulatedLoop(asyncio.SelectorEventLoop):
    """Time is what the timers say it is."""

    def __init__(self) -> None:
        self._skipping = _SkippingSelector()
        super().__init__(self._skipping)

    def time(self) -> float:
        """Seconds since the simulation began."""
        return self._skipping.now


def simulate(main: Coroutine[Any, Any, T]) -> T:
    """Run ``main`` to completion in simulated time."""
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        return runner.run(main)
