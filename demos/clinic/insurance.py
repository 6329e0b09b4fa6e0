"""Answer whether an insurer is one of the clinic's: yes, no, or which are.

Pure. "No" is said of an insurer only: of one that is known by name, or of what the caller wrote
with a capital, as a transcript writes names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from demos.clinic.words import content, likeness, plain

_OTHERS = (
    *("Medicare", "Medicaid", "Tricare", "Aetna", "Cigna", "Humana", "Anthem", "Kaiser", "Molina"),
    *("United", "Oscar", "Ambetter", "Centene", "WellCare", "Blue Cross", "Blue Shield"),
    "VA",
)
"""Names that are easily taken for one another: Medicaid is not a misheard Medicare."""


def insurance_answer(insurers: Sequence[str], of: str, heard: str) -> str | None:
    """One sentence; None where the clinic has no list, or was not asked for an insurer."""
    if not insurers:
        return None
    asked = re.sub(r"\binsurances?\b|\bplans?\b|\bhealth\b", " ", plain(of)).strip()
    if named := _insurer(insurers, asked) or _insurer(insurers, heard):
        return f"Yes, we take {named}."
    general = r"\b(?:which|what|any|all|kinds?|list|my|accepted)\b"
    if asked and not re.search(general, asked) and not _is_treatment(asked, heard):
        if not names_insurer(asked) and _is_common(asked, heard):
            return None
        return f"No, {asked.title().replace(' Of ', ' of ')} isn't on our list."
    *most, last = insurers
    return f"We take {', '.join(most)} and {last}." if most else f"We take {last}."


def names_insurer(text: str) -> bool:
    """Is an insurer named that everybody knows?"""
    return any(_named(content(one), content(text)) for one in _OTHERS)


def _is_treatment(asked: str, heard: str) -> bool:
    """ "Will my insurance cover an MRI?" asks for no insurer of that name."""
    before = r"\b(?:cover(?:s|ed)?|pay(?:s)?)(?: (?:a|an|the|my|his|her|this|for))*"
    return bool(re.search(rf"{before} {re.escape(asked)}\b", plain(heard)))


def _is_common(asked: str, heard: str) -> bool:
    """Words that a cased transcript writes small are nobody's name: "do you take walk-ins?" """
    if re.search(r"\binsur", plain(heard)):
        return False
    small = re.escape(asked).replace(r"\ ", r"[ -]")
    return heard[:1].isupper() and bool(re.search(rf"\b{small}", heard))


def _insurer(insurers: Sequence[str], text: str) -> str | None:
    """Which of ours was named; a name that is nearer to somebody else's is not ours."""
    best, score = None, 0.0
    for insurer in (*insurers, *_OTHERS):
        if (alike := _named(content(insurer), content(text))) > score:
            best, score = insurer, alike
    return best if best in insurers else None


def _named(words: Sequence[str], said: Sequence[str]) -> float:
    """How surely these words stand in a row among those said; 0 where one is too unlike."""
    best = 0.0
    for start in range(len(said) - len(words) + 1):
        pairs = zip(words, said[start:], strict=False)
        alike = [
            likeness(*pair) if len(pair[0]) > 3 else float(pair[0] == pair[1]) for pair in pairs
        ]
        if min(alike, default=0.0) >= 0.75:
            best = max(best, min(alike))
    return best
