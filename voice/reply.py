"""One reply: write it, read it aloud as it is written, stop at once.

    model -pieces-> Splitter -clauses-> [wait] -> voice -audio-> gate -> caller
            `-tool calls-> conversation -sentence to say-^

Cancelling :func:`speak` stops all of it. Nothing passes the gate before the reply is released, and
a tool that changes something waits for the release, too.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractContextManager, aclosing, asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace

from llm.engine import LLM, LLMError, Message, ToolCall
from tts.engine import TTS, Pcm, TTSError
from tts.spoken import spoken
from voice.agent import Conversation
from voice.sentences import Splitter, split
from voice.trace import TurnTrace

logger = logging.getLogger(__name__)

_ROUNDS = 4
"""A model that has called tools so often in one reply is going in circles."""
_VOICE_PATIENCE = 8.0
"""Seconds that a voice may take for its next audio: as long as a model has for its first word, and
about as long as a caller waits who hears nothing."""
_TOOL_PATIENCE = 10.0
"""Seconds that a tool may take: a busy database answers in this time, or will not at all."""
_UNKNOWN = '{"error": "no result: it may have been done, or not"}'


@dataclass(frozen=True, slots=True)
class Clause:
    """Something to speak, of the reply's ``message``-th message."""

    message: int
    text: str


@dataclass(slots=True)
class Reply:
    """What one reply has become so far. ``messages`` are for the history, once it was heard."""

    number: int
    words: str
    trace: TurnTrace
    released: asyncio.Event = field(default_factory=asyncio.Event)
    messages: list[Message] = field(default_factory=list)
    asked: bool = False
    """Whether the conversation knows of it: if nobody hears it, it must be told."""
    kept: bool = True
    """Whether the model is to know of it: not of an apology, so that what failed stays open."""
    stopped: bool = False
    """It is being cancelled: nothing of it may be sent or done any more."""

    def add(self, message: Message) -> int:
        """Append a message; its index."""
        self.messages.append(message)
        return len(self.messages) - 1


async def recite(reply: Reply, text: str) -> AsyncGenerator[Clause, None]:
    """A fixed phrase."""
    for clause in _clauses(reply, text):
        yield clause


