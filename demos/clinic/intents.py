"""What the caller's words ask for beyond doubt, whatever tool the model chose.

Pure. A handful of patterns, each so plain that a person would need no context; anything less plain
is left to the model. What opens a form may be overruled; a question of fact is overruled by
nothing but a message that is to be left, and the caller's own appointment.
"""

from __future__ import annotations

import re

from demos.clinic.consent import drops_it, verdict
from demos.clinic.forms import Form, Heard
from demos.clinic.words import plain

_MINE = r"(?:my|our|the|that|this|his|her)(?: \w+){0,2} (?:appointment|booking|visit|slot)s?\b"
_CANCEL = (
    rf"(?<!to )\bcancel {_MINE}|\b(?:want|need|like|have|going) to cancel {_MINE}"
    rf"|\b(?:won't|don't|do not|will not|no longer) (?:be )?need(?:ing)? {_MINE}"
    rf"|\b(?:scrap|call off|drop) (?:it\b(?! \w)|{_MINE})"
    r"|\btake me off (?:the|your) (?:schedule|books?|list|calendar|diary)\b"
)
_MOVE = rf"\b(?:reschedul\w+|postpone|(?:move|push|shift)(?: back)?) {_MINE}"
_OTHER_TIME = (
    r"\b(?:reschedul\w+|mov(?:e|ing)|another|instead|different|change|later|earlier|postpone"
    r"|push|shift|swap|rather|new|book|(?<!the )(?<!your )schedule|come in|had to)\b"
)
_OWN = (
    r"\bwhen (?:am i|i'm|i am) (?:supposed|meant|due|scheduled|booked|coming)\b"
    r"|\b(?:when|what (?:day|time)) (?:is|was|are) (?:my|our)(?: next)? (?:appointment|visit)"
    r"|\bwhen (?:my|our)(?: next)? (?:appointment|visit) (?:is|was)\b"
)
_WHETHER = (
    r"\b(?:is|am|are|was|were|did|do|have|has) (?:it|that|this|i|we|you|(?:the|my) \w+)\b"
    r"(?: \w+){0,3}? (?:booked|done|confirmed|set|through|made|cancell?ed|moved|sent|ready)\b"
)
_ACT = r"\b(?:cancel|move|reschedul\w+|change|postpone|push|book|switch)\b"
_LEAVE = r"(?:^|\b(?:to|can i|could i|may i|i'd|and|let me|please|just) )leave (?:a |some )?"
_MESSAGE = rf"{_LEAVE}(?:messages?|word|note)\b"
_NO_MESSAGE = r"\b(?:don't|do not|not|rather than|without)(?: \w+){0,3} leav(?:e|ing)\b"
_REFILL = r"\b(?:refill|renew) (?:of |on |for )?(?:my|our|the|his|her|a)\b|\ba refill\b"
_SEEN = r"\b(?:appointments?|see|visit|come in|check ?up|book|schedule)\b"
_OURS = r"\b(?:doctor|dr|appointment|nurse|clinic|refill|prescription|message)\b"


def asked_for(tool: str, heard: Heard, form: Form | None) -> str:
    """The tool that the words plainly name; the model's own where they name none."""
    words = plain(heard.now)
    if _takes_back(tool, heard, form):
        return "confirm"
    if tool in {"book", "move"} and re.search(_OWN, words) and not re.search(_ACT, words):
        return "lookup"
    if tool in {"book", "move", "refill", "lookup"} and _leaves_message(words):
        return "message"
    if tool in {"book", "move"} and re.search(_CANCEL, words):
        return tool if re.search(_OTHER_TIME, words) else "cancel"
    if tool == "book" and (form is None or form.kind == "find") and re.search(_MOVE, words):
        return "move"
    if tool == "book" and re.search(_REFILL, words) and not re.search(_SEEN, words):
        return "refill"
    return tool


def asks_own_appointment(heard: str) -> bool:
    """ "When am I due?" is about the caller's appointment, not about the hours."""
    return bool(re.search(_OWN, plain(heard)))


def asks_whether_done(heard: str) -> bool:
    """ "So is it booked?": about what is being done, not about what is in the book."""
    return bool(re.search(_WHETHER, plain(heard)))


def _leaves_message(words: str) -> bool:
    return bool(re.search(_MESSAGE, words)) and not re.search(_NO_MESSAGE, words)


def _takes_back(tool: str, heard: Heard, form: Form | None) -> bool:
    """A "no" to what was read back that comes as a request for something else."""
    if heard.ask != "read_back" or form is None or tool in {"lookup", "confirm", form.kind}:
        return False
    words = plain(heard.now)
    if verdict(heard.now) != "no" or re.search(rf"{_MESSAGE}|{_MOVE}|{_OURS}", words):
        return False
    return drops_it(heard.now) or bool(re.match(r"(?:(?:um|uh|oh|well|actually) )*no\b", words))
