"""The client against real servers on the loopback that do what real ones do, and worse."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any, TypeVar

import pytest

from llm.engine import LLMError, Message, Tool, ToolCall
from llm.openai import OpenAIChat
from llm.warmup import warm

T = TypeVar("T")
HELLO = [Message("user", "Hello.")]
STREAM = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


class Connection:
    """One connection, as the server sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.head = ""
        self.body: dict[str, Any] = {}

    async def receive(self) -> bool:
        """Read a request; False if the client hangs up instead."""
        try:
            self.head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        except asyncio.IncompleteReadError:
            return False
        length = next(
            int(line.split(":")[1])
            for line in self.head.lower().splitlines()
            if line.startswith("content-length")
        )
        self.body = json.loads(await self.reader.readexactly(length))
        return True

    def send(self, text: str) -> None:
        self.writer.write(text.encode())

    def chunk(self, text: str) -> None:
        self.send(f"{len(text.encode()):x}\r\n{text}\r\n")

    def say(self, content: str) -> None:
        self.event({"choices": [{"delta": {"content": content}}]})

    def event(self, value: object) -> None:
        self.chunk(f"data: {json.dumps(value)}\n\n")

    def finish(self) -> None:
        self.event({"choices": [{"delta": {}, "finish_reason": "stop"}]})
        self.chunk("data: [DONE]\n\n")
        self.send("0\r\n\r\n")


Behaviour = Callable[[Connection], Awaitable[None]]


@asynccontextmanager
async def serving(behave: Behaviour) -> AsyncGenerator[str, None]:
    """A server that does ``behave`` for each connection; its URL."""
    running: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await behave(Connection(reader, writer))
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            running.discard(task)
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    finally:
        server.close()
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)


async def read(chat: OpenAIChat, messages: Sequence[Message] = HELLO) -> list[str | ToolCall]:
    async with aclosing(chat.generate(messages)) as pieces:
        return [piece async for piece in pieces]


def run(scene: Coroutine[Any, Any, T]) -> T:
    async def in_time() -> T:
        async with asyncio.timeout(10):
            return await scene

    return asyncio.run(in_time())


def hurried(url: str) -> OpenAIChat:
    """A client that waits for nobody."""
    return OpenAIChat(url, "brain", first_token_timeout=0.1, next_token_timeout=0.1)


def ask(behave: Behaviour, *, hurry: bool = False) -> list[str | ToolCall]:
    """One question to one server."""

    async def scene() -> list[str | ToolCall]:
        async with (
            serving(behave) as url,
            hurried(url) if hurry else OpenAIChat(url, "brain") as chat,
        ):
            return await read(chat)

    return run(scene())


def answering(*contents: str) -> Behaviour:
    async def behave(connection: Connection) -> None:
        while await connection.receive():
            connection.send(STREAM)
            for content in contents:
                connection.say(content)
            connection.finish()

    return behave


def test_an_answer_comes_in_pieces() -> None:
    assert ask(answering("Sure", ". ", "When?")) == ["Sure", ". ", "When?"]


def test_a_piece_comes_out_before_the_next_is_written() -> None:
    async def scene() -> list[str]:
        heard = asyncio.Event()

        async def behave(connection: Connection) -> None:
            await connection.receive()
            connection.send(STREAM)
            connection.say("Sure.")
            await heard.wait()
            connection.say(" Bye.")
            connection.finish()

        said = []
        async with (
            serving(behave) as url,
            OpenAIChat(url, "brain") as chat,
            aclosing(chat.generate(HELLO)) as pieces,
        ):
            async for piece in pieces:
                said.append(str(piece))
                heard.set()
        return said

    assert run(scene()) == ["Sure.", " Bye."]


def test_the_request_is_as_openai_has_it() -> None:
    seen: list[Connection] = []

    async def behave(connection: Connection) -> None:
        seen.append(connection)
        await answering("Yes.")(connection)

    schema = {"type": "object"}
    tool = Tool("book", "Book.", schema)
    function = {"name": "book", "description": "Book.", "parameters": schema}

    async def scene() -> None:
        async with (
            serving(behave) as url,
            OpenAIChat(
                url + "/", "brain", key="secret", max_tokens=9, extra_body={"top_k": 1}
            ) as chat,
            aclosing(chat.generate(HELLO, [tool])) as pieces,
        ):
            async for _ in pieces:
                pass

    run(scene())
    assert seen[0].head.startswith("POST /v1/chat/completions HTTP/1.1\r\n")
    assert "authorization: bearer secret\r\n" in seen[0].head.lower()
    assert seen[0].body == {
        "model": "brain",
        "stream": True,
        "max_tokens": 9,
        "temperature": 0.0,
        "top_k": 1,
        "messages": [{"role": "user", "content": "Hello."}],
        "tools": [{"type": "function", "function": function}],
    }


def test_a_connection_is_used_again() -> None:
    connections = []

    async def behave(connection: Connection) -> None:
        connections.append(connection)
        await answering("Yes.")(connection)

    async def scene() -> None:
        async with serving(behave) as url, OpenAIChat(url, "brain") as chat:
            for _ in range(3):
                assert await read(chat) == ["Yes."]

    run(scene())
    assert len(connections) == 1


