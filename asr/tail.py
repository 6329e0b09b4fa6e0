"""What of a turn to decode, and when.

    |-- told already: head --|- start --- clip --- end -|
                              audio kept                 now

Pure: windows of audio, judged by the voice detector, go in; clips to decode come out. A clip is
worth decoding after every ``interval`` of new speech, and at once where the voice has just paused:
if that pause turns out to be the end of the turn, its words are known already. A turn that has
grown too long loses its head: it is decoded once more, told for good, and its audio dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from asr.edges import SLICE, WINDOW, EdgeFinder, Levels, VadSettings
from asr.engine import SAMPLE_RATE, Pcm
from asr.window import LEAD, Cut

DIP = round(0.045 * SAMPLE_RATE)
"""A quiet as long as this may be a pause: time to look at the words. Less is a consonant."""
MARGIN = round(0.02 * SAMPLE_RATE)
"""A clip that ends this long after the last loud sample has heard all of it."""
AFTER, BEFORE = 5, 3
"""Windows of a silence that are kept after the speech, and before what comes next."""
LEAST_VOICED = 2 * WINDOW
"""Less is a click, not a word."""


@dataclass(frozen=True, slots=True)
class Clip:
    """Audio to decode, and which of its windows are speech.

    It is what its turn holds from ``start`` to ``end``, long silences shortened.
    """

    audio: Pcm
    start: int
    end: int
    voices: tuple[bool, ...]
    for_good: bool = False
    """Whether what is heard in it is told for good, so that nothing may be left out."""

    @property
    def voiced(self) -> int:
        """How many samples of it are speech."""
        return sum(self.voices) * WINDOW


class Tail:
    """The audio of one turn that is not told for good yet."""

    def __init__(self, cut: Cut | None = None, settings: VadSettings | None = None) -> None:
        self._cut = cut or Cut()
        # Whoever sends us a turn has heard speech in it: here a single word may be faint.
        self._settings = settings or VadSettings(onset_probability=0.25, onset_confirm=0.032)
        self._edges = EdgeFinder(self._settings)
        self._audio: list[Pcm] = []
        self._levels: list[Levels] = []
        self._voiced: list[bool] = []
        self._new = 0
        self._asked = 0
        self.start = 0
        """Where the audio that is kept begins, in samples of the turn."""

    @property
    def end(self) -> int:
        """Up to where the turn was heard."""
        return self.start + len(self._audio) * WINDOW

    @property
    def spoken_to(self) -> int:
        """Where the latest speech ended, as far as is known by now."""
        return self._edges.last_loud

    @property
    def too_long(self) -> bool:
        """Whether the head should be cut off."""
        return self.end - self.start > self._cut.longest * SAMPLE_RATE

    @property
    def has_speech(self) -> bool:
        """Whether the audio that is kept holds a word at least."""
        return sum(self._voiced) * WINDOW >= LEAST_VOICED

    def hear(self, window: Pcm, probability: float, levels: Levels) -> None:
        """Take the next window."""
        self._edges.step(probability, levels)
        voiced = probability >= self._settings.offset_probability
        self._audio.append(window)
        self._levels.append(levels)
        self._voiced.append(voiced)
        self._new += WINDOW if voiced else 0
        if not any(self._voiced) and self.end - self.start > LEAD * SAMPLE_RATE + WINDOW:
            self.drop(self.start + WINDOW)

    def covers(self, end: int) -> bool:
        """Whether a clip up to ``end`` has heard all that was said so far."""
        return end >= self._edges.last_loud + MARGIN

    def due(self, interval: float) -> bool:
        """Whether there is enough new speech since the last clip, or it has just paused."""
        if self.covers(self._asked) or not self.has_speech:
            return False
        paused = self.end - self._edges.last_loud >= DIP
        return self._new > 0 and (paused or self._new >= interval * SAMPLE_RATE)

    def clip(self) -> Clip:
        """All that is kept, to be decoded now."""
        self._new, self._asked = 0, self.end
        return self._first(len(self._audio))

    def head(self) -> Clip:
        """The first part, up to where it is quietest."""
        return self._first(self._cut.at(np.concatenate(self._levels), SLICE) // WINDOW)

    def shed(self) -> None:
        """Drop the head of a tail that is too long, as often as there is no word in it."""
        while self.too_long and (head := self.head()).voiced < LEAST_VOICED:
            self.drop(head.end)

    def drop(self, end: int) -> None:
        """Forget the audio before ``end``."""
        windows = (end - self.start) // WINDOW
        for kept in (self._audio, self._levels, self._voiced):
            del kept[:windows]
        self.start += windows * WINDOW

    def _first(self, windows: int) -> Clip:
        voiced = self._voiced[:windows]
        kept = worth_hearing(voiced)
        return Clip(
            np.concatenate([self._audio[index] for index in kept]),
            start=self.start,
            end=self.start + windows * WINDOW,
            voices=tuple(voiced[index] for index in kept),
        )


def worth_hearing(voiced: Sequence[bool]) -> list[int]:
    """The windows that are not in the middle of a long silence.

    One tuned for short windows was seen to end its text at half a second of silence: "Yes.", and
    not a word of what came after. A shorter window is cheaper, too.
    """
    kept, since = [], 0
    until = _ahead(voiced)
    for index, (heard, ahead) in enumerate(zip(voiced, until, strict=True)):
        since = 0 if heard else since + 1
        if since <= AFTER or ahead <= BEFORE:
            kept.append(index)
    return kept


def _ahead(voiced: Sequence[bool]) -> list[int]:
    """How many windows it is from each window to the next voiced one."""
    ahead, distance = [], len(voiced)
    for heard in reversed(voiced):
        distance = 0 if heard else distance + 1
        ahead.append(distance)
    return ahead[::-1]
