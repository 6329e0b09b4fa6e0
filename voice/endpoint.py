"""Decide how long a silence must be to end the caller's turn, from the words before it.

Pure: words in, seconds out. What sounds finished ends soon; what hangs ("my number is", "um",
a comma, half a telephone number) is given time to go on.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from voice.config import TurnPolicy

_HANGING = frozenset(
    # words that a sentence does not end with, and the sounds of somebody looking for the next one
    """a about an and are as at because but by er for from hmm i i'd i'll i'm if into is it's its
    like my need of or our so spell than that's the their to uh um was we we're who with
    your""".split()
)
_FILLERS = frozenset("ah eh er erm hm hmm mm oh uh uhm um".split())
_NODS = frozenset(
    """ahh alright all absolutely cool exactly fine good got great huh it mhm mmhmm nice ok okay
    perfect right see sure thank thanks uhhuh yeah yep yes you i""".split()
)
"""What is said to somebody who shall go on."""
_DIGIT_WORDS = frozenset("zero oh one two three four five six seven eight nine".split())


def endpoint_delay(text: str, expects: str, policy: TurnPolicy) -> float:
    """How long to wait, in seconds, after ``text`` when the last question asked for ``expects``.

    ``expects`` is "digits", "name", "date", "yes_no" or "any".
    """
    words = re.findall(r"[\w']+", text.lower())
    if not words:
        return policy.longest_endpoint
    if _hangs(words, text):
        return policy.hanging_endpoint
    if expects == "digits" and 0 < _count_digits(words) < 7:
        return policy.hanging_endpoint
    if text.rstrip().endswith(("?", "!", ".")) or (expects == "yes_no" and len(words) <= 3):
        return policy.shortest_endpoint
    return policy.usual_endpoint


def patience(policy: TurnPolicy, expects: Callable[[], str]) -> Callable[[str], float]:
    """The turn machine's question, with what the agent asked for filled in."""
    return lambda text: endpoint_delay(text, expects(), policy)


def same_words(one: str, other: str) -> bool:
    """Whether two texts of one turn ask for the same answer: case, punctuation, "um" aside."""
    return _meant(one) == _meant(other)


def _meant(text: str) -> list[str]:
    return [word for word in re.findall(r"[\w']+", text.casefold()) if word not in _FILLERS]


def takes_turn(text: str) -> bool:
    """Whether words said over the agent are meant to stop it: a nod ("mm-hm", "okay") is not."""
    return bool(set(_meant(text)) - _NODS)


def _hangs(words: list[str], text: str) -> bool:
    if text.rstrip().endswith((",", "...", "…", "-", "—", ":")):
        return True
    if text.rstrip().endswith("?"):
        return False
    return words[-1] in _HANGING


def _count_digits(words: list[str]) -> int:
    return sum(len(word) if word.isdigit() else word in _DIGIT_WORDS for word in words)
