"""Bad input and bad luck at real sockets: a clear word, and the next call is as good."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from typing import Any

import httpx
import numpy as np
import pytest
import websockets
from starlette.websockets import WebSocket, WebSocketState
from websockets.asyncio.client import ClientConnection, connect

from tests.fakes import VOICED, FakeLLM, FakeTranscriber, FakeTTS
from tests.serving import Serving, serving
from tests.simulate import simulate
from tts.engine import Pcm
from voice.config import ServerConfig, TurnPolicy
from voice.line import PeerStalledError
from voice.sockets import sender

FRAME = 320
SILENT = bytes(2 * FRAME)
VOICE = np.full(FRAME, VOICED, np.int16).tobytes()
ILL = "nobody could be answered: [llm] "
QUICK = TurnPolicy(reprompt_after=30.0)


class Peer:
    """A client of the native protocol that remembers all it was told."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.told: list[dict[str, Any]] = []
        self.audio_bytes = 0

    async def say(self, frame: bytes, seconds: float) -> None:
        """Stream a frame again and again, at the pace of speech."""
        for _ in range(round(seconds / 0.02)):
            await self.socket.send(frame)
            await asyncio.sleep(0.02)

    async def wait_answered(self) -> None:
        """Say nothing until a clause has come that answers us."""
        async with asyncio.timeout(5):
            while not {"trace", "mark"} <= {told["type"] for told in self.told[self._said() :]}:
                await self.say(SILENT, 0.02)

    def _said(self) -> int:
        """Where what came after our own words begins."""
        final = [
            t["type"] == "transcript" and t["role"] == "user" and t["final"] for t in self.told
        ]
        return final.index(True) if True in final else len(final)

    async def listen(self) -> None:
        """Take what comes until the server closes."""
        with suppress(websockets.ConnectionClosed):
            async for message in self.socket:
                if isinstance(message, bytes):
                    self.audio_bytes += len(message)
                else:
                    self.told.append(json.loads(message))

    def words(self, role: str) -> list[str]:
        """What was finally said by one side."""
        return [
            t["text"] for t in self.told if t["type"] == "transcript" and t["role"] == role
            and t["final"]
        ]  # fmt: skip


@asynccontextmanager
async def peer(server: Serving, path: str = "/call", **options: object) -> AsyncIterator[Peer]:
    async with connect(server.url(path), proxy=None, **options) as socket:  # type: ignore[arg-type]
        client = Peer(socket)
        listening = asyncio.ensure_future(client.listen())
        yield client
        listening.cancel()


async def one_turn(server: Serving) -> Peer:
    """A whole good call."""
    async with peer(server) as client:
        await client.say(SILENT, 0.5)
        await client.say(VOICE, 0.4)
        await client.wait_answered()
    return client


async def clock() -> float:
    """The time on anybody's loop."""
    return asyncio.get_running_loop().time()


async def until(done: Callable[[], bool]) -> None:
    """Wait for something on the server's own thread; an error after five seconds."""
    async with asyncio.timeout(5):
        while not done():  # noqa: ASYNC110 - nothing on this loop could tell us
            await asyncio.sleep(0.01)


async def ending(server: Serving, *messages: str | bytes, path: str = "/call") -> tuple[int, str]:
    """The close code and reason that these messages earn."""
    async with connect(server.url(path), proxy=None, max_size=None) as socket:
        try:
            for message in messages:
                await socket.send(message)
            async with asyncio.timeout(5):
                async for _ in socket:
                    pass
        except websockets.ConnectionClosed:
            pass
    assert socket.close_code is not None
    return socket.close_code, socket.close_reason or ""


def twilio_start() -> str:
    stream = {
        "streamSid": "MZ1",
        "accountSid": "AC1",
        "callSid": "CA1",
        "tracks": ["inbound"],
        "customParameters": {},
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
    }
    return json.dumps(
        {"event": "start", "sequenceNumber": "1", "streamSid": "MZ1", "start": stream}
    )


