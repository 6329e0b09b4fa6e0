"""Know whether a server that is not ours can answer, so that it is known before a caller asks.

    well -a request failed, or it does not even list its models-> ask it something real
    it did not answer that -> ill, and asked again every few seconds -it answers-> well

A failed request may be the fault of what was asked, so it is a reason to ask, not an illness. While
none has failed only the list of models is looked at, which costs nothing anywhere.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from llm.engine import LLMError

logger = logging.getLogger(__name__)

_LOOK = 10.0
"""Seconds between two looks at a server that is well."""
_ASK = 3.0
"""Seconds between two questions to one that is ill."""


class Health:
    """Of one server; ``look`` and ``ask`` raise :class:`LLMError` if it does not answer them."""

    def __init__(
        self, look: Callable[[], Awaitable[None]], ask: Callable[[], Awaitable[None]]
    ) -> None:
        self.ailment = ""
        self._look, self._ask = look, ask
        self._doubt = asyncio.Event()

    def doubt(self) -> None:
        """A request has failed."""
        self._doubt.set()

    def answered(self) -> None:
        """A request was answered."""
        if self.ailment:
            logger.warning("well again: %s", self.ailment)
        self.ailment = ""

    async def keep(self) -> None:
        """Look after it until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_ASK if self.ailment else _LOOK):
                    await self._doubt.wait()
            if not self._doubt.is_set() and not self.ailment:
                await self._glance()
            if self._doubt.is_set() or self.ailment:
                await self._question()
            self._doubt.clear()

    async def _glance(self) -> None:
        try:
            await self._look()
        except LLMError:
            self.doubt()

    async def _question(self) -> None:
        try:
            await self._ask()
        except LLMError as error:
            if not self.ailment:
                logger.error("ill: %s", error)
            self.ailment = str(error)
        else:
            self.answered()
