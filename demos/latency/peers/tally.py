"""The embedded brain with a counter on it: how many tokens a server has written, heard or not."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path
from types import TracebackType

from llm.engine import LLM, Message, Tool, ToolCall
from llm.llamacpp import LlamaCpp


class TalliedBrain:
    """``tally`` is a file with ``{"answers": ..., "tokens": ...}``, written after each answer.

    What is read ahead is an answer of one token.
    """

    def __init__(self, model: str, tally: str, slots: int = 20, context: int = 1024) -> None:
        self._brain = LlamaCpp(model, slots=slots, context=context)
        self._tally = Path(tally)
        self._answers = self._tokens = 0

    async def __aenter__(self) -> TalliedBrain:
        await self._brain.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._brain.__aexit__(kind, error, trace)

    async def generate(
        self, messages: Sequence[Message], tools: Sequence[Tool] = ()
    ) -> AsyncGenerator[str | ToolCall, None]:
        """See :class:`llm.engine.LLM`."""
        try:
            async with aclosing(self._brain.generate(messages, tools)) as pieces:
                async for piece in pieces:
                    self._tokens += 1
                    yield piece
        finally:
            self._answers += 1
            told = {"answers": self._answers, "tokens": self._tokens}
            self._tally.write_text(json.dumps(told))


_: type[LLM] = TalliedBrain
