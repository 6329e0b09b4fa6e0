"""A simulated call between the caller of ``demos/phone`` and an agent with exact reaction times.

Both ends speak the real protocol; time is the number of the frame, and every message arrives at
once.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from demos.phone.call import Call
from demos.phone.earpiece import FRAME
from demos.phone.outcome import Outcome, judge
from demos.phone.peers import NativePeer, Peer, TwilioPeer
from demos.phone.recordings import Recording
from demos.phone.script import Manners
from voice.audio import Pcm
from voice.wire import (
    Audio,
    Clear,
    Codec,
    Inbound,
    Mark,
    Outbound,
    Started,
    Stopped,
    TraceOut,
    TranscriptOut,
)
from voice.wire.twilio import Twilio

LOUD = 8_000


def tone(seconds: float, rate: int, level: int = LOUD) -> Pcm:
    """A sound without a quiet sample in it, so that its edges are exact."""
    pcm: Pcm = np.full(round(seconds * rate), level, np.int16)
    return pcm


def recording(
    rate: int, silence: float = 0.1, speech: float = 0.5, after: float = 0.2
) -> Recording:
    """One turn of the caller."""
    pcm = np.concatenate([tone(silence, rate, 0), tone(speech, rate), tone(after, rate, 0)])
    return Recording("turn.wav", pcm, silence, silence + speech)


@dataclass
class Clause:
    """What the agent says: ``after`` seconds later than what it reacts to, or the clause before."""

    after: float
    seconds: float
    leading_silence: float = 0.0


@dataclass
class Agent:
    """Greets, then answers each turn after its last voiced sample with the next of ``replies``.

    ``tells`` says whether it announces transcripts and the end of replies. ``endpoint`` is how much
    silence ends the caller's turn; a reply sooner than that is what a clairvoyant would do.
    ``yields_after`` is how long after the caller's voice began it clears what it was saying;
    ``resumes_after`` how much later it says the rest of it after all.
    """

    codec: Codec
    greeting: Sequence[Clause] = (Clause(0.1, 0.6),)
    replies: Sequence[Sequence[Clause]] = ((Clause(0.5, 2.0),),)
    tells: bool = False
    clear_after: float | None = None
    endpoint: float = 0.3
    yields_after: float | None = None
    resumes_after: float | None = None
    received: list[Inbound] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._due: list[tuple[float, int, Outbound]] = []
        self._order = count()
        self._turns = 0
        self._voiced = False
        self._last_voiced_at = 0.0
        self._speaks_until = 0.0
        self._clock = 0.0

    def receive(self, message: str | bytes, at: float) -> None:
        """One message of the caller; ``at`` is when the last sample of its audio was spoken."""
        for value in self.codec.decode(message):
            self.received.append(value)
            if isinstance(value, Started):
                self._say(self.greeting, at)
            elif isinstance(value, Audio):
                self._listen(value.pcm, at)

    def due(self, at: float) -> list[tuple[float, str | bytes]]:
        """What has been sent by now, and when."""
        messages = []
        while self._due and self._due[0][0] <= at:
            sent_at, _, value = heapq.heappop(self._due)
            message = self.codec.encode(value)
            if message is not None:
                messages.append((sent_at, message))
        return messages

    def _listen(self, pcm: Pcm, at: float) -> None:
        loud = np.flatnonzero(np.abs(pcm.astype(int)) > LOUD // 2)
        if loud.size:
            if not self._voiced and self.yields_after is not None and at < self._speaks_until:
                begun_at = at - (len(pcm) - int(loud[0])) / self.codec.sample_rate
                self._yield(begun_at + self.yields_after)
            self._voiced = True
            self._last_voiced_at = at - (len(pcm) - 1 - int(loud[-1])) / self.codec.sample_rate
        elif self._voiced and at - self._last_voiced_at > self.endpoint:
            self._voiced = False
            self._answer(self._last_voiced_at)

    def _yield(self, at: float) -> None:
        self._put(at, Clear())
        if self.resumes_after is not None:
            rest = tone(self._speaks_until - at, self.codec.sample_rate)
            self._put(at + self.resumes_after, Audio(rest))
            self._speaks_until += self.resumes_after

    def _answer(self, t0: float) -> None:
        reply = self.replies[min(self._turns, len(self.replies) - 1)]
        self._turns += 1
        if self.tells:
            self._put(t0 + self.endpoint, TranscriptOut("user", f"turn {self._turns}", final=True))
            sent = reply[0].after if reply else 0.0
            self._put(t0 + sent, TraceOut(self._turns, {"endpoint": 0.3, "audio_sent": sent}))
        self._say(reply, t0)

    def _say(self, clauses: Sequence[Clause], at: float) -> None:
        rate = self.codec.sample_rate
        for number, clause in enumerate(clauses):
            at += clause.after
            pcm = np.concatenate(
                [tone(clause.leading_silence, rate, 0), tone(clause.seconds, rate)]
            )
            self._put(at, Audio(pcm))
            self._put(at, Mark(f"{self._turns}.{number}"))
            if self.clear_after is not None:
                self._put(at + self.clear_after, Clear())
            at += clause.leading_silence + clause.seconds
            self._speaks_until = at
        if self.tells and clauses:
            self._put(at + 0.02, TranscriptOut("agent", f"reply {self._turns}", final=True))

    def _put(self, at: float, value: Outbound) -> None:
        heapq.heappush(self._due, (at, next(self._order), value))


def place(
    agent: Agent, recordings: Sequence[Recording], manners: Manners | None = None
) -> tuple[Outcome, Call]:
    """Live through a whole call in no time."""
    peer: Peer = (
        TwilioPeer({"token": "s3cret"}, "01")
        if isinstance(agent.codec, Twilio)
        else NativePeer(agent.codec.sample_rate)
    )
    call = Call(peer, recordings, manners or Manners())
    for opening in peer.begin():
        agent.receive(opening, 0.0)
    while not call.over:
        at = call.next_frame_at
        assert at < 120, "the caller never comes to an end"
        for sent_at, reply in agent.due(at - FRAME):
            for answer in call.hear(reply, sent_at):
                agent.receive(answer, sent_at)
        for message in call.speak():
            agent.receive(message, at)
    agent.receive(peer.end(), call.next_frame_at)
    assert isinstance(agent.received[-1], Stopped)
    return judge(call, "ws://test/call", peer.sample_rate, len(recordings)), call