def test_a_caller_is_greeted_and_answered() -> None:
    with serving(transcriber=FakeTranscriber("Hours?"), llm=FakeLLM("We open at nine.")) as server:
        client = asyncio.run(one_turn(server))
    assert client.words("user") == ["Hours?"]
    assert client.told[0]["type"] == "ready"
    assert client.audio_bytes == 2 * 16_000 * 0.3 * len("Hello. We open at nine.".split())
    [trace] = [told for told in client.told if told["type"] == "trace"]
    assert trace["marks"]["endpoint"] <= trace["marks"]["audio_sent"]


@pytest.mark.parametrize(
    ("path", "messages", "reason"),
    [
        ("/call", ["{not json"], "JSON"),
        ("/call", ["[1, 2]"], "expected"),
        ("/call", [b"\0\0\0"], "3 bytes, expected whole 16-bit samples"),
        ("/call", [bytes(2 << 20)], "2097152"),
        ("/call", ['{"type": "hello", "sample_rate": 11025}'], "11025"),
        ("/twilio", ['{"event": "media", "media": {"payload": ""}}'], "start"),
        ("/twilio", [twilio_start(), '{"event":"media","media":{"payload":"*"}}'], "base64"),
        ("/twilio", [b"\0\0"], "expected JSON text"),
        ("/twilio", ["x" * (2 << 20)], "2097152"),
    ],
)
def test_what_no_protocol_allows_is_refused_and_named(
    path: str, messages: list[str | bytes], reason: str
) -> None:
    with serving(transcriber=FakeTranscriber("Hours?")) as server:
        code, said = asyncio.run(ending(server, *messages, path=path))
        assert code == 1007
        assert reason in said
        assert asyncio.run(one_turn(server)).words("user") == ["Hours?"]


def test_the_call_that_is_one_too_many_is_refused_and_told_why() -> None:
    async def scene(server: Serving) -> tuple[Peer, str]:
        async with (
            peer(server) as first,
            peer(server) as second,
            httpx.AsyncClient(trust_env=False) as twilio,
        ):
            await first.say(SILENT, 0.1)
            await second.socket.send(SILENT)
            await second.socket.wait_closed()
            await until(lambda: len(second.told) == 2)
            return second, (await twilio.post(server.url("/twilio/voice", "http"))).text

    one_line, words = ServerConfig(port=0, max_calls=1), FakeTranscriber("Hours?")
    with serving(server=one_line, transcriber=words) as server:
        refused, ring = asyncio.run(scene(server))
        why = "1 of 1 lines are busy, try again later"
        assert (refused.socket.close_code, refused.socket.close_reason) == (1013, why)
        assert refused.told == [
            {"type": "error", "code": "busy", "message": why},
            {"type": "bye", "reason": "busy"},
        ]
        assert '<Reject reason="busy"' in ring
        assert "<Connect" not in ring
        assert asyncio.run(one_turn(server)).words("user") == ["Hours?"]


def test_twilio_is_told_where_to_connect() -> None:
    with serving() as server:
        form = {"From": "+15550142"}
        answer = httpx.post(server.url("/twilio/voice", "http"), data=form, trust_env=False)
        assert f'url="ws://127.0.0.1:{server.port}/twilio"' in answer.text
        assert '<Parameter name="from" value="+15550142"' in answer.text
        asyncio.run(until(lambda: len(server.llm.read) == 1))  # the model reads its prompt


def test_many_rings_at_once_have_the_model_read_its_prompt_once() -> None:
    async def scene(server: Serving) -> None:
        url = server.url("/twilio/voice", "http")
        async with httpx.AsyncClient(trust_env=False) as twilio:
            for _ in range(5):
                assert (await twilio.post(url)).status_code == 200
            await until(lambda: len(server.llm.read) > 0)
            await twilio.post(url)
            await until(lambda: len(server.llm.read) > 1)
        assert len(server.llm.read) == 2

    with serving(llm=FakeLLM(reading=1.0)) as server:
        asyncio.run(scene(server))


def test_a_call_that_nobody_could_answer_is_refused_until_the_engine_is_well() -> None:
    with serving(transcriber=FakeTranscriber("Hours?")) as server:
        now = asyncio.run(clock())
        watch, url = server.reception.watch, server.url("/twilio/voice", "http")
        watch.beat(now - 5, {"llm": "it is down"})
        assert httpx.post(url, trust_env=False).status_code == 200  # it may be back in a moment
        watch.beat(now - 11, {})
        watch.beat(now - 11, {"llm": "it is down"})
        ring = httpx.post(url, trust_env=False)
        assert (ring.status_code, ring.text) == (503, f"{ILL}it is down")
        assert asyncio.run(ending(server, SILENT)) == (1013, f"{ILL}it is down")
        watch.beat(now, {})
        assert asyncio.run(one_turn(server)).words("user") == ["Hours?"]


