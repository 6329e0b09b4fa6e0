"""What a telephone plays of what it is sent, and when.

    received:  [piece 0][piece 1]          [piece 2]     clear
    heard:     |==================|        |=====........^         back to back, at once, until then

Audio is played when it comes, to the sample; audio that is still being played is waited for. Pure:
``at`` comes in as data. Marks are said to be played when all audio before them has been.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from voice.audible import audible_samples
from voice.audio import Pcm

_GAP = 0.2
"""Silence shorter than this lies within a word or between two; it ends nothing."""
_JITTER = 0.05
"""What is sent at the pace of speech comes a little late at times; that is no break."""


@dataclass(frozen=True, slots=True)
class Span:
    """From the first audible sample to the last, with no long silence between."""

    begins_at: float
    ends_at: float


class Playout:
    """One call's earpiece."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._pieces: list[tuple[int, Pcm]] = []  # where each begins, in samples of the call
        self._end = 0
        self._last_audible = -1
        self._marks: deque[tuple[int, str]] = deque()

    @property
    def ends_at(self) -> float:
        """When all that has been received will have been played."""
        return self._end / self._rate

    @property
    def audible_until(self) -> float:
        """When the last audible sample received is played; 0 before there is any."""
        return (self._last_audible + 1) / self._rate

    def receive(self, pcm: Pcm, at: float) -> None:
        """Play this after all that came before."""
        start = max(round(at * self._rate), self._end)
        self._pieces.append((start, pcm))
        self._end = start + len(pcm)
        loud = audible_samples(pcm)
        if loud.size:
            self._last_audible = start + int(loud[-1])

    def mark(self, name: str) -> None:
        """Tell when all that came before has been played."""
        self._marks.append((self._end, name))

    def take_played(self, at: float) -> list[str]:
        """The marks that were reached since the last time."""
        played = []
        while self._marks and self._marks[0][0] <= at * self._rate:
            played.append(self._marks.popleft()[1])
        return played

    def clear(self, at: float) -> list[str]:
        """Throw away what has not been played; the marks that go with it."""
        now = round(at * self._rate)
        self._pieces = [(start, pcm[: max(0, now - start)]) for start, pcm in self._pieces]
        self._end = min(self._end, now)
        self._last_audible = min(self._last_audible, now - 1)
        dropped = [name for _, name in self._marks]
        self._marks.clear()
        return dropped

    def first_sample(self, after: float) -> float | None:
        """When the first sample, loud or silent, begins to be played after this."""
        starts = (start / self._rate for start, pcm in self._pieces if len(pcm))
        return next((start for start in starts if start >= after), None)

    def recording(self, seconds: float) -> Pcm:
        """What was heard in the first ``seconds`` of the call."""
        return self.heard(0.0, seconds)

    def heard(self, begin: float, end: float) -> Pcm:
        """What was heard from one moment to another."""
        first, last = round(begin * self._rate), round(end * self._rate)
        heard: Pcm = np.zeros(max(0, last - first), np.int16)
        for start, pcm in self._pieces:
            kept = pcm[max(0, first - start) : max(0, last - start)]
            place = max(0, start - first)
            heard[place : place + len(kept)] = kept
        return heard

    def fed(self) -> list[Span]:
        """Where there was something to play, loud or silent, with no break between."""
        spans: list[tuple[int, int]] = []
        for start, pcm in self._pieces:
            if spans and start - spans[-1][1] <= _JITTER * self._rate:
                spans[-1] = (spans[-1][0], start + len(pcm))
            elif len(pcm):
                spans.append((start, start + len(pcm)))
        return [Span(start / self._rate, end / self._rate) for start, end in spans]

    def forget(self, before: float) -> None:
        """Let go of what was played by then, in a call that nobody records."""
        first = round(before * self._rate)
        self._pieces = [piece for piece in self._pieces if piece[0] + len(piece[1]) > first]


def audible_spans(pcm: Pcm, sample_rate: int) -> list[Span]:
    """Where something is heard, in order."""
    loud = audible_samples(pcm)
    if not loud.size:
        return []
    cuts = np.flatnonzero(np.diff(loud) > _GAP * sample_rate)
    starts = loud[np.concatenate(([0], cuts + 1))]
    ends = loud[np.concatenate((cuts, [-1]))] + 1
    return [
        Span(start / sample_rate, end / sample_rate)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
