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


class Patience:
    """Whether the agent has said all that it had to say, as far as a listener can tell."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._since = 0.0  # when we began to wait for the agent
        self._limit = manners.greeting_timeout
        self._replying_since: float | None = None
        self._told_at: float | None = None  # the server said that the reply is over
        self._server_tells = False

    @property
    def replying_since(self) -> float | None:
        """When we noticed that what we waited for had begun."""
        return self._replying_since

    def wait(self, since: float) -> None:
        """The caller has fallen silent: from now on the agent is expected to speak."""
        self._since, self._limit = since, self._manners.reply_timeout
        self._replying_since = self._told_at = None

    def hear_reply_over(self, at: float) -> None:
        """The server says that its reply has been heard to the end."""
        self._server_tells = True
        if self._replying_since is not None:
            self._told_at = at  # else it is of the reply before, and late

    def is_over(self, at: float, audible_until: float) -> bool:
        """Whether the agent has finished by now, or has been waited for in vain."""
        if audible_until <= self._since:
            return at - self._since >= self._limit
        if self._replying_since is None:
            self._replying_since = at
        return at - audible_until >= self._pause(audible_until - self._replying_since)

    def _pause(self, spoken_for: float) -> float:
        manners = self._manners
        if self._told_at is not None:
            return manners.pause
        if self._server_tells:
            return max(manners.pause, manners.unfinished_pause)
        if spoken_for < manners.short_reply:
            return manners.short_reply_pauses * manners.pause
        return manners.pause


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
        self._patience = Patience(manners)
        self._state = _State.GREETING
        self._position = 0  # in the recording that is being said

    @property
    def done(self) -> bool:
        """Whether all has been said and answered."""
        return self._state is _State.DONE

    def hear_reply_over(self, at: float) -> None:
        """The server says that its reply has been heard to the end."""
        self._patience.hear_reply_over(at)

    def frame(self, at: float, samples: int) -> Pcm:
        """The next samples of the caller's line, the first of which is spoken ``at``."""
        waiting = self._state in (_State.GREETING, _State.LISTENING)
        if waiting and self._patience.is_over(at, self._playout.audible_until):
            self._next(at)
        if self._state is not _State.SPEAKING:
            return np.zeros(samples, np.int16)
        pcm = self.spoken[-1].recording.pcm[self._position : self._position + samples]
        self._position += samples
        if self._position >= len(self.spoken[-1].recording.pcm):
            self._state = _State.LISTENING
            self._patience.wait(self.spoken[-1].speech_ends_at)
        return np.pad(pcm, (0, samples - len(pcm)))

    def _next(self, at: float) -> None:
        if not self._left:
            self._state = _State.DONE
            return
        self._state, self._position = _State.SPEAKING, 0
        self.spoken.append(Spoken(self._left.pop(0), at))
