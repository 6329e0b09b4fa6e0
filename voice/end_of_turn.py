"""Ask, in each silence, whether the caller sounds as if they had finished, if anybody can tell.

    SpeechEnded -> the turn's audio -> EndOfTurn -> Judged -> Patience

Nobody waits for the answer: one that comes late, or never, leaves the silence as the words have it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from asr.engine import Pcm
from voice.events import Event, Judged, SpeechEnded
from voice.listening import Turn

SECONDS = 8.0
"""Of a turn that it is asked about."""

logger = logging.getLogger(__name__)


class EndOfTurn(Protocol):
    """An acoustic model of it, for any number of calls at once."""

    async def finished(self, heard: Pcm) -> float:
        """How likely it is that whoever said this, the last seconds of a turn at 16 kHz and a
        little silence, has finished."""
        ...


class Asking:
    """One call's questions to ``model``, one at a time: who goes on has made the last one moot."""

    def __init__(self, model: EndOfTurn | None, tell: Callable[[Judged], None]) -> None:
        self._model = model
        self._tell = tell
        self._asked: asyncio.Task[None] | None = None

    def hear(self, event: Event, turn: Turn | None, tasks: asyncio.TaskGroup) -> None:
        """The caller fell silent, or spoke again, in this turn."""
        if self._model is None:
            return
        self.drop()
        if isinstance(event, SpeechEnded) and turn is not None:
            heard = turn.heard()
            self._asked = tasks.create_task(self._ask(self._model, heard, event.pause))

    def drop(self) -> None:
        """Nobody wants to know any more."""
        if self._asked is not None:
            self._asked.cancel()
            self._asked = None

    async def _ask(self, model: EndOfTurn, heard: Pcm, pause: int) -> None:
        try:
            finished = await model.finished(heard)
        except Exception:  # it may be anybody's, and no call needs it
            logger.exception("nobody can tell how finished a turn of %d samples sounds", len(heard))
            return
        self._tell(Judged(asyncio.get_running_loop().time(), pause, finished))
