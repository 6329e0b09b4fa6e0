"""Say whether a number, a date or a name that is being told is whole. Pure, and English.

Each says None where the words tell no such thing, or leave it open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_DIGITS = frozenset("zero oh one two three four five six seven eight nine".split())
_MORE = {"double": 1, "triple": 2}
_TAKEN_BACK = frozenset("sorry wait no mean rather actually".split())
_MONTHS = frozenset(
    """january february march april june july august september october november
    december""".split()
)
_DAYS = frozenset(
    """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth
    thirty""".split()
)
_WHEN = frozenset(
    """today tomorrow tonight noon midnight morning afternoon evening week month am pm o'clock past
    quarter""".split()
)
_NAME = r"(?:[A-Z][a-z]+|[A-Z]'[A-Z][a-z]+)(?:-?[A-Z][a-z]+)*"


def number_is_whole(words: Sequence[str]) -> bool | None:
    """Whether enough digits were said. People group them: after three or six, more come."""
    if not words or not _digits(words[-1:]) or _MONTHS & set(words):
        return None
    back = max((at for at, word in enumerate(words) if word in _TAKEN_BACK), default=-1)
    return _digits(words[back + 1 :]) >= _wanted(words)


def _digits(words: Sequence[str]) -> int:
    return sum(
        len(word) if word.isdecimal() else _MORE.get(word, int(word in _DIGITS)) for word in words
    )


def _wanted(words: Sequence[str]) -> int:
    """A telephone number without its area code, unless something shorter is being told."""
    if "extension" in words:
        return 3
    if "last" in words:  # "the last four digits are"
        return 4
    return 5 if "zip" in words else 7


def date_is_whole(words: Sequence[str]) -> bool | None:
    """With a day or a time it is. A month alone is not; after a weekday alone nobody knows."""
    said = set(words)
    counted = any(re.fullmatch(r"\d+(st|nd|rd|th)?", word) for word in words)
    if counted or said & (_DAYS | _WHEN) or words[-2:-1] == ("at",):  # "at ten"
        return True
    return False if said & _MONTHS and "in" not in said else None


def name_is_whole(text: str) -> bool | None:
    """Two words with capitals at the end are; of one nobody knows."""
    return True if re.search(rf"\b{_NAME} {_NAME}\W*$", text) else None
