"""Is an answer the right action? Values are compared as a listener would, not letter by letter.

Case, punctuation, leading words that carry nothing and the spelling of numbers do not count:
"on Tuesday" equals "tuesday", "10:30" equals "ten thirty". A missing slot, a wrong one and one that
nobody said each make the turn wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TOOLS: Mapping[str, frozenset[str]] = {
    "book": frozenset({"doctor", "day", "time", "name", "reason"}),
    "move": frozenset({"doctor", "day", "time", "name"}),
    "cancel": frozenset({"name", "day", "doctor"}),
    "refill": frozenset({"drug", "name"}),
    "message": frozenset({"to", "text", "name", "phone"}),
    "lookup": frozenset({"about", "of"}),
    "confirm": frozenset({"answer"}),
}

PLAIN: Sequence[tuple[str, str]] = (
    ("greeting", r"^(hello\b|yes, i'm here)"),
    ("identity", r"automated assistant"),
    ("thanks", r"^you're welcome"),
    ("goodbye", r"goodbye"),
    ("medical", r"can't give medical advice"),
    ("refuse", r"only help with the clinic"),
    ("unclear", r"didn't catch that"),
    ("ask_intent", r"^(thanks|sure)\. what can i do for you|^is this for a new"),
    ("abuse", r"sorry about the trouble"),
    ("hold", r"take your time"),
    ("nevermind", r"never mind that"),
)
"""A plain reply's kind by its words; anything else ("Sure. Which works?") is ``other``."""

_UNITS = "zero one two three four five six seven eight nine".split()
_NUMBERS = {word: number for number, word in enumerate(_UNITS)} | {
    "oh": 0, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13,
    "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18,
    "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
_EMPTY = (
    r"^(?:(?:on|at|in|for|around|about|to|with|of|the|a|an|my|our|your|his|her|their|some)\s+)+"
)


def normalise(value: str) -> str:
    """The value as a key for comparing."""
    text = value.lower().replace("doctor", "dr").replace("mg", "milligrams").replace("-", " ")
    text = re.sub(r"\b([ap])\.?\s?m\b\.?", r"\1m", text)
    text = re.sub(r"(\d):(\d)", r"\1 \2", text)
    text = re.sub(r"(\d)(st|nd|rd|th)\b", r"\1", text)
    text = re.sub(r"[^\w\s']", " ", text).strip()
    text = re.sub(_EMPTY, "", " ".join(text.split()))
    words = [str(_NUMBERS.get(w, _ORDINALS.get(w, w))) for w in text.split()]
    words = _joined_tens(words)
    if all(word.isdigit() for word in words) and sum(map(len, words)) >= 7:
        return "".join(words)  # a telephone number, however it was grouped
    return " ".join(re.sub(r"milligrams?$", "milligram", word) for word in words)


def _joined_tens(words: Iterable[str]) -> list[str]:
    """``20 5`` is 25, but ``10 30`` stays a time."""
    joined: list[str] = []
    for word in words:
        tens = joined[-1] if joined else ""
        if len(tens) == 2 and tens[1] == "0" and tens[0] > "1" and word in "123456789":
            joined[-1] = str(int(tens) + int(word))
        else:
            joined.append(word)
    return joined


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model did: a tool's name or the kind of a plain reply, with arguments."""

    action: str
    arguments: Mapping[str, str]
    words: str
    valid: bool = True

    def same(self, action: str, arguments: Mapping[str, str]) -> bool:
        """Exactly that action, and exactly those slots."""
        ours = {k: normalise(v) for k, v in self.arguments.items()}
        return self.action == action and ours == {k: normalise(v) for k, v in arguments.items()}

    def first_sentence_words(self) -> int:
        """How long the caller waits for the first pause."""
        first = re.split(r"(?<=[.?!])\s", self.words.replace("Dr. ", "Dr "))[0]
        return len(first.split())


def plain_kind(words: str) -> str:
    """Which kind of plain reply these words are."""
    return next((k for k, pattern in PLAIN if re.search(pattern, words.lower())), "other")


def read_answer(words: str, calls: Sequence[tuple[str, str]]) -> Answer:
    """An answer from its text and its tool calls (name, JSON)."""
    if not calls:
        return Answer(plain_kind(words), {}, words.strip())
    name, written = calls[0]
    try:
        arguments: Any = json.loads(written)
    except ValueError:
        arguments = None
    valid = (
        len(calls) == 1
        and name in TOOLS
        and isinstance(arguments, dict)
        and all(isinstance(value, str) for value in arguments.values())
        and set(arguments) <= TOOLS[name]
    )
    return Answer(name, arguments if valid else {}, words.strip(), valid)