async def compose(
    reply: Reply,
    prompt: list[Message],
    llm: LLM,
    conversation: Conversation,
    writing: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> AsyncGenerator[Clause, None]:
    """Answer the last message of ``prompt``: by rule if there is one, else by model and tools.

    The model writes ``writing``, and no longer: a reply that is only being spoken costs it nothing.
    So whoever takes the clauses must not make it wait.
    """
    if reply.stopped:
        raise asyncio.CancelledError  # it was stopped before it began: nobody is to be told of it
    words = prompt[-1].content
    reply.asked = True
    fixed = conversation.answer(words)
    if fixed is not None:
        reply.trace.mark("first_token")
        for clause in _clauses(reply, fixed):
            yield clause
        return
    for _ in range(_ROUNDS):
        index = reply.add(Message("assistant", ""))
        calls: list[ToolCall] = []
        asked = [*prompt, *reply.messages[:index]]
        written = _write(reply, index, llm.generate(asked, conversation.tools), calls)
        with writing():
            async with aclosing(written):
                async for clause in written:
                    yield clause
        said = [await _use(reply, index, call, conversation, words) for call in calls]
        for clause in _clauses(reply, " ".join(filter(None, said))):
            yield clause
        if None not in said:
            return
    raise LLMError(f"the model called tools {_ROUNDS} times in a row without an answer")


async def _write(
    reply: Reply,
    index: int,
    generated: AsyncGenerator[str | ToolCall, None],
    calls: list[ToolCall],
) -> AsyncGenerator[Clause, None]:
    """One round of the model: its clauses come out, its tool calls are gathered in ``calls``."""
    splitter = Splitter()
    text = ""
    async with aclosing(generated) as pieces:
        async for piece in pieces:
            reply.trace.mark("first_token")
            reply.trace.count("tokens")
            if isinstance(piece, ToolCall):
                calls.append(piece)
                continue
            text += piece
            for clause in splitter.feed(piece):
                yield Clause(index, clause)
    reply.messages[index] = Message("assistant", text.strip())
    for clause in splitter.flush():
        yield Clause(index, clause)


async def _use(
    reply: Reply, index: int, call: ToolCall, conversation: Conversation, heard: str
) -> str | None:
    """Run one tool, once the turn is ours if it changes anything; what to say of it."""
    if not any(tool.name == call.name and tool.reads_only for tool in conversation.tools):
        await reply.released.wait()
    if reply.stopped:
        raise asyncio.CancelledError  # it was stopped in the very moment of its release
    asked = reply.messages[index]
    reply.messages[index] = replace(asked, tool_calls=(*asked.tool_calls, call))
    # It stands if we give up: what has begun may have been done, and the model must know.
    answer = reply.add(Message("tool", _UNKNOWN, tool_call_id=call.id))
    late = LLMError(f"tool {call.name!r} gave no result in {_TOOL_PATIENCE:.0f} s")
    async with _within(_TOOL_PATIENCE, late):
        result = await conversation.call(call, heard)
    reply.messages[answer] = replace(reply.messages[answer], content=result.content)
    return result.say


def _clauses(reply: Reply, text: str) -> list[Clause]:
    if not text:
        return []
    index = reply.add(Message("assistant", text))
    return [Clause(index, clause) for clause in split(text)]


async def _in_time(chunks: AsyncGenerator[Pcm, None]) -> AsyncGenerator[Pcm, None]:
    """The same audio, but a voice that stalls has failed. What we take our time for is not its."""
    late = TTSError(f"the voice made no audio in {_VOICE_PATIENCE:.0f} s")
    while True:
        async with _within(_VOICE_PATIENCE, late):
            pcm = await anext(chunks, None)
        if pcm is None:
            return
        yield pcm


@asynccontextmanager
async def _within(seconds: float, late: Exception) -> AsyncGenerator[None, None]:
    """Raise ``late`` if what is done in it takes longer."""
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError as error:
        if not limit.expired():
            raise  # it is of what was done
        raise late from error


async def speak(
    reply: Reply,
    clauses: AsyncGenerator[Clause, None],
    tts: TTS,
    play: Callable[[Clause, AsyncGenerator[Pcm, None]], Awaitable[bool]],
    slack: Callable[[], float] = lambda: 0.0,
) -> None:
    """Read ``clauses`` aloud while they are written; ``play`` sends one clause to the caller.

    ``slack`` is how many seconds of audio the caller has in hand: how urgent the next clause is.

    Raises :class:`LLMError` when the model fails, once what it wrote before has been spoken, and
    :class:`TTSError` when nothing could be spoken.
    """
    # Without a bound: to read a model's reply slowly does not keep its server from writing it.
    waiting: asyncio.Queue[Clause | None] = asyncio.Queue()
    unwritten: list[LLMError] = []
    unspoken: list[TTSError] = []
    said = 0

    async def write() -> None:
        try:
            async with aclosing(clauses):
                async for clause in clauses:
                    reply.trace.mark("first_sentence")
                    waiting.put_nowait(clause)
        except LLMError as error:
            unwritten.append(error)
        waiting.put_nowait(None)

    async def read_aloud() -> None:
        nonlocal said
        while (clause := await waiting.get()) is not None:
            try:
                async with (
                    aclosing(tts.synthesize(spoken(clause.text), slack())) as chunks,
                    aclosing(_in_time(chunks)) as timely,
                ):
                    said += await play(clause, timely)
            except TTSError as error:  # one sentence is lost, not the reply
                logger.warning("reply %d: a sentence was not spoken: %s", reply.number, error)
                unspoken.append(error)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(write())
        tasks.create_task(read_aloud())
    if unwritten:
        raise unwritten[0]
    if not said:
        raise unspoken[0] if unspoken else LLMError("the model wrote nothing that can be spoken")
