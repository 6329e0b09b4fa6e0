"""Numbers as English words, in the several ways people read them aloud. Pure.

cardinal(250) two hundred fifty; pairs(250) two fifty; digits("250") two five oh; year(1905)
nineteen oh five: which one is meant stands in the words around it, see :mod:`tts.spoken`.
"""

from __future__ import annotations

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"))
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def cardinal(number: int) -> str:
    """How many: 1250 is one thousand two hundred fifty. Below 10 to the 15th."""
    if number < 20:
        return _SMALL[number]
    if number < 100:
        tens, rest = divmod(number, 10)
        return f"{_TENS[tens]}-{_SMALL[rest]}" if rest else _TENS[tens]
    if number < 1000:
        scale, name = 100, "hundred"
    else:
        scale, name = next(pair for pair in _SCALES if number >= pair[0])
    many, rest = divmod(number, scale)
    return f"{cardinal(many)} {name}" + (f" {cardinal(rest)}" if rest else "")


def ordinal(number: int) -> str:
    """Which one: 21 is twenty-first."""
    head, last = _split_last(cardinal(number))
    if last in _ORDINALS:
        return head + _ORDINALS[last]
    return head + (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")


def digits(number: str) -> str:
    """One by one: 0142 is oh one four two."""
    return " ".join("oh" if digit == "0" else _SMALL[int(digit)] for digit in number)


def pairs(number: int) -> str:
    """As rooms, streets and years are read: 204 is two oh four, 1250 twelve fifty."""
    many, rest = divmod(number, 100)
    if not 1 <= many <= 99 or number % 1000 == 0:
        return cardinal(number)
    if rest == 0:
        return f"{cardinal(many)} hundred"
    return f"{cardinal(many)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def year(number: int) -> str:
    """2026 is twenty twenty-six, but 2005 two thousand five."""
    return cardinal(number) if 2000 <= number < 2010 else pairs(number)


def number(text: str) -> str:
    """Any number as it is written: 1,250, 98.6, .5; digit by digit if it is too long for names."""
    whole, _, fraction = text.replace(",", "").partition(".")
    said = cardinal(int(whole or 0)) if len(whole) <= 15 else digits(whole)
    if not fraction:
        return said
    return f"{said} point {' '.join(_SMALL[int(digit)] for digit in fraction)}"


def _split_last(words: str) -> tuple[str, str]:
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    return words[:cut], words[cut:]
