"""What a peer may do before a line of ours sees it: how slow, how large, how silent it may be.

connection -> Threshold -> uvicorn's HTTP -> a websocket: it has its own protocol from then on
                 `-> no whole request in time, or one of too many: hung up on
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import uvicorn
from fastapi import FastAPI

_LONGEST_FRAME_BYTES = 4 << 20
"""Above this the socket library cuts a peer off; below, our codecs say what is wrong."""
_PING_SECONDS = 5.0
"""How often a quiet peer is asked whether it is there, and how long it has to answer."""
_HANDSHAKE_SECONDS = 10.0
"""How long a peer that has connected may take to say what for."""
_MOST_CONNECTIONS = 128
"""So many connections may be no websockets. Then the oldest goes: who calls is done at once."""


def settings(
    app: FastAPI,
    ping: float = _PING_SECONDS,
    handshake: float = _HANDSHAKE_SECONDS,
    most: int = _MOST_CONNECTIONS,
) -> uvicorn.Config:
    """How ``app`` is served."""
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    config = _Config(
        app,
        http="h11",
        log_config=None,
        access_log=False,
        ws_max_size=_LONGEST_FRAME_BYTES,
        ws_ping_interval=ping,
        ws_ping_timeout=ping,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5,
    )
    config.handshake, config.most = handshake, most
    return config


def _is_news(record: logging.LogRecord) -> bool:
    """Uvicorn takes a handshake that was refused with a reason for one that was forgotten."""
    return "without completing handshake" not in record.getMessage()


class _Config(uvicorn.Config):
    """Puts a threshold before whatever speaks HTTP for uvicorn."""

    handshake: float
    most: int

    def load(self) -> None:
        super().load()
        inner, connections = self.http_protocol_class, dict[Threshold, None]()

        def protocol(**told: Any) -> Threshold:  # noqa: ANN401 - uvicorn's, handed on
            return Threshold(inner(**told), connections, self.handshake, self.most)

        self.http_protocol_class = protocol  # type: ignore[assignment]


class Threshold(asyncio.Protocol):
    """One connection until it is a websocket. ``connections`` are all of them, oldest first."""

    def __init__(
        self,
        inner: asyncio.Protocol,
        connections: dict[Threshold, None],
        seconds: float,
        most: int,
    ) -> None:
        self._inner = inner
        self._connections = connections
        self._seconds = seconds
        self._most = most
        self._tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody has connected."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._inner.connection_made(transport)
        loop = asyncio.get_running_loop()
        self._patience = loop.call_later(self._seconds, transport.abort)
        self._connections[self] = None
        if len(self._connections) > self._most:
            oldest = next(iter(self._connections))
            oldest._leave()
            oldest._transport.abort()

    def data_received(self, data: bytes) -> None:
        """They say something."""
        self._inner.data_received(data)
        recent = self._tail + data
        self._tail = recent[-2:]
        if self._transport.get_protocol() is not self:
            self._leave()  # it is a websocket
        elif b"\n\r\n" in recent or b"\n\n" in recent:
            self._patience.cancel()  # the head of a request is whole

    def eof_received(self) -> bool | None:
        """They will say no more."""
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        """They do not read what we say."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """They do again."""
        self._inner.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over, and has not become a websocket."""
        self._leave()
        self._inner.connection_lost(exc)

    def _leave(self) -> None:
        self._patience.cancel()
        self._connections.pop(self, None)
