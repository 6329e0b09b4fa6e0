"""One call as the caller lives it: frames go out on time, what comes in is played and noted.

Sans-I/O: :mod:`demos.phone.client` asks for a frame every 20 ms and hands over what arrives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from demos.phone.peers import Peer
from demos.phone.playout import Playout
from demos.phone.recordings import Recording
from demos.phone.script import Manners, Script, Spoken
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


class Call:
    """Everything between the first sample and hanging up. ``at`` is seconds since the first."""

    def __init__(self, peer: Peer, recordings: Sequence[Recording], manners: Manners) -> None:
        self.playout = Playout(peer.sample_rate)
        self.notes: list[Note] = []
        self._peer = peer
        self._script = Script(recordings, self.playout, manners)
        self._frame_samples = round(FRAME * peer.sample_rate)
        self._line: list[Pcm] = []

    @property
    def spoken(self) -> Sequence[Spoken]:
        """The turns so far."""
        return self._script.spoken

    @property
    def line(self) -> Sequence[Pcm]:
        """The caller's line so far, frame by frame."""
        return self._line

    @property
    def over(self) -> bool:
        """Whether there is nothing more to say or to wait for."""
        return self._script.done

    @property
    def next_frame_at(self) -> float:
        """When the next frame has been spoken and may be sent."""
        return (len(self._line) + 1) * FRAME

    def speak(self) -> list[str | bytes]:
        """The next frame, and the marks that have been played by its end."""
        begins_at, ends_at = self.next_frame_at - FRAME, self.next_frame_at
        pcm = self._script.frame(begins_at, self._frame_samples)
        self._line.append(pcm)
        marks = [
            self._peer.played(mark, cleared=False) for mark in self.playout.take_played(ends_at)
        ]
        return [self._peer.speak(pcm), *filter(None, marks)]

    def hear(self, message: str | bytes, at: float) -> list[str | bytes]:
        """Take one message of the server; what to answer at once. Raises WireError."""
        answers: list[str | bytes] = []
        for value in self._peer.read(message):
            answers += self._take(value, at)
        return answers

    def _take(self, value: Outbound, at: float) -> list[str]:
        match value:
            case Audio(pcm=pcm):
                self.playout.receive(pcm, at)
            case Mark(name=name):
                self.playout.mark(name)
            case Clear():
                dropped = [self._peer.played(m, cleared=True) for m in self.playout.clear(at)]
                return [message for message in dropped if message]
            case Ready() | TranscriptOut() | TraceOut() | ErrorOut() | Bye():
                self.notes.append(Note(at, value))
                if isinstance(value, TranscriptOut) and value.role == "agent" and value.final:
                    self._script.hear_reply_over(at)
            case _:
                assert_never(value)
        return []
