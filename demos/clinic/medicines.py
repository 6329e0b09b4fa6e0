"""Which medicine, and how strong: a drug and its strength that were said apart.

Pure. Only what stands side by side belongs together; any other strength may be another's.
"""

from __future__ import annotations

import re

_NUMBER = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty"
    r"|fifty|sixty|seventy|eighty|ninety|hundred|point)"
)
_STRENGTH = (
    rf"\b(?:\d[\d.,]*|{_NUMBER}(?:[ -](?:{_NUMBER}|and))*)"
    r"[ -]?(?:milligrams?|mgs?|micrograms?|mcgs?|grams?|units?)\b"
)
_FORMER = r"\b(?:used to|from|was|were|not|no|wait|instead|until)\b"
_NO_DRUGS = frozenset(
    (
        *("refill", "prescription", "tablets", "tablet", "pills", "medicine", "medication", "dose"),
        *("need", "take", "taking", "about", "which", "think", "actually", "called", "please"),
        *("usual", "strength", "sorry", "those", "these", "under", "order", "renew", "maybe"),
        *("exactly", "roughly", "around", "almost", "nearly", "currently", "daily", "twice"),
        *("point", "every", "other", "times", "thanks", "hello", "there", "would", "could"),
        *("white", "small", "round", "yellow", "thing", "should", "right", "still", "actual"),
    )
)


def has_strength(text: str) -> bool:
    """Is the strength of a medicine among these words?"""
    return bool(re.search(_STRENGTH, text, re.IGNORECASE))


def is_strength(text: str) -> bool:
    """Is this the strength of a medicine, without the medicine?"""
    return bool(re.fullmatch(_STRENGTH, text.strip(" ."), re.IGNORECASE))


def with_strength(drug: str, text: str) -> str:
    """The drug and the strength that stands right after it, or before it: "Lisinopril, 10 mg".

    Anywhere else it may be another's, or a former one: "1000 milligram Lantus, no, Sertraline".
    """
    if re.search(_FORMER, text, re.IGNORECASE):
        return drug
    link = r"(?:[,.]? (?:(?:the|in|at|it's|a|and) )*)"
    of = r"(?: (?:tablets? |pills? )?(?:of )?(?:the |my )?)"
    name = re.escape(drug.strip(" .,"))
    for pattern in (rf"\b{name}{link}(?P<much>{_STRENGTH})", rf"(?P<much>{_STRENGTH}){of}{name}\b"):
        found = list(re.finditer(pattern, text, re.IGNORECASE))
        if len(found) == 1 and len(re.findall(_STRENGTH, text, re.IGNORECASE)) == 1:
            return f"{drug} {found[0]['much']}"
    return drug


def whole_drug(text: str) -> str:
    """A medicine with its strength, where only the strength was copied: "my sertraline, 50 mg"."""
    found = re.findall(
        rf"\b([a-z]{{5,}})[,.]? (?:(?:the|in|at|it's|and|a) )*({_STRENGTH})", text, re.IGNORECASE
    )
    if len(found) != 1 or found[0][0].lower() in _NO_DRUGS:
        return ""
    return " ".join(found[0])
