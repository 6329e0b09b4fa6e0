"""Which times of day the caller means: "half past two", "ten thirty", "after four", "morning".

Pure. A bare hour is read as a clinic would: seven to eleven in the morning, noon to six after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

_PARTS = (
    (r"\b(?:(?:first|1st) thing|early)\b", time(0), time(9, 59)),
    (r"\blate morning\b", time(10, 30), time(11, 59)),
    (r"\bbefore (?:work|school)\b", time(0), time(8, 59)),
    (
        r"\blate (?:in the )?(?:afternoon|day)\b|\bend of the day\b|\bafter school\b"
        r"|\blatest\b|\bas late as\b",
        time(15),
        time(23, 59),
    ),
    (r"\bmornings?\b|\bbefore lunch\b", time(0), time(11, 59)),
    (r"\bafternoons?\b|\bafter lunch\b", time(12), time(23, 59)),
    (r"\bevenings?\b|\btonight\b|\bafter work\b", time(16, 30), time(23, 59)),
    (r"\blunch(?:time)?\b", time(11, 30), time(13, 30)),
)
_LEADS = (
    *("at", "by", "for", "around", "about", "after", "before", "until", "till", "like", "or"),
    *("than", "from", "between", "and", "maybe", "it", "day", "the", "say"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "tomorrow", "today"),
)
_HALF = r"(?: (?P<half>am|pm)\b)?"
_PATTERNS = (
    r"(?P<h>\d{1,2}):(?P<m>[0-5]\d)" + _HALF,
    r"half (?:past )?(?P<h30>\d{1,2})" + _HALF,
    r"(?:a )?(?P<count>quarter|5|10|20|25)(?: minutes)? (?P<side>past|after|to|of|before|till) "
    r"(?P<hour>\d{1,2})(?![\d:])" + _HALF,
    r"(?P<h>\d{1,2}) (?P<m>0[05]|[1-5][05])(?!\d|:|st|nd|rd|th)" + _HALF,
    r"(?P<h>1[0-2]|[1-9])(?P<m>[0-5][05])(?!\d|:|st|nd|rd|th)" + _HALF,
    r"(?P<h>\d{1,2}) (?:oclock ?)(?P<half>am|pm)?\b",
    r"(?P<h>\d{1,2}) (?P<half>am|pm)\b",
    r"(?P<h>1[0-2]|[1-9])(?= or (?:\d|half|quarter|noon))",
    r"(?P<h>1[0-2]|[1-9])(?= in the (?:morning|afternoon|evening))",
    r"(?P<noon>\b(?:noon|midday)\b)",
    "(?:" + "|".join(rf"(?<=\b{word} )" for word in _LEADS) + ")"
    r"(?P<h>1[0-2]|[1-9])(?! ?(?:days?|weeks?|months?|minutes?|hours?|milligrams?|mg|[\d:/]))\b",
)
_ALONE = r"(?:the )?(?P<h>1[0-2]|[1-9])(?: 1| please| works| is (?:fine|good|great))*"


@dataclass(frozen=True, slots=True)
class Hours:
    """Exact times that would do, or else a stretch of the day, both ends included."""

    exact: tuple[time, ...] = ()
    first: time = time(0)
    last: time = time(23, 59)

    def allow(self, at: time) -> bool:
        """Would this time do?"""
        return at in self.exact if self.exact else self.first <= at <= self.last

    @property
    def middle(self) -> time:
        """Where to look for something near, when nothing that was asked for is free."""
        if self.exact:
            return self.exact[0]
        return self.first if self.first > time(0) else min(self.last, time(9))


def read_hours(text: str) -> Hours | None:
    """The times that ``text`` (already plain) would accept, or None where it names none."""
    text = re.sub(r"\b(?:the|that|this|which|any|a) 1\b(?! (?:am|pm|oclock|[1-5]\d))", " ", text)
    text = re.sub(r"\b(?:early|late|later) (?:(?:in )?the |this |next )?week\b", " ", text)
    exact = _exact(text)
    if exact:
        return _bounded(text, exact)
    for pattern, first, last in _PARTS:
        if re.search(pattern, text):
            return Hours(first=first, last=last)
    return None


def _bounded(text: str, exact: tuple[time, ...]) -> Hours:
    if re.search(r"\b(?:half|quarter|5|10|20|25) (?:past|after|to|before|till)\b", text):
        return Hours(exact=exact)
    number = r"(?: (?:or|about|around))?(?: at)? (?=\d|noon|midday|half|quarter|a quarter)"
    if len(exact) == 2 and re.search(r"\b(?:between|from)\b", text):
        return Hours(first=min(exact), last=max(exact))
    if re.search(rf"\b(?:not before|no earlier than|after|later than|past|from){number}", text):
        return Hours(first=exact[0])
    if re.search(rf"\b(?:before|by|earlier than|no later than|until|till){number}", text):
        return Hours(last=exact[0])
    return Hours(exact=exact)


def _exact(text: str) -> tuple[time, ...]:
    found: dict[int, time] = {}
    rest = text
    for pattern in _PATTERNS:
        for match in list(re.finditer(rf"(?<![\d:/]){pattern}", rest)):
            at = _time(match.groupdict(), text)
            if at is not None:
                found[match.start()] = at
                blank = " " * len(match[0])
                rest = rest[: match.start()] + blank + rest[match.end() :]
    if not found and (alone := re.fullmatch(_ALONE, rest.strip())):
        at = _time(alone.groupdict(), text)
        return (at,) if at else ()
    return tuple(dict.fromkeys(found[start] for start in sorted(found)))


def _time(said: dict[str, str | None], text: str) -> time | None:
    if said.get("noon"):
        return time(12)
    hour = int(said.get("h") or said.get("h30") or said.get("hour") or 0)
    minute = int(said.get("m") or (30 if said.get("h30") else 0))
    if count := said.get("count"):
        minute = 15 if count == "quarter" else int(count)
        if said["side"] in {"to", "of", "before", "till"}:
            hour, minute = (hour - 2) % 12 + 1, 60 - minute
    half = said.get("half") or _half_of_day(text)
    if hour > 23 or minute > 59 or (hour == 0 and not said.get("m")):
        return None
    if hour <= 12 and (half == "pm" or (half is None and (hour < 7 or hour == 12))):
        hour = hour % 12 + 12
    elif half == "am" and hour == 12:
        hour = 0
    return time(hour, minute)


def _half_of_day(text: str) -> str | None:
    if re.search(r"\bmorning\b", text):
        return "am"
    return "pm" if re.search(r"\b(?:afternoon|evening|tonight)\b", text) else None
