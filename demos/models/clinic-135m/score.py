"""Is an answer the right action? Values are compared as a listener would, not letter by letter.

Case, punctuation, titles, leading words that carry nothing and the spelling of numbers do not
count: "on Tuesday" equals "tuesday", "10:30" equals "ten thirty". A missing slot, a wrong one and
one that nobody said each make the turn wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
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

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_ONES = {word: number for number, word in enumerate(_UNITS)}
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), 2
    )
}
_SAME = {
    "doctor": "dr", "milligram": "mg", "milligrams": "mg", "micrograms": "mcg",
    "microgram": "mcg", "oh": "0",
}  # fmt: skip
_LEAD = frozenset("the a an my our on at in for with to from of around about under".split())
_TITLES = frozenset("dr mr mrs ms miss".split())


def normalise(value: str) -> str:
    """The value as a key for comparing."""
    text = re.sub(r"\bo'clock\b", "", value.lower())
    text = re.sub(r"'s\b", "", text).replace("'", "")
    words: list[str] = []
    before = ""
    for word in (_SAME.get(word, word) for word in re.findall(r"[^\W_]+", text)):
        if 0 < _ONES.get(word, 0) < 10 and before in _TENS:
            words[-1] = str(int(words[-1]) + _ONES[word])  # "twenty", "five"
        else:
            words.append(str({**_ONES, **_TENS}.get(word, word)))
        before = word
    while len(words) > 1 and words[0] in _LEAD:
        del words[0]
    while len(words) > 1 and words[-1] == "please":
        del words[-1]
    if len(words) > 1 and words[0] in _TITLES:
        del words[0]
    return " ".join(words)


def same(slot: str, got: str, wanted: str, free: bool = False) -> bool:
    """Equal for a listener; ``free`` lets most of a long text do."""
    ours, theirs = normalise(got), normalise(wanted)
    if slot == "phone":
        ours, theirs = ours.replace(" ", ""), theirs.replace(" ", "")
    if slot in ("about", "of"):
        ours, theirs = ours.rstrip("s"), theirs.rstrip("s")
    if free and slot in ("text", "reason"):
        one, two = set(ours.split()), set(theirs.split())
        return bool(one and two) and 2 * len(one & two) / (len(one) + len(two)) >= 0.7
    return ours == theirs


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model did: a tool's name or the kind of a plain reply, with arguments."""

    action: str
    arguments: Mapping[str, str]
    words: str
    valid: bool = True

    def does(self, wanted: Mapping[str, Any], free: bool = False) -> bool:
        """Is it ``{"tool", "slots"}`` or ``{"plain"}``: that action, and exactly those slots?"""
        if "plain" in wanted:
            return bool(self.action == wanted["plain"])
        slots = wanted["slots"]
        if not self.valid or self.action != wanted["tool"] or set(self.arguments) != set(slots):
            return False
        return all(same(slot, self.arguments[slot], slots[slot], free) for slot in slots)

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
