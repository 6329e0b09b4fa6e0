"""One request to a chat completions server and its streamed answer.

Owns the response from the first byte to the last, or to :meth:`Exchange.close`, which drops the
connection at once if the answer is not whole. Deadlines and error messages are :mod:`llm.openai`'s.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from contextlib import suppress

import httpx

from llm.completion import Completion, words_of_error
from llm.engine import LLMError, ToolCall
from llm.sse import EventStream

logger = logging.getLogger(__name__)

_DRAIN = 0.2
"""How long to wait for a whole answer's last bytes, so that its connection can be kept."""

_MAX_ERROR_BYTES = 1 << 14

_STALE = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
"""What a kept connection says when the server has closed it in the meantime."""


class Exchange:
    """Made with what to ask; :meth:`begin` asks it, :meth:`more` reads on."""

    def __init__(self, client: httpx.AsyncClient, url: httpx.URL, body: bytes) -> None:
        self._client, self._url, self._body = client, url, body
        self._response: httpx.Response | None = None
        self._bytes = EventStream()
        self._events: deque[str] = deque()
        self._completion = Completion()
        self._ended = False

    async def begin(self) -> list[str | ToolCall] | None:
        """Ask, and wait until the model has written something."""
        try:
            self._response = await self._send()
        except _STALE:
            # Nothing was answered yet, so nothing is said twice. A server that has really died
            # refuses the new connection.
            self._response = await self._send()
        if self._response.status_code != httpx.codes.OK:
            raise LLMError(
                f"HTTP {self._response.status_code}: {await _words(self._response) or 'no reason'}"
            )
        if not self._response.headers.get("content-type", "").startswith("text/event-stream"):
            logger.debug("no stream: %s", await _words(self._response))
            raise LLMError("did not answer as a stream")
        self._chunks = self._response.aiter_bytes()
        pieces = await self.more()
        while pieces is not None and not self._completion.begun:
            pieces = await self.more()
        return pieces

    async def more(self) -> list[str | ToolCall] | None:
        """What the next event adds to the answer; None when it is whole."""
        if self._completion.finished:
            if self._ended:
                return None
            self._ended = True
            return self._completion.end()
        while not self._events:
            chunk = await anext(self._chunks, None)
            self._events += self._bytes.end() if chunk is None else self._bytes.receive(chunk)
            if chunk is None and not self._events:
                return self._completion.end()  # not finished: it says so
        return self._completion.receive(self._events.popleft())

    async def drain(self) -> None:
        """After a whole answer: let the connection be used again."""
        with suppress(TimeoutError, httpx.HTTPError):
            async with asyncio.timeout(_DRAIN):
                async for _ in self._chunks:
                    pass

    async def close(self) -> None:
        """Drop the connection, unless it was drained."""
        if self._response is not None:
            await self._response.aclose()

    async def _send(self) -> httpx.Response:
        request = self._client.build_request("POST", self._url, content=self._body)
        return await self._client.send(request, stream=True)


def as_body(body: object) -> bytes:
    """JSON in ASCII: a model's half surrogate must not make the next request unsendable."""
    return json.dumps(body).encode("ascii")


async def _words(response: httpx.Response) -> str:
    """What the server says, if it says it in so many bytes."""
    body = b""
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _MAX_ERROR_BYTES:
            break
    try:
        return words_of_error(json.loads(body))
    except (ValueError, RecursionError):
        logger.debug("the server's error: %r", body)
        return ""
