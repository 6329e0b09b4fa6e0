"""One call: do what the turn machine asks.

    socket -frames-> Attending -events-> TurnMachine -commands-> Answering -> Line -> socket

Everything here happens on one event loop; any task may call :meth:`Session.hear`, which is
synchronous, so control needs no queue and cannot be reordered.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from asr.engine import Transcriber
from llm.engine import LLM, Message
from tts.engine import TTS
from voice.agent import Conversation
from voice.answering import Answering
from voice.attending import Attending
from voice.config import TurnPolicy
from voice.end_of_turn import EndOfTurn
from voice.endpoint import Patience
from voice.events import (
    CallStarted,
    CancelReply,
    Command,
    DigitPressed,
    EndTurn,
    Event,
    HangUp,
    HungUp,
    PauseReply,
    Phrase,
    ReleaseReply,
    ResumeReply,
    Say,
    StartReply,
    Tick,
    Transcribed,
)
from voice.line import Line
from voice.listening import Detector
from voice.speculation import Speculation
from voice.turn import TurnMachine
from voice.wire import (
    Audio,
    Bye,
    Digit,
    Inbound,
    Mark,
    Started,
    Stopped,
)

_STALL = 0.3
"""Seconds past a deadline after which we trust the clock, not the caller's missing silence."""


@dataclass(frozen=True, slots=True)
class Engines:
    """What every call shares."""

    transcriber: Transcriber
    llm: LLM
    tts: TTS
    speculation: Speculation = field(default_factory=Speculation)
    end_of_turn: EndOfTurn | None = None


class Session:
    """One call, from the moment it is accepted until somebody hangs up."""

    def __init__(
        self,
        name: str,
        engines: Engines,
        detector: Detector,
        conversation: Conversation,
        phrases: dict[Phrase, str],
        policy: TurnPolicy,
        line: Line,
    ) -> None:
        self.name = name
        self._phrases = phrases
        self._line = line
        self._patience = Patience(policy, lambda: self._answering.expects)
        self._machine = TurnMachine(
            policy,
            self._patience,
            engines.speculation.may_guess,
            lambda: self._answering.mouth.slack() > 0,
        )
        self._answering = Answering(
            name,
            engines.llm,
            engines.tts,
            conversation,
            line,
            self.hear,
            policy.read_ahead,
            engines.speculation,
        )
        self._attending = Attending(
            name,
            engines.transcriber,
            detector,
            line,
            self.hear,
            self._answering.begin_turn,
            engines.end_of_turn,
        )
        self._alarm: asyncio.TimerHandle | None = None

    @property
    def history(self) -> Sequence[Message]:
        """The conversation so far, as the model sees it."""
        return self._answering.history

    async def run(self, values: AsyncIterator[Inbound]) -> None:
        """Take what the peer says until it stops or we hang up. Raises what the socket raises."""
        self._loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as self._tasks:
            self._tasks.create_task(self._line.run())
            self._reading = self._tasks.create_task(self._read(values))

    def hear(self, event: Event) -> None:
        """Feed the turn machine, do what it asks, set its alarm."""
        self._patience.hear(event)
        for command in self._machine.receive(event):
            self._perform(command)
        self._set_alarm()
        if isinstance(event, Transcribed):
            self._count_audio()  # the silence may have been long enough before its words were known

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        deadline = self._machine.deadline
        if deadline is not None:
            grace = _STALL if self._machine.counts_audio else 0.0
            self._alarm = self._loop.call_at(deadline + grace, self._ring, deadline)

    def _ring(self, deadline: float) -> None:
        async def tick() -> None:
            self.hear(Tick(max(deadline, self._loop.time())))  # timers may be early by a rounding

        self._tasks.create_task(tick())  # what goes wrong in it must end the call, not vanish

    # What comes in

    async def _read(self, values: AsyncIterator[Inbound]) -> None:
        try:
            async for value in values:
                match value:
                    case Audio(pcm):
                        self._attending.feed(pcm, self._tasks)
                        self._count_audio()
                    case Started():
                        self.hear(CallStarted(self._loop.time()))
                    case Mark(name):
                        self._answering.mouth.acknowledge(name)
                    case Digit(digit):
                        self._attending.times = {}
                        self.hear(DigitPressed(self._loop.time(), digit))
                    case Stopped():
                        break
                    case _:
                        assert_never(value)
        finally:
            self.hear(HungUp(self._loop.time()))
            self._attending.close()
            self._answering.close()
            self._line.close()

    def _count_audio(self) -> None:
        """Wake the machine if the caller's own samples say that it is time."""
        deadline = self._machine.deadline if self._machine.counts_audio else None
        now = self._attending.silent_until
        if deadline is not None and now is not None and now >= deadline:
            self.hear(Tick(now))

    # What is to be done

    def _perform(self, command: Command) -> None:
        match command:
            case StartReply(reply, words, held):
                self._answering.answer(reply, words, self._tasks)
                if not held:
                    self._release()
            case Say(reply, phrase):
                self._answering.say(reply, phrase, self._phrases[phrase], self._tasks)
            case ReleaseReply():
                self._release()
            case PauseReply():
                self._answering.pause()
            case ResumeReply():
                self._answering.resume()
            case CancelReply():
                self._answering.cancel()
            case EndTurn():
                self._attending.end_turn()
            case HangUp(reason):
                self._line.put(Bye(reason))
                self._reading.cancel()
            case _:
                assert_never(command)

    def _release(self) -> None:
        self._answering.release(self._attending.times)
        self._attending.times = {}
