"""A real server on a real port with fake engines, for tests that speak to its sockets."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn

from asr.engine import Transcriber
from tests.fakes import FakeConversation, FakeDetector, FakeLLM, FakeTranscriber, FakeTTS
from tts.cache import Cached
from voice.config import Config, EngineConfig, ServerConfig, TurnPolicy
from voice.house import House
from voice.listening import Detector
from voice.reception import Reception
from voice.serve import listen
from voice.server import create_app
from voice.session import Engines
from voice.web import settings


@dataclass
class FakeAgent:
    """Opens the same conversation again and again."""

    conversations: list[FakeConversation] = field(default_factory=list)
    phrases = ("Hello.",)

    def open(self, call_id: str, caller: str = "") -> FakeConversation:
        """A new one, remembered."""
        self.conversations.append(FakeConversation())
        return self.conversations[-1]


@dataclass
class Serving:
    """Where it listens, and what it is made of."""

    port: int
    reception: Reception
    llm: FakeLLM
    tts: FakeTTS
    transcriber: FakeTranscriber
    agent: FakeAgent

    def url(self, path: str = "/call", scheme: str = "ws") -> str:
        """An address of this server."""
        return f"{scheme}://127.0.0.1:{self.port}{path}"


@contextmanager
def serving(
    llm: FakeLLM | None = None,
    tts: FakeTTS | None = None,
    transcriber: FakeTranscriber | None = None,
    server: ServerConfig | None = None,
    turn: TurnPolicy | None = None,
    patience: float = 10.0,
    connections: int = 128,
    ears: Transcriber | None = None,
    detector: Callable[[], Detector] = FakeDetector,
    stalled: float = 10.0,
    buffer: int | None = None,
) -> Iterator[Serving]:
    """A server for the time of a test; ``patience`` is for peers that do not say what they want.

    So many ``connections`` may be no calls. Who reads nothing for ``stalled`` seconds is hung
    up on, once a ``buffer`` of so many bytes is full.
    """
    llm, tts = llm or FakeLLM(), tts or FakeTTS()
    transcriber, agent = transcriber or FakeTranscriber(), FakeAgent()
    table = EngineConfig(engine="fake")
    config = Config(
        server=server or ServerConfig(port=0),
        turn=turn or TurnPolicy(),
        asr=table,
        llm=table,
        tts=table,
        agent=table,
    )
    listener = listen(config.server, stalled)
    if buffer is not None:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
    started = threading.Event()
    stop: list[tuple[asyncio.AbstractEventLoop, uvicorn.Server]] = []
    made: list[Reception] = []

    async def main() -> None:
        reception = Reception(config, patience)
        reception.house = House(
            Engines(ears or transcriber, llm, tts), Cached(tts), agent, detector
        )
        made.append(reception)
        web = settings(create_app(reception), ping=0.5, handshake=patience, most=connections)
        running = uvicorn.Server(web)
        stop.append((asyncio.get_running_loop(), running))
        started.set()
        await running.serve([listener])

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        port = listener.getsockname()[1]
        yield Serving(port, made[0], llm, tts, transcriber, agent)
    finally:
        stop[0][1].should_exit = True
        thread.join(10)
        listener.close()
