"""After an emergency or a wish to die was told: the call stays with it until something else is.

Pure. "No, I'm alone" or "Thirty of them" is no business of the desk's, and no model should answer
it; "I need a refill of my chest pain medication" is, and so is "that's not what I said".
"""

from __future__ import annotations

import re

from demos.clinic.routing import KINDS, wants
from demos.clinic.words import plain
from llm.guard import Kind

_MISTAKEN = (
    r"\b(?:not an? emergency|no emergency|misheard|misunderst\w+|not what i (?:said|meant)"
    r"|(?:didn't|did not|never) (?:say|mean) that|i said|wrong (?:number|word))\b"
)
_WELL = r"\b(?:i'm|i am|it's|he's|she's) (?:fine|okay|ok|all right|alright|good|better)\b"
_QUESTION = r"\b(?:hours|open|close|closed|address|parking|insurance|doctors?)\b"
_NO_WISH = {"message", "lookup"}
"""To talk to somebody is what whoever is in need wants, too."""


def lasts(kind: Kind, heard: str) -> bool:
    """Is this still about what raised the alarm?"""
    words = plain(heard)
    if re.search(_MISTAKEN, words) or (kind == "emergency" and re.search(_WELL, words)):
        return False
    asked = any(wants(tool, heard) for tool in KINDS if tool not in _NO_WISH)
    return not asked and not re.search(_QUESTION, words)


def again(reply: str) -> str:
    """What is said the second time: the advice, without what came before it."""
    first, _, rest = reply.partition(". ")
    return rest or first
