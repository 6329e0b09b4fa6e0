"""Do the caller's own words ask for the fact that the model took them for?

    "Are you hiring?"  new patients: no        "Do you do EKGs?"  insurance: no

Pure. A small model takes what it does not know for one of a few topics; an answer to those is given
only where the words hold something of it. Wrongly held back, it costs an "I don't have that".
"""

from __future__ import annotations

import re

from demos.clinic.insurance import names_insurer
from demos.clinic.words import plain

_HOLDS = {
    "cost": (
        r"\b(?:costs?|prices?|pricing|fees?|charges?|charged|expensive|cheap\w*|free|rates?|quote"
        r"|estimate|owe|co-?pays?|money|uninsured)\b|\bhow much\b|\bpay for\b"
        r"|\bwhat (?:do|does|would|will|did|should) (?:\w+ )+pay\b|\bto pay\b(?! (?:by|with|in)\b)"
    ),
    "insurance": (
        r"\binsur\w*|\b(?:ppo|hmo)\b|\bcover(?:s|ed|age)?\b|\bplans?\b|\bpayers?\b|\bnetwork\b|\bbill\b"
        r"|\b(?:take|taking|accept(?:s|ed)?|work with|deal with|file with|contracted|provider for"
        r"|part of|pay with|use|seen with|com(?:e|ing) with|switch(?:ed)? to|changed to|the list"
        r"|your list)\b"
        r"|\b(?:i|we|he|she)(?:'ve| have|'m on|'m with| am on|'re with)\b"
        r"|\b(?:husband|wife|son|daughter|child) has\b"
    ),
    "walk-ins": (
        r"walk|\b(?:drop|pop|stop|show|turn|come|without|appointments?|ahead|1st|book\w*|street)\b"
    ),
    "new patients": (
        r"\b(?:new|accept\w*|patients?|register|sign|never been|1st|list|join|become|room)\b"
    ),
}
_FOLLOWS = r"^(?:(?:ok|okay|hmm|so) )*(?:and|or|then|what if)\b|\b(?:what|how) about\b"
"""What follows another question may leave out what it is about: "And without insurance?" """
_PAYMENT = (
    r"\b(?:credit|debit|cards?|cash|che(?:ck|que)s?|visa|american express|apple pay|venmo|paypal"
    r"|money orders?|payments?|installments|monthly|over time)\b"
)
"""What "Do you take credit cards?" asks for: neither the price nor an insurer."""
_NOT_HOW_TO_PAY = {"cost": r"\bhow much\b|\bcosts?\b", "insurance": r"\binsur\w*"}
_PRICED = r"\b(?:costs?|charges?|pay|owe|price|fees?|money|dollars?)\b"
_FUNCTION = (
    r"(?:is|are|was|were|do|does|did|will|would|should|could|can|for|to|it|that|this|of|a|an|the"
    r"|i|you|money|cash|without|with|if|about|extra|more|costs?)"
)
_DOSE = (
    rf"\bhow (?:much|many|often)\b(?!.*{_PRICED})"
    r".*\b(?:give|take|taking|swallow|safe(?:ly)?|too (?:much|many))\b"
    rf"|\bhow much (?!{_FUNCTION}\b)\w+ .*\b(?:can|should|may|must)\b"
    r"|\b(?:dose|doses|dosage|dosing)\b"
)


def bears_out(topic: str, of: str, heard: str) -> bool:
    """May the turn be answered with that topic? Only the topics above are in doubt."""
    words = plain(heard)
    if topic not in _HOLDS or not words or re.search(_FOLLOWS, words):
        return True
    if topic == "insurance" and (names_insurer(words) or plain(of) == words):
        return True
    if re.search(_PAYMENT, words) and not re.search(_NOT_HOW_TO_PAY.get(topic, "^"), words):
        return False
    return bool(re.search(_HOLDS[topic], words))


def asks_dose(heard: str) -> bool:
    """ "How much Tylenol can I give my baby?" asks for no price, and not for a fact of ours."""
    return bool(re.search(_DOSE, plain(heard)))
