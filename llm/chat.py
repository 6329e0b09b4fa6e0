"""Write a conversation as a request's ``messages`` and ``tools``.

Two forms of tool calls: OpenAI's own, for servers that know the model's tools, and Hermes text in
the content, for models whose chat template knows none; those see exactly what they once wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from llm.engine import Message, Tool, ToolCall
from llm.hermes import write_call

ToolFormat = Literal["openai", "hermes-text"]


def write_messages(messages: Sequence[Message], form: ToolFormat) -> list[dict[str, Any]]:
    """The conversation, for a request."""
    if form == "hermes-text":
        return [{"role": m.role, "content": _as_text(m)} for m in messages]
    written = []
    open_ids: list[str] = []  # calls without a result yet
    for number, message in enumerate(messages):
        entry: dict[str, Any] = {"role": message.role, "content": message.content}
        if message.tool_calls:
            calls = [_as_call(call, f"{number}_{i}") for i, call in enumerate(message.tool_calls)]
            entry["tool_calls"] = calls
            open_ids = [call["id"] for call in calls]
        if message.role == "tool":
            # A call that was read from text has no id; its results come in the calls' order.
            entry["tool_call_id"] = message.tool_call_id or (open_ids[0] if open_ids else "")
            open_ids = [id_ for id_ in open_ids if id_ != entry["tool_call_id"]]
        written.append(entry)
    return written


def write_tools(tools: Sequence[Tool]) -> list[dict[str, Any]]:
    """The functions that the model may call, for a request."""
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": dict(tool.parameters),
            },
        }
        for tool in tools
    ]


def _as_text(message: Message) -> str:
    parts = [message.content.rstrip()] if message.tool_calls else [message.content]
    return "\n".join(filter(None, [*parts, *map(write_call, message.tool_calls)]))


def _as_call(call: ToolCall, place: str) -> dict[str, Any]:
    return {
        "id": call.id or f"call_{place}",
        "type": "function",
        "function": {"name": call.name, "arguments": call.arguments},
    }