def test_a_connection_that_the_server_closed_meanwhile_is_replaced() -> None:
    async def behave(connection: Connection) -> None:
        await connection.receive()
        connection.send(STREAM)
        connection.say("Yes.")
        connection.finish()
        # The next request arrives, and is never read: the race that every kept connection has.
        await connection.reader.read(1)

    async def scene() -> None:
        async with serving(behave) as url, OpenAIChat(url, "brain") as chat:
            for _ in range(3):
                assert await read(chat) == ["Yes."]

    run(scene())


def test_closing_the_answer_drops_its_connection_at_once() -> None:
    async def scene() -> float:
        loop = asyncio.get_running_loop()
        dropped: asyncio.Future[float] = loop.create_future()

        async def behave(connection: Connection) -> None:
            await connection.receive()
            connection.send(STREAM)
            connection.say("Sure.")
            await connection.reader.read()
            dropped.set_result(loop.time())

        async with serving(behave) as url, OpenAIChat(url, "brain") as chat:
            async with aclosing(chat.generate(HELLO)) as pieces:
                await anext(pieces)
                closed = loop.time()
            return await dropped - closed

    assert run(scene()) < 0.1


@pytest.mark.parametrize("begun", [True, False])
def test_cancelling_the_reader_drops_the_connection_at_once(begun: bool) -> None:
    async def scene() -> float:
        loop = asyncio.get_running_loop()
        asked = asyncio.Event()
        dropped: asyncio.Future[float] = loop.create_future()

        async def behave(connection: Connection) -> None:
            await connection.receive()
            if begun:
                connection.send(STREAM)
                connection.say("Sure.")
                await connection.writer.drain()
                await asyncio.sleep(0.01)  # the client reads on by now
            asked.set()
            await connection.reader.read()
            dropped.set_result(loop.time())

        async with serving(behave) as url, OpenAIChat(url, "brain") as chat:
            async with asyncio.TaskGroup() as tasks:
                reading = tasks.create_task(read(chat))
                await asked.wait()
                reading.cancel()
                cancelled = loop.time()
            return await dropped - cancelled

    assert run(scene()) < 0.1


