"""The listening half of a caller: plays what comes, answers its marks, notes what else was said.

    message -> peer -> sound, marks, clear -> playout -> "played", once it has been
                   `-> transcripts, traces, errors -> notes

Sans-I/O: ``at`` is seconds since the call's first sample.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from demos.phone.peers import Peer
from demos.phone.playout import Playout
from voice.audio import Pcm
from voice.wire import (
    Audio,
    Bye,
    Clear,
    ErrorOut,
    Mark,
    Outbound,
    Ready,
    TraceOut,
    TranscriptOut,
)

FRAME = 0.02
"""Seconds of audio in one message, as telephones send it."""

Said = Ready | TranscriptOut | TraceOut | ErrorOut | Bye
"""What a server says besides sound."""


@dataclass(frozen=True, slots=True)
class Note:
    """The server said ``value`` at this moment of the call."""

    at: float
    value: Said


@dataclass(frozen=True, slots=True)
class Cleared:
    """The telephone was told to be silent, and threw away so many seconds to the last sound."""

    at: float
    dropped: float


class Earpiece:
    """One call's. ``tell`` is given the moment when the server says that its reply was heard."""

    def __init__(self, peer: Peer, tell: Callable[[float], None]) -> None:
        self.playout = Playout(peer.sample_rate)
        self.notes: list[Note] = []
        self.clears: list[Cleared] = []
        self._peer = peer
        self._tell = tell

    def speak(self, frame: Pcm, ends_at: float) -> list[str | bytes]:
        """What to send with this frame of the caller: the marks that were played by its end."""
        marks = [self._peer.played(mark, False) for mark in self.playout.take_played(ends_at)]
        return [self._peer.speak(frame), *filter(None, marks)]

    def hear(self, message: str | bytes, at: float) -> list[str | bytes]:
        """Take one message of the server; what to answer at once. Raises WireError."""
        answers: list[str | bytes] = []
        for value in self._peer.read(message):
            answers += self._take(value, at)
        return answers

    def clear(self, at: float) -> list[str]:
        """Be silent from now on; what to answer for the marks that are never played."""
        self.clears.append(Cleared(at, max(0.0, self.playout.audible_until - at)))
        dropped = [self._peer.played(mark, True) for mark in self.playout.clear(at)]
        return [message for message in dropped if message]

    def _take(self, value: Outbound, at: float) -> list[str]:
        match value:
            case Audio(pcm=pcm):
                self.playout.receive(pcm, at)
            case Mark(name=name):
                self.playout.mark(name)
            case Clear():
                return self.clear(at)
            case Ready() | TranscriptOut() | TraceOut() | ErrorOut() | Bye():
                self.notes.append(Note(at, value))
                if isinstance(value, TranscriptOut) and value.role == "agent" and value.final:
                    self._tell(at)
            case _:
                assert_never(value)
        return []
