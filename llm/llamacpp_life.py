"""One life of llama.cpp's server, from its start to its death: who asks it, and in which slot.

    talk -> Slots -> [read the preamble's state into a fresh slot] -> chat completion with id_slot

A slot that has not read what every call begins with (the prompt, a greeting) need not read it now:
the first that did has left its attention state in a file. Reading the file takes a millisecond or
two, reading the text a quarter of a second.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from llm.chat import write_messages
from llm.engine import LLMError, Message, ToolCall
from llm.openai import OpenAIChat
from llm.slots import Slots, Talk, preamble

logger = logging.getLogger(__name__)

_MAX_STATES = 16
"""A server has a prompt or two; whoever makes one for each call gains nothing by keeping them."""


_PATIENCE = 0.05
"""Dropping an answer takes about a millisecond; reading a whole call anew, up to two seconds."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one answer: tokens, and seconds."""

    max_tokens: int
    first_token_timeout: float
    next_token_timeout: float


@dataclass(slots=True)
class States:
    """The preambles whose state is in a file; they outlive the server that wrote them."""

    files: dict[Talk, str] = field(default_factory=dict)
    written: int = 0

    def new_name(self) -> str | None:
        """For one more file, if there is room for it."""
        if len(self.files) >= _MAX_STATES:
            return None
        self.written += 1
        return f"{self.written}.kv"


class Life:
    """A client of the server at ``port``. It keeps no connection, so there is nothing to close."""

    def __init__(self, port: int, key: str, slots: int, states: States, limits: Limits) -> None:
        self.port = port
        self._slots, self._states = Slots(slots), states
        self._given_back = asyncio.Event()
        self._chat = OpenAIChat(
            f"http://127.0.0.1:{port}/v1",
            "embedded brain",
            key=key,
            max_tokens=limits.max_tokens,
            first_token_timeout=limits.first_token_timeout,
            next_token_timeout=limits.next_token_timeout,
            send_tools=False,
            tool_format="hermes-text",
            keep_alive=False,  # the server closes them after each stream, and we would race it
        )
        self._http = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {key}"},
            timeout=limits.first_token_timeout,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=False,
            verify=False,
        )

    async def answer(self) -> None:
        """Have one token written. Raises :class:`LLMError` if that cannot be."""
        async with aclosing(self._chat.ask([Message("user", "Hello.")])) as pieces:
            await anext(pieces)

    async def beat(self) -> None:
        """Have it look at its slots, between two steps of its work. Raises :class:`LLMError`."""
        try:
            (await self._http.get("/slots")).raise_for_status()
        except httpx.HTTPError as error:
            raise LLMError(str(error) or type(error).__name__) from error

    async def ask(self, talk: Talk, grammar: str = "") -> AsyncGenerator[str | ToolCall, None]:
        """Answer ``talk`` in the slot that knows most of it; ``grammar`` is what may be written."""
        form: dict[str, Any] = {"grammar": grammar} if grammar else {}
        await self._wait_for_own_slot(talk)
        slot, held = self._slots.take(talk)
        if slot is None:  # more calls than slots: the server has it wait for the first that is free
            async with aclosing(self._chat.ask(talk, extra_body=form)) as pieces:
                async for piece in pieces:
                    yield piece
            return
        try:
            start = preamble(talk)
            if start and preamble(held) != start:
                await self._prime(slot, start)
            form |= {"id_slot": slot}
            async with aclosing(self._chat.ask(talk, extra_body=form)) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            self._slots.give_back(slot)
            self._given_back.set()
            self._given_back.clear()  # whoever waited is awake; the next one waits for the next

    async def _wait_for_own_slot(self, talk: Talk) -> None:
        """A reply that replaces another starts while the other's answer is still being dropped."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while self._slots.is_worth_a_wait(talk):
                    await self._given_back.wait()

    async def _prime(self, slot: int, start: Talk) -> None:
        """Bring what all calls begin with into ``slot``; if that fails, it is read as text."""
        file = self._states.files.get(start)
        try:
            if file is not None:
                await self._post(f"/slots/{slot}?action=restore", {"filename": file})
            elif (file := self._states.new_name()) is not None:
                messages = write_messages(start, "hermes-text")
                body = {"messages": messages, "max_tokens": 0, "id_slot": slot}
                await self._post("/v1/chat/completions", body)
                await self._post(f"/slots/{slot}?action=save", {"filename": file})
                self._states.files[start] = file
        except (httpx.HTTPError, LLMError) as error:
            logger.warning("slot %d: its state was not primed: %s", slot, error)

    async def _post(self, path: str, body: dict[str, Any]) -> None:
        response = await self._http.post(path, json=body)
        if response.is_error:
            logger.debug("%s: %s", path, response.text)
            raise LLMError(f"{path}: HTTP {response.status_code}")
