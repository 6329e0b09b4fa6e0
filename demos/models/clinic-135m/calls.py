"""Invent calls to a clinic's front desk: who says what, and what the model should write.

A call is at one place at a time: which form is open and what the desk has just asked. The place
decides what callers may say next (:data:`NEXT`); the kind of line decides the answer
(:mod:`answers`); the answer decides what the desk says (:mod:`desk`).
"""

from __future__ import annotations

from copy import deepcopy
from random import Random

from answers import LOOKUPS, PLAIN, Said, Unfit, right_action
from callers import Caller
from desk import Desk
from grammar import Split, plain, read_sections, slots
from values import Values

FORMS, DETAILS, TURNS = (read_sections(f"{n}.txt") for n in ("forms", "details", "turns"))

OPENS = {"book.open": 20, "move.open": 11, "cancel.open": 10, "refill.open": 11, "message.open": 12}
QUESTIONS = {
    "hours": 6, "address": 3, "parking": 3, "phone": 2, "fax": 2, "doctors": 5, "insurance": 6,
    "appointment": 5, "cost": 5, "walk-ins": 3, "new patients": 3, "website": 2, "languages": 4,
    "noun": 14,
}  # fmt: skip
CHAT = {
    "greeting": 4, "identity": 3, "thanks": 1.5, "bye": 1.5, "refuse": 6, "medical": 6,
    "unclear": 3, "abuse": 1.5, "hold": 1, "repeat": 0.7, "nevermind": 0.7,
}  # fmt: skip
ASIDES = {
    "lookup": 5.0,
    "hold": 0.7,
    "repeat": 0.8,
    "nevermind": 1.5,
    "unclear": 0.8,
    "medical": 0.6,
    "refuse": 0.5,
    "identity": 0.4,
    "greeting": 0.3,
    "thanks": 0.2,
    "abuse": 0.3,
    "switch": 1.5,
}
"""What may happen in the middle of anything, against 14 or so for the answer."""

NEXT: dict[str, dict[str, float]] = {
    "start": {**OPENS, "lookup": 32, **CHAT, "ask_intent": 3},
    "else": {**OPENS, "lookup": 30, **CHAT, "thanks": 6, "bye": 18, "no": 7, "more": 6},
    "doctor": {"doctor": 9, "doctor.any": 1.5, "doctor.when": 3, "correct.doctor": 0.5, **ASIDES},
    "day": {"day": 9, "daytime": 5, "time": 1, "correct.doctor": 1, "correct.day": 1, **ASIDES},
    "offer": {"pick": 9, "other": 5, "day": 1, "time": 2, "correct.day": 1, "correct.time": 1,
              "correct.doctor": 0.7, "yes": 0.7, "no": 0.5, "none": 2.5, "pick.name": 1.5,
              **ASIDES},
    "one": {"yes": 7, "no": 3, "other": 3, "readback.day": 1.5, "readback.time": 1.5, "time": 1,
            "correct.time": 0.5, "yes.name": 1, **ASIDES},
    "name": {"name": 12, "correct.time": 1, "correct.day": 1, "correct.doctor": 0.5, **ASIDES},
    "lastname": {"lastname": 10, **ASIDES},
    "another": {"another.name": 8, "no": 0.0, **ASIDES},
    "which": {"which": 8, **ASIDES},
    "drug": {"drug": 10, "drug.name": 2, **ASIDES},
    "text": {"body": 12, **ASIDES},
    "to": {"to": 8, **ASIDES},
    "phone": {"number": 10, "correct.name": 1, **ASIDES},
    "change": {"correct.day": 3, "correct.time": 3, "correct.doctor": 2, "correct.name": 3,
               "day": 1, "time": 1, "name": 1, **ASIDES},
    "readback": {"yes": 9, "no": 5, "drop": 2, "readback.day": 2.5, "readback.time": 2,
                 "readback.doctor": 1.5, "readback.name": 2, "readback.drug": 5, "readback.text": 3,
                 "readback.phone": 3, "correct.day": 1, "correct.time": 1, "correct.name": 1.5,
                 "correct.drug": 3, "yes.thanks": 1.5, **ASIDES},
    "take": {"yes": 6, "no": 5, "takemessage.text": 5, "lookup": 3, "switch": 2},
    "appointment": {"appointment.name": 10, **ASIDES},
    "intent": {"newintent.book": 3, "whatneeded": 3, **OPENS, "lookup": 15},
}  # fmt: skip

