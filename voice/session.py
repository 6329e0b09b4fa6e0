"""One call: do what the turn machine asks.

    socket -frames-> Ears -events-> TurnMachine -commands-> replies, cancelled or let go -> Line
                       `-audio of the turn-> transcriber -words-^

Everything here happens on one event loop; any task may call :meth:`Session.hear`, which is
synchronous, so control needs no queue and cannot be reordered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import assert_never

from asr.engine import SAMPLE_RATE, Pcm, Transcriber, TranscriberError, Transcript
from llm.engine import LLM, Message
from tts.engine import TTS
from voice.agent import Conversation
from voice.answering import Answering
from voice.audio import Resampler
from voice.config import TurnPolicy
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
    SpeechEnded,
    StartReply,
    Tick,
    Transcribed,
    TranscriptionFailed,
)
from voice.line import Line
from voice.listening import Detector, Ears, Turn
from voice.speculation import Speculation
from voice.trace import Milestone
from voice.turn import TurnMachine
from voice.wire import (
    Audio,
    Bye,
    Digit,
    Inbound,
    Mark,
    Started,
    Stopped,
    TranscriptOut,
)

logger = logging.getLogger(__name__)

_STALL = 0.3
"""Seconds past a deadline after which we trust the clock, not the caller's missing silence."""
_FRAME = 0.02
_LOST = 2.0
"""Seconds without any audio in mid-speech after which we take it that the caller fell silent."""


@dataclass(frozen=True, slots=True)
class Engines:
    """What every call shares."""

    transcriber: Transcriber
    llm: LLM
    tts: TTS
    speculation: Speculation = field(default_factory=Speculation)


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
        self._transcriber = engines.transcriber
        self._phrases = phrases
        self._line = line
        self._patience = Patience(policy, lambda: self._answering.expects)
        self._machine = TurnMachine(policy, self._patience, engines.speculation.may_guess)
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
        self._ears = Ears(detector)
        self._resampler = Resampler(line.sample_rate, SAMPLE_RATE)
        self._turn: Turn | None = None  # the turn that is being transcribed
        self._transcribing: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._watching: asyncio.Task[None] | None = None
        self._times: dict[Milestone, float] = {}  # of the caller's turn

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
                        self._listen(pcm)
                    case Started():
                        self.hear(CallStarted(self._loop.time()))
                    case Mark(name):
                        self._answering.mouth.acknowledge(name)
                    case Digit(digit):
                        self._times = {}
                        self.hear(DigitPressed(self._loop.time(), digit))
                    case Stopped():
                        break
                    case _:
                        assert_never(value)
        finally:
            self.hear(HungUp(self._loop.time()))
            if self._watching is not None:
                self._watching.cancel()  # nobody is waited for any more
            self._answering.close()
            self._line.close()

    def _listen(self, pcm: Pcm) -> None:
        events = self._ears.feed(self._resampler.feed(pcm), self._loop.time())
        if self._ears.turn is not None and self._ears.turn is not self._turn:
            self._turn = self._ears.turn
            self._answering.begin_turn()
            self._transcribing = self._tasks.create_task(self._transcribe(self._turn))
        for event in events:
            self._times = {}
            if isinstance(event, SpeechEnded):
                self._times["speech_ended"] = event.at
            self.hear(event)
        if self._ears.speaking and (self._watching is None or self._watching.done()):
            self._watching = self._tasks.create_task(self._watch())
        self._count_audio()

    def _count_audio(self) -> None:
        """Wake the machine if the caller's own samples say that it is time."""
        deadline = self._machine.deadline
        if not self._machine.counts_audio or deadline is None or self._ears.rising:
            return
        if self._ears.now >= deadline:
            self.hear(Tick(self._ears.now))

    async def _watch(self) -> None:
        """A line that brings nothing more in mid-speech has fallen silent, too."""
        while self._ears.speaking:
            quiet = self._loop.time() - self._ears.heard_at
            if quiet < _LOST:
                await asyncio.sleep(_LOST - quiet + _FRAME)  # a little later: clocks round
            elif (event := self._ears.hush()) is not None:
                self._times = {"speech_ended": event.at}
                self.hear(event)

    async def _transcribe(self, turn: Turn) -> None:
        try:
            async with (
                aclosing(turn.audio()) as audio,
                aclosing(self._transcriber.transcribe(audio)) as transcripts,
            ):
                async for transcript in transcripts:
                    self._understand(transcript)
        except TranscriberError as error:
            logger.warning("call %s: %s", self.name, error)
            self.hear(TranscriptionFailed(self._loop.time()))

    def _understand(self, transcript: Transcript) -> None:
        now = self._loop.time()
        if transcript.pause is not None:
            self._times["final"] = now
        if transcript.text:
            self._line.put(
                TranscriptOut("user", transcript.text, final=False, settled=transcript.settled)
            )
        self.hear(Transcribed(now, transcript.text, transcript.pause))
        self._count_audio()  # the silence may have been long enough before its words were known

    # What is to be done

    def _perform(self, command: Command) -> None:
        match command:
            case StartReply(reply, words, held):
                self._answering.answer(reply, words, self._tasks)
                if not held:
                    self._release()
            case Say(reply, phrase):
                self._answering.say(reply, self._phrases[phrase], self._tasks)
            case ReleaseReply():
                self._release()
            case PauseReply():
                self._answering.pause()
            case ResumeReply():
                self._answering.resume()
            case CancelReply():
                self._answering.cancel()
            case EndTurn():
                self._end_turn()
            case HangUp(reason):
                self._line.put(Bye(reason))
                self._reading.cancel()
            case _:
                assert_never(command)

    def _release(self) -> None:
        self._answering.release(self._times)
        self._times = {}

    def _end_turn(self) -> None:
        self._ears.end_turn()
        if self._transcribing is not None:
            self._transcribing.cancel()
        self._turn = self._transcribing = None