def test_who_calls_another_path_is_told_which_there_are(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(server: Serving) -> tuple[int, bytes]:
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with connect(server.url("/cal"), proxy=None):
                pass
        return refused.value.response.status_code, bytes(refused.value.response.body or b"")

    with serving() as server:
        assert asyncio.run(scene(server)) == (
            404,
            b"no calls are taken at /cal, expected one of: /call, /twilio",
        )
    assert caplog.messages == ["no calls are taken at /cal, expected one of: /call, /twilio"]


@pytest.mark.parametrize(
    ("path", "status", "header", "told"),
    [
        ("/call", 426, ("upgrade", "websocket"), "/call is a websocket, expected an upgrade"),
        ("/twilio", 426, ("upgrade", "websocket"), "/twilio is a websocket, expected an upgrade"),
        ("/twilio/voice", 405, ("allow", "POST"), "/twilio/voice is a webhook, expected HTTP POST"),
    ],
)
def test_who_only_looks_at_where_calls_are_taken_is_told_what_it_is(
    path: str, status: int, header: tuple[str, str], told: str
) -> None:
    with serving() as server:
        answer = httpx.get(server.url(path, "http"), trust_env=False)
        assert answer.status_code == status
        assert answer.headers[header[0]] == header[1]
        assert answer.text.startswith(told)
        assert httpx.head(server.url(path, "http"), trust_env=False).status_code == status


def test_another_sites_page_may_not_ring() -> None:
    with serving() as server:
        url, foreign = server.url("/twilio/voice", "http"), {"Origin": "https://evil.example"}
        answer = httpx.post(url, headers=foreign, trust_env=False)
        assert answer.status_code == 403
        assert answer.json() == {"error": "pages of https://evil.example may not call here"}
        assert httpx.post(url, trust_env=False).status_code == 200
        asyncio.run(until(lambda: len(server.llm.read) == 1))


def test_a_form_that_is_too_long_is_not_read_to_its_end() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"From=%2B15550142&" * 100

    with serving() as server:
        url = server.url("/twilio/voice", "http")
        answer = httpx.post(url, content=b"From=%2B15550142&".ljust(65_537, b"&"), trust_env=False)
        assert (answer.status_code, answer.json()) == (413, {"error": "form is over 65536 bytes"})
        with suppress(httpx.TransportError):  # it may be cut off before it has read the answer
            assert httpx.post(url, content=endless(), trust_env=False).status_code == 413


@pytest.mark.parametrize(
    "options",
    [
        {"additional_headers": {"Authorization": "Bearer secret"}},
        {"path": "/call?token=secret"},
        {"hello": {"type": "hello", "token": "secret"}},
    ],
)
def test_a_token_opens_the_socket(options: dict[str, Any]) -> None:
    async def scene(server: Serving) -> str:
        hello = options.pop("hello", {"type": "hello"})
        path = options.pop("path", "/call")
        async with peer(server, path, **options) as client:
            await client.socket.send(json.dumps(hello))
            await client.say(SILENT, 0.1)
        return str(client.told[0]["type"])

    with serving(server=ServerConfig(port=0, token="secret")) as server:
        assert asyncio.run(scene(server)) == "ready"


@pytest.mark.parametrize("hello", ['{"type": "hello"}', '{"type": "hello", "token": "sesame"}'])
def test_no_token_no_call(hello: str) -> None:
    with serving(server=ServerConfig(port=0, token="secret")) as server:
        code, reason = asyncio.run(ending(server, hello))
        assert (code, reason) == (1008, "the token is missing or wrong")
        unsigned = httpx.post(server.url("/twilio/voice", "http"), data={}, trust_env=False)
        assert unsigned.status_code == 401
        assert server.agent.conversations == []


def test_another_sites_page_may_not_call_a_local_server() -> None:
    async def scene(server: Serving) -> int:
        async with connect(server.url(), proxy=None, origin="http://evil.example") as socket:  # type: ignore[arg-type]
            await socket.wait_closed()
            return socket.close_code or 0

    with serving() as server:
        assert asyncio.run(scene(server)) == 1008


@pytest.mark.parametrize("path", ["/", "/page.js", "/capture-worklet.js", "/page.css"])
def test_the_page_is_asked_for_anew_and_shown_in_no_other_page(path: str) -> None:
    with serving() as server:
        first = httpx.get(server.url(path, "http"), trust_env=False)
        known = {"If-None-Match": first.headers["etag"]}
        again = httpx.get(server.url(path, "http"), headers=known, trust_env=False)
    assert (first.status_code, again.status_code) == (200, 304)
    for answer in (first, again):
        assert answer.headers["cache-control"] == "no-cache"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_audio_much_faster_than_time_is_refused_before_it_fills_the_memory() -> None:
    minute = [SILENT] * 3000
    with serving(transcriber=FakeTranscriber("Hours?"), turn=QUICK) as server:
        code, reason = asyncio.run(ending(server, *minute))
        assert (code, "ahead of time, expected the pace of speech" in reason) == (1007, True)
        assert asyncio.run(one_turn(server)).words("user") == ["Hours?"]


@pytest.mark.parametrize(
    ("opening", "message"),
    [
        (SILENT, '{"type": "played", "mark": "0.0"}'),
        (SILENT, '{"type": "digit", "digit": "1"}'),
        (SILENT, '{"type": "what the next version knows"}'),
        (SILENT, b""),
        ('{"type": "unknown"}', '{"type": "unknown"}'),
    ],
)
def test_a_flood_of_messages_ends_its_own_call_and_no_other(
    opening: str | bytes, message: str | bytes
) -> None:
    async def scene(server: Serving) -> tuple[Peer, tuple[int, str]]:
        async with peer(server) as caller:
            await caller.say(SILENT, 0.1)
            ended = await ending(server, opening, *[message] * 4_000)
            await caller.say(VOICE, 0.4)
            await caller.wait_answered()
        return caller, ended

    with serving(transcriber=FakeTranscriber("Hours?"), turn=QUICK) as server:
        caller, (code, reason) = asyncio.run(scene(server))
        assert (code, reason.startswith("messages come faster than 250 a second")) == (1007, True)
        assert caller.words("user") == ["Hours?"]


def test_a_socket_that_vanishes_takes_its_work_with_it() -> None:
    async def scene(server: Serving) -> None:
        async with connect(server.url(), proxy=None) as socket:
            client = Peer(socket)
            await client.say(SILENT, 0.5)
            await client.say(VOICE, 0.4)
            await client.say(SILENT, 0.8)
            socket.transport.abort()
        await until(lambda: server.reception.calls == 0)

    llm = FakeLLM("One. " + 5000 * "more ", "We open at nine.")
    with serving(llm=llm, transcriber=FakeTranscriber("Tell me all.", "Hours?")) as server:
        asyncio.run(scene(server))
        assert llm.aborted == 1
        assert asyncio.run(one_turn(server)).words("user") == ["Hours?"]


def test_a_bug_ends_the_call_not_the_server() -> None:
    class Broken(FakeTTS):
        def synthesize(self, text: str, slack: float = 0.0) -> AsyncGenerator[Pcm, None]:
            raise ZeroDivisionError

    with serving(tts=Broken()) as server:
        code, reason = asyncio.run(ending(server, SILENT))
        assert (code, reason) == (1011, "internal error")
        ready = httpx.get(server.url("/health/ready", "http"), trust_env=False)
        assert (ready.json()["status"], ready.json()["calls"]) == ("ready", 0)


def test_who_says_nothing_is_not_waited_for() -> None:
    async def scene(server: Serving) -> Peer:
        async with connect(server.url(), proxy=None) as socket:
            client = Peer(socket)
            async with asyncio.timeout(5):
                await client.listen()
        return client

    with serving(patience=0.1, transcriber=FakeTranscriber("Hours?")) as server:
        client = asyncio.run(scene(server))
        assert (client.socket.close_code, client.socket.close_reason) == (
            1008,
            "nothing was said for 0.1 s",
        )
        assert client.told[0]["code"] == "timeout"
        assert asyncio.run(one_turn(server)).words("user") == ["Hours?"]


@pytest.mark.parametrize("beginning", ["", "GET /call HTTP/1.1\r\nHost: here\r\nUpgr"])
def test_who_connects_and_does_not_say_what_for_is_hung_up_on(beginning: str) -> None:
    with (
        serving(patience=0.1, transcriber=FakeTranscriber("Hours?")) as server,
        socket.create_connection(("127.0.0.1", server.port)) as silent,
    ):
        silent.settimeout(5)
        silent.sendall(beginning.encode())
        with suppress(ConnectionResetError):
            assert silent.recv(1) == b""
        assert asyncio.run(one_turn(server)).words("user") == ["Hours?"]


def is_up(connection: socket.socket) -> bool:
    """Whether the server has not hung up on it."""
    connection.setblocking(False)
    try:
        while connection.recv(4_096):
            pass  # an answer that came before
        return False
    except BlockingIOError:
        return True
    except ConnectionResetError:
        return False


REQUEST = b"GET /health/live HTTP/1.1\r\nHost: here\r\n\r\n"


@pytest.mark.parametrize("beginning", [b"", b"GET / HTTP/1.1\r\nHo", REQUEST + b"GET /he"])
def test_of_many_connections_that_are_no_calls_the_oldest_goes_and_callers_come_through(
    beginning: bytes,
) -> None:
    def connect_once() -> socket.socket:
        connection = crowd.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        connection.sendall(beginning)
        return connection

    with (
        serving(connections=3, transcriber=FakeTranscriber("Hours?")) as server,
        ExitStack() as crowd,
    ):
        connections = [connect_once() for _ in range(3)]
        assert asyncio.run(one_turn(server)).words("user") == ["Hours?"]
        assert [is_up(connection) for connection in connections] == [False, True, True]


def test_a_crowd_that_only_connects_is_turned_away_and_the_call_that_is_up_goes_on() -> None:
    async def scene(server: Serving) -> Peer:
        async with peer(server) as caller, AsyncExitStack() as crowd:
            await caller.say(SILENT, 0.1)
            for _ in range(4):
                idle = await crowd.enter_async_context(peer(server))
            with pytest.raises(websockets.InvalidStatus) as turned_away:
                await crowd.enter_async_context(peer(server))
            answer = turned_away.value.response
            assert (answer.status_code, answer.body) == (
                503,
                b"4 of 4 sockets wait for their call to begin, try again later",
            )
            await idle.socket.close()
            await crowd.enter_async_context(peer(server))
            await caller.say(VOICE, 0.4)
            await caller.wait_answered()
        return caller

    with serving(
        server=ServerConfig(port=0, max_calls=1), transcriber=FakeTranscriber("Hours?")
    ) as server:
        assert asyncio.run(scene(server)).words("user") == ["Hours?"]


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="the system cannot hang up")
def test_a_peer_that_reads_nothing_does_not_keep_its_line() -> None:
    async def scene(server: Serving) -> None:
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        deaf.connect(("127.0.0.1", server.port))
        async with connect(server.url(), proxy=None, sock=deaf, max_queue=1) as caller:
            await caller.send('{"type": "hello", "sample_rate": 48000}')
            await until(lambda: server.reception.calls == 1)
            caller.transport.pause_reading()
            await until(lambda: server.reception.calls == 0)
            caller.transport.abort()

    # A greeting of four seconds fills what the system holds for us, and little of ours.
    with serving(tts=FakeTTS(per_word=4.0), turn=QUICK, stalled=0.3, buffer=32_768) as server:
        asyncio.run(scene(server))


def test_a_message_that_nobody_takes_is_not_waited_for() -> None:
    async def stuck(message: object) -> None:
        await asyncio.sleep(3600)

    async def nothing() -> dict[str, Any]:
        return {}

    async def scene() -> None:
        scope = {"type": "websocket", "path": "/call", "headers": []}
        socket = WebSocket(scope, nothing, stuck)
        socket.application_state = WebSocketState.CONNECTED
        for message in ("words", SILENT):
            with pytest.raises(PeerStalledError):
                await sender(socket)(message)

    simulate(scene())
