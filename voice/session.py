"""One call: do what the turn machine asks.

    socket -frames-> Ears -events-> TurnMachine -commands-> replies, cancelled or let go -> Line
                       `-audio of the turn-> transcriber -words-^

Everything here happens on one event loop; any task may call :meth:`Session.hear`, which is
synchronous, so control needs no queue and cannot be reordered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import assert_never

from asr.engine import SAMPLE_RATE, Pcm, Transcriber, TranscriberError, Transcript
from llm.engine import LLM, LLMError, Message
from llm.warmup import warm
from tts.engine import TTS, TTSError
from voice import reply as replies
from voice.agent import Conversation
from voice.audio import Resampler
from voice.config import TurnPolicy
from voice.endpoint import patience
from voice.events import (
    CallStarted,
    CancelReply,
    Command,
    DigitPressed,
    EndTurn,
    Event,
    HangUp,
    HungUp,
    Phrase,
    ReleaseReply,
    ReplyEnded,
    ReplyFailed,
    Say,
    SpeechEnded,
    StartReply,
    Tick,
    Transcribed,
    TranscriptionFailed,
)
from voice.history import History
from voice.line import Line
from voice.listening import Detector, Ears, Turn
from voice.reply import Clause, Reply
from voice.speaking import Mouth
from voice.trace import TurnTrace
from voice.turn import TurnMachine
from voice.wire import (
    Audio,
    Bye,
    Codec,
    Digit,
    Inbound,
    Mark,
    Started,
    Stopped,
    TraceOut,
    TranscriptOut,
)

logger = logging.getLogger(__name__)

_STALL = 0.3
"""Seconds past a deadline after which we trust the clock, not the caller's missing silence."""


