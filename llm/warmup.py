"""Have a prompt read before it is needed: while the phone rings, while the agent speaks."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing

from llm.engine import LLM, LLMError, Message, Tool


async def warm(llm: LLM, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> bool:
    """Take the first piece of an answer and drop the rest; False if none came.

    The engine has then read ``messages``, and an answer to them and more begins sooner. Nobody
    waits for this, so a failure is no error: the reply that follows will meet it, too.
    """
    try:
        async with aclosing(llm.generate(messages, tools)) as pieces:
            async for _ in pieces:
                return True
    except LLMError:
        pass
    return False
