"""Audio that a voice detector has judged, on its way to who transcribes it.

    HeardAudio -+- async for ------> Pcm | Pause            any transcriber
                `- .judged --------> Heard | Pcm | Pause    one that asks the same detector

A transcriber is promised plain samples. One that would put the same question to the same detector
finds the answer beside them.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from asr.edges import Levels
from asr.engine import Pause, Pcm


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A window of audio that has been judged: whoever hears it after us need not ask again."""

    pcm: Pcm
    probability: float
    """Of speech."""
    levels: Levels


@dataclass(frozen=True, slots=True, eq=False)
class HeardAudio:
    """The audio of a turn: plain samples and pauses, and ``judged``, the same with judgements."""

    judged: AsyncGenerator[Pcm | Heard | Pause, None]

    def __aiter__(self) -> HeardAudio:
        return self

    async def __anext__(self) -> Pcm | Pause:
        return plain(await anext(self.judged))

    async def aclose(self) -> None:
        """Nobody takes any more of it."""
        await self.judged.aclose()


def plain(item: Pcm | Heard | Pause) -> Pcm | Pause:
    """Without what was judged of it."""
    return item.pcm if isinstance(item, Heard) else item
