"""What a transcriber is: audio of one turn in, transcripts out.

    frames, frames, Pause(1), frames, Pause(2), <end>  ->  partial, final(1), partial, final(2)

The caller's whole turn goes through one call of :meth:`Transcriber.transcribe`, however many
silences it has, so that a later final has heard the earlier words too. Ending ``audio`` ends the
turn; closing the generator abandons it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Pcm = npt.NDArray[np.int16]
"""Mono 16-bit samples, shape ``(samples,)``."""

SAMPLE_RATE = 16_000
"""What every transcriber and voice detector here is fed, in Hz."""


@dataclass(frozen=True, slots=True)
class Pause:
    """The caller fell silent: transcribe all that was said so far, at once."""

    number: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of the turn so far; ``text[:settled]`` will not change any more.

    ``pause`` is None for a partial; for a final it is the number of the :class:`Pause` it answers.
    """

    text: str
    settled: int = 0
    pause: int | None = None


class TranscriberError(Exception):
    """The engine could not transcribe; the message says which engine, and why."""


class Transcriber(Protocol):
    """Speech to text, for any number of calls at once."""

    def transcribe(self, audio: AsyncIterator[Pcm | Pause]) -> AsyncGenerator[Transcript, None]:
        """Yield partials while the caller speaks and one final for each pause, as text or ``""``.

        ``audio`` is 16 kHz. A final whose pause is already over may be left out.
        """
        ...
