"""Answer the telephone: routes, who may call, how many at once, and closing without hanging up.

POST /twilio/voice -> TwiML     /twilio -> Twilio's codec -+
                                /call   -> our own codec --+-> one Session each
/health/live  /health/ready     /       -> the page
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import logging
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.background import BackgroundTask
from starlette.websockets import WebSocket, WebSocketDisconnect

from voice.compose import PHRASES, House
from voice.config import Config
from voice.errors import WireError
from voice.events import Phrase
from voice.line import Line, PeerStalledError
from voice.page import page
from voice.session import Session
from voice.wire import Bye, Codec, ErrorOut, Inbound, Outbound, Ready, Started
from voice.wire.native import Native
from voice.wire.twilio import Twilio
from voice.wire.twiml import busy_twiml, twiml

logger = logging.getLogger(__name__)

_HELLO_PATIENCE = 10.0
"""Seconds after which a socket that has said nothing is closed."""
_WAITING_PER_CALL = 4
"""Sockets that may be open without a call yet, for each call that there may be. Whoever calls has
said so a moment after connecting: so many are no callers."""
_LONGEST_REASON = 123
"""Bytes that a websocket's close frame has for its reason (RFC 6455, 5.5)."""

_POLICY_VIOLATION, _BAD_PAYLOAD, _INTERNAL_ERROR, _TRY_LATER = 1008, 1007, 1011, 1013


class RefusedError(Exception):
    """This peer does not get a call: ``code`` for programs, the message for people."""

    def __init__(self, code: str, message: str, close: int) -> None:
        super().__init__(message)
        self.code, self.close = code, close


class Reception:
    """Admits calls, counts them, and lets the last ones finish.

    ``patience`` is how many seconds a socket has to say what it wants.
    """

    def __init__(self, config: Config, patience: float = _HELLO_PATIENCE) -> None:
        self.config = config
        self._patience = patience
        self._waiting = 0  # sockets that are open and have no call yet
        self.house: House | None = None
        self.closing = asyncio.Event()
        self.calls = 0
        self.idle = asyncio.Event()
        self.idle.set()

    @property
    def draining(self) -> bool:
        """Whether no more calls are taken."""
        return self.closing.is_set()

    @property
    def full(self) -> bool:
        """Whether the next call is one too many."""
        return self.calls >= self.config.server.max_calls

    def check_token(self, given: str | None) -> None:
        """Raise :class:`RefusedError` unless this is the token, or none is asked for."""
        expected = self.config.server.token
        if expected and not hmac.compare_digest(expected.encode(), (given or "").encode()):
            raise RefusedError("unauthorized", "the token is missing or wrong", _POLICY_VIOLATION)

    def check_origin(self, socket: WebSocket) -> None:
        """Raise :class:`RefusedError` for another site's page, where no token would stop it.

        Any page can reach a local port (cross-site websocket hijacking), and by DNS rebinding any
        name can be this machine's.
        """
        origin, host = socket.headers.get("origin"), socket.headers.get("host", "")
        if origin is None or self.config.server.token:
            return
        if _is_same_site(origin, host) and (
            _is_local(host) or not _is_local(self.config.server.host)
        ):
            return
        raise RefusedError("origin", f"pages of {origin} may not call here", _POLICY_VIOLATION)

    @asynccontextmanager
    async def admit(self) -> AsyncIterator[House]:
        """Hold a place for one call. Raises :class:`RefusedError` when there is none."""
        limit = self.config.server.max_calls
        if self.house is None or self.draining:
            raise RefusedError("unavailable", "the server takes no calls now", _TRY_LATER)
        if self.full:
            raise RefusedError(
                "busy", f"{limit} of {limit} lines are busy, try again later", _TRY_LATER
            )
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
        try:
            first = await self._listen_at_the_door(socket, codec)
            async with self.admit() as house:
                await self._converse(house, socket, codec, first)
            await socket.close()
        except* (WebSocketDisconnect, PeerStalledError):
            pass  # hanging up is how conversations end
        except* RefusedError as group:
            refused = _first(group)
            assert isinstance(refused, RefusedError)
            await _close(socket, codec, refused.code, str(refused), refused.close)
        except* WireError as group:
            await _close(socket, codec, "protocol", str(_first(group)), _BAD_PAYLOAD)
        except* Exception:
            logger.exception("a call failed")
            await _close(socket, codec, "internal", "internal error", _INTERNAL_ERROR)

    async def _listen_at_the_door(self, socket: WebSocket, codec: Codec) -> list[Inbound]:
        """Who it is, and whether they may call; all that came with the message that says so."""
        self._waiting += 1
        try:
            await socket.accept()
            self.check_origin(socket)
            first = await _receive_start(socket, codec, self._patience)
            self.check_token(_token(socket, first))
            return first
        finally:
            self._waiting -= 1

    async def _converse(
        self, house: House, socket: WebSocket, codec: Codec, first: list[Inbound]
    ) -> None:
        name = secrets.token_hex(4)
        caller = next((v.parameters.get("from", "") for v in first if isinstance(v, Started)), "")
        conversation = house.agent.open(name, caller)
        line = Line(codec, _sender(socket))
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
            await session.run(_values(socket, codec, first))
        finally:
            logger.info("call %s: over", name)


