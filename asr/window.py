"""How much the model is shown: the speech and a little silence, not thirty seconds.

    |<- lead ->|<------ speech ------>|<- extra, rounded up ->|
    trimmed     decoded                zeros

The encoder's work grows with its window. A checkpoint tuned for it wants ``extra`` seconds of
silence after the speech, as its card says; a stock one runs on past the end of any window shorter
than it was trained on, so it is padded to the full thirty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from asr.engine import SAMPLE_RATE

POSITION = 320
"""Samples of one position of the encoder: two frames of the spectrogram."""
LEAD = 0.2
"""Seconds kept before the first speech."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a model wants to see. Seconds."""

    extra: float | None = None
    """Silence after the speech; None for a model that must have its full window."""
    grid: float = 0.5
    """Lengths are rounded up to a multiple of this, so that jobs of like length share a batch."""
    longest: float = 30.0

    def samples(self, speech: int) -> int:
        """How long the window for ``speech`` samples is, in samples."""
        full = round(self.longest * SAMPLE_RATE)
        if self.extra is None:
            return full
        grid = round(self.grid * SAMPLE_RATE)
        wanted = speech + round(self.extra * SAMPLE_RATE)
        return min(full, _up(_up(wanted, grid), POSITION))


@dataclass(frozen=True, slots=True)
class Cut:
    """When a turn has grown too long for one window, and where to cut it. Seconds.

    No decode sees more than ``longest``: the fifth minute of a turn costs what the first did.
    """

    longest: float = 14.0
    earliest: float = 7.0
    latest: float = 12.0
    smooth: float = 0.2

    def at(self, levels: npt.NDArray[np.float32], step: int) -> int:
        """The middle of the quietest stretch, in samples.

        ``levels`` has one value in dB for each ``step`` samples, for ``latest`` seconds at least.
        """
        first, last = (round(s * SAMPLE_RATE / step) for s in (self.earliest, self.latest))
        span = max(1, round(self.smooth * SAMPLE_RATE / step))
        smooth = np.convolve(levels[first:last], np.ones(span) / span, mode="valid")
        return (first + int(np.argmin(smooth)) + span // 2) * step


def _up(samples: int, multiple: int) -> int:
    return -(-samples // multiple) * multiple
