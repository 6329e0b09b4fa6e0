"""Which form a tool call is about, when the model's choice of tool and the caller's words differ.

Pure. A small model often names a sibling: "Maria Lopez", said to "What name is it under?" of a
refill, comes as ``book``. A detail belongs to the open form unless the caller's words ask for
something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from demos.clinic.forms import Form, Kind
from demos.clinic.words import plain

KINDS: Mapping[str, Kind] = {
    "book": "book",
    "move": "move",
    "cancel": "cancel",
    "refill": "refill",
    "message": "message",
    "lookup": "find",
}

_INTENT = {
    "book": r"\b(?:book|appointments?|schedule|see (?:a|the|dr|doctor)|come in|check ?up|visit)\b",
    "move": r"\b(?:move|reschedul\w+|change|push|switch|postpone|another (?:day|time))\b",
    "cancel": r"\b(?:cancel\w*|call off|can't make|cannot make|won't make|not coming)\b",
    "refill": r"\b(?:refill\w*|renew\w*|prescriptions?|medicines?|medications?|meds|pills|run out"
    r"|ran out|running (?:out|low)|more of)\b",
    "message": r"\b(?:messages?|call (?:me )?back|call ?back|tell (?:the|dr|doctor|her|him)|leave"
    r"|speak|talk|pass (?:it )?on|human|real person|somebody|someone)\b",
}
_FOREIGN = {"refill": ("drug",), "message": ("text", "phone", "to")}
_ANOTHER = r"\b(?:another|new|second|also|as well|for my|different (?:appointment|doctor))\b"


def wants(tool: str, heard: str) -> bool:
    """Do the caller's own words ask for this kind of thing?"""
    return bool(re.search(_INTENT[tool], plain(heard)))


def opens_another(tool: str, arguments: Mapping[str, str], heard: str, form: Form | None) -> bool:
    """Is this call a new request, rather than a detail of the open form?"""
    if form is None:
        return True
    if form.kind == KINDS[tool]:
        return False
    if form.kind == "book" and tool == "move" and (form.slot or form.offered):
        return not set(arguments) <= {"day", "time"}  # nothing is booked yet that could move
    return wants(tool, heard) or any(field in arguments for field in _FOREIGN.get(tool, ()))


def corrects_booking(arguments: Mapping[str, str], heard: str) -> bool:
    """Just booked, and "actually make it eleven": that moves it, it books nothing new."""
    return set(arguments) <= {"day", "time"} and not re.search(_ANOTHER, plain(heard))
