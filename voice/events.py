"""The turn machine's vocabulary: what happened in the call, and what is to be done about it.

Every ``at`` is in seconds on the event loop's clock, and says when the thing happened, not when we
noticed. Every command about a reply says which one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Phrase(StrEnum):
    """Sentences that need no model; they are rendered before the first call."""

    GREETING = "greeting"
    APOLOGY = "apology"
    REPROMPT = "reprompt"
    GOODBYE = "goodbye"


@dataclass(frozen=True, slots=True)
class CallStarted:
    """The line is open and the caller expects to be greeted."""

    at: float


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller began to speak."""

    at: float


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The caller fell silent. ``pause`` numbers the silence, so that its transcript can be told."""

    at: float
    pause: int


@dataclass(frozen=True, slots=True)
class Transcribed:
    """The words of the caller's turn so far: a partial, or the final of one pause."""

    at: float
    text: str
    pause: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """How likely it is, by the sound of it, that the caller had finished when they fell silent."""

    at: float
    pause: int
    finished: float


@dataclass(frozen=True, slots=True)
class TranscriptionFailed:
    """The transcriber gave up on this turn."""

    at: float


@dataclass(frozen=True, slots=True)
class ReplyEnded:
    """The caller has heard all of a reply. After a ``farewell`` there is nothing left to say."""

    at: float
    reply: int
    farewell: bool = False


@dataclass(frozen=True, slots=True)
class ReplyFailed:
    """An engine failed in the middle of a reply."""

    at: float
    reply: int


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """A key of the caller's telephone: 0-9, ``*`` or ``#``."""

    at: float
    digit: str


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller is gone."""

    at: float


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed: the machine's ``deadline`` may have been reached."""

    at: float


@dataclass(frozen=True, slots=True)
class StartReply:
    """Answer ``words``. A held reply is prepared in silence until it is released."""

    reply: int
    words: str
    held: bool


@dataclass(frozen=True, slots=True)
class Say:
    """Say a fixed phrase."""

    reply: int
    phrase: Phrase


@dataclass(frozen=True, slots=True)
class ReleaseReply:
    """Let the caller hear a held reply: the turn is ours."""

    reply: int


@dataclass(frozen=True, slots=True)
class PauseReply:
    """Be silent at once, and ready to go on: the caller may mean to take the turn."""

    reply: int


@dataclass(frozen=True, slots=True)
class ResumeReply:
    """Go on from the very sample: they did not."""

    reply: int


@dataclass(frozen=True, slots=True)
class CancelReply:
    """Stop a reply at every stage, and forget what the caller has not heard of it."""

    reply: int


@dataclass(frozen=True, slots=True)
class EndTurn:
    """The caller's turn is over: stop transcribing it."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call from our side."""

    reason: str


Event = (
    CallStarted
    | SpeechStarted
    | SpeechEnded
    | Transcribed
    | Judged
    | TranscriptionFailed
    | ReplyEnded
    | ReplyFailed
    | DigitPressed
    | HungUp
    | Tick
)
Command = (
    StartReply | Say | ReleaseReply | PauseReply | ResumeReply | CancelReply | EndTurn | HangUp
)
