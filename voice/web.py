"""What a peer may do before a line of ours sees it: how slow, how large, how silent it may be."""

from __future__ import annotations

import asyncio

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

_LONGEST_FRAME_BYTES = 4 << 20
"""Above this the socket library cuts a peer off; below, our codecs say what is wrong."""
_PING_SECONDS = 5.0
"""How often a quiet peer is asked whether it is there, and how long it has to answer."""
_HANDSHAKE_SECONDS = 10.0
"""How long a peer that has connected may take to say what for."""


def settings(
    app: FastAPI, ping: float = _PING_SECONDS, handshake: float = _HANDSHAKE_SECONDS
) -> uvicorn.Config:
    """How ``app`` is served."""
    return uvicorn.Config(
        app,
        http=_impatient(handshake),
        log_config=None,
        access_log=False,
        ws_max_size=_LONGEST_FRAME_BYTES,
        ws_ping_interval=ping,
        ws_ping_timeout=ping,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5,
    )


def _impatient(seconds: float) -> type[asyncio.Protocol]:
    """Uvicorn's HTTP, which by itself waits for ever for the first request of a peer."""

    class Impatient(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._patience = self.loop.call_later(seconds, transport.abort)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self.scope is not None:  # the head of a request is whole, a websocket's too
                self._patience.cancel()

        def connection_lost(self, exc: Exception | None) -> None:
            self._patience.cancel()
            super().connection_lost(exc)

    return Impatient
