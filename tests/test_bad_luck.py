"""Callers, models and voices that misbehave behind a real socket: what the caller hears of it."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress

import pytest
import websockets
from websockets.asyncio.client import connect

from llm.engine import Message, Tool, ToolCall
from llm.openai import OpenAIChat
from tests.fakes import FakeLLM, FakeTranscriber, FakeTTS
from tests.serving import serving
from tests.test_openai import STREAM, Connection
from tests.test_openai import serving as brain
from tests.test_server import SILENT, VOICE, Peer, one_turn, peer, until
from voice.config import TurnPolicy
from voice.events import Phrase
from voice.house import PHRASES

QUICK = TurnPolicy(reprompt_after=30.0, read_ahead=False)
APOLOGY = PHRASES[Phrase.APOLOGY]


class Distant(FakeLLM):
    """The real client, impatient, of a model behind HTTP."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._chat = OpenAIChat(
            url, "brain", first_token_timeout=0.3, next_token_timeout=0.3, keep_alive=False
        )

    def generate(
        self, messages: Sequence[Message], tools: Sequence[Tool] = ()
    ) -> AsyncGenerator[str | ToolCall, None]:
        """Ask over the network."""
        return self._chat.generate(messages, tools)


async def speak(client: Peer, seconds: float = 0.3) -> None:
    """Say something, after a moment."""
    await client.say(SILENT, 0.1)
    await client.say(VOICE, seconds)


async def wait_to_hear(client: Peer, words: str) -> None:
    """Be silent until the agent has said this; an error after ten seconds."""
    async with asyncio.timeout(10):
        while words not in client.words("agent"):
            await client.say(SILENT, 0.02)


def test_a_caller_who_stays_silent_is_asked_twice_and_let_go() -> None:
    async def scene(url: str) -> tuple[Peer, int | None]:
        async with connect(url, proxy=None) as socket, asyncio.TaskGroup() as tasks:
            client = Peer(socket)
            tasks.create_task(client.listen())
            with suppress(websockets.ConnectionClosed):
                async with asyncio.timeout(15):
                    await client.say(SILENT, 3600)
        return client, socket.close_code

    policy = TurnPolicy(reprompt_after=0.3)
    with serving(turn=policy, tts=FakeTTS(per_word=0.02)) as server:
        client, code = asyncio.run(scene(server.url()))
        assert server.llm.prompts == []
    reprompt, goodbye = PHRASES[Phrase.REPROMPT], PHRASES[Phrase.GOODBYE]
    assert client.words("agent") == ["Hello.", reprompt, reprompt, goodbye]
    assert client.told[-1] == {"type": "bye", "reason": "the caller was silent"}
    assert code == 1000


@pytest.mark.slow  # it takes as long as the pace allows
def test_a_caller_who_talks_and_talks_is_kept_up_with_and_answered() -> None:
    burst, more = 9.0, 5.0  # seconds of audio that come at once; and then at 1.1 times the pace

    async def scene(url: str) -> Peer:
        async with connect(url, proxy=None) as socket, asyncio.TaskGroup() as tasks:
            client = Peer(socket)
            listening = tasks.create_task(client.listen())
            clock = asyncio.get_running_loop().time
            began = clock()
            for sent in range(round((burst + more) / 0.02)):
                due = began + (sent * 0.02 - burst) / 1.1
                await asyncio.sleep(max(0.0, due - clock()))
                await socket.send(VOICE)
            await wait_to_hear(client, "We open at nine.")
            listening.cancel()
        return client

    llm, ears = FakeLLM("We open at nine."), FakeTranscriber("What are your hours?")
    with serving(turn=QUICK, llm=llm, transcriber=ears, tts=FakeTTS(per_word=0.02)) as server:
        tracemalloc.start()
        client = asyncio.run(scene(server.url()))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert client.words("user") == ["What are your hours?"]
    assert peak < 10 * (burst + more) * 32_000  # both ends and all their buffers, by what was said


def _says(words: str) -> Callable[[Connection], Awaitable[None]]:
    async def behave(connection: Connection) -> None:
        connection.send(STREAM)
        connection.say(words)
        connection.finish()

    return behave


async def _stalls(connection: Connection) -> None:
    await connection.reader.read()


async def _stalls_in_the_middle(connection: Connection) -> None:
    connection.send(STREAM)
    connection.say("We open")
    await connection.reader.read()


