"""One websocket in the values of its codec: how a call begins, goes on and is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

from voice.errors import RefusedError
from voice.line import PeerStalledError
from voice.rate import Pace, Rate
from voice.wire import Audio, Bye, Codec, ErrorOut, Inbound, Outbound, Started

STALLED_SECONDS = 10.0
"""How long a peer may take nothing of what we send until it is hung up on."""
_LONGEST_REASON = 123
"""Bytes that a websocket's close frame has for its reason (RFC 6455, 5.5)."""
_CLOSE_CODES = {
    "protocol": 1007,
    "unauthorized": 1008,
    "origin": 1008,
    "timeout": 1008,
    "internal": 1011,
    "busy": 1013,
    "unavailable": 1013,
}


class Inlet:
    """What a peer says, as long as it is not too much. ``lost`` tells how long we stood still."""

    def __init__(self, socket: WebSocket, codec: Codec, lost: Callable[[float], float]) -> None:
        self._socket, self._codec, self._lost = socket, codec, lost
        self._rate, self._pace = Rate(), Pace()

    async def receive_start(self, patience: float) -> list[Inbound]:
        """All that came with the message in which the peer is ready to talk."""
        try:
            async with asyncio.timeout(patience):
                while True:
                    values = await self._receive()
                    if any(isinstance(value, Started) for value in values):
                        return values
        except TimeoutError:
            raise RefusedError("timeout", f"nothing was said for {patience:g} s") from None

    async def values(self, first: list[Inbound]) -> AsyncGenerator[Inbound, None]:
        """What is said, from ``first`` on, until the socket is closed."""
        values = first
        with suppress(WebSocketDisconnect):
            while True:
                for value in values:
                    yield value
                values = await self._receive()

    async def _receive(self) -> list[Inbound]:
        """The values of the next message. Raises :class:`WireError` for one that is too much."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        text: str | None = message.get("text")
        said: str | bytes = message["bytes"] if text is None else text
        at = asyncio.get_running_loop().time()
        lost = self._lost(at)
        self._rate.check(said, at, lost)
        values = self._codec.decode(said)
        samples = sum(len(value.pcm) for value in values if isinstance(value, Audio))
        if samples:
            self._pace.check(samples / self._codec.sample_rate, at, lost)
        return values


def sender(socket: WebSocket) -> Callable[[str | bytes], Awaitable[None]]:
    """What a :class:`voice.line.Line` sends with. Raises :class:`PeerStalledError`.

    Where the system can, it has hung up by then (:func:`voice.serve.listen`).
    """

    async def send(message: str | bytes) -> None:
        try:
            async with asyncio.timeout(STALLED_SECONDS):
                if isinstance(message, str):
                    await socket.send_text(message)
                else:
                    await socket.send_bytes(message)
        except TimeoutError:
            raise PeerStalledError(f"has read nothing for {STALLED_SECONDS:g} s") from None

    return send


async def refuse(socket: WebSocket, codec: Codec, code: str, message: str) -> None:
    """Say why, in the peer's own protocol and in the close frame; it may be gone already."""
    reason = message.encode()[:_LONGEST_REASON].decode(errors="ignore")
    try:
        last: Outbound
        for last in (ErrorOut(code, message), Bye(code)):
            if (encoded := codec.encode(last)) is not None:
                await sender(socket)(encoded)
        await socket.close(_CLOSE_CODES[code], reason)
    except (WebSocketDisconnect, PeerStalledError, RuntimeError):
        pass  # starlette raises RuntimeError when the close frame is already out
