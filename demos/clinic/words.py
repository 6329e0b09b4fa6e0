"""The caller's words made comparable: plain tokens, numbers as digits, and what was really said.

A transcript writes one thing in many ways ("ten thirty", "10:30", "10.30 a.m."), and a model copies
whichever it likes. Everything that reads either goes through :func:`plain` first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from demos.clinic.say import ordinal

_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS = {word: n for n, word in enumerate(_UNITS)} | {
    word: 10 * n for n, word in enumerate(_TENS, 2)
}
_ORDINALS = {
    word: n
    for n, word in enumerate(
        (
            *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"),
            *("ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth"),
            *("sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"),
        ),
        1,
    )
} | {"thirtieth": 30}

_STOP = frozenset(
    (
        *("a", "an", "the", "on", "in", "at", "of", "for", "to", "with", "is", "it", "it's", "its"),
        *("i", "i'd", "i'm", "my", "me", "um", "uh", "er", "please", "and", "am", "pm", "oclock"),
    )
)


def plain(text: str) -> str:
    """Lower case, no punctuation, numbers as digits: ``Ten-thirty a.m.`` -> ``10 30 am``."""
    text = text.lower().replace("\u2019", "'").replace("o'clock", "oclock")
    text = re.sub(r"\b([ap])\.? ?m\b\.?", r"\1m", text)
    text = re.sub(r"(\d)([ap]m)\b", r"\1 \2", text)
    text = re.sub(r"\b(\d{1,2})\.(\d\d)\b", r"\1:\2", text)
    text = re.sub(r"[^a-z0-9:/'\s]|(?<!\d)[:/]|[:/](?!\d)", " ", text)
    words: list[str] = []
    for word in text.split():
        digits = _digits(word)
        before = words[-1] if words else ""
        earlier = words[-2] if len(words) > 1 else ""
        if before in _TEN_DIGITS and word != digits and re.fullmatch(_UNIT, digits):
            if word == "one" and earlier.isdigit():
                words.append(digits)  # "the three thirty one" is not 3:31
            else:
                words[-1] = before[0] + digits
        elif before in {"oh", "o"} and earlier.isdigit() and re.fullmatch(r"[1-9]", digits):
            words[-1] = "0" + digits
        else:
            words.append(digits)
    return " ".join(words)


_UNIT = r"[1-9](?:st|nd|rd|th)?"
_TEN_DIGITS = frozenset(str(n) for n in range(20, 100, 10))


def _digits(word: str) -> str:
    if word in NUMBERS:
        return str(NUMBERS[word])
    if word in _ORDINALS:
        return ordinal(_ORDINALS[word])
    return word


def content(text: str) -> list[str]:
    """The words of :func:`plain` that carry something; clock times as bare numbers."""
    spread = re.sub(r"[:/]", " ", plain(text)).replace("'s ", " ")
    words = (re.sub(r"^(\d+)(?:st|nd|rd|th)$", r"\1", word) for word in spread.split())
    return [word for word in words if word not in _STOP]


def likeness(one: str, other: str) -> float:
    """0 to 1; spelling is all a transcript has of a sound."""
    return SequenceMatcher(None, one, other).ratio()


def is_in(word: str, words: Iterable[str], at_least: float = 0.75) -> bool:
    """Was this word among them, give or take a letter? Numbers and short words must be exact."""
    words = list(words)
    if word in words:
        return True
    if len(word) < 4 or word[0].isdigit():
        return False
    return any(likeness(word, other) >= at_least for other in words if len(other) > 2)


def was_said(value: str, turns: Sequence[str]) -> bool:
    """Did the caller say every word of this, in any of these turns?

    The model copies what it heard; a value with a word that nobody said was made up.
    """
    wanted = content(value)
    said = [word for turn in turns for word in content(turn)]
    joined = "".join(said)  # "L-O-P-E-Z" is Lopez
    return bool(wanted) and all(
        is_in(word, said) or (len(word) > 3 and word in joined) for word in wanted
    )
