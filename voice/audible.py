"""Decide what of some audio a person hears: one threshold for the server and for every caller."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voice.audio import Pcm

AUDIBLE = 330
"""A sample of this magnitude is heard: -40 dB of full scale, well above a line's noise."""


def audible_samples(pcm: Pcm) -> npt.NDArray[np.intp]:
    """Indices of the samples that are heard, in order."""
    # abs(-32768) does not fit its own type, and would come out as quiet.
    return np.flatnonzero(np.abs(np.maximum(pcm, -32_767)) >= AUDIBLE)


def leading_silence(pcm: Pcm) -> int:
    """How many samples come before the first that is heard: all, if none is."""
    heard = audible_samples(pcm)
    return int(heard[0]) if heard.size else len(pcm)
