"""One caller of the bench: says the steps of a plan as a person would, and notes what happens.

    GREETING --agent silent--> SAYING --all said--> WAITING --agent silent, or waited in vain--+
                                 ^                     | a sound over the agent, or in the gap |
                                 +---------------------+---------------------------------------+

Sans-I/O: :func:`demos.phone.client.place_call` asks for a frame every 20 ms. A step that is over is
judged later; its audio is let go of at once, so a call may last for hours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from demos.latency.deal import Step
from demos.latency.judge import GOES_ON, Lived, Said
from demos.phone.earpiece import FRAME, Earpiece, Note
from demos.phone.peers import Peer
from demos.phone.playout import Span, audible_spans
from demos.phone.script import Manners, Patience
from voice.audio import Pcm

_STILL_TALKING = 0.1
"""An agent that sends at the pace of speech has no sound ahead; heard this lately, it speaks."""


class Caller:
    """One call. ``at`` is seconds since its first sample; ``lived`` grows by a step at a time."""

    def __init__(self, peer: Peer, steps: Sequence[Step], manners: Manners) -> None:
        self.lived: list[Lived] = []
        self.over = False
        self.greeted_at: float | None = None
        self._steps = list(steps)
        self._patience = Patience(manners)
        self._ear = Earpiece(peer, self._patience.hear_reply_over)
        self._playout = self._ear.playout
        self._rate = peer.sample_rate
        self._samples = round(FRAME * self._rate)
        self._silence = np.zeros(self._samples, np.int16)
        self._frames = 0
        self._said: Said | None = None
        self._over: Said | None = None
        self._new_notes = self._new_clears = 0  # where those of this step begin

    @property
    def notes(self) -> Sequence[Note]:
        """What the server has said besides sound."""
        return self._ear.notes

    @property
    def next_frame_at(self) -> float:
        """When the next frame has been spoken and may be sent."""
        return (self._frames + 1) * FRAME

    @property
    def steps_left(self) -> int:
        """What has not been lived through."""
        return len(self._steps)

    def speak(self) -> list[str | bytes]:
        """The next frame, and the marks that have been played by its end."""
        ends_at = self.next_frame_at
        self._frames += 1
        return self._ear.speak(self._frame(ends_at - FRAME), ends_at)

    def hear(self, message: str | bytes, at: float) -> list[str | bytes]:
        """Take one message of the server; what to answer at once. Raises WireError."""
        return self._ear.hear(message, at)

    def hang_up(self, at: float, by_server: bool) -> None:
        """The call is over; a telephone plays nothing of what it still holds."""
        if by_server:
            self._ear.clear(at)
        if self._said is None and not self.over:
            self._note_greeting(at)
        self._close_step(at)

    def _frame(self, at: float) -> Pcm:
        if not self._speaking(at):
            self._begin_overlap(at)
        if not self._speaking(at) and not self._nodded(at) and self._agent_is_over(at):
            self._next(at)
        sounds = [said for said in (self._said, self._over) if said is not None]
        pieces = [piece for said in sounds if len(piece := self._piece(said, at))]
        if not pieces:
            return self._silence
        if len(pieces) == 1 and len(pieces[0]) == self._samples:
            return pieces[0]
        mixed = np.zeros(self._samples, np.int32)
        for piece in pieces:
            mixed[: len(piece)] += piece
        return np.clip(mixed, -32_768, 32_767).astype(np.int16)

    def _piece(self, said: Said, at: float) -> Pcm:
        start = round((at - said.begins_at) * self._rate)
        return said.scene.pcm[start : start + self._samples]

    def _speaking(self, at: float) -> bool:
        """Whether there is speech to come. What a recording has after it keeps nobody waiting."""
        return any(said is not None and at < said.ends_at for said in (self._said, self._over))

    def _nodded(self, at: float) -> bool:
        """Whether the agent may yet go on after a sound that asked for nothing."""
        over = self._over
        if over is None or over.scene.expect != "keep_talking":
            return False
        return at < over.ends_at + GOES_ON

    def _agent_is_over(self, at: float) -> bool:
        return self._patience.is_over(at, self._playout.audible_until)

    def _next(self, at: float) -> None:
        if self._said is None:
            self._note_greeting(at)
        self._close_step(at)
        if not self._steps:
            self.over = True
            return
        self._said = Said(self._steps[0].scene, at)
        self._patience.wait(self._said.ends_at)

    def _begin_overlap(self, at: float) -> None:
        """Is it time for the sound that goes with this step?"""
        if self._said is None or self._over is not None:
            return
        overlap = self._steps[0].over
        if overlap is None:
            return
        if overlap.scene.play == "after_turn":
            since: float | None = self._said.ends_at
        else:
            since = self._patience.replying_since
            if self._playout.audible_until < at - _STILL_TALKING:
                return
        if since is None or at < since + overlap.delay:
            return
        self._over = Said(overlap.scene, at)
        if overlap.scene.takes_the_turn:
            self._patience.wait(self._over.ends_at)

    def _note_greeting(self, at: float) -> None:
        self.greeted_at = next((span.begins_at for span in self._audible(0.0, at)), None)

    def _close_step(self, at: float) -> None:
        """Note what was lived since the step began, and let go of its sound."""
        if self._said is not None:
            begin = self._said.begins_at
            self._steps.pop(0)
            notes, clears = self.notes[self._new_notes :], self._ear.clears[self._new_clears :]
            spans, fed = list(self._audible(begin, at)), self._playout.fed()
            self.lived.append(Lived(self._said, self._over, at, spans, fed, clears, notes))
        self._said = self._over = None
        self._new_clears, self._new_notes = len(self._ear.clears), len(self.notes)
        self._playout.forget(at)

    def _audible(self, begin: float, end: float) -> Iterator[Span]:
        """No span crosses a clear: what comes after it is another reply."""
        edges = [begin, *(clear.at for clear in self._ear.clears[self._new_clears :]), end]
        for first, last in pairwise(edges):
            for span in audible_spans(self._playout.heard(first, last), self._rate):
                yield Span(first + span.begins_at, first + span.ends_at)
