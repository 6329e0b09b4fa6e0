"""Is a day, a time or a doctor that was said a wish? It is one only where nothing else is said.

    "Could I see Dr. Chen on Friday?"  yes        "My knee hurts since Friday"  no

Pure. A sentence says more than it names: a birthday, a flight, where it began to hurt, who is not
wanted. All of these bring a word of their own, so a clause asks for what it names only if each of
its other words is one that people ask with. Whoever is not understood so is asked: that costs a
question, while a wish nobody had costs trust.
"""

from __future__ import annotations

import re

_ASKING = frozenset(
    (
        *("can", "could", "may", "might", "would", "will", "shall", "do", "does", "is", "are"),
        *("see", "seen", "get", "got", "come", "book", "schedule", "want", "need", "like"),
        *("love", "prefer", "hoping", "looking", "have", "has", "you've", "let's", "how"),
        *("what", "make", "available", "free", "anything", "something", "please", "try", "works"),
        *(
            "visit",
            "appointment",
            "appointments",
            "slot",
            "opening",
            "openings",
            "check",
            "checkup",
        ),
    )
)
"""What a clause asks with. "Friday" alone may be an afterthought to anything."""
_FILLING = frozenset(
    (
        *("i", "i'd", "i'll", "i'm", "we", "we'd", "you", "me", "us", "it", "there", "be", "to"),
        *("in", "on", "at", "for", "of", "with", "a", "an", "the", "any", "some", "this", "that"),
        *("time", "times", "spot", "up", "out", "if", "or", "possible", "one", "someone"),
        *("best", "good", "fine", "great", "ok", "okay", "yes", "yeah", "yep", "sure", "hi"),
        *("hello", "hey", "um", "uh", "er", "so", "well", "oh", "maybe", "about", "new"),
        *("booked", "thanks", "thank", "say", "doctor", "dr", "back", "as", "soon", "next"),
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "week"),
        *("today", "tomorrow", "morning", "afternoon", "early", "late"),
    )
)
_MORE = {
    "cancel": frozenset("cancel cancelled my our drop scrap call off take longer".split()),
    "move": frozenset("move change switch push shift reschedule my our instead".split()),
}
"""What one asks with of an appointment that one has."""

_HAVE = r"\bi(?:'ve| have| got)\b(?! to\b)"
"""Tells of what one has, and asks for nothing."""
_DOCTOR = r"\b(?:dr\.?|doctor) +[a-z][a-z'-]*"
_STOP = r"[.!?;]+(?:\s|$)"
_BREAK = r",|:|\b(?:and|so|then|because)\b"
_ASIDE = rf"{_BREAK}|\b(?:for (?:a|an|my|our|his|her|the|some|this)|about|because|since|with my)\b"


def is_wish(text: str, start: int, end: int, tool: str) -> bool:
    """Does the clause around ``text[start:end]`` ask for what stands there?"""
    low = re.sub(r"\bdr\.", "dr ", text.lower().replace("\u2019", "'"))
    before = re.split(_STOP, low[:start])[-1]
    after = re.split(_STOP, low[end:])[0]
    *earlier, near = re.split(_BREAK, before)
    clause = _words(near) + _words(re.split(_ASIDE, after)[0])
    asking = _ASKING | _MORE.get(tool, frozenset())
    if re.search(_HAVE, near) or not all(word in asking | _FILLING for word in clause):
        return False
    said_before = [word for part in earlier for word in _words(part)]
    return bool(asking & set(clause)) or all(word in asking | _FILLING for word in said_before)


def _words(part: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", re.sub(rf"{_DOCTOR}|\b\d+(?:st|nd|rd|th)\b", " ", part))