@dataclass(frozen=True, slots=True)
class Engines:
    """What every call shares."""

    transcriber: Transcriber
    llm: LLM
    tts: TTS


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
        codec: Codec,
        line: Line,
    ) -> None:
        self.name = name
        self._engines = engines
        self._conversation = conversation
        self._phrases = phrases
        self._policy = policy
        self._codec = codec
        self._line = line
        self._machine = TurnMachine(policy, patience(policy, lambda: conversation.expects))
        self._history = History(conversation.prompt)
        self._ears = Ears(detector)
        self._resampler = Resampler(codec.sample_rate, SAMPLE_RATE)
        self._mouth = Mouth(engines.tts, line, self._report)
        self._live: tuple[Reply, asyncio.Task[None]] | None = None
        self._turn: Turn | None = None  # the turn that is being transcribed
        self._transcribing: asyncio.Task[None] | None = None
        self._reading_ahead: asyncio.Task[bool] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._times: dict[str, float] = {}  # of the caller's turn: speech_ended, final

    @property
    def history(self) -> Sequence[Message]:
        """The conversation so far, as the model sees it."""
        return self._history.messages

    async def run(self, values: AsyncIterator[Inbound]) -> None:
        """Take what the peer says until it stops or we hang up. Raises what the socket raises."""
        self._loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as self._tasks:
            self._tasks.create_task(self._line.run())
            self._reading = self._tasks.create_task(self._read(values))

    def hear(self, event: Event) -> None:
        """Feed the turn machine, do what it asks, set its alarm."""
        for command in self._machine.receive(event):
            self._perform(command)
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        deadline = self._machine.deadline
        if deadline is not None:
            grace = _STALL if self._machine.counts_silence else 0.0
            self._alarm = self._loop.call_at(deadline + grace, self._tick)

    def _tick(self) -> None:
        self.hear(Tick(self._loop.time()))

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
                        self._mouth.acknowledge(name)
                    case Digit(digit):
                        self.hear(DigitPressed(self._loop.time(), digit))
                    case Stopped():
                        break
                    case _:
                        assert_never(value)
        finally:
            self.hear(HungUp(self._loop.time()))
            self._stop_reading_ahead()
            self._line.close()

    def _listen(self, pcm: Pcm) -> None:
        events = self._ears.feed(self._resampler.feed(pcm), self._loop.time())
        if self._ears.turn is not None and self._ears.turn is not self._turn:
            self._turn = self._ears.turn
            self._transcribing = self._tasks.create_task(self._transcribe(self._turn))
        for event in events:
            if isinstance(event, SpeechEnded):
                self._times["speech_ended"] = event.at
            self.hear(event)
        deadline = self._machine.deadline
        if not self._machine.counts_silence or deadline is None or self._ears.rising:
            return
        if self._ears.now >= deadline:
            self.hear(Tick(self._ears.now))

    async def _transcribe(self, turn: Turn) -> None:
        try:
            async with (
                aclosing(turn.audio()) as audio,
                aclosing(self._engines.transcriber.transcribe(audio)) as transcripts,
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

    # What is to be done

    def _perform(self, command: Command) -> None:
        match command:
            case StartReply():
                reply = self._prepare(command.reply, command.words)
                prompt = self._history.ask(command.words)
                written = replies.compose(reply, prompt, self._engines.llm, self._conversation)
                self._start(reply, written)
                if not command.held:
                    self._release(reply)
            case Say():
                reply = self._prepare(command.reply, "")
                reply.released.set()
                self._start(reply, replies.recite(reply, self._phrases[command.phrase]))
            case ReleaseReply():
                assert self._live is not None
                self._release(self._live[0])
            case CancelReply():
                self._stop()
            case EndTurn():
                self._end_turn()
            case HangUp(reason):
                self._line.put(Bye(reason))
                self._reading.cancel()
            case _:
                assert_never(command)

    def _prepare(self, number: int, words: str) -> Reply:
        return Reply(number, words, TurnTrace(number))

    def _start(self, reply: Reply, clauses: AsyncGenerator[Clause, None]) -> None:
        self._stop_reading_ahead()  # the model has something better to do
        self._mouth.begin(reply)
        self._live = reply, self._tasks.create_task(self._speak(reply, clauses))

    def _release(self, reply: Reply) -> None:
        """The turn is ours. What the caller said is certain now."""
        trace = reply.trace
        if "speech_ended" in self._times:
            trace.mark("speech_ended", self._times["speech_ended"])
            trace.mark("final", self._times.get("final"))
        trace.mark("endpoint")
        self._times = {}
        reply.released.set()
        self._line.put(TranscriptOut("user", reply.words, final=True, settled=len(reply.words)))

    def _end_turn(self) -> None:
        self._ears.end_turn()
        if self._transcribing is not None:
            self._transcribing.cancel()
        self._turn = self._transcribing = None

    # One reply

    async def _speak(self, reply: Reply, clauses: AsyncGenerator[Clause, None]) -> None:
        async def play(clause: Clause, chunks: AsyncGenerator[Pcm, None]) -> None:
            await self._mouth.play(reply, clause, chunks)

        failed = False
        try:
            await replies.speak(reply, clauses, self._engines.tts, play, self._mouth.slack)
            self._read_ahead(reply)
            await self._mouth.wait_heard()
        except (LLMError, TTSError) as error:
            logger.warning("call %s: reply %d failed: %s", self.name, reply.number, error)
            failed = True
        self._live = None
        self._remember(reply, self._mouth.sent(reply))
        news = ReplyFailed if failed else ReplyEnded
        self.hear(news(self._loop.time(), reply.number))

    def _read_ahead(self, reply: Reply) -> None:
        """All is written: let the model read it while the caller still hears it."""
        if self._policy.read_ahead and reply.words:
            said = [*self._history.ask(reply.words), *reply.messages]
            reading = warm(self._engines.llm, said, self._conversation.tools)
            self._reading_ahead = self._tasks.create_task(reading)

    def _stop_reading_ahead(self) -> None:
        if self._reading_ahead is not None:
            self._reading_ahead.cancel()

    def _stop(self) -> None:
        """Stop the reply at every stage; remember only what was heard of it."""
        assert self._live is not None
        (reply, task), self._live = self._live, None
        task.cancel()
        heard = self._mouth.heard(reply)
        if reply.released.is_set():
            self._mouth.stop()
        self._remember(reply, heard)

    def _remember(self, reply: Reply, heard: list[str]) -> None:
        """Keep the turn as it was heard; if nobody has heard or felt it, it has not been."""
        text = " ".join(filter(None, heard))
        happened = bool(text) or any(m.role == "tool" for m in reply.messages)
        if reply.released.is_set():
            self._history.answer(reply.words, reply.messages, heard)
        if reply.asked and not (happened and reply.released.is_set()):
            self._conversation.rewind()
        if text:
            self._line.put(TranscriptOut("agent", text, final=True, settled=len(text)))

    def _report(self, trace: TurnTrace) -> None:
        if marks := trace.since_speech_ended():
            self._line.put(TraceOut(trace.turn, marks, dict(trace.counts)))
            ttfs_ms = 1e3 * marks["audio_sent"]
            logger.info(
                "call %s: turn %d, %.0f ms to first sentence", self.name, trace.turn, ttfs_ms
            )