def create_app(reception: Reception) -> FastAPI:
    """The routes; ``reception`` opens them to calls once its house is there."""
    config = reception.config
    app = FastAPI(title="voice", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @app.get("/health/ready")
    async def ready() -> JSONResponse:
        is_ready = reception.house is not None and not reception.draining
        body = {"status": "ready" if is_ready else "not ready", "calls": reception.calls}
        return JSONResponse(body, 200 if is_ready else 503)

    @app.websocket("/call")
    async def call(socket: WebSocket) -> None:
        await reception.answer(socket, Native())

    @app.websocket("/twilio")
    async def twilio(socket: WebSocket) -> None:
        await reception.answer(socket, Twilio())

    @app.websocket("/{path:path}")
    async def nowhere(socket: WebSocket) -> None:
        await socket.close()  # before it is accepted: HTTP 403

    @app.post("/twilio/voice")
    async def ring(request: Request) -> Response:
        try:
            reception.check_token(request.query_params.get("token") or _bearer(request.headers))
        except RefusedError as refused:
            return JSONResponse({"error": str(refused)}, 401)
        if reception.house is None or reception.draining or reception.full:
            return Response(busy_twiml(), media_type="text/xml")
        form = await request.form()
        parameters = {"from": str(form.get("From", ""))}
        if config.server.token:
            parameters["token"] = config.server.token
        warm = BackgroundTask(reception.house.warm)
        return Response(twiml(_stream_url(request), parameters), 200, None, "text/xml", warm)

    app.mount("/", page())
    return app


def _stream_url(request: Request) -> str:
    def forwarded(header: str, default: str) -> str:
        """By the proxy that the caller reached; each one further in appends its own."""
        return request.headers.get(header, default).split(",")[0].strip()

    secure = forwarded("x-forwarded-proto", request.url.scheme) == "https"
    host = forwarded("x-forwarded-host", request.url.netloc)
    return f"{'wss' if secure else 'ws'}://{host}/twilio"


async def _receive_start(socket: WebSocket, codec: Codec, patience: float) -> list[Inbound]:
    """All that came with the message in which the peer is ready to talk."""
    try:
        async with asyncio.timeout(patience):
            while True:
                values = codec.decode(await _receive(socket))
                if any(isinstance(value, Started) for value in values):
                    return values
    except TimeoutError:
        late = f"nothing was said for {patience:g} s"
        raise RefusedError("timeout", late, _POLICY_VIOLATION) from None


async def _values(
    socket: WebSocket, codec: Codec, first: list[Inbound]
) -> AsyncGenerator[Inbound, None]:
    for value in first:
        yield value
    while True:
        try:
            message = await _receive(socket)
        except WebSocketDisconnect:
            return
        for value in codec.decode(message):
            yield value


async def _receive(socket: WebSocket) -> str | bytes:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message["code"])
    text: str | None = message.get("text")
    return message["bytes"] if text is None else text


def _sender(socket: WebSocket) -> Callable[[str | bytes], Awaitable[None]]:
    async def send(message: str | bytes) -> None:
        if isinstance(message, str):
            await socket.send_text(message)
        else:
            await socket.send_bytes(message)

    return send


async def _close(socket: WebSocket, codec: Codec, code: str, message: str, close: int) -> None:
    """Say why, in the peer's own protocol and in the close frame; it may be gone already."""
    reason = message.encode()[:_LONGEST_REASON].decode(errors="ignore")
    try:
        last: Outbound
        for last in (ErrorOut(code, message), Bye(code)):
            if (encoded := codec.encode(last)) is not None:
                await _sender(socket)(encoded)
        await socket.close(close, reason)
    except (WebSocketDisconnect, RuntimeError):
        pass  # starlette raises RuntimeError when the close frame is already out


def _is_same_site(origin: str, host: str) -> bool:
    try:
        return urlsplit(origin).netloc == host
    except ValueError:
        return False


def _is_local(host: str) -> bool:
    """Whether a Host header names this machine: a name that merely resolves to it does not."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _token(socket: WebSocket, first: list[Inbound]) -> str | None:
    for value in first:
        if isinstance(value, Started) and "token" in value.parameters:
            return value.parameters["token"]
    return socket.query_params.get("token") or _bearer(socket.headers)


def _bearer(headers: Mapping[str, str]) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else None


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
