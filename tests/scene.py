"""A simulated call: a script of the caller's line goes in, a timeline of what happened comes out.

    speech(1.0), silence(2.0), ...  ->  Session with fakes, simulated time  ->  [(at, what), ...]

The caller's phone plays what it is sent, acknowledges marks, and obeys clear, like a carrier.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.fakes import VOICED, FakeConversation, FakeDetector, FakeLLM, FakeTranscriber, FakeTTS
from tests.simulate import simulate
from voice.config import TurnPolicy
from voice.end_of_turn import EndOfTurn
from voice.events import Phrase
from voice.line import Line
from voice.session import Engines, Session
from voice.speculation import Speculation
from voice.wire import (
    Audio,
    Bye,
    Clear,
    Digit,
    Inbound,
    Mark,
    Outbound,
    Started,
    Stopped,
    TraceOut,
    TranscriptOut,
)

FRAME = 0.02
PHRASES = {
    Phrase.GREETING: "Hello.",
    Phrase.APOLOGY: "Sorry, something went wrong.",
    Phrase.REPROMPT: "Are you there?",
    Phrase.GOODBYE: "Goodbye.",
}


class PlainCodec:
    """Values cross the wire as they are."""

    sample_rate = 16_000

    def decode(self, message: str | bytes) -> list[Inbound]:
        """Unused: scenes give values."""
        raise AssertionError

    def encode(self, value: Outbound) -> Any:  # noqa: ANN401 - not a wire
        """As it is."""
        return value


@dataclass
class Speech:
    """The caller speaks for so many seconds."""

    seconds: float


@dataclass
class Silence:
    """The caller says nothing for so many seconds."""

    seconds: float


@dataclass
class Nothing:
    """The caller's line brings no audio at all for so many seconds."""

    seconds: float


Step = Speech | Silence | Nothing | Inbound


@dataclass
class Phone:
    """Plays what it gets, in its own time, and remembers what was audible when."""

    marks: bool = True
    returns_cleared: bool = False  # as Twilio does: the marks that it throws away, too
    events: list[tuple[float, str]] = field(default_factory=list)
    audible: list[tuple[float, float]] = field(default_factory=list)
    counts: list[Mapping[str, float]] = field(default_factory=list)
    inbox: asyncio.Queue[Inbound] = field(default_factory=asyncio.Queue)
    plays_until: float = 0.0
    _marks: list[asyncio.TimerHandle] = field(default_factory=list)
    _waiting: list[str] = field(default_factory=list)

    def _return(self, mark: Mark) -> None:
        self._waiting.remove(mark.name)
        self.inbox.put_nowait(mark)

    async def take(self, value: object) -> None:
        """One message from the server."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        match value:
            case Audio(pcm):
                start = max(now, self.plays_until)
                self.plays_until = start + len(pcm) / 16_000
                if self.audible and abs(self.audible[-1][1] - start) < 1e-6:
                    self.audible[-1] = (self.audible[-1][0], self.plays_until)
                else:
                    self.audible.append((start, self.plays_until))
            case Mark():
                if self.marks:
                    at = max(now, self.plays_until)
                    self._waiting.append(value.name)
                    self._marks.append(loop.call_at(at, self._return, value))
            case Clear():
                self.note("clear")
                for mark in self._marks:
                    mark.cancel()
                if self.returns_cleared:
                    for name in self._waiting:
                        self.inbox.put_nowait(Mark(name))
                self._waiting.clear()
                self.plays_until = min(now, self.plays_until)
                self.audible = [(a, min(b, now)) for a, b in self.audible if a < now]
            case TranscriptOut(role, text, final):
                self.note(f"{role}{' ' if final else '~ '}{text}")
            case TraceOut(turn, marks, counts):
                self.counts.append(counts)
                shown = {name: round(at, 3) for name, at in marks.items()}
                self.note(f"trace {turn} {json.dumps(shown)}")
            case Bye(reason):
                self.note(f"bye {reason}")
            case _:
                self.note(repr(value))

    def note(self, what: str) -> None:
        """Remember that this happened now."""
        self.events.append((round(asyncio.get_running_loop().time(), 3), what))


@dataclass
class Outcome:
    """What a scene came to."""

    events: list[tuple[float, str]]
    audible: list[tuple[float, float]]
    counts: list[Mapping[str, float]]
    session: Session
    llm: FakeLLM
    tts: FakeTTS
    transcriber: FakeTranscriber
    conversation: FakeConversation
    over_at: float
    """When the line was free again."""

    def said(self, prefix: str) -> list[str]:
        """Everything noted that begins with ``prefix``, without it."""
        return [what.removeprefix(prefix) for _, what in self.events if what.startswith(prefix)]

    def at(self, what: str) -> float:
        """When this was first noted."""
        return next(at for at, noted in self.events if noted.startswith(what))


def play(
    *script: Step,
    llm: FakeLLM | None = None,
    tts: FakeTTS | None = None,
    transcriber: FakeTranscriber | None = None,
    conversation: FakeConversation | None = None,
    policy: TurnPolicy | None = None,
    speculation: Speculation | None = None,
    end_of_turn: EndOfTurn | None = None,
    marks: bool = True,
    returns_cleared: bool = False,
    confirm: float = 0.0,
) -> Outcome:
    """Place the call. It is over when the script is, or when the server hangs up."""
    llm, tts = llm or FakeLLM(), tts or FakeTTS()
    transcriber = transcriber or FakeTranscriber()
    conversation = conversation or FakeConversation()

    async def call() -> tuple[Phone, Session, float]:
        phone = Phone(marks, returns_cleared)
        line = Line(PlainCodec(), phone.take)
        session = Session(
            "scene",
            Engines(transcriber, llm, tts, speculation or Speculation(), end_of_turn),
            FakeDetector(confirm=confirm),
            conversation,
            PHRASES,
            policy or TurnPolicy(),
            line,
        )
        await session.run(_caller(script, phone))
        return phone, session, asyncio.get_running_loop().time()

    phone, session, over_at = simulate(call())
    return Outcome(
        phone.events,
        phone.audible,
        phone.counts,
        session,
        llm,
        tts,
        transcriber,
        conversation,
        over_at,
    )


async def _caller(script: tuple[Step, ...], phone: Phone) -> AsyncIterator[Inbound]:
    """The script in real time, with the phone's own acknowledgements in between."""
    yield Started()
    for step in script:
        if isinstance(step, Speech | Silence):
            level = VOICED if isinstance(step, Speech) else 0
            phone.note(f"caller {'speaks' if level else 'is silent'}")
            for _ in range(round(step.seconds / FRAME)):
                await asyncio.sleep(FRAME)
                while not phone.inbox.empty():
                    yield phone.inbox.get_nowait()
                yield Audio(np.full(round(FRAME * 16_000), level, np.int16))
        elif isinstance(step, Nothing):
            phone.note("the line brings nothing")
            await asyncio.sleep(step.seconds)
        else:
            if isinstance(step, Digit | Stopped):
                phone.note(repr(step))
            yield step
