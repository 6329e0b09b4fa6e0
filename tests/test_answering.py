"""A reply that is stopped in the very step in which its next stage was let go does no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from llm.engine import Tool, ToolCall
from tests.fakes import VOICED, FakeConversation, FakeLLM, FakeTTS
from tests.scene import PlainCodec
from tests.simulate import simulate
from tts.engine import TTS, Pcm, TTSError
from voice.agent import Expects, ToolResult
from voice.answering import Answering
from voice.events import Phrase, ReplyEnded, ReplyFailed
from voice.line import Line
from voice.speculation import Speculation
from voice.wire import Audio, Clear, Mark

CHUNK = np.full(1_600, VOICED, np.int16)
BOOK = Tool("book", "Book.", {})


class ByHand:
    """A voice whose chunks the test gives it: None ends a clause, an error breaks it off."""

    sample_rate = 16_000

    def __init__(self) -> None:
        self.chunks: asyncio.Queue[Pcm | TTSError | None] = asyncio.Queue()

    async def synthesize(self, text: str, slack: float = 0.0) -> AsyncGenerator[Pcm, None]:
        """Speak what is given."""
        while (chunk := await self.chunks.get()) is not None:
            if isinstance(chunk, TTSError):
                raise chunk
            yield chunk


@dataclass
class Call:
    """Our side of a call, without anybody who takes turns."""

    tts: TTS = field(default_factory=FakeTTS)
    llm: FakeLLM = field(default_factory=FakeLLM)
    conversation: FakeConversation = field(default_factory=FakeConversation)
    sent: list[object] = field(default_factory=list)
    told: list[ReplyEnded | ReplyFailed] = field(default_factory=list)

    def play(self, scene: Callable[[Answering, asyncio.TaskGroup], Awaitable[None]]) -> None:
        """Let ``scene`` happen, and a while after it."""

        async def send(message: object) -> None:
            self.sent.append(message)

        async def call() -> None:
            line = Line(PlainCodec(), send)
            speculation = Speculation()
            answering = Answering(
                "call",
                self.llm,
                self.tts,
                self.conversation,
                line,
                self.told.append,
                False,
                speculation,
            )
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(line.run())
                await scene(answering, tasks)
                await asyncio.sleep(9.0)
                line.close()

        simulate(call())

    def assert_silent_since_cleared(self) -> None:
        """Nothing of the reply has left after it was stopped."""
        cleared = max(n for n, message in enumerate(self.sent) if isinstance(message, Clear))
        assert not [m for m in self.sent[cleared:] if isinstance(m, Audio | Mark)]
        assert self.told == []


def test_a_chunk_that_comes_in_the_step_of_the_cancellation_is_not_sent() -> None:
    voice = ByHand()
    call = Call(voice)

    async def scene(answering: Answering, tasks: asyncio.TaskGroup) -> None:
        answering.say(1, Phrase.GREETING, "Hello there.", tasks)
        await asyncio.sleep(0.1)
        voice.chunks.put_nowait(CHUNK)
        answering.cancel()

    call.play(scene)
    call.assert_silent_since_cleared()


def test_the_end_of_a_clause_is_not_told_of_in_the_step_of_the_cancellation() -> None:
    voice = ByHand()
    call = Call(voice)

    async def scene(answering: Answering, tasks: asyncio.TaskGroup) -> None:
        answering.say(1, Phrase.GREETING, "Hello there.", tasks)
        voice.chunks.put_nowait(CHUNK)
        await asyncio.sleep(0.01)
        answering.pause()
        voice.chunks.put_nowait(None)
        await asyncio.sleep(0.01)
        answering.resume()
        answering.cancel()

    call.play(scene)
    assert [message for message in call.sent if isinstance(message, Audio)]
    call.assert_silent_since_cleared()


def test_a_voice_that_breaks_off_in_the_step_of_the_cancellation_breaks_nothing_else() -> None:
    voice = ByHand()
    call = Call(voice)

    async def scene(answering: Answering, tasks: asyncio.TaskGroup) -> None:
        answering.say(1, Phrase.GREETING, "Hello there.", tasks)
        voice.chunks.put_nowait(CHUNK)
        await asyncio.sleep(0.01)
        voice.chunks.put_nowait(TTSError("it broke off"))
        answering.cancel()

    call.play(scene)
    call.assert_silent_since_cleared()


@pytest.mark.parametrize("stopped", [True, False])
def test_a_tool_that_changes_something_is_not_called_if_the_reply_is_let_go_and_stopped_at_once(
    stopped: bool,
) -> None:
    call = Call(
        llm=FakeLLM([ToolCall("book", "{}")]),
        conversation=FakeConversation([BOOK], {"book": ToolResult("{}", "Booked.")}),
    )

    async def scene(answering: Answering, tasks: asyncio.TaskGroup) -> None:
        answering.answer(1, "Book it.", tasks)
        await asyncio.sleep(1.0)
        assert call.conversation.called == []
        answering.release({})
        if stopped:
            answering.cancel()

    call.play(scene)
    assert call.conversation.called == ([] if stopped else ["book"])


@pytest.mark.parametrize("steps", range(5))
def test_a_reply_that_is_stopped_as_it_begins_is_taken_back_if_the_conversation_knows_of_it(
    steps: int,
) -> None:
    call = Call()

    async def scene(answering: Answering, tasks: asyncio.TaskGroup) -> None:
        answering.answer(1, "Book it.", tasks)
        for _ in range(steps):
            await asyncio.sleep(0)
        answering.cancel()

    call.play(scene)
    assert call.conversation.rewound == call.conversation.answered
    assert len(call.llm.prompts) == call.llm.aborted


class AsksForDigits(FakeConversation):
    """Whoever is answered is asked for a number."""

    def answer(self, text: str) -> str | None:
        self.expects = "digits"
        return "What is your number?"


def test_a_question_that_is_still_held_has_not_been_asked() -> None:
    call = Call(conversation=AsksForDigits())
    expected: list[Expects] = []

    async def scene(answering: Answering, tasks: asyncio.TaskGroup) -> None:
        answering.answer(1, "Book it.", tasks)
        await asyncio.sleep(1.0)
        expected.append(answering.expects)
        answering.release({})
        expected.append(answering.expects)

    call.play(scene)
    assert expected == ["any", "digits"]


def test_of_our_phrases_the_model_reads_all_but_an_apology_and_a_reprompt_is_an_aside() -> None:
    call = Call()

    async def scene(answering: Answering, tasks: asyncio.TaskGroup) -> None:
        for number, phrase in enumerate(Phrase):
            answering.say(number, phrase, phrase.name, tasks)
            await asyncio.sleep(2.0)
        assert answering.history[1].content == "GREETING REPROMPT GOODBYE"

    call.play(scene)
    assert call.conversation.asides == 1
