"""Know phrases by heart: greeting, apologies, whatever a reply is likely to begin with.

They are rendered once, so that the words a caller hears most, and those for when an engine fails,
cost nothing.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing

import numpy as np

from tts.engine import TTS, Pcm


class Cached:
    """A voice that knows what it was told to :meth:`learn`, and asks ``tts`` for all else."""

    def __init__(self, tts: TTS) -> None:
        self._tts = tts
        self._known: dict[str, Pcm] = {}

    @property
    def sample_rate(self) -> int:
        """The rate of what :meth:`synthesize` yields, in Hz."""
        return self._tts.sample_rate

    async def learn(self, phrases: Iterable[str], slack: float = 0.0) -> None:
        """Speak every phrase that is not known yet; calls go first that have less ``slack``.

        Raises :class:`TTSError`.
        """
        for phrase in map(str.strip, phrases):
            if phrase not in self._known:
                async with aclosing(self._tts.synthesize(phrase, slack)) as chunks:
                    pieces = [np.empty(0, np.int16), *[chunk async for chunk in chunks]]
                pcm = np.concatenate(pieces)
                pcm.flags.writeable = False  # every call is given this very array
                self._known[phrase] = pcm

    async def synthesize(self, text: str, slack: float = 0.0) -> AsyncGenerator[Pcm, None]:
        """Yield a known phrase at once and in one chunk, anything else as ``tts`` speaks it."""
        pcm = self._known.get(text.strip())
        if pcm is None:
            async with aclosing(self._tts.synthesize(text, slack)) as chunks:
                async for chunk in chunks:
                    yield chunk
        elif len(pcm):
            yield pcm


_: type[TTS] = Cached
