"""Decide how long a silence must be to end the caller's turn, from the words before it.

Pure: words in, seconds out. How they end says which of the policy's four silences is due
(:mod:`voice.ending`). After a whole sentence no words tell whether another follows; there the
caller's own pauses so far in this call do, and how finished it sounds, if somebody can tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from voice.config import TurnPolicy
from voice.ending import Wait, ending, spoken
from voice.events import Event, Judged, SpeechEnded, SpeechStarted
from voice.vocabulary import FILLERS, NODS

_HUM = re.compile("[hmu]+")
"""However Whisper writes "mm-hm"."""
_LONGER = 1.2
"""Who has gone on after a pause may pause a little longer the next time."""
_LONGEST_PAUSE = 1.0
"""Seconds: who speaks later than this is answering us."""
_SURE = 0.5
"""Who sounds finished with this probability is taken to be."""
_MOST = 0.8
"""Seconds that we learn to wait at most."""


def endpoint_delay(
    text: str, expects: str, policy: TurnPolicy, finished: float | None = None
) -> float:
    """How long to wait, in seconds, after ``text`` when the last question asked for ``expects``.

    ``expects`` is "digits", "name", "date", "yes_no" or "any"; ``finished`` is how likely it is, by
    the sound, that this was all; None where nobody has said.
    """
    return _seconds(ending(text, expects).wait, policy, finished)


def _seconds(wait: Wait, policy: TurnPolicy, finished: float | None) -> float:
    match wait:
        case "shortest":
            return policy.shortest_endpoint
        case "usual" if finished is not None and finished >= _SURE:
            return policy.shortest_endpoint
        case "usual" if finished is not None:
            return policy.doubtful_endpoint
        case "usual":
            return policy.usual_endpoint
        case "hanging":
            return policy.hanging_endpoint
        case "longest":
            return policy.longest_endpoint


class Patience:
    """The turn machine's question about one caller: it knows what the agent has asked for, and
    learns how they pause.

    They have paused if they go on within a second after a sentence that sounded whole, whether we
    sat it out or cut in on them; the same caller is then given longer after such sentences.
    """

    def __init__(self, policy: TurnPolicy, expects: Callable[[], str]) -> None:
        self._policy = policy
        self._expects = expects
        self._learnt = 0.0
        self._words: list[str] = []
        self._whole = False  # they may be all, or a sentence after which more is told
        self._ended_at: float | None = None
        self._number = 0  # of the latest silence
        self._finished: float | None = None  # how it sounded, once that is known
        self._pause = 0.0  # after which the caller makes a sound; it may be a cough

    def __call__(self, text: str) -> float:
        """How long a silence must be after these words."""
        words, wait = spoken(text), ending(text, self._expects()).wait
        if self._pause and words != self._words:
            self._learnt = min(_MOST, max(self._learnt, _LONGER * self._pause))
            self._pause = 0.0
        self._words, self._whole = words, wait == "usual"
        seconds = _seconds(wait, self._policy, self._finished)
        return max(seconds, self._learnt) if self._whole else seconds

    def hear(self, event: Event) -> None:
        """Notice when the caller falls silent, how that sounded, and when they go on."""
        match event:
            case SpeechEnded(at, number):
                self._ended_at, self._whole = at, False
                self._number, self._finished = number, None
            case Judged(_, number, finished) if number == self._number:
                self._finished = finished
            case SpeechStarted(at) if self._ended_at is not None:
                pause, self._ended_at, self._finished = at - self._ended_at, None, None
                self._pause = pause if self._whole and pause <= _LONGEST_PAUSE else 0.0
            case _:
                pass  # what we do ourselves


def same_words(one: str, other: str) -> bool:
    """Whether two texts of one turn ask for the same answer: case, punctuation, "um" aside."""
    return _meant(one) == _meant(other)


def _meant(text: str) -> list[str]:
    return [word for word in spoken(text) if word not in FILLERS]


def takes_turn(text: str) -> bool:
    """Whether words said over the agent are meant to stop it: a nod ("mm-hm", "okay") is not."""
    return any(word not in NODS and not _HUM.fullmatch(word) for word in _meant(text))