async def _says_nothing(connection: Connection) -> None:
    connection.send(STREAM)
    connection.finish()


async def _fails_in_the_middle(connection: Connection) -> None:
    connection.send(STREAM)
    connection.say("We open")
    connection.event({"error": {"message": "out of memory"}})
    connection.send("0\r\n\r\n")


async def _refuses(connection: Connection) -> None:
    connection.send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")


@pytest.mark.parametrize(
    "misbehave", [_stalls, _stalls_in_the_middle, _says_nothing, _fails_in_the_middle, _refuses]
)
def test_a_model_that_does_not_answer_costs_an_apology_and_the_next_turn_is_answered(
    misbehave: Callable[[Connection], Awaitable[None]],
) -> None:
    async def behave(connection: Connection) -> None:
        await connection.receive()
        asked = connection.body["messages"][-1]["content"]
        await (misbehave if asked == "Hours?" else _says("We open at nine."))(connection)
        await connection.writer.drain()

    async def scene() -> Peer:
        ears = FakeTranscriber("Hours?", "Hello?")
        async with brain(behave) as url:
            with serving(
                llm=Distant(url), transcriber=ears, turn=QUICK, tts=FakeTTS(per_word=0.02)
            ) as server:
                async with peer(server) as client:
                    await speak(client)
                    await wait_to_hear(client, APOLOGY)
                    await speak(client)
                    await wait_to_hear(client, "We open at nine.")
        return client

    client = asyncio.run(scene())
    assert client.words("user") == ["Hours?", "Hello?"]
    assert client.words("agent") == ["Hello.", APOLOGY, "We open at nine."]


def test_a_sentence_that_cannot_be_spoken_does_not_silence_the_others() -> None:
    async def scene(server_url: str) -> Peer:
        async with connect(server_url, proxy=None) as socket, asyncio.TaskGroup() as tasks:
            client = Peer(socket)
            listening = tasks.create_task(client.listen())
            await speak(client)
            async with asyncio.timeout(10):
                while len(client.words("agent")) < 2:
                    await client.say(SILENT, 0.02)
            listening.cancel()
        return client

    llm = FakeLLM("We open at nine o'clock. Our unspeakable doctor is in. Shall I book you?")
    tts = FakeTTS(refuse="unspeakable", per_word=0.02)
    ears = FakeTranscriber("Hours?")
    with serving(llm=llm, tts=tts, transcriber=ears, turn=QUICK) as server:
        client = asyncio.run(scene(server.url()))
    assert tts.spoken == ["Hello.", "We open at nine o'clock.", "Shall I book you?"]
    assert client.words("agent") == ["Hello.", "We open at nine o'clock. Shall I book you?"]


@pytest.mark.parametrize("silently", [False, True])
def test_a_caller_who_vanishes_in_mid_reply_frees_the_model_too(silently: bool) -> None:
    async def scene() -> None:
        left = asyncio.Event()

        async def behave(connection: Connection) -> None:
            await connection.receive()
            if connection.body["messages"][-1]["content"] == "Hours?":
                return await _says("We open at nine.")(connection)
            connection.send(STREAM)
            try:
                while not connection.reader.at_eof():
                    connection.say("And one more thing. ")
                    with suppress(TimeoutError):
                        async with asyncio.timeout(0.02):
                            await connection.reader.read(1)
            finally:  # the end of the stream, or an error: the client has hung up
                left.set()
            return None

        ears = FakeTranscriber("Tell me all.", "Hours?")
        async with brain(behave) as url:
            with serving(llm=Distant(url), transcriber=ears, turn=QUICK) as server:
                async with connect(server.url(), proxy=None) as socket:
                    client = Peer(socket)
                    listening = asyncio.ensure_future(client.listen())
                    await speak(client)
                    async with asyncio.timeout(10):
                        while not any("one more" in str(told) for told in client.told):
                            await client.say(SILENT, 0.02)
                    assert not left.is_set()
                    if silently:  # as if the cable were cut: no frame, not even a pong
                        socket.transport.pause_reading()
                    else:
                        socket.transport.abort()
                    async with asyncio.timeout(10):
                        await left.wait()
                    await until(lambda: server.reception.calls == 0)
                    socket.transport.abort()
                    await listening
                assert (await one_turn(server)).words("user") == ["Hours?"]

    asyncio.run(scene())
