"""Is something asked of us that is no clinic's business? A table, a taxi, a joke, a poem.

Pure, and narrow: whoever is told so wrongly is turned away from what the clinic does.
"""

from __future__ import annotations

import re

from demos.clinic.words import plain

_ELSEWHERE = (
    r"(?<!can't )(?<!couldn't )\b(?:book|reserve|order|get|call|find)"
    r"(?: (?!before|after|around|until|by|from|for|on)\w+){0,3} (?:tables?|taxi|cab|uber|flights?"
    r"|hotel|hotel room|restaurants?|haircut|plane|movie|cinema|pizza|train|concert|tickets?)\b"
)
_PASTIME = (
    r"\b(?:tell|know|sing|write|read|compose)(?: (?:me|us|any|another|some|a|an))*"
    r"(?: \w+)? (?:jokes?|poems?|songs?|riddles?|bedtime stor(?:y|ies)|limericks?|haikus?)\b"
    r"|\bignore (?:all |any |your |the |my )*(?:previous |prior |earlier |other )?"
    r"(?:instructions|rules|prompts?)\b"
)
_OURS = r"\b(?:doctor|dr|appointment|nurse|clinic|refill|prescription|message)\b"


def for_fun(heard: str) -> bool:
    """A joke, a poem, a game with our instructions."""
    words = plain(heard)
    return bool(re.search(_PASTIME, words)) and not re.search(_OURS, words)


def not_ours(heard: str) -> bool:
    """A table, a haircut, a joke: asked of us, but not our business."""
    words = plain(heard)
    return for_fun(heard) or bool(re.search(_ELSEWHERE, words) and not re.search(_OURS, words))
