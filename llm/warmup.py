"""Have a prompt read before it is needed: while the phone rings, while the agent speaks."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing

from llm.engine import LLM, LLMError, Message, Tool


async def read(llm: LLM, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> None:
    """Take the first piece of an answer and drop the rest. Raises :class:`LLMError`.

    The engine has then read ``messages``, and an answer to them and more begins sooner.
    """
    async with aclosing(llm.generate(messages, tools)) as pieces:
        async for _ in pieces:
            return
    raise LLMError("the model answers with nothing")


async def warm(llm: LLM, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> bool:
    """As :func:`read`, where nobody waits for it: whether it went well.

    A failure is no error here: the reply that follows will meet it, too.
    """
    try:
        await read(llm, messages, tools)
    except LLMError:
        return False
    return True
