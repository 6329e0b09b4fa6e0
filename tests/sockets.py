"""A websocket server that is not ours, in a thread of its own, for commands that call it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from websockets.asyncio.server import ServerConnection, serve

from tests.phone import Agent
from voice.wire import Stopped

Serve = Callable[[ServerConnection], Awaitable[None]]


@contextmanager
def server(answer: Serve) -> Iterator[str]:
    """Its address, without a path; the commands have an event loop of their own."""
    started = threading.Event()
    port = 0

    async def listen() -> None:
        nonlocal port
        async with serve(answer, "127.0.0.1", 0) as listening:
            port = next(iter(listening.sockets)).getsockname()[1]
            started.set()
            await asyncio.to_thread(finished.wait)

    finished = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(listen()))
    thread.start()
    started.wait()
    try:
        yield f"ws://127.0.0.1:{port}"
    finally:
        finished.set()
        thread.join()


async def live(agent: Agent, socket: ServerConnection) -> None:
    """The simulated agent, in real time."""
    loop = asyncio.get_running_loop()
    began_at = loop.time()
    async for message in socket:
        now = loop.time() - began_at
        agent.receive(message, now)
        for _, answer in agent.due(now):
            await socket.send(answer)
        if Stopped() in agent.received[-1:]:
            return
