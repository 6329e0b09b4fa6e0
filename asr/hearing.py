"""One turn in flight: what it still wants decoded, and what has been told of it.

    hear, pause -> wants? -> (decoded elsewhere) -> decoded -> partial or final

Pure. A final is answered from the latest decode if that has heard all the speech already, else
from one that is under way and will have, and only else from a new one. A partial that may have left
something out answers none: only what is told for good is looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from asr.agreement import Agreement
from asr.edges import Levels
from asr.engine import Pcm, Transcript
from asr.tail import MARGIN, Clip, Tail


@dataclass(frozen=True, slots=True)
class Wanted:
    """A clip to decode: for a pause that waits, or because its audio will be dropped."""

    clip: Clip
    final: bool = False
    head: bool = False

    @property
    def for_good(self) -> bool:
        """Whether somebody waits for its words, or nobody will hear them again."""
        return self.final or self.head

    @property
    def to_decode(self) -> Clip:
        """The clip, as the decoder has it."""
        return replace(self.clip, for_good=self.for_good)


class Hearing:
    """What one call's transcriber knows of the turn."""

    def __init__(self, tail: Tail | None = None) -> None:
        self._tail = tail or Tail()
        self._agreement = Agreement()
        self._told = ""
        self._waiting: Wanted | None = None
        self._running: Wanted | None = None
        self._heard_to = 0
        self._pause: int | None = None
        self._needed = 0
        self._changed = False
        self._last = Transcript("")

    @property
    def pausing(self) -> bool:
        """Whether a pause still waits for its final."""
        return self._pause is not None

    def hear(self, window: Pcm, probability: float, levels: Levels) -> None:
        """Take the next window of audio, as the voice detector judged it."""
        self._tail.hear(window, probability, levels)

    def pause(self, number: int) -> None:
        """The caller fell silent: a final is wanted. An earlier pause is over."""
        self._pause = number
        self._needed = min(self._tail.spoken_to + MARGIN, self._tail.end)

    def wants(self, interval: float) -> Wanted | None:
        """What should be decoded now; it takes the place of what waits, if anything does."""
        if self._cutting:
            return None  # the rest is easier to decode without the head
        wanted = None
        if self._tail.too_long:
            wanted = Wanted(self._tail.head(), head=True, final=self.pausing)
        elif self.pausing:
            wanted = self._final()
        elif self._tail.due(interval):
            wanted = Wanted(self._tail.clip())
        self._waiting = wanted or self._waiting
        return wanted

    def _final(self) -> Wanted | None:
        if self._answered:
            return None
        for wanted in self._under_way:
            if wanted.clip.end >= self._needed:
                hurry = wanted is self._waiting and not wanted.final
                return replace(wanted, final=True) if hurry else None
        return Wanted(self._tail.clip(), final=True)

    @property
    def _under_way(self) -> list[Wanted]:
        return [wanted for wanted in (self._running, self._waiting) if wanted]

    @property
    def _cutting(self) -> bool:
        """Whether the head is being decoded."""
        return any(wanted.head for wanted in self._under_way)

    @property
    def _answered(self) -> bool:
        """Whether all that was said before the pause has been decoded."""
        return self._heard_to >= self._needed or not self._tail.has_speech

    def started(self, wanted: Wanted) -> None:
        """A decode has begun and cannot be replaced any more."""
        self._waiting, self._running = None, wanted

    def decoded(self, wanted: Wanted, text: str, *, whole: bool = True) -> None:
        """A decode has ended. One that is not ``whole`` may have left something out."""
        self._running, self._changed = None, True
        if wanted.head:
            self._told = f"{self._told} {self._agreement.release(text)}".strip()
            self._tail.drop(wanted.clip.end)
        else:
            self._agreement.update(text, whole=whole)
            if whole:
                self._heard_to = wanted.clip.end

    def failed(self) -> None:
        """The decode that ran came to nothing: what it was for is wanted again."""
        self._running = None

    def news(self) -> Transcript | None:
        """The final, if a pause waits and its words are known; else a partial, if it changed."""
        if not self._cutting:
            self._tail.shed()  # what is left may answer the pause
        final = self.pausing and self._answered and not self._cutting
        if not final and not self._changed:
            return None
        self._changed = False
        agreed = self._agreement.agreed
        joint = f"{self._told} " if self._told and agreed.text else self._told
        settled = len(joint) + agreed.settled if agreed.settled else len(self._told)
        told = Transcript(joint + agreed.text, settled)
        if final:
            self._last, told = told, replace(told, pause=self._pause)
            self._pause = None
            return told
        if told == self._last:
            return None
        self._last = told
        return told
