"""Say whether a name that is being spelled is whole. Pure, and English.

Who spells pauses between any two letters, and each of them sounds like the last one. So it is whole
only once the letters are those of the name said before them; where the transcriber heard that name
otherwise, or none was said, nobody knows, and it is better to wait.
"""

from __future__ import annotations

import re

from voice.vocabulary import NODS, OPENERS

_SPELLS = re.compile(r"\bspel(?:l|led|t|ling)\b", re.IGNORECASE)
_TELLS_NAME = re.compile(r"\bname(?:'s| is)\b", re.IGNORECASE)
_LED_BY_NAME = re.compile(r"\b([A-Z][a-z]+)[.,] [A-Z](?:[A-Z]|\W|$)")
"""Letters follow a word that may be one: "Kowalski, K O W"."""
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_AS_IN = re.compile(r"\b([A-Za-z])[ -]+(?:as in|is in|for|like) [A-Za-z]+", re.IGNORECASE)
_MISHEARD = re.compile(r"\b(?:as|is) in \w+\W*$|\bspel(?:led|t)\b[^?]*$")
"""Letters that were taken for words: "that speed is in boy", "it's spelled any or"."""
_CLOCK = ("am", "pm")
_BETWEEN = frozenset("and capital double hyphen dash apostrophe space then um uh".split())
_ALONE = dict(zip("aye ar bee cue dee ell em en ex eye gee jay kay pee tee zee zed".split(),
                  "irbqdlmnxigjkptzz", strict=True))  # fmt: skip
"""Letters as the transcriber writes what it takes for words, where a name was asked for."""
_AMONG = dict(zip("a age are be i oh pea queue sea see tea you why".split(),
                  "ahrbiopqcctuy", strict=True))  # fmt: skip
"""Words that stand for letters only beside others: "K, are, you, pea, a"."""
_BY_CHANCE = 3
"""Fewer letters than these come in other sentences, too: "at five P M", "plan B"."""
_VERB = re.compile(r"'(?:s|m|re|ll|ve|d)$")


def spelling_is_whole(text: str, asked: str) -> bool | None:
    """None where ``text`` does not end in spelled letters."""
    certain = asked == "name" or _SPELLS.search(text) is not None
    text = _AS_IN.sub(lambda found: found[1].upper(), text)
    words = _WORD.findall(re.sub(r"\bdouble ([A-Za-z])\b", r"\1 \1", text))
    follows = _follows_name(text)
    at = len(words)
    while at and _letters(words[at - 1], certain, certain or follows) is not None:
        at -= 1
    letters = [_letters(word, certain, certain or follows) or "" for word in words[at:]]
    sure = any(map(_is_sure, words[at:]))
    few = 1 if certain or follows or _TELLS_NAME.search(text) else _BY_CHANCE
    spelled = "".join(letters)
    if not sure or len(spelled) < few or (spelled in _CLOCK and not certain):
        return False if certain and _MISHEARD.search(text) else None
    said = [word for word in words[:at] if word[0].isupper() and not _VERB.search(word)]
    return bool(said) and spelled.endswith(said[-1].casefold().replace("'", ""))


def _follows_name(text: str) -> bool:
    """Whether some letters stand right behind what may be a name."""
    led = [found[1].casefold() for found in _LED_BY_NAME.finditer(text)]
    return any(word not in OPENERS | NODS for word in led)


def _is_sure(word: str) -> bool:
    """Whether it is a letter whatever stands beside it."""
    if len(word) == 1 and word.isupper():
        return word != "I"
    return word.casefold() not in _AMONG.keys() | _BETWEEN


def _letters(word: str, certain: bool, together: bool) -> str | None:
    """Those that it stands for; none for what is said between two of them; None for a word.

    The transcriber may run them ``together`` ("NOVAK"), but "MRI" is a word where nobody spells.
    Where somebody is ``certain`` to, it may write them small, or as what they sound like.
    """
    low = word.casefold()
    if low in _BETWEEN:
        return ""
    if word.isupper() and (together or len(word) == 1):
        return low
    if not certain:
        return None
    return low if len(word) == 1 else _ALONE.get(low) or _AMONG.get(low)
