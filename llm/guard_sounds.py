"""How alike two words sound, as far as spelling tells: what a transcript confuses.

    kill fill .33    live love .1    stroke throat .3    heart attack, hard to catch .3

Pure. Words become rough sounds, and the sounds are aligned: vowels are cheap to confuse, so are
consonants made the same way, and word boundaries are lost as they are on a telephone.
"""

from __future__ import annotations

import re
from functools import lru_cache

_RULES = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"'", ""),
        (r"\bkn|\bgn", "n"),
        (r"\bwr", "r"),
        (r"\bps", "s"),
        (r"\bwh", "w"),
        (r"mb\b", "m"),
        (r"ght", "t"),
        (r"(?<=[aeiou])gh", ""),
        (r"tch|ch", "C"),
        (r"sh|ti(?=on)|ci(?=ous)", "S"),
        (r"th", "T"),
        (r"ph", "f"),
        (r"ck", "k"),
        (r"qu", "kw"),
        (r"x", "ks"),
        (r"dge?", "d"),
        (r"sc(?=[eiy])", "s"),
        (r"c(?=[eiy])", "s"),
        (r"c|q", "k"),
        (r"ge\b", "j"),
        (r"\bg(?=[ei])(?!ive|et)", "j"),
        (r"(?<=[^aeiou\s])e?ed\b", "d"),
        (r"(?<=[bcdfgjklmnprstvzCST])e\b", ""),
        (r"(?<=[bcdfgjklmnprstvzCST])e(?=s\b)", ""),
        (r"ee|ea|ie|ei", "i"),
        (r"oo|ew|ue", "u"),
        (r"oa|ow|ou", "o"),
        (r"ai|ay|ey", "e"),
        (r"(?<=[^aeiou\s])y\b", "i"),
        (r"y(?=[^aeiou\s])", "i"),
        (r"[aeiou]+r(?=[^aeiou]|\b)", "3"),
        (r"([a-zA-Z])\1", r"\1"),
        (r"\s+", ""),
    )
)
_VOWELS = frozenset("aeiou3")
_KINDS = ("pbtdkg", "fvTsz", "CSj", "mn", "lrwy")
_PAIRS = frozenset(("pb", "td", "kg", "sz", "fT", "fv", "mn", "tC", "dj", "vT", "wl", "sS", "CS"))


def unlike(heard: str, meant: str) -> float:
    """0 for the same sounds, 1 for nothing in common."""
    one, two = _sounds(heard), _sounds(meant)
    if one.endswith("ing") and two.endswith("ing"):
        one, two = one[:-3], two[:-3]  # an ending in common tells nothing
    return _distance(one, two) / max(len(one), len(two), 1)


@lru_cache(maxsize=2048)
def _sounds(words: str) -> str:
    for pattern, sound in _RULES:
        words = pattern.sub(sound, words)
    return words


def _swap(one: str, two: str) -> float:
    if one == two:
        return 0.0
    if one in _VOWELS and two in _VOWELS:
        return 0.3
    if one + two in _PAIRS or two + one in _PAIRS:
        return 0.25
    if any(one in kind and two in kind for kind in _KINDS):
        return 0.5
    return 1.0


def _gap(sound: str) -> float:
    return 0.5 if sound in _VOWELS or sound in "hrwy" else 0.7


@lru_cache(maxsize=2048)
def _distance(one: str, two: str) -> float:
    row = [0.0]
    for sound in two:
        row.append(row[-1] + _gap(sound))
    for left in one:
        diagonal, row[0] = row[0], row[0] + _gap(left)
        for n, right in enumerate(two, 1):
            swapped = diagonal + _swap(left, right)
            diagonal = row[n]
            row[n] = min(swapped, row[n] + _gap(left), row[n - 1] + _gap(right))
    return row[-1]
