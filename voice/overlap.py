"""Decide what a sound of the caller's means while we speak.

A sound that lasts pauses the reply: that costs little if it was nothing. Its words decide. They
take the turn, or we go on where we stopped: after a nod, a cough, a noise of any length. Where
nothing of us is heard just then, a pause costs nothing, and begins at once: who speaks up before
our first word, or while we are still looking for the next, is not talked over.

    onset -barge_in_delay-> PAUSE -words-> TAKEN: the turn is theirs
      `-over sooner, words at the very end: an answer   `-none, or a nod-> GO_ON

Words that come when we have gone on without them take the turn all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from voice.config import TurnPolicy
from voice.endpoint import takes_turn
from voice.events import (
    Event,
    SpeechEnded,
    SpeechStarted,
    Tick,
    Transcribed,
    TranscriptionFailed,
)
from voice.silence import Silence

LISTENING = 1.0
"""Seconds that words over us may take to be known, until we go on without them."""


class Verdict(Enum):
    """What is to be done with the reply."""

    PAUSE = auto()
    GO_ON = auto()
    TAKEN = auto()


class Overlap:
    """What the caller does during one reply; ``sounding`` says whether they hear us just now.

    ``since`` is when they began the sound that they still make, ``silence`` what came of the
    last one; ``deadline`` is when to send a Tick.
    """

    def __init__(self, policy: TurnPolicy, sounding: Callable[[], bool] = lambda: True) -> None:
        self.since: float | None = None
        self.silence: Silence | None = None
        self.deadline: float | None = None
        self._policy, self._sounding = policy, sounding
        self._paused = False
        self._owed = False  # we paused for words that are not known yet
        self._over_at = 0.0  # when the last sound ended, or we went on after it

    def receive(self, event: Event) -> Verdict | None:
        """Take one event; None if the reply is to stay as it is."""
        match event:
            case SpeechStarted():
                self.since, self.silence = event.at, None
                delay = self._policy.barge_in_delay if self._sounding() else 0.0
                self.deadline = None if self._paused else event.at + delay
            case SpeechEnded():
                self.since, self.silence = None, Silence(event.at, event.pause)
                self._over_at = event.at
                self.deadline = event.at + LISTENING if self._paused else None
            case Transcribed(pause=pause) if self.silence and pause == self.silence.pause:
                self.silence.text = event.text
                if self._owed and takes_turn(event.text):
                    return Verdict.TAKEN
                self._owed = False
                return self._go_on(event.at)
            case Transcribed(pause=None) if self._is_taken(event):
                return Verdict.TAKEN
            case TranscriptionFailed():
                self.since, self.silence, self._owed = None, None, False
                return self._go_on(event.at)
            case Tick() if self.deadline is not None and event.at >= self.deadline:
                if self.since is None:
                    return self._go_on(event.at)  # their words do not come, or come later
                self._paused = self._owed = True
                self.deadline = None
                return Verdict.PAUSE
            case _:
                pass  # words of a turn that has been answered
        return None

    def answer(self, at: float) -> Silence | None:
        """We finish at ``at``: the last sound, if it may be the answer to what we asked."""
        late = at - self._over_at < self._policy.answer_overlap
        return self.silence if late and self.silence and self.silence.text != "" else None

    def _is_taken(self, event: Transcribed) -> bool:
        """Whether the caller, who still speaks, has said enough to have the turn."""
        if not self._paused or self.since is None:
            return False
        return event.at - self.since >= self._policy.nod and takes_turn(event.text)

    def _go_on(self, at: float) -> Verdict | None:
        self.deadline = None
        if not self._paused:
            return None
        self._paused = False
        self._over_at = at  # our own silence does not make their words any older
        return Verdict.GO_ON
