"""Have the fixed phrases ready: greeting, fillers, apologies, goodbye. They are rendered once, at
start, so that the words a caller hears most, and those for when an engine fails, cost nothing.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing

import numpy as np

from tts.engine import TTS, Pcm


class Cached:
    """A voice that knows ``phrases`` by heart, once rendered, and asks ``tts`` for all else."""

    def __init__(self, tts: TTS, phrases: Iterable[str]) -> None:
        self._tts = tts
        self._phrases = [phrase.strip() for phrase in phrases]
        self._rendered: dict[str, Pcm] = {}

    @property
    def sample_rate(self) -> int:
        """The rate of what :meth:`synthesize` yields, in Hz."""
        return self._tts.sample_rate

    async def render(self) -> None:
        """Speak every phrase that has not been spoken yet. Raises :class:`TTSError`."""
        for phrase in self._phrases:
            if phrase not in self._rendered:
                async with aclosing(self._tts.synthesize(phrase)) as chunks:
                    pcm = [np.empty(0, np.int16), *[chunk async for chunk in chunks]]
                self._rendered[phrase] = np.concatenate(pcm)
                self._rendered[
                    phrase
                ].flags.writeable = False  # every call is given this very array

    async def synthesize(self, text: str, slack: float = 0.0) -> AsyncGenerator[Pcm, None]:
        """Yield a rendered phrase at once and in one chunk, anything else as ``tts`` speaks it."""
        pcm = self._rendered.get(text.strip())
        if pcm is None:
            async with aclosing(self._tts.synthesize(text, slack)) as chunks:
                async for chunk in chunks:
                    yield chunk
        elif len(pcm):
            yield pcm


_: type[TTS] = Cached
