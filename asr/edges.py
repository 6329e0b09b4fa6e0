"""Where speech begins and ends, from the probability and the loudness of successive windows.

    .02 .03 .61 .93 ... .90 .31 .05 .04 .02
            |first loud sample      |last loud sample       edges are backdated to these samples,
              |confirmed                        |confirmed  some windows before they are certain

Pure: it never sees a model. Silero's probability rises late and falls late, by up to three windows,
so it says *whether* there was speech; the loudness of 4 ms slices says *where* it began and ended.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from asr.engine import SAMPLE_RATE

WINDOW = 512
"""Samples in one window, 32 ms: what Silero judges at a time."""
SLICE = 64
"""Samples in one slice, 4 ms: how finely an edge is placed."""

Levels = npt.NDArray[np.float32]
"""Loudness of each slice of a window in dBFS, shape ``(WINDOW // SLICE,)``."""


@dataclass(frozen=True, slots=True)
class Onset:
    """Speech began at ``sample`` of the stream."""

    sample: int


@dataclass(frozen=True, slots=True)
class Offset:
    """Speech ended: ``sample`` is the first one that is not speech any more."""

    sample: int


@dataclass(frozen=True, slots=True)
class VadSettings:
    """How sure we want to be, and how quickly. Durations are seconds, levels dB."""

    onset_probability: float = 0.35
    offset_probability: float = 0.25
    onset_confirm: float = 0.064
    """How much speech makes an onset: so much in a row, none of it under the offset's probability,
    and all in all at least as likely as ``onset_probability``. A soft beginning (.23 .47 .27) is
    heard by it as soon as a clear one."""
    hangover: float = 0.11
    """How long it must have been quiet before an offset is declared."""
    lookback: float = 0.24
    """How far before the first certain window an onset may lie: weak consonants come first."""
    tail: float = 0.16
    """How long after the last voiced window loud slices still count: final consonants."""
    quietest: float = -70.0
    """Nothing softer than this (dBFS) is speech."""
    above_noise: float = 5.0
    below_peak: float = 38.0
    """A slice of speech is this far above the noise, and not this far below the peak."""


class EdgeFinder:
    """The edges of one call's speech; windows go in, in order, one by one."""

    def __init__(self, settings: VadSettings | None = None) -> None:
        self._settings = settings or VadSettings()
        self._lookback: deque[Levels] = deque(
            maxlen=max(1, round(self._settings.lookback * SAMPLE_RATE / WINDOW))
        )
        self._position = 0
        self._noise: float | None = None
        self._peak = -200.0
        self._likely: deque[float] = deque(
            maxlen=max(1, round(self._settings.onset_confirm * SAMPLE_RATE / WINDOW))
        )
        """Of the latest windows in a row that may be the beginning of speech."""
        self._last_voiced = 0
        self.last_loud = 0
        """Where the latest speech ended, as far as is known by now: while it lasts, about now."""
        self.speaking = False
        self.voiced_samples = 0
        """Samples of speech since the latest onset, pauses left out."""

    @property
    def rising(self) -> bool:
        """Whether what may be the beginning of speech has been heard, and is not certain yet."""
        return bool(self._likely) and self._likely[-1] >= self._settings.onset_probability

    def step(self, probability: float, levels: Levels) -> Onset | Offset | None:
        """Judge the next window."""
        start, self._position = self._position, self._position + WINDOW
        edge = (
            self._speech(start, probability, levels)
            if self.speaking
            else self._silence(start, probability, levels)
        )
        self._lookback.append(levels)
        return edge

    def _silence(self, start: int, probability: float, levels: Levels) -> Onset | None:
        settings = self._settings
        loudest = float(levels.max())
        if probability < settings.offset_probability or loudest < settings.quietest:
            self._likely.clear()
            self._hear_noise(float(levels.mean()))
            return None
        likely = self._likely
        likely.append(probability)
        if len(likely) < (likely.maxlen or 1):
            return None
        if sum(likely) < settings.onset_probability * len(likely):
            return None
        history = np.concatenate([*self._lookback, levels])
        previous_end = self.last_loud
        self.voiced_samples = len(likely) * WINDOW
        self._peak = float(history[-(self.voiced_samples // SLICE) :].max())
        self.speaking = True
        likely.clear()
        self.last_loud = self._last_voiced = self._position
        first_certain = history.size - self.voiced_samples // SLICE
        first = self._first_loud(history, first_certain)
        return Onset(max(previous_end, self._position - (history.size - first) * SLICE))

    def _first_loud(self, history: Levels, certain: int) -> int:
        """Index of the slice where the speech that is certain at ``certain`` began.

        Goes back over loud slices, and over gaps of at most 60 ms (the closure of a stop).
        """
        loud = np.flatnonzero(history > self._threshold())
        first = certain
        if later := [int(i) for i in loud if i >= certain]:
            first = later[0]
        for index in loud[loud < first][::-1]:
            if first - int(index) > 0.06 * SAMPLE_RATE / SLICE:
                break
            first = int(index)
        return first

    def _speech(self, start: int, probability: float, levels: Levels) -> Offset | None:
        settings = self._settings
        voiced = probability >= settings.offset_probability
        if voiced:
            self._last_voiced = self._position
            self.voiced_samples += WINDOW
            self._peak = max(self._peak - 0.1, float(levels.max()))
        loud = np.flatnonzero(levels > self._threshold())
        # A last "s", or the release of a last "t", is loud after Silero has lost interest.
        if loud.size and start - self._last_voiced < settings.tail * SAMPLE_RATE:
            self.last_loud = start + (int(loud[-1]) + 1) * SLICE
        if voiced and self._noisy:
            # The softest of the speech is under the noise: trust Silero, which lets go this late.
            self.last_loud = max(self.last_loud, start - WINDOW)
        quiet = self._position - self.last_loud
        if voiced or quiet < settings.hangover * SAMPLE_RATE:
            return None
        self.speaking = False
        return Offset(self.last_loud)

    @property
    def _noisy(self) -> bool:
        noise = -200.0 if self._noise is None else self._noise
        return noise + self._settings.above_noise > self._peak - self._settings.below_peak

    def _threshold(self) -> float:
        """How loud a slice of speech is at least, in dBFS."""
        settings = self._settings
        noise = -200.0 if self._noise is None else self._noise
        return max(
            settings.quietest, noise + settings.above_noise, self._peak - settings.below_peak
        )

    def _hear_noise(self, level: float) -> None:
        """Follow the loudness between words: down at once, up slowly."""
        if self._noise is None or level < self._noise:
            self._noise = level
        else:
            self._noise += 0.1 * (level - self._noise)
