"""Forget the oldest turns of a conversation that has grown too long for the model's context.

Turns go in blocks: between two cuts the prompt only grows at its end, so that the engine need not
read it anew each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from llm.engine import Message
from llm.slots import Talk, preamble

BLOCK = 6
"""Turns that are forgotten at once."""

_CHARS_PER_TOKEN = 3.0
"""Cautious: prose has four, a tool call's JSON about three."""

_TOKENS_PER_MESSAGE = 6

_LEAST_CHARS = 200
"""Of a question, however little room there is."""


def fit(talk: Sequence[Message], tokens: int) -> Talk:
    """``talk`` without as many blocks of its oldest turns as it takes; of the last, the end."""
    start = preamble(talk)
    turns = [n for n, message in enumerate(talk) if message.role == "user"]
    for first in turns[::BLOCK]:
        kept = (*start, *talk[first:])
        if estimate(kept) <= tokens:
            return kept
    if not turns:
        return tuple(talk)
    asked, *since = talk[turns[-1] :]
    over = estimate((*start, asked, *since)) - tokens
    return (*start, _tail(asked, over), *since)


def _tail(asked: Message, over: int) -> Message:
    """A question so long that it alone is too much: its end is what wants an answer."""
    keep = max(_LEAST_CHARS, len(asked.content) - ceil(max(0, over) * _CHARS_PER_TOKEN))
    if keep >= len(asked.content):
        return asked
    _, _, tail = asked.content[-keep:].partition(" ")
    return replace(asked, content=tail or asked.content[-keep:])


def estimate(talk: Sequence[Message]) -> int:
    """About how many tokens it has; rather too many than too few."""
    chars = sum(
        len(message.content)
        + sum(len(call.name) + len(call.arguments) + 60 for call in message.tool_calls)
        for message in talk
    )
    return int(chars / _CHARS_PER_TOKEN) + _TOKENS_PER_MESSAGE * len(talk)
