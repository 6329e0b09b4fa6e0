"""What the caller says next, and when: a polite person who reads from recordings.

    GREETING --agent fell silent, or never spoke--> SPEAKING -recording over-> LISTENING --+
                                                       ^                                   |
                                                       +------- agent fell silent ---------+

"Fell silent" is a judgement: a short reply ("Sure, let me look.") is likely to go on, so it gets
more time; a server that tells when its reply is over is believed, within reason. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from demos.phone.playout import Playout
from demos.phone.recordings import Recording
from voice.audio import Pcm


@dataclass(frozen=True, slots=True)
class Manners:
    """How patient the caller is, in seconds."""

    pause: float = 0.7
    """Silence of the agent after which the caller goes on."""
    greeting_timeout: float = 5.0
    """How long to wait to be greeted before speaking anyway."""
    reply_timeout: float = 10.0
    """How long after the caller's last word a reply counts as missed."""
    short_reply: float = 1.6
    short_reply_pauses: float = 2.7
    """What is over sooner than ``short_reply`` may have been the first half of a reply, and is
    given so many pauses to go on."""
    unfinished_pause: float = 4.0
    """Silence that we bear from a server that has not said that its reply is over."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One recording, as it was said in the call: seconds since the call's first sample."""

    recording: Recording
    begins_at: float

    @property
    def speech_starts_at(self) -> float:
        """The first voiced sample."""
        return self.begins_at + self.recording.speech_start

    @property
    def speech_ends_at(self) -> float:
        """The last voiced sample: t0."""
        return self.begins_at + self.recording.speech_end


class _State(Enum):
    GREETING = auto()
    SPEAKING = auto()
    LISTENING = auto()
    DONE = auto()


class Script:
    """Frame by frame, what goes into the telephone."""

    def __init__(self, recordings: Sequence[Recording], playout: Playout, manners: Manners) -> None:
        self.spoken: list[Spoken] = []
        self._left = list(recordings)
        self._playout = playout
        self._manners = manners
        self._state = _State.GREETING
        self._since = 0.0  # when we began to wait for the agent
        self._position = 0  # in the recording that is being said
        self._replying_since: float | None = None
        self._told_at: float | None = None  # the server said that the reply is over
        self._server_tells = False

    @property
    def done(self) -> bool:
        """Whether all has been said and answered."""
        return self._state is _State.DONE

    def hear_reply_over(self, at: float) -> None:
        """The server says that its reply has been heard to the end."""
        self._server_tells, self._told_at = True, at

    def frame(self, at: float, samples: int) -> Pcm:
        """The next samples of the caller's line, the first of which is spoken ``at``."""
        if self._state in (_State.GREETING, _State.LISTENING) and self._may_go_on(at):
            self._next(at)
        if self._state is not _State.SPEAKING:
            return np.zeros(samples, np.int16)
        pcm = self.spoken[-1].recording.pcm[self._position : self._position + samples]
        self._position += samples
        if self._position >= len(self.spoken[-1].recording.pcm):
            self._wait(self.spoken[-1].speech_ends_at)
        return np.pad(pcm, (0, samples - len(pcm)))

    def _next(self, at: float) -> None:
        if not self._left:
            self._state = _State.DONE
            return
        self._state, self._position = _State.SPEAKING, 0
        self.spoken.append(Spoken(self._left.pop(0), at))

    def _wait(self, since: float) -> None:
        self._state, self._since = _State.LISTENING, since
        self._replying_since = self._told_at = None

    def _may_go_on(self, at: float) -> bool:
        until = self._playout.audible_until
        if until <= self._since:
            greeting = self._state is _State.GREETING
            manners = self._manners
            limit = manners.greeting_timeout if greeting else manners.reply_timeout
            return at - self._since >= limit
        if self._replying_since is None:
            self._replying_since = at
        return at - until >= self._pause(until - self._replying_since)

    def _pause(self, spoken_for: float) -> float:
        manners = self._manners
        if self._told_at is not None:
            return manners.pause
        if self._server_tells:
            return max(manners.pause, manners.unfinished_pause)
        if spoken_for < manners.short_reply:
            return manners.short_reply_pauses * manners.pause
        return manners.pause
