"""Answer one socket after another: who it is, whether there is room, and then a Session.

    connected -> [room to wait?] -> says what it wants -> [may call?] -> [a line free?] -> call
                      | 503               | timeout            | refused        | busy

Closing takes no more calls and lets the last ones finish.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from voice.config import Config
from voice.doors import check_origin, check_token, find_token
from voice.errors import RefusedError, WireError
from voice.events import Phrase
from voice.house import PHRASES, House
from voice.line import Line, PeerStalledError
from voice.session import Session
from voice.sockets import Inlet, refuse, sender
from voice.watch import BEAT, Watch
from voice.wire import Codec, Inbound, Ready, Started

logger = logging.getLogger(__name__)

_HELLO_PATIENCE = 10.0
"""Seconds after which a socket that has said nothing is closed."""
_ILL = 10.0
"""Seconds for which an engine may be unable to answer; then a call is better taken elsewhere than
answered with apologies."""
_WAITING_PER_CALL = 4
"""Sockets that may be open without a call yet, for each call that there may be. Whoever calls has
said so a moment after connecting: so many are no callers."""


class Reception:
    """Admits calls, counts them, and lets the last ones finish.

    ``patience`` is how many seconds a socket has to say what it wants.
    """

    def __init__(self, config: Config, patience: float = _HELLO_PATIENCE) -> None:
        self.config = config
        self._patience = patience
        self._waiting = 0  # sockets that are open and have no call yet
        self.house: House | None = None
        self.doing = "nothing yet"
        """What is being made ready while there is no house."""
        self.watch = Watch()
        self.closing = asyncio.Event()
        self.calls = 0
        self.idle = asyncio.Event()
        self.idle.set()

    @property
    def open(self) -> bool:
        """Whether calls are taken at all."""
        return self.house is not None and not self.closing.is_set()

    def refusal(self) -> RefusedError | None:
        """Why the next call is not taken, if it is not."""
        limit = self.config.server.max_calls
        if self.closing.is_set():
            return RefusedError("unavailable", "the server is closing, it takes no more calls")
        if self.house is None:
            return RefusedError("unavailable", f"the server is starting: {self.doing}")
        if self.watch.ill_for(asyncio.get_running_loop().time()) > _ILL:
            ill = "; ".join(f"[{kind}] {words}" for kind, words in self.watch.ailments.items())
            return RefusedError("unavailable", f"nobody could be answered: {ill}")
        if self.calls >= limit:
            return RefusedError("busy", f"{limit} of {limit} lines are busy, try again later")
        return None

    async def keep_watch(self) -> None:
        """Notice stalls and illnesses, until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            self.watch.beat(clock(), self.house.ailments if self.house else {})
            await asyncio.sleep(BEAT)

    @asynccontextmanager
    async def admit(self) -> AsyncIterator[House]:
        """Hold a place for one call. Raises :class:`RefusedError` when there is none."""
        if refused := self.refusal():
            raise refused
        assert self.house is not None
        self.calls += 1
        self.idle.clear()
        try:
            yield self.house
        finally:
            self.calls -= 1
            if not self.calls:
                self.idle.set()

    async def answer(self, socket: WebSocket, codec: Codec) -> None:
        """One socket, from its handshake to its close frame; never raises."""
        most = _WAITING_PER_CALL * self.config.server.max_calls
        if self._waiting >= most:
            crowd = f"{most} of {most} sockets wait for their call to begin, try again later"
            await socket.send_denial_response(PlainTextResponse(crowd, 503))
            return
        inlet = Inlet(socket, codec, self.watch.lost)
        try:
            first = await self._listen_at_the_door(socket, inlet)
            async with self.admit() as house:
                await self._converse(house, socket, codec, inlet, first)
            await socket.close()
        except* (WebSocketDisconnect, PeerStalledError):
            pass  # hanging up is how conversations end
        except* RefusedError as group:
            refused = _first(group)
            assert isinstance(refused, RefusedError)
            logger.info("a call is refused: %s: %s", refused.code, refused)
            await refuse(socket, codec, refused.code, str(refused))
        except* WireError as group:
            await refuse(socket, codec, "protocol", str(_first(group)))
        except* Exception:
            logger.exception("a call failed")
            await refuse(socket, codec, "internal", "internal error")

    async def _listen_at_the_door(self, socket: WebSocket, inlet: Inlet) -> list[Inbound]:
        """Who it is, and whether they may call; all that came with the message that says so."""
        self._waiting += 1
        try:
            await socket.accept()
            check_origin(self.config.server, socket.headers)
            first = await inlet.receive_start(self._patience)
            token = find_token(socket.headers, socket.query_params, first)
            check_token(self.config.server, token)
            return first
        finally:
            self._waiting -= 1

    async def _converse(
        self, house: House, socket: WebSocket, codec: Codec, inlet: Inlet, first: list[Inbound]
    ) -> None:
        name = secrets.token_hex(4)
        caller = next((v.parameters.get("from", "") for v in first if isinstance(v, Started)), "")
        conversation = house.agent.open(name, caller)
        line = Line(codec, sender(socket))
        line.put(Ready(name, codec.sample_rate))
        phrases = {**PHRASES, Phrase.GREETING: conversation.greeting}
        session = Session(
            name,
            house.engines,
            house.detector(),
            conversation,
            phrases,
            self.config.turn,
            line,
        )
        logger.info("call %s: begins, %d of %d", name, self.calls, self.config.server.max_calls)
        try:
            await session.run(inlet.values(first))
        finally:
            logger.info("call %s: over", name)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
