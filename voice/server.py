"""The server's routes: calls, the telephone's webhook, its health, and the page.

POST /twilio/voice -> TwiML     /twilio -> Twilio's codec -+
                                /call   -> our own codec --+-> the reception
/health/live  /health/ready     /       -> the page
"""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.background import BackgroundTask
from starlette.websockets import WebSocket

from voice.doors import check_origin, check_token, find_token
from voice.errors import RefusedError
from voice.page import page
from voice.reception import Reception
from voice.wire.native import Native
from voice.wire.twilio import Twilio
from voice.wire.twiml import busy_twiml, read_caller, stream_url, twiml

logger = logging.getLogger(__name__)

_CALLS = "/call, /twilio"
_LOOKING = ["GET", "HEAD"]
"""What a browser, or curl, asks with."""
_LONGEST_FORM_BYTES = 64 * 1024


def create_app(reception: Reception) -> FastAPI:
    """The routes; ``reception`` opens them to calls once its house is there."""
    config = reception.config
    app = FastAPI(title="voice", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @app.get("/health/ready")
    async def ready() -> JSONResponse:
        house = reception.house
        ailments = house.ailments if house else {}
        well = reception.open and not ailments
        body = {
            "status": "ready" if well else "not ready",
            "calls": reception.calls,
            "learnt": house is not None and house.learnt.is_set(),
            "ailments": ailments,
        }
        if house is None:
            body["doing"] = reception.doing
        return JSONResponse(body, 200 if well else 503)

    @app.websocket("/call")
    async def call(socket: WebSocket) -> None:
        await reception.answer(socket, Native())

    @app.websocket("/twilio")
    async def twilio(socket: WebSocket) -> None:
        await reception.answer(socket, Twilio())

    @app.api_route("/call", methods=_LOOKING)
    @app.api_route("/twilio", methods=_LOOKING)
    async def no_page(request: Request) -> Response:
        told = f"{request.url.path} is a websocket, expected an upgrade: call it as ws://"
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade"}
        return PlainTextResponse(told, 426, upgrade)

    @app.api_route("/twilio/voice", methods=_LOOKING)
    async def no_ring() -> Response:
        told = "/twilio/voice is a webhook, expected HTTP POST: choose it in Twilio's console"
        return PlainTextResponse(told, 405, {"Allow": "POST"})

    @app.websocket("/{path:path}")
    async def nowhere(socket: WebSocket) -> None:
        path = socket.url.path
        logger.warning("no calls are taken at %s, expected one of: %s", path, _CALLS)
        told = f"no calls are taken at {path}, expected one of: {_CALLS}"
        await socket.send_denial_response(PlainTextResponse(told, 404))

    @app.post("/twilio/voice")
    async def ring(request: Request) -> Response:
        try:
            check_origin(config.server, request.headers)
            check_token(config.server, find_token(request.headers, request.query_params))
        except RefusedError as error:
            status = 403 if error.code == "origin" else 401
            return JSONResponse({"error": str(error)}, status)
        refused, house = reception.refusal(), reception.house
        if refused and refused.code == "busy":
            return Response(busy_twiml(), media_type="text/xml")
        if refused or house is None:  # Twilio then asks the number's fallback URL
            return PlainTextResponse(str(refused), 503)
        form = await _read(request, _LONGEST_FORM_BYTES)
        if form is None:
            over = {"error": f"form is over {_LONGEST_FORM_BYTES} bytes"}
            return JSONResponse(over, 413, {"Connection": "close"})  # the rest is not waited for
        parameters = {"from": read_caller(form)}
        if config.server.token:
            parameters["token"] = config.server.token
        warm = BackgroundTask(house.expect_call)
        url = stream_url(request.headers, request.url.scheme, request.url.netloc)
        return Response(twiml(url, parameters), 200, None, "text/xml", warm)

    app.mount("/", page())
    return app


async def _read(request: Request, longest: int) -> bytes | None:
    """What was sent along, or None once that is too much."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > longest:
            return None
    return body
