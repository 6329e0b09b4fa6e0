"""Find tool calls that a model writes into its text, in the form that Hermes models use.

    Sure.\\n<tool_call>\\n{"name": "book", "arguments": {"day": "tuesday"}}\\n</tool_call>

Text before a call comes out at once: no more is held back than could be the beginning of a tag. A
call comes out as soon as its JSON is whole, not when its closing tag arrives, which some models
leave out.
"""

from __future__ import annotations

import json

from llm.engine import LLMError, ToolCall

OPEN = "<tool_call>"
CLOSE = "</tool_call>"
MAX_CALL_CHARS = 1 << 16

_json = json.JSONDecoder()


class HermesText:
    """One answer's text; feed it as it is written."""

    def __init__(self) -> None:
        self._held = ""  # what might be a tag's beginning, or a call that is not whole
        self._in_call = False
        self._after_call = False  # between a call and what follows only blanks and CLOSE may stand

    def receive(self, piece: str) -> list[str | ToolCall]:
        """What ``piece`` adds: text, calls. Raises :class:`LLMError` for a call without end."""
        self._held += piece
        out: list[str | ToolCall] = []
        while self._step(out):
            pass
        if len(self._held) > MAX_CALL_CHARS:
            raise LLMError(f"the model wrote a tool call of more than {MAX_CALL_CHARS} characters")
        return out

    def end(self) -> list[str | ToolCall]:
        """What was held back. Raises :class:`LLMError` for a call that was cut short."""
        held, self._held = self._held, ""
        if self._in_call:
            raise LLMError(
                f"the model wrote {len(held.strip())} characters of a tool call that is not whole"
            )
        return [held] if held and not self._after_call else []

    def _step(self, out: list[str | ToolCall]) -> bool:
        """Move one state on, if what is held allows it."""
        if self._in_call:
            return self._read_call(out)
        if self._after_call and not self._pass_close():
            return False
        text, tag, rest = self._held.partition(OPEN)
        if tag:
            self._held, self._in_call = rest, True
        else:
            keep = _possible_tag(text, OPEN)
            text, self._held = text[: len(text) - keep], text[len(text) - keep :]
        if text:
            out.append(text)
        return bool(tag)

    def _read_call(self, out: list[str | ToolCall]) -> bool:
        body = self._held.lstrip()
        if "}" not in body:
            return False
        try:
            call, length = _json.raw_decode(body)
        except (ValueError, RecursionError):
            return False  # not whole yet; a tag proves nothing, it may stand in a string
        out.append(_checked(call, body))
        self._held, self._in_call, self._after_call = body[length:], False, True
        return True

    def _pass_close(self) -> bool:
        """Drop closing tags and blanks; False while it cannot be known what follows."""
        self._held = self._held.lstrip()
        while self._held.startswith(CLOSE):
            self._held = self._held.removeprefix(CLOSE).lstrip()
            # The next text begins after the blanks that are still to come: stay in this state.
        if not self._held or CLOSE.startswith(self._held):
            return False
        self._after_call = False
        return True


def _possible_tag(text: str, tag: str) -> int:
    """How many characters at the end of ``text`` may be the beginning of ``tag``."""
    return next((n for n in range(len(tag) - 1, 0, -1) if text.endswith(tag[:n])), 0)


def _checked(call: object, body: str) -> ToolCall:
    if not isinstance(call, dict) or not isinstance(call.get("name"), str):
        raise LLMError(f"the model wrote a tool call of {len(body)} characters without a name")
    arguments = call.get("arguments", {})
    if isinstance(arguments, str):  # some models quote their arguments once more
        return ToolCall(whole(call["name"]), whole(arguments))
    return ToolCall(whole(call["name"]), whole(json.dumps(arguments, ensure_ascii=False)))


def write_call(call: ToolCall) -> str:
    """A tool call as the model would have written it, for a history that is shown to it again."""
    name = json.dumps(call.name, ensure_ascii=False)
    return f'{OPEN}\n{{"name": {name}, "arguments": {call.arguments or "{}"}}}\n{CLOSE}'


def whole(text: str) -> str:
    """Without halves of surrogate pairs, which JSON may smuggle in and nothing can encode."""
    return text.encode(errors="replace").decode()