FITS = {
    "book": {"doctor", "day", "time", "name", "reason"},
    "move": {"doctor", "day", "time", "name"},
    "cancel": {"name", "day", "doctor"},
    "refill": {"drug", "name"},
    "message": {"to", "text", "name", "phone"},
    "": set(),
}


_LONGER = {"pick.name": "{extra}", "yes.name": "{extra}", "yes.thanks": ". Thank you"}
"""Lines with something more at the end."""


class Call:
    """One caller and one clinic."""

    def __init__(self, random: Random, split: Split, clinic: str, doctors: list[str]) -> None:
        self.random = random
        self.values = Values(random, split, doctors, clinic)
        self.titled = [f"Dr. {name}" for name in doctors]
        self.caller = Caller(random, split, self.values)
        self.desk = Desk(random, self.values, self.titled)
        self.place = self.desk.place

    def advance(self, said: Said) -> str:
        """Move the call on; the desk's sentence, or nothing after a plain reply."""
        return self.desk.advance(said)

    def branch(self) -> Call:
        """The same call, to try another line in; luck is shared."""
        shared = (self.random, self.caller.split)
        return deepcopy(self, {id(thing): thing for thing in shared})

    def _kinds(self) -> dict[str, float]:
        place = self.place
        kinds = dict(NEXT[place.asked])
        fits = FITS.get(place.form, set())
        for kind in list(kinds):
            group, _, slot = kind.partition(".")
            if group in ("readback", "correct") and slot not in fits:
                del kinds[kind]
        if place.form == "cancel":
            for kind in ("readback.day", "correct.day"):
                kinds.pop(kind, None)
        if place.asked == "else":
            if place.form in ("booked", "found"):
                group = "done" if place.form == "booked" else "found"
                kinds |= {f"{group}.move": 14, f"{group}.cancel": 9}
            if place.about in ("hours", "insurance"):
                kinds[f"{place.about}.follow"] = 45
        return kinds

    def forward(self) -> Said:
        """A line that gets the call on towards its end, full of details."""
        kinds = {k: w for k, w in self._kinds().items() if k not in {**ASIDES, **CHAT}}
        if self.place.asked == "start":
            kinds = {**OPENS, "appointment": 8, "hours": 4, "insurance": 2, "lookup": 5}
        if self.place.asked == "else":
            kinds |= OPENS
        for dead in ("no", "drop", "none", "more"):
            if len(kinds) > 1:
                kinds.pop(dead, None)
        best = None
        for _ in range(4):
            kind = self.random.choices(list(kinds), list(kinds.values()))[0]
            said = self.say(kind)
            if best is None or len(said.action.arguments) > len(best.action.arguments):
                best = said
        assert best
        return best

    def say(self, kind: str = "") -> Said:
        """A likely next line of the caller, and what should be done about it."""
        if not kind:
            kinds = self._kinds()
            kind = self.random.choices(list(kinds), list(kinds.values()))[0]
        if kind == "lookup":
            kind = self.random.choices(list(QUESTIONS), list(QUESTIONS.values()))[0]
        opening = 0.5 if self.place.asked == "start" else 0.05
        if kind == "switch":
            kind = self.random.choices(list(OPENS), list(OPENS.values()))[0]
            opening = 0.15
        base, tail = kind, ""
        if kind in _LONGER:
            base, tail = kind.split(".")[0], _LONGER[kind]
        line = self.caller.split.draw(_section(base), self.random)
        if tail:
            line = line.rstrip(".?! ") + tail
        if base in LOOKUPS and self.place.asked != "start" and self.random.random() < 0.35:
            marked = self.caller.aside(line)
        else:
            marked = self.caller.sentence(line, opening, kind.endswith(".open"))
        action = right_action(self.place, base, slots(marked), self.random)
        return Said(kind, plain(marked), action)


def _section(kind: str) -> list[str]:
    """The template lines of a kind."""
    for book in (FORMS, DETAILS, LOOKUPS, PLAIN, TURNS):
        if kind in book:
            return book[kind]
    raise KeyError(kind)


def say_fitting(call: Call, kind: str = "") -> Said:
    """A line that fits, drawing again where one does not."""
    while True:
        try:
            said = call.say(kind)
        except Unfit:
            continue
        if said.user.strip(" .,?!"):
            return said
