"""A turn that asks for two things: the one that the tool call is not about, to be taken up later.

    "Cancel my appointment on Tuesday and get me a refill of lisinopril"   cancel -> refill
    "What are your hours? And I need to see Dr. Chen."                      lookup -> book

Pure. A small model passes one wish a turn, so the other is found in the caller's own words, and
only where it has a clause to itself that asks for it in so many words. What the clause names
belongs to that wish, and to no other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from demos.clinic.medicines import with_strength
from demos.clinic.spans import wished_day, wished_doctor, wished_time
from demos.clinic.words import plain

_JOINT = (
    r"[.?!;]+(?:\s+|$)|,? (?:and|but|plus)(?: then| also)? |,? (?:also|as well as) |, (?:then )?"
)
_MINE = r"(?:my|our|the|an|a|that|his|her|this)"
_VISIT = rf"{_MINE}(?: \w+){{0,3}}? (?:appointment|visit|booking|checkup|check up|slot)s?\b"
_PLAINLY: Mapping[str, str] = {
    "cancel": rf"\bcancel (?:{_VISIT}|it\b)",
    "move": rf"\b(?:move|reschedule|change|postpone) (?:{_VISIT}|it\b)",
    "refill": r"\b(?:refill(?:s|ed)?|renew)\b|\bprescriptions? (?:renewed|filled)\b",
    "book": rf"\b(?:book|make|schedule|get|need|want|to have|set up)(?: me| us)? {_VISIT}"
    r"|(?<!appointment to )\b(?:see|book with) (?:dr|doctor)\b",
    "message": r"\bleave (?:a |him |her |you )?(?:messages?|note)\b|\b(?:call|ring) me back\b",
}
"""What a clause says that asks for one thing and cannot ask for another."""
_NAMES: Mapping[str, str] = {
    "cancel": "cancellation",
    "move": "move|change",
    "refill": "refills?|prescriptions?",
    "book": "appointment|visit",
    "message": "message",
}
_GIVEN_UP = r"\b(?:forget|never ?mind|skip|drop|don't need|do not need|no need for)"
_NOT_ASKED = (
    r"\b(?:don't|do not|didn't|not (?:a|an|my)|not refill|no need|won't|already|had to|you|they|she"
    r"|he|do (?:i|we)|does|did|whether|if (?:i|we)|should i|appointment 1st)\b"
)
_POLITE = r"\b(?:can|could|would|will) you\b"
_BESIDES = (
    r"^(?:(?:oh|um|uh|yes|yeah|okay|ok|well|so) )*(?:and|plus)\b|\b(?:also|too|as well|then)\b"
)
_DRUG = (
    r"\b(?:refill(?:s|ed)?|renew)(?: (?:of|on|for))?(?: (?:my|the|our|some|his|her))?"
    r" ([a-z-]{3,}(?: [a-z-]{3,}){0,2})"
)
_NO_DRUG = (
    r"(?:^| )(?:prescriptions?|medicines?|medications?|meds|please|too|also|today|tomorrow|then"
    r"|thanks|thank|for|the|from|and|that|this|while|milligrams?|one|two|ten|twenty|fifty)\b.*"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """A tool that was asked for, and what was said for it."""

    tool: str
    arguments: Mapping[str, str] = field(default_factory=dict)


def second_wish(heard: str, tool: str, doctors: Sequence[str]) -> Wish | None:
    """The one wish of another kind than ``tool`` that a clause asks for; None if there is none.

    A form's own kind must be asked for, too: else the model may simply have named a sibling.
    """
    asked = _asked(heard)
    if tool not in {"lookup", "confirm"} and asked.pop(tool, None) is None:
        return None
    if len(asked) != 1:
        return None
    ((kind, clause),) = asked.items()
    return Wish(kind, _details(kind, clause, doctors))


def asks_plainly(heard: str, tool: str) -> bool:
    """Does a clause of the turn ask for just this?"""
    return tool in _asked(heard)


def asks_besides(heard: str, tool: str) -> bool:
    """Is it asked for on top of what is going on? "And I also need a refill." """
    return asks_plainly(heard, tool) and bool(re.search(_BESIDES, plain(heard)))


def gives_up(heard: str, tool: str) -> bool:
    """ "Yes, but forget the refill": is this no longer wanted?"""
    named = rf"(?: about)? (?:the|that|my|a|any)(?: \w+)? (?:{_NAMES[tool]})\b"
    return bool(re.search(_GIVEN_UP + named, plain(heard)))


def _asked(heard: str) -> dict[str, str]:
    """Each kind of wish, with the clause that asks for it and what follows up to the next wish."""
    text = re.sub(r"\b(Dr|Mr|Mrs|Ms|dr)\.", r"\1", heard.replace("\u2019", "'"))
    asked: dict[str, str] = {}
    last = ""
    for part in re.split(_JOINT, text):
        words = re.sub(_POLITE, " ", plain(part))
        found = [kind for kind, pattern in _PLAINLY.items() if re.search(pattern, words)]
        refused = any(gives_up(part, kind) for kind in found)
        if len(found) == 1 and not refused and not re.search(_NOT_ASKED, words):
            last = found[0]
            asked.setdefault(last, part)
        elif last and not found:
            asked[last] += f", {part}"
    return asked


def _details(kind: str, clause: str, doctors: Sequence[str]) -> dict[str, str]:
    if kind == "refill":
        return _drug(clause)
    if kind not in {"book", "cancel"}:
        return {}
    said = {
        "doctor": wished_doctor(clause, kind, doctors),
        "day": wished_day(clause, kind),
        "time": wished_time(clause, kind),
    }
    return {name: value for name, value in said.items() if value}


def _drug(clause: str) -> dict[str, str]:
    found = re.search(_DRUG, clause.lower())
    drug = re.sub(_NO_DRUG, "", found[1]).strip() if found else ""
    return {"drug": with_strength(drug, clause)} if drug else {}
