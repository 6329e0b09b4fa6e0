"""One call as the caller lives it: frames go out on time, what comes in is played and noted.

Sans-I/O: :mod:`demos.phone.client` asks for a frame every 20 ms and hands over what arrives.
"""

from __future__ import annotations

from collections.abc import Sequence

from demos.phone.earpiece import FRAME, Earpiece, Note
from demos.phone.peers import Peer
from demos.phone.playout import Playout
from demos.phone.recordings import Recording
from demos.phone.script import Manners, Script, Spoken
from voice.audio import Pcm


class Call:
    """Everything between the first sample and hanging up. ``at`` is seconds since the first."""

    def __init__(self, peer: Peer, recordings: Sequence[Recording], manners: Manners) -> None:
        self._ear = Earpiece(peer, lambda at: self._script.hear_reply_over(at))
        self._script = Script(recordings, self._ear.playout, manners)
        self._frame_samples = round(FRAME * peer.sample_rate)
        self._line: list[Pcm] = []

    @property
    def playout(self) -> Playout:
        """What the caller hears."""
        return self._ear.playout

    @property
    def notes(self) -> Sequence[Note]:
        """What the server has said besides sound."""
        return self._ear.notes

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
        ends_at = self.next_frame_at
        self._line.append(self._script.frame(ends_at - FRAME, self._frame_samples))
        return self._ear.speak(self._line[-1], ends_at)

    def hear(self, message: str | bytes, at: float) -> list[str | bytes]:
        """Take one message of the server; what to answer at once. Raises WireError."""
        return self._ear.hear(message, at)
