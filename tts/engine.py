"""What a voice is: a clause in, audio out."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Protocol

import numpy as np
import numpy.typing as npt

Pcm = npt.NDArray[np.int16]
"""Mono 16-bit samples, shape ``(samples,)``."""


class TTSError(Exception):
    """The engine could not speak; the message says which engine, and why."""


class TTS(Protocol):
    """Text to speech, for any number of calls at once."""

    @property
    def sample_rate(self) -> int:
        """The rate of what :meth:`synthesize` yields, in Hz."""
        ...

    def synthesize(self, text: str, slack: float = 0.0) -> AsyncGenerator[Pcm, None]:
        """Yield the speech of one clause or sentence in chunks, leading silence trimmed.

        ``slack`` is how many seconds may pass until the first chunk is needed: the audio that is
        still to be played. An engine that serves many calls may let those go first who have none.
        Closing the generator stops the work as soon as the engine can. Raises :class:`TTSError`.
        """
        ...
