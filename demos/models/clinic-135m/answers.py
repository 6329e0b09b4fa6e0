"""What the model should do with a caller's line: which tool and slots, or which words."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from grammar import read_sections

from demos.clinic import say
from demos.clinic.acknowledgements import ACKNOWLEDGEMENTS

LOOKUPS, PLAIN = read_sections("lookup.txt"), read_sections("plain.txt")

ORDER = {
    "book": ("doctor", "day", "time", "name", "reason"),
    "move": ("doctor", "day", "time", "name"),
    "cancel": ("name", "day", "doctor"),
    "refill": ("drug", "name"),
    "message": ("to", "text", "name", "phone"),
    "lookup": ("about", "of"),
    "confirm": ("answer",),
}
"""Which arguments a tool takes, in the order they are always written."""


@dataclass(frozen=True, slots=True)
class Action:
    """What the model should do: a tool with arguments, or only words."""

    words: str
    tool: str = ""
    arguments: tuple[tuple[str, str], ...] = ()

    def text(self) -> str:
        """As the model writes it."""
        if not self.tool:
            return self.words
        call = json.dumps(
            {"name": self.tool, "arguments": dict(self.arguments)}, ensure_ascii=False
        )
        return f"{self.words}\n<tool_call>\n{call}\n</tool_call>"


@dataclass(frozen=True, slots=True)
class Said:
    """One caller's turn with the right answer; ``kind`` is the section it was made from."""

    kind: str
    user: str
    action: Action


@dataclass(slots=True)
class Place:
    """Where a call stands."""

    asked: str = "start"
    form: str = ""
    have: dict[str, str] = field(default_factory=dict)
    last: str = "How can I help?"
    full: str = "How can I help?"
    about: str = ""
    doctor: str = ""
    at: datetime = datetime(2026, 11, 26, 10)


class Unfit(Exception):  # noqa: N818  # it is no error: draw another line
    """This kind of line makes no sense here."""


def right_action(place: Place, kind: str, found: dict[str, str], random: Random) -> Action:
    """The answer to a line of this kind at this place of a call."""
    return _Answerer(place, random).action(kind, found)


class _Answerer:
    def __init__(self, place: Place, random: Random) -> None:
        self.place, self.random = place, random

    def _tool(self, tool: str, found: dict[str, str], ack: str) -> Action:
        arguments = tuple((k, found[k]) for k in ORDER[tool] if k in found)
        return Action(self.random.choice(ACKNOWLEDGEMENTS[ack]), tool, arguments)

    def action(self, kind: str, found: dict[str, str]) -> Action:
        place = self.place
        group, _, part = kind.partition(".")
        if part == "open":
            return self._tool(group, found, group)
        if kind in LOOKUPS:
            about = found.get("about", group)
            return self._tool(
                "lookup", {**found, "about": about}, group if group in ACKNOWLEDGEMENTS else "noun"
            )
        if group in ("done", "found"):
            return self._tool(part, found, part)
        if group in ("newintent", "whatneeded"):
            return self._tool("book", found, "book")
        if group == "takemessage":
            if place.about == "medical":
                found.setdefault("to", "nurse")
            return self._tool("message", found, "message")
        if kind in ("yes", "no"):
            return self._answer(kind, found)
        if kind in ("drop", "none"):
            return self._tool("confirm", {"answer": "no"}, "no")
        if kind in PLAIN:
            return Action(self._words(kind))
        ack = "correct" if group in ("correct", "readback") else "detail"
        return self._tool(place.form if place.form in ORDER else "book", found, ack)

    def _answer(self, answer: str, found: dict[str, str]) -> Action:
        place = self.place
        if place.asked == "take" and answer == "yes":
            to = {"to": "nurse"} if place.about == "medical" else {}
            return self._tool("message", to, "message")
        if place.asked == "take":
            return Action("Okay. Anything else?")
        if place.asked == "else":
            return Action(say.GOODBYE)
        if found:  # "yes, and my name is ..."
            return self._tool(place.form, found, "detail")
        return self._tool("confirm", {"answer": answer}, answer)

    def _words(self, kind: str) -> str:
        place = self.place
        # In the middle of a form the question stands; it is the last sentence the caller heard.
        asked = place.last if place.form in ORDER or place.asked in ("appointment",) else ""
        match kind:
            case "greeting":
                return f"Yes, I'm here. {asked}" if asked else "Hello. How can I help you?"
            case "identity":
                return f"I'm the clinic's automated assistant. {asked or 'How can I help?'}"
            case "thanks":
                # "Perfect." after a question that wants a yes is that yes.
                if place.asked in ("readback", "one", "offer", "take"):
                    raise Unfit
                return f"You're welcome. {asked or 'Anything else?'}"
            case "bye":
                return say.GOODBYE
            case "refuse":
                return f"Sorry, I can only help with the clinic. {asked or 'Anything else?'}"
            case "medical":
                return "I can't give medical advice. Shall I take a message for the nurse?"
            case "unclear":
                return "Sorry, I didn't catch that. Could you say it again?"
            case "ask_intent":
                return "Thanks. What can I do for you?"
            case "abuse":
                return f"I'm sorry about the trouble. {asked or 'How can I help?'}"
            case "hold":
                return "Sure, take your time."
            case "repeat":
                return f"Sure. {place.full}"
            case "more":
                return say.WHAT_ELSE
            case "nevermind":
                if place.asked in ("readback", "one"):
                    raise Unfit
                return say.NEVER_MIND
        raise AssertionError(kind)
