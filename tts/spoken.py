"""What a model writes, as it should be read aloud: 10:30, $40, 500 mg, Dr., 555-0142. Pure.

A list of rules, each a pattern and how to read it, the most particular first: what one rule has put
into words, the next cannot mistake for something else. The last ones leave no digit unspoken.
A clause stays one clause: no rule adds a full stop, and an abbreviation loses its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from re import Match

from tts import readings, shorthand
from tts.clean import clean
from tts.numbers import digits, number

Say = Callable[[Match[str]], str]


def spoken(text: str) -> str:
    """``text`` in words, as a person would read it. Never raises."""
    text = clean(text)
    for pattern, say in _RULES:
        text = pattern.sub(say, text)
    return text.strip()


def _rule(pattern: str, say: Say | str, flags: int = 0) -> tuple[re.Pattern[str], Say]:
    compiled = re.compile(pattern, flags)
    return compiled, (lambda match: match.expand(say)) if isinstance(say, str) else say


def _any(words: Iterable[str]) -> str:
    """A pattern for one of ``words``, the longest that fits."""
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


def _named(words: Mapping[str, str]) -> Say:
    return lambda match: words[match[1]]


_ANY_CASE = re.IGNORECASE
_NUMBER = r"(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|(?<![\w.])\.\d+)"
_STOP = r"(?:\.(?!\W*$))?"  # an abbreviation's full stop, unless it ends the clause too
_M = r"(?:[Mm]|\.\s?[Mm]" + _STOP + r")(?![\w-])"  # of a.m. and p.m.
_MONTH = _any([*shorthand.MONTHS, *(short.title() for short in shorthand.MONTH)])
_DAY = _any([*shorthand.DAYS, *(short.title() for short in shorthand.DAY)])
_STREET = _any([*shorthand.STREETS, *shorthand.STREETS.values()])
_PLACE = _any([*shorthand.PLACES, *shorthand.PLACES.values(), "Unit", "Gate", "Bed"])
_UNIT = _any(shorthand.UNITS)
_PER = _any(shorthand.PER)
_OFTEN = _any(shorthand.HOW_OFTEN)
_DOSE = r"(?:(?:milli|micro|kilo)?grams?|(?:milli)?liters?|units?|drops?|tablets?|capsules?|puffs?)"
_YEAR = r"((?:19|20)\d\d)"

_WHERE = [
    _rule(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", readings.web),
    _rule(r"(?:https?://|www\.)[^\s<>()\"]*[\w/]", readings.web, _ANY_CASE),
    _rule(
        r"(?<![\w.-])(?:[\w-]+\.)+(?:com|org|net|edu|gov|health|clinic|example)\b(?:/[\w./-]*\w)?",
        readings.web,
    ),
    _rule(
        r"(?<![\w-])((?:\+?1[-. ]?)?(?:\(\d{3}\)\s?|\d{3}[-. ])\d{3}[-. ]\d{4}|\d{3}-\d{4})"
        r"(?![\w-])(?:,?\s*(?:x|ext\.?|extension)\s*(\d+))?",
        readings.phone,
        _ANY_CASE,
    ),
    _rule(
        r"(?<![\w$.,/:-])(?:911|988)(?![-\w/:%]|[.,]\d|\s+" + _UNIT + r"\b)",
        readings.one_by_one,
    ),
    _rule(r"\b(" + _any(shorthand.STATES) + r"),?\s+(\d{5}(?:-\d{4})?)\b", readings.state),
    _rule(
        r"\b(\d{1,5})\s+((?:[NSEW]{1,2}\.?\s+)?(?:(?:[A-Z][a-z]+|\d+(?:st|nd|rd|th))\s+){1,3}?)"
        r"(" + _STREET + r")\b" + _STOP,
        readings.street_address,
    ),
    # Before a name Dr. is a doctor and St. a saint; after one and before none they are streets.
    _rule(
        r"\b(?!(?:Hi|Hello|Hey|Dear|The|Your|Our|Is|See)\b)([A-Z][a-z]+) (Dr|St)\b"
        + (_STOP + r"(?=\s+" + _PLACE + r"\b|\s+[a-z]|\s*[^\w\s]|\s*$)"),
        lambda match: f"{match[1]} {shorthand.STREETS[match[2]]}",
    ),
    _rule(r"\b(St|Mt|Ft)\b\.?(?=\s+[A-Z])", _named(shorthand.SAINTS)),
    _rule(r"\b(" + _any(shorthand.TITLES) + r")\b" + _STOP, _named(shorthand.TITLES)),
    _rule(
        r"(?<=[a-z] )(" + _any(shorthand.STREETS.keys() - {"Dr", "St"}) + r")\b" + _STOP,
        _named(shorthand.STREETS),
    ),
    _rule(
        r"\b(" + _PLACE + r")\.?\s+#?\s?([A-Z])?-?(\d{1,5})(?![-/:.,]?\d)(?:-?([A-Z]))?\b",
        readings.room,
    ),
    _rule(r"\b(" + _any(shorthand.PLACES) + r")\b\.?(?=\s+[A-Z]\b)", _named(shorthand.PLACES)),
]

_WHEN = [
    _rule(r"\b(\d{4})-(\d\d)-(\d\d)\b", readings.iso_date),
    _rule(r"\b(" + _DAY + r")\b\.?\s*-\s*(" + _DAY + r")\b" + _STOP, readings.days),
    # Sat, Sun and Wed are words, too, unless something about them says day.
    _rule(r"\b(Mon|Tues?|Thu(?:rs?)?|Fri|(?:Weds?|Sat|Sun)(?=[.,]|\s\d))\b" + _STOP, readings.days),
    _rule(
        r"\b(" + _MONTH + r")\b\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b(?![:/.]\d)"
        r"(?:\s*-\s*(\d{1,2})(?:st|nd|rd|th)?\b)?(?:,?\s+" + _YEAR + r"\b)?",
        readings.month_day,
    ),
    _rule(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+(of\s+)?(" + _MONTH + r")\b", readings.day_month),
    _rule(
        r"\b(Jan|Feb|Aug|Sept?|Oct|Nov|Dec)\b(?:\.(?!\W*$)|(?=\s+\d{4}))",
        lambda match: shorthand.MONTH[match[1].lower()],
    ),
    _rule(r"\b(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)\b", readings.slashed_date),
    _rule(r"\b(?:BP|bp)\s+(?=\d+/\d)", "blood pressure "),
    _rule(r"\b(\d+)\s+([1-3])/([2-4])(?![\d/])", readings.mixed),
    _rule(r"\b24/7\b", "twenty-four seven"),
    _rule(r"(?<![\d/.])(\d{1,3})/(\d{1,3})(?![\d/])", readings.slashed),
    # What is left of hyphens after a number, a unit or an hour are ranges.
    _rule(r"(?<![\w-])(\d+(?:-\d+){2,})()(?![\w-])", readings.phone),
    _rule(r"(\d(?:\s?[AaPp]" + _M + r"|[A-Za-z%]{1,3})?)\s*-\s*(?=\$?\.?\d)", r"\1 to "),
    _rule(r"\b(\d{1,2}):(\d\d)(?::\d\d)?(?![:\d])(?:\s?([AaPp])" + _M + r")?", readings.clock),
    _rule(r"(?<![\d.,:])(\d{1,2})()\s?([AaPp])" + _M, readings.clock),
]

_HOW_MUCH = [
    _rule(
        r"\$\s?(" + _NUMBER + r")(?:\s+to\s+\$?(" + _NUMBER + r"))?"
        r"(?:\s?(hundred|thousand|million|billion|[kKMB])\b)?",
        readings.money,
    ),
    _rule(r"(?<=s)\s?/\s?(" + _PER + r")\b", lambda match: f" per {shorthand.PER[match[1]]}"),
    _rule(r"\b(\d)'\s?(\d{1,2})(?:\"|\b)", lambda m: f"{number(m[1])} foot {number(m[2])}"),
    _rule(
        r"\bq\.?\s?(\d{1,2})(?:\s*to\s*(\d{1,2}))?\s?h(?:rs?|ours?)?\b" + _STOP,
        readings.every,
        _ANY_CASE,
    ),
    _rule(r"\bx\s?(?=\d+\s+(?:day|week|month))", "for "),
    _rule(r"\bx\s?(?=\d+\b)", "times "),
    _rule(r"\b(\d+)x\b", lambda match: f"{number(match[1])} times"),
    _rule(
        r"(?<![\w.])(" + _NUMBER + r")(\s?|-)(" + _UNIT + r")(?:/(" + _PER + r"))?(?!\w)" + _STOP,
        readings.unit,
        _ANY_CASE,
    ),
    _rule(r"\b(mg|mcg|ml)\b" + _STOP, lambda match: shorthand.UNITS[match[1]][1]),
    _rule(r"\b" + _DOSE + r"(?:\s+" + _OFTEN + r")+\b" + _STOP, readings.doses),
    _rule(
        r"\b(?:tid|qid|qhs|prn|BID|TID|QID|QHS|PRN|[bt]\.i\.d|q\.i\.d)\b" + _STOP, readings.doses
    ),
]

_REST = [
    _rule(
        r"(?<![\w.])(" + _any(shorthand.WORDS) + r")(?:(?<=/)|" + _STOP + r"(?!\w))",
        _named(shorthand.WORDS),
    ),
    _rule(r"\b(" + _any(shorthand.SPELLED) + r")\b(?!-)", lambda match: "-".join(match[1])),
    _rule(r"#\s?(?=\d)|\bNo\.\s?(?=\d)", "number "),
    _rule(
        r"\b((?:code|PIN|ID|account|confirmation|ext\.?|extension|case|ZIP|zip|ending in|number)"
        r"(?:\s+(?:is|number|code))*:?)\s+(\d{3,})(?![.,]?\d)",
        lambda match: f"{match[1]} {digits(match[2])}",
    ),
    _rule(r"\b(\d{1,9})(?:st|nd|rd|th)\b", readings.which),
    _rule(r"\b(\d{4}|\d0)'?s\b", readings.decade),
    _rule(r"\b(?:[A-Za-z]+-?\d+|\d+[A-Za-z])[A-Za-z0-9]*\b", readings.code),
    _rule(r"(?<![\d.])\d+(?:\.\d+){2,}", readings.version),
    _rule(r"(?<![\w)])-(?=\.?\d)", "minus "),
    _rule(r"(?<=\d)\s?:\s?(?=\d)", " to "),
    _rule(r"(?<![\w,.])(?:1[89]|20)\d\d(?![,.]?\d)", readings.in_year),
    _rule(r"(?<![\w,.])(?:0\d+|\d{5,})(?![,.]?\d)", readings.long_number),
    _rule(
        _NUMBER, lambda match: f" {number(match[0])} " if match[0][0] == "." else number(match[0])
    ),
    _rule(r"\d", readings.one_by_one),
    *(_rule(re.escape(sign), f" {words} ") for sign, words in shorthand.SIGNS.items()),
    _rule(r"(?<=\w)\s*/\s*(?=\w)", " or "),
]

_TIDY = [
    _rule(r"[/#~<>=_@+$|]+", " "),
    _rule(r"\s+-+\s+|--+", ", "),
    _rule(r"\s*\.{2,}\s*(?=\w)", ", "),
    _rule(r"\s+", " "),
    _rule(r" ?([,.;:!?])", r"\1"),
    _rule(r",[\s,]+(?=[,.;:!?]|$)|,(?=[.;:!?])", ""),
    _rule(r"^[\s,;:-]+(?=\w)", ""),
]

_RULES = [*_WHERE, *_WHEN, *_HOW_MUCH, *_REST, *_TIDY]