def _refusing(status: str, body: str) -> Behaviour:
    async def behave(connection: Connection) -> None:
        await connection.receive()
        connection.send(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n{body}")

    return behave


def _after(*events: str, end: str = "0\r\n\r\n") -> Behaviour:
    async def behave(connection: Connection) -> None:
        await connection.receive()
        connection.send(STREAM)
        for event in events:
            connection.chunk(event)
        connection.send(end)
        await connection.writer.drain()

    return behave


async def _silent(connection: Connection) -> None:
    await connection.receive()
    await connection.reader.read()


async def _only_pings(connection: Connection) -> None:
    await connection.receive()
    connection.send(STREAM)
    while not connection.reader.at_eof():
        connection.chunk(": ping\n\n")
        connection.event({"choices": [{"delta": {"role": "assistant", "content": ""}}]})
        await asyncio.sleep(0.02)


async def _stalling(connection: Connection) -> None:
    await connection.receive()
    connection.send(STREAM)
    connection.say("Sure")
    await connection.reader.read()


async def _hanging_up(connection: Connection) -> None:
    await connection.receive()


SURE = 'data: {"choices": [{"delta": {"content": "Sure"}}]}\n\n'


@pytest.mark.parametrize(
    ("behave", "words"),
    [
        (
            _refusing("404 Not Found", '{"error": {"message": "no model x"}}'),
            "HTTP 404: no model x",
        ),
        (_refusing("503 Busy", '{"error": "loading\\nmodel"}'), "HTTP 503: loading model"),
        (_refusing("401 No", '{"detail": "key?"}'), r"HTTP 401: key\?"),
        (_refusing("500 Oops", "<h1>oops</h1>"), "HTTP 500: no reason"),
        (_refusing("502 Oops", ""), "HTTP 502: no reason"),
        (_refusing("500 Oops", 99_999 * "x"), "HTTP 500: no reason$"),
        (_refusing("307 Elsewhere", ""), "HTTP 307"),
        (_refusing("200 OK", '{"choices": []}'), "did not answer as a stream"),
        (_after(SURE, 'data: {"error": {"message": "no memory"}}\n\n'), "failed: no memory"),
        (_after("data: {\n\n"), "expected JSON"),
        (_after("data: [DONE]\n\n"), "returned nothing"),
        (_after(), "stopped in the middle"),
        (_after(SURE), "stopped in the middle"),
        (_after(SURE, end=""), "the connection broke"),
        (_after(SURE, end="rubbish"), "the connection broke"),
        (_silent, "did not begin to answer within 0.1 s"),
        (_only_pings, "did not begin to answer within 0.1 s"),
        (_stalling, "wrote nothing for 0.1 s in mid-answer"),
        (_hanging_up, "the connection broke"),
    ],
)
def test_every_failure_names_the_server_and_the_reason(behave: Behaviour, words: str) -> None:
    with pytest.raises(LLMError, match=rf"^brain at http://127.0.0.1:\d+/v1: .*{words}") as caught:
        ask(behave, hurry=True)
    assert len(str(caught.value)) < 500


def test_a_server_that_is_not_there_cannot_be_reached() -> None:
    async def scene() -> None:
        async with serving(_silent) as url:
            pass
        async with OpenAIChat(url, "brain") as chat:
            await read(chat)

    with pytest.raises(LLMError, match=r"brain at .*: cannot be reached"):
        run(scene())


def test_who_does_not_answer_is_ill_until_an_answer_comes() -> None:
    async def scene() -> list[str]:
        well = False

        async def behave(connection: Connection) -> None:
            while await connection.receive():
                if not well:
                    connection.send("HTTP/1.1 503 Gone\r\nContent-Length: 0\r\n\r\n")
                    continue
                connection.send(STREAM)
                connection.say("Sure")
                connection.finish()

        async with serving(behave) as url, OpenAIChat(url, "brain") as chat:
            said = [chat.ailment()]
            with pytest.raises(LLMError):
                await read(chat)
            while not chat.ailment():  # noqa: ASYNC110 - another task asks
                await asyncio.sleep(0.01)
            said.append(chat.ailment().partition("/v1")[2])
            well = True
            await read(chat)
            return [*said, chat.ailment()]

    assert run(scene()) == ["", ": HTTP 503: no reason", ""]


def test_a_question_that_is_refused_for_its_own_sake_is_no_illness() -> None:
    async def scene() -> str:
        probed = asyncio.Event()

        async def behave(connection: Connection) -> None:
            while await connection.receive():
                if connection.body["max_tokens"] > 1:
                    connection.send("HTTP/1.1 400 Too Long\r\nContent-Length: 0\r\n\r\n")
                    continue
                connection.send(STREAM)
                connection.say("Sure")
                connection.finish()
                probed.set()

        async with serving(behave) as url, OpenAIChat(url, "brain") as chat:
            with pytest.raises(LLMError, match="HTTP 400"):
                await read(chat)
            await probed.wait()
            return chat.ailment()

    assert run(scene()) == ""


def test_what_was_written_before_a_failure_is_heard() -> None:
    async def scene() -> list[str | ToolCall]:
        heard: list[str | ToolCall] = []
        behave = _after(SURE + 'data: {"error": "no memory"}\n\n')
        async with (
            serving(behave) as url,
            OpenAIChat(url, "brain") as chat,
            aclosing(chat.generate(HELLO)) as pieces,
        ):
            heard.append(await anext(pieces))
            with pytest.raises(LLMError, match="no memory"):
                await anext(pieces)
        return heard

    assert run(scene()) == ["Sure"]


def test_the_readers_own_time_is_nobodys_delay() -> None:
    async def scene() -> list[str]:
        said = []
        async with (
            serving(answering("a", "b")) as url,
            hurried(url) as chat,
            aclosing(chat.generate(HELLO)) as pieces,
        ):
            async for piece in pieces:
                said.append(str(piece))
                await asyncio.sleep(0.15)
        return said

    assert run(scene()) == ["a", "b"]


def test_a_server_that_never_ends_its_stream_holds_nobody_up() -> None:
    async def behave(connection: Connection) -> None:
        await connection.receive()
        connection.send(STREAM)
        connection.say("Yes.")
        connection.event({"choices": [{"delta": {}, "finish_reason": "stop"}]})
        await connection.reader.read()

    assert ask(behave) == ["Yes."]


def test_calls_in_either_form_come_out() -> None:
    async def behave(connection: Connection) -> None:
        await connection.receive()
        connection.send(STREAM)
        connection.say('Sure.<tool_call>{"name": "a"}</tool_call>')
        call = {"index": 0, "id": "7", "function": {"name": "b", "arguments": "{}"}}
        connection.event({"choices": [{"delta": {"tool_calls": [call]}}]})
        connection.finish()

    assert ask(behave) == ["Sure.", ToolCall("a", "{}"), ToolCall("b", "{}", "7")]


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x/v1", "", "http://", "http://[::1"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="url is"):
        OpenAIChat(url, "brain")


def test_a_password_in_the_address_is_told_to_nobody() -> None:
    async def scene() -> None:
        async with serving(_hanging_up) as url:
            address = url.replace("//", "//me:hunter2@")
            async with OpenAIChat(address, "brain") as chat:
                await read(chat)

    with pytest.raises(LLMError) as caught:
        run(scene())
    assert "hunter2" not in str(caught.value)


def test_warming_takes_one_piece_and_hangs_up() -> None:
    async def scene() -> list[bool]:
        dropped = asyncio.Event()

        async def behave(connection: Connection) -> None:
            await connection.receive()
            connection.send(STREAM)
            connection.say("Sure.")
            await connection.reader.read()
            dropped.set()

        async with serving(behave) as url, OpenAIChat(url, "brain") as chat:
            warmed = [await warm(chat, HELLO)]
            await dropped.wait()
        async with OpenAIChat(url, "brain") as chat:
            return [*warmed, await warm(chat, HELLO)]

    assert run(scene()) == [True, False]
