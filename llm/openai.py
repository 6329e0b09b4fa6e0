"""Ask any server that speaks OpenAI's streaming chat completions: vLLM, llama.cpp, Ollama.

    messages -> POST /chat/completions -> bytes -> llm.sse -> llm.completion -> pieces, tool calls

What is decided here: what to ask, how long to wait, and how a failure is told. Closing the
generator drops its connection, which is how these servers learn that nobody wants the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from types import TracebackType
from typing import Any

import httpx
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt

from llm.chat import ToolFormat, write_messages, write_tools
from llm.engine import LLM, LLMError, Message, Tool, ToolCall
from llm.exchange import Exchange, as_body
from llm.health import Health


class OpenAIChat:
    """``url`` ends where OpenAI's does, before ``/chat/completions``: ``http://127.0.0.1:8000/v1``.

    ``send_tools=False`` is for models that were tuned on their tools and need no list of them.
    ``extra_body`` is merged into every request. Timeouts are in seconds; time that the reader of
    the answer takes does not count.
    """

    def __init__(
        self,
        url: str,
        model: str,
        *,
        key: str | None = None,
        max_tokens: PositiveInt = 256,
        temperature: NonNegativeFloat = 0.0,
        send_tools: bool = True,
        tool_format: ToolFormat = "openai",
        connect_timeout: PositiveFloat = 2.0,
        first_token_timeout: PositiveFloat = 8.0,
        next_token_timeout: PositiveFloat = 4.0,
        keep_alive: bool = True,
        extra_body: Mapping[str, Any] | None = None,
    ) -> None:
        address = _address(url)
        self._name = f"{model} at {address.copy_with(username=None, password=None)}"
        self._url = address.copy_with(path=address.path.rstrip("/") + "/chat/completions")
        self._body: dict[str, Any] = {
            "model": model,
            "stream": True,
            "max_tokens": max_tokens,
            "temperature": temperature,
            **(extra_body or {}),
        }
        self._send_tools, self._form = send_tools, tool_format
        self._first, self._next = first_token_timeout, next_token_timeout
        self._client = _client(address, key, connect_timeout, keep_alive)
        self._models = address.copy_with(path=address.path.rstrip("/") + "/models")
        self._health = Health(self._look, self._answer)
        self._tasks = asyncio.TaskGroup()

    @staticmethod
    def check_settings(*, url: str, **_: object) -> None:
        """Raise :class:`ValueError` for an address that is none."""
        _address(url)

    async def __aenter__(self) -> OpenAIChat:
        await self._tasks.__aenter__()
        self._keeper = self._tasks.create_task(self._health.keep())
        return self

    def ailment(self) -> str:
        """Why it cannot answer now; nothing while it can, as far as is known."""
        return self._health.ailment

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._keeper.cancel()
        # The body's own exception is not the group's business: it would come out wrapped.
        await self._tasks.__aexit__(None, None, None)
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections that were kept."""
        await self._client.aclose()

    def generate(
        self, messages: Sequence[Message], tools: Sequence[Tool] = ()
    ) -> AsyncGenerator[str | ToolCall, None]:
        """See :class:`llm.engine.LLM`."""
        return self.ask(messages, tools)

    async def ask(
        self,
        messages: Sequence[Message],
        tools: Sequence[Tool] = (),
        extra_body: Mapping[str, Any] | None = None,
    ) -> AsyncGenerator[str | ToolCall, None]:
        """As :meth:`generate`; ``extra_body`` is merged into this one request."""
        body = {**self._body, "messages": write_messages(messages, self._form)}
        if tools and self._send_tools:
            body["tools"] = write_tools(tools)
        exchange = Exchange(self._client, self._url, as_body({**body, **(extra_body or {})}))
        try:
            with self._told(f"did not begin to answer within {self._first:g} s"):
                async with asyncio.timeout(self._first):
                    pieces = await exchange.begin()
            self._health.answered()
            while pieces is not None:
                for piece in pieces:
                    yield piece
                with self._told(f"wrote nothing for {self._next:g} s in mid-answer"):
                    async with asyncio.timeout(self._next):
                        pieces = await exchange.more()
            await exchange.drain()
        finally:
            await exchange.close()

    async def _answer(self) -> None:
        """Have one token written. Raises :class:`LLMError` if that cannot be."""
        hello, one = [Message("user", "Hello.")], {"max_tokens": 1}
        async with aclosing(self.ask(hello, extra_body=one)) as pieces:
            async for _ in pieces:
                return

    async def _look(self) -> None:
        """Whether somebody is there at all. Raises :class:`LLMError`."""
        with self._told(f"did not list its models within {self._next:g} s"):
            async with asyncio.timeout(self._next):
                listed = await self._client.get(self._models)
            if listed.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
                raise LLMError(f"HTTP {listed.status_code}")

    @contextmanager
    def _told(self, late: str) -> Iterator[None]:
        """Whatever goes wrong, as an :class:`LLMError` that says who; it may be ill."""
        try:
            yield
        except (TimeoutError, httpx.HTTPError, LLMError) as error:
            self._health.doubt()
            match error:
                case TimeoutError():
                    words = late
                case httpx.ConnectError() | httpx.ConnectTimeout():
                    words = f"cannot be reached ({_reason(error)})"
                case httpx.HTTPError():
                    words = f"the connection broke ({_reason(error)})"
                case _:
                    words = str(error)
            raise LLMError(f"{self._name}: {words}") from error


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(f"url is {url!r}: {error}") from None
    if address.scheme not in ("http", "https") or not address.host:
        raise ValueError(f"url is {url!r}, expected one like http://127.0.0.1:8000/v1")
    return address


def _client(
    address: httpx.URL, key: str | None, connect_timeout: float, keep_alive: bool
) -> httpx.AsyncClient:
    headers = {
        "Accept": "text/event-stream",
        "Accept-Encoding": "identity",  # a compressor would hold tokens back
        "Content-Type": "application/json",
    }
    if key:
        headers["Authorization"] = f"Bearer {key}"
    kept = None if keep_alive else 0
    return httpx.AsyncClient(
        headers=headers,
        timeout=httpx.Timeout(None, connect=connect_timeout),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=kept),
        trust_env=False,  # a proxy that the environment names is not meant for the engine
        verify=address.scheme == "https",
    )


def _reason(error: httpx.HTTPError) -> str:
    return str(error) or type(error).__name__


_: type[LLM] = OpenAIChat
