"""Turn the events of one streamed chat completion into pieces of text and whole tool calls.

    '{"choices": [{"delta": {"content": "Sure."}}]}'  ->  "Sure."

Tool calls come in two forms: structured, in fragments that are put together by their index, or as
Hermes text (:mod:`llm.hermes`). Whatever a server may send, the worst that happens is
:class:`LLMError`.
"""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import Any

from llm.engine import LLMError, ToolCall
from llm.hermes import HermesText, whole

logger = logging.getLogger(__name__)

DONE = "[DONE]"


class Completion:
    """One answer; feed it the stream's events, then :meth:`end` it.

    ``begun``: the model has written something, even if nothing of it can be passed on yet.
    ``finished``: the server has said that the answer is whole.
    """

    def __init__(self) -> None:
        self.begun = self.finished = False
        self._text = HermesText()
        self._call: ToolCall | None = None  # the structured one that is being written
        self._index: object = None
        self._answered = False

    def receive(self, event: str) -> list[str | ToolCall]:
        """What one event adds to the answer."""
        if event.strip() == DONE:
            self.finished = True
            return []
        choice = _first_choice(event)
        delta = choice.get("delta")
        delta = delta if isinstance(delta, dict) else {}
        out: list[str | ToolCall] = []
        content = delta.get("content")
        if isinstance(content, str) and content:
            self.begun = True
            out += self._text.receive(whole(content))
        fragments = delta.get("tool_calls")
        for fragment in fragments if isinstance(fragments, list) else ():
            self.begun = True
            out += self._assemble(fragment)
        if choice.get("finish_reason"):
            self.finished = True
        return self._note(out)

    def end(self) -> list[str | ToolCall]:
        """What was still held back. Raises :class:`LLMError` for half an answer, or none."""
        if not self.finished:
            raise LLMError("stopped in the middle of its answer")
        out = self._note([*self._text.end(), *self._flush_call()])
        if not self._answered:
            raise LLMError("returned nothing")
        return out

    def _note(self, out: list[str | ToolCall]) -> list[str | ToolCall]:
        self._answered = self._answered or any(
            isinstance(piece, ToolCall) or piece.strip() for piece in out
        )
        return out

    def _assemble(self, fragment: object) -> list[ToolCall]:
        """Add one fragment; the call before it, when it begins the next."""
        if not isinstance(fragment, dict):
            raise LLMError(f"sent a tool call that is {_kind(fragment)}, expected an object")
        function = fragment.get("function")
        function = function if isinstance(function, dict) else {}
        name, arguments = function.get("name") or "", function.get("arguments") or ""
        if isinstance(arguments, dict):  # as Ollama's own protocol has it
            arguments = json.dumps(arguments, ensure_ascii=False)
        id_, index = fragment.get("id") or "", fragment.get("index", self._index)
        if not (isinstance(name, str) and isinstance(arguments, str) and isinstance(id_, str)):
            raise LLMError("sent a tool call that is not one")
        before: list[ToolCall] = []
        # Some servers number every call 0: a new id is a new call, too.
        if self._call is None or index != self._index or (id_ and id_ != self._call.id):
            before = self._flush_call()
            self._call, self._index = ToolCall("", ""), index
        call = self._call
        assert call is not None
        self._call = ToolCall(
            call.name or whole(name), call.arguments + whole(arguments), call.id or whole(id_)
        )
        return before

    def _flush_call(self) -> list[ToolCall]:
        call, self._call = self._call, None
        if call is None:
            return []
        if not call.name:
            raise LLMError(
                f"sent a tool call without a name, {len(call.arguments)} characters of arguments"
            )
        call = replace(call, arguments=call.arguments or "{}")
        try:
            json.loads(call.arguments)
        except (ValueError, RecursionError):
            raise LLMError(
                f"the call of {call.name} is cut short after {len(call.arguments)} characters"
            ) from None
        return [call]


def _first_choice(event: str) -> dict[str, Any]:
    try:
        chunk = json.loads(event)
    except (ValueError, RecursionError):
        logger.debug("no JSON: %r", event)
        raise LLMError(f"sent {len(event)} characters, expected JSON") from None
    if not isinstance(chunk, dict):
        raise LLMError(f"sent {_kind(chunk)}, expected an object")
    if chunk.get("error") or chunk.get("object") == "error":
        raise LLMError(f"failed: {words_of_error(chunk)}")
    choices = chunk.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        return {}  # usage, timings
    return choices[0]


def words_of_error(answer: object) -> str:
    """What a server says went wrong, in any of the forms that servers use, on one line.

    Errors are logged, and what was said is not: of an answer that is no error, nothing is told.
    """
    logger.debug("the server's error: %r", answer)
    if not isinstance(answer, dict):
        return ""
    while isinstance(answer, dict):
        answer = next((answer[k] for k in ("error", "message", "detail") if answer.get(k)), "?")
    # A list is of the request's fields, with what was in them.
    return " ".join(answer.split())[:200] if isinstance(answer, str) else _kind(answer)


def _kind(value: object) -> str:
    return f"a {type(value).__name__}"
