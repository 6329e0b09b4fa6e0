"""One call's way out: what we say to the peer, in order and at once.

Anybody on the loop may ``put``; one task sends. Control overtakes nothing but audio that is to be
thrown away.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from voice.wire import Audio, Clear, Codec, Mark, Outbound

_LONGEST_BACKLOG = 2_000
"""Messages, some minutes of audio. A peer that has so many waiting has stopped reading."""


class PeerStalledError(Exception):
    """The peer takes nothing any more."""


class Line:
    """Encodes with ``codec`` and sends with ``send``, one message at a time."""

    def __init__(self, codec: Codec, send: Callable[[str | bytes], Awaitable[None]]) -> None:
        self.sample_rate = codec.sample_rate
        self._codec = codec
        self._send = send
        self._waiting: deque[tuple[Outbound, Callable[[], None] | None]] = deque()
        self._ready = asyncio.Event()
        self._closed = False

    def put(self, value: Outbound, sent: Callable[[], None] | None = None) -> None:
        """Send this after all that was put before; ``sent`` is called once the socket has it."""
        if len(self._waiting) >= _LONGEST_BACKLOG:
            raise PeerStalledError(f"{len(self._waiting)} messages wait for a peer that takes none")
        self._waiting.append((value, sent))
        self._ready.set()

    def clear(self) -> None:
        """Throw away audio that waits here, and tell the peer to do the same with its own."""
        kept = [item for item in self._waiting if not isinstance(item[0], Audio | Mark)]
        self._waiting = deque(kept)
        self.put(Clear())

    def close(self) -> None:
        """Send what waits, then let :meth:`run` return."""
        self._closed = True
        self._ready.set()

    async def run(self) -> None:
        """Send until closed. Raises what ``send`` raises when the peer is gone."""
        while True:
            while self._waiting:
                value, sent = self._waiting.popleft()
                message = self._codec.encode(value)
                if message is not None:
                    await self._send(message)
                if sent is not None:
                    sent()
            if self._closed:
                return
            self._ready.clear()
            await self._ready.wait()
