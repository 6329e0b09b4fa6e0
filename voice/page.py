"""The browser page: its files, and what a browser may do with them."""

from __future__ import annotations

from importlib.resources import files

from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    # Browsers guess otherwise, and a new server would be called by an old page.
    "Cache-Control": "no-cache",
    # Nothing of it comes from elsewhere, and no other page may show it: a click on a frame that
    # nobody sees would open the microphone.
    "Content-Security-Policy": (
        "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",  # its address may hold the token
    "X-Content-Type-Options": "nosniff",
}


def page() -> ASGIApp:
    """What answers for everything that is not a route of the server."""
    found = StaticFiles(directory=str(files("demos") / "browser"), html=True, check_dir=False)
    headers = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *headers]}
            await send(message)

        await found(scope, receive, send_with_headers)

    return answer
