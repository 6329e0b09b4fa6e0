"""Which words of the partials have settled.

When two successive hypotheses of a growing window agree on their first words, those will not
change any more (LocalAgreement-2: Macháček, Dabre and Bojar, "Turning Whisper into Real-Time
Transcription System", 2023).

    book an appointment for two
    book an appointment for Tuesday          settled: book an appointment
    Book an appointment for Tuesday, please  settled: book an appointment for

Case and punctuation do not count: a sentence's end moves while the speaker goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreed:
    """A text, and how many of its first characters are settled."""

    text: str
    settled: int


class Agreement:
    """Follows the hypotheses about one stretch of audio.

    The last ``hold_back`` words of the shorter one never settle: their end was not yet heard. With
    three, settling changed 6 words of 535 against one decode at the end; with none, 41.
    """

    def __init__(self, hold_back: int = 3) -> None:
        self._hold_back = hold_back
        self._settled: list[str] = []
        self._open: list[str] = []

    def update(self, text: str, *, whole: bool = True) -> Agreed:
        """Take the next hypothesis; it is told again with what had settled left as it was.

        One that may have left words out settles nothing: they would have no place any more.
        """
        words = text.split()
        words = words[_prefix(self._settled, words) :]
        agreed = min(
            _agreeing(self._open, words),
            max(0, min(len(self._open), len(words)) - self._hold_back) if whole else 0,
        )
        self._settled += words[:agreed]
        self._open = words[agreed:]
        return self.agreed

    def release(self, head: str) -> str:
        """The audio of the first words is gone, and ``head`` its last hypothesis.

        Returns those words, with what had settled left as it was; the words after them stay.
        """
        first, words = head.split(), self._settled + self._open
        after = _prefix(first, words)
        if after < len(self._settled):
            told, self._settled = self._settled[:after], self._settled[after:]
        else:
            told = self._settled + first[_prefix(self._settled, first) :]
            self._settled, self._open = [], words[after:]
        return " ".join(told)

    @property
    def agreed(self) -> Agreed:
        """The latest hypothesis and its settled part."""
        return Agreed(" ".join(self._settled + self._open), len(" ".join(self._settled)))


def key(word: str) -> str:
    """What of a word counts when two are compared."""
    return "".join(c for c in word.casefold() if c.isalnum()) or word


def _agreeing(one: Sequence[str], other: Sequence[str]) -> int:
    """How many first words two hypotheses share."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if key(a) != key(b):
            break
        count += 1
    return count


def _prefix(settled: Sequence[str], words: Sequence[str]) -> int:
    """How many of ``words`` tell again what is settled: the prefix that is nearest to it.

    Almost always they are the same words; where the model has changed its mind ("for two" became
    "42") the edit distance finds where the news begins.
    """
    if _agreeing(settled, words) == len(settled):
        return len(settled)
    other = [key(word) for word in words]
    row = list(range(len(other) + 1))
    for word in map(key, settled):
        above, row = row, [row[0] + 1]
        for j, candidate in enumerate(other, start=1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (candidate != word)))
    return min(range(len(row)), key=lambda j: (row[j], abs(j - len(settled))))
