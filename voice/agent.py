"""What answers a call: the words and tools of one line of business, without its audio.

The server composes an :class:`Agent` with its engines and opens a :class:`Conversation` for each
call. For every turn of the caller:

    answer(text) -> a fixed reply, or None -> the model writes -> call(tool) -> a sentence to say
      `-> rewind(), if the reply is discarded, or was_heard(said): all of it, or what came through

A discarded reply is undone, so that tools which touch nothing outside the call
(``Tool.reads_only``) may run before the turn is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from llm.engine import Tool, ToolCall

Expects = Literal["any", "yes_no", "name", "date", "digits"]
"""What kind of answer the last question asked for: how long a silence may yet be a pause."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool answered: ``content`` is JSON for the model's history.

    ``say`` is spoken as it stands; when it is None, the model writes the reply from ``content``.
    """

    content: str
    say: str | None = None


class Conversation(Protocol):
    """One call: what was said and asked so far, and what may be done about it."""

    @property
    def prompt(self) -> str:
        """The system prompt; it never changes during a call, so engines may keep its prefix."""
        ...

    @property
    def greeting(self) -> str:
        """The first thing the caller hears."""
        ...

    @property
    def tools(self) -> Sequence[Tool]:
        """What the model may call."""
        ...

    @property
    def expects(self) -> Expects:
        """What the last question asked for."""
        ...

    def answer(self, text: str) -> str | None:
        """Take the caller's words, before each reply; a reply that needs no model, or None.

        Nobody else looks for emergencies: an agent without these two lines answers them by model.

            if found := llm.guard.emergency(text):
                return llm.guard.REPLIES[found.kind]
        """
        ...

    async def call(self, call: ToolCall, heard: str) -> ToolResult:
        """Run one tool; ``heard`` is what the caller said this turn.

        Arguments that are malformed, missing or were never said raise nothing: the result asks.
        """
        ...

    def was_heard(self, said: str) -> None:
        """The reply has ended, or was stopped, and the caller heard ``said`` of it, perhaps
        nothing: a question that was not heard has not been asked, and a yes is no answer to it."""
        ...

    def asked_aside(self) -> None:
        """The caller was silent, and heard us ask whether they are there: a yes may answer that."""
        ...

    def is_over(self, said: str) -> bool:
        """Whether ``said``, now heard to its end, was our goodbye: unless the caller goes on, we
        hang up."""
        ...

    def rewind(self) -> None:
        """Forget the turn since :meth:`answer`: its reply was discarded, and has done nothing."""
        ...


class Agent(Protocol):
    """A line of business, able to answer any number of calls at once."""

    @property
    def phrases(self) -> Sequence[str]:
        """Sentences that replies are likely to begin with: their audio is made beforehand.

        An agent that knows none has an empty tuple.
        """
        ...

    def open(self, call_id: str, caller: str = "") -> Conversation:
        """Answer a new call; ``caller`` is their number where the carrier tells it."""
        ...
