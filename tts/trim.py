"""Cut the silence off both ends of a clause while it is being made. Pure.

A voice begins with some 50 ms of nothing, which the caller would hear as our being slow, and ends
with as much as it likes. Silence within the clause is speech too, and stays.

    ....hello....there......   ->   .hello....there..
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Pcm = npt.NDArray[np.int16]

_LEAD = 0.005
"""Seconds kept before the first audible sample: soft consonants start below the threshold."""

_THRESHOLD = 330
"""What is heard on a phone line: 40 dB below full scale."""

_GAPS = {".": 0.12, "!": 0.12, "?": 0.12, ":": 0.09, ";": 0.09, ",": 0.06}
_GAP_IN_MIDSENTENCE = 0.03
_CLOSING = " \n\t\"')]}\u201d\u2019"


def gap_after(clause: str) -> float:
    """How much silence, in seconds, should follow a clause that ends as this one does."""
    ending = clause.rstrip(_CLOSING)[-1:]
    return _GAPS.get(ending, _GAP_IN_MIDSENTENCE)


def audible(pcm: Pcm) -> npt.NDArray[np.intp]:
    """Where ``pcm`` can be heard, as indices."""
    return np.flatnonzero((pcm >= _THRESHOLD) | (pcm <= -_THRESHOLD))


class Trimmer:
    """One clause at ``rate``, chunk by chunk; at most ``gap`` seconds of silence follow it."""

    def __init__(self, rate: int, gap: float) -> None:
        self._lead, self._gap = round(_LEAD * rate), round(gap * rate)
        self._begun = False
        self._room = 0  # silent samples that may still be given
        self._held = np.empty(0, np.int16)  # silence beyond that: speech, if more speech follows

    def feed(self, pcm: Pcm) -> Pcm:
        """The next chunk in, what may be heard by now out. What is held at the end is dropped."""
        pending = np.concatenate((self._held, pcm))
        loud = audible(pending)
        if not self._begun:
            if not len(loud):
                self._held = pending[max(0, len(pending) - self._lead) :]
                return pending[:0]
            self._begun = True
            start = max(0, int(loud[0]) - self._lead)
            pending, loud = pending[start:], loud - start
        end = int(loud[-1]) + 1 + self._gap if len(loud) else self._room
        self._held = pending[end:]
        self._room = max(0, end - len(pending))
        return pending[:end]
