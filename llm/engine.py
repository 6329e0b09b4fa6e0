"""What a language model is: messages in, pieces of text and tool calls out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model wants a tool run. ``arguments`` is JSON as the model wrote it, not yet checked."""

    name: str
    arguments: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """A function the model may call; ``parameters`` is the JSON schema of its arguments.

    ``reads_only`` tools change nothing, so they may run for a reply that may yet be discarded.
    """

    name: str
    description: str
    parameters: Mapping[str, Any]
    reads_only: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a chat, as in OpenAI's chat completions."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""


class LLMError(Exception):
    """The engine could not answer; the message says which engine, and why."""


class LLM(Protocol):
    """A chat model that writes as a stream."""

    def generate(
        self, messages: Sequence[Message], tools: Sequence[Tool] = ()
    ) -> AsyncGenerator[str | ToolCall, None]:
        """Yield pieces of text as they are written, and each tool call once it is whole.

        Closing the generator aborts the request at the server. Raises :class:`LLMError`.
        """
        ...
