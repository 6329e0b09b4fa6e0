"""The conversation as the model should see it: what the caller said, and what they heard of us.

It only ever grows, so that consecutive prompts share their prefix and engines may keep it. A
question whose answer nobody heard stays open: the caller's next words belong to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from llm.engine import Message


class History:
    """One call's messages after the system prompt."""

    def __init__(self, prompt: str) -> None:
        self._messages = [Message("system", prompt)]
        self._open = ""  # words of the caller that have had no answer yet

    @property
    def messages(self) -> Sequence[Message]:
        """All that is certain, oldest first."""
        return tuple(self._messages)

    def question(self, words: str) -> str:
        """The caller's ``words``, with those before them that were never answered."""
        return words if self._open == words else f"{self._open} {words}".strip()

    def ask(self, words: str) -> list[Message]:
        """The prompt for answering ``words``; remembers nothing."""
        return [*self._messages, Message("user", self.question(words))]

    def answer(self, words: str, reply: Sequence[Message], heard: Sequence[str]) -> None:
        """Remember a turn of each side. ``heard[i]`` is what the caller heard of ``reply[i]``.

        A tool that ran has run, heard or not: its call and result stay, with whatever was heard.
        """
        words = self.question(words)
        kept = [
            replace(message, content=text) if message.role == "assistant" else message
            for message, text in zip(reply, heard, strict=True)
            if message.role == "tool" or message.tool_calls or text
        ]
        if not kept and words:
            self._open = words
            return
        self._open = ""
        if words:
            self._messages.append(Message("user", words))
        for message in kept:
            last = self._messages[-1]
            if _is_speech(last) and _is_speech(message):
                # Many models' templates know no two messages of one side in a row.
                both = replace(last, content=f"{last.content} {message.content}")
                self._messages[-1] = both
            else:
                self._messages.append(message)


def _is_speech(message: Message) -> bool:
    return message.role == "assistant" and not message.tool_calls
