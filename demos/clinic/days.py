"""Which days the caller means: "tuesday", "next week", "the 3rd of december", "in two weeks".

Pure: today comes in as an argument, out comes every day that would do, soonest first.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from demos.clinic.say import MONTHS, WEEKDAYS, ordinal

_SHORT = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3}
_WEEKDAYS = {name.lower(): n for n, name in enumerate(WEEKDAYS)} | _SHORT | {"fri": 4}
_MONTHS = {name.lower(): n for n, name in enumerate(MONTHS, 1)} | {
    name[:3].lower(): n for n, name in enumerate(MONTHS, 1)
}
_WEEKDAY = rf"(?P<weekday>{'|'.join(sorted(_WEEKDAYS, key=len, reverse=True))})(?:'s|s)?"
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_NOT = r"(?:not|except|but|besides|other than|apart from|can't do|can't make|cannot do)(?: on)?"
_FEW = {"a": 1, "a couple of": 2, "a few": 3}
_COUNT = r"(\d{1,2}|a couple of|a few|a) (day|week)s?"
_BEFORE = r"(?:(?:no|um|uh|on|for|how about|what about|is|maybe) )*"
_AFTER = r"(?: (?:at .*|morning|afternoon|please|then|ok|okay))*"

Found = tuple[date, ...]


def read_days(text: str, today: date) -> Found | None:
    """Every day that ``text`` (already plain) would accept, or None where it names no day."""
    for read in (_by_date, _past, _by_weekday, _by_span):
        days = read(text, today)
        if days:
            return days
    return None


def no_such_day(text: str, today: date) -> str:
    """A date that no calendar has ("november 31st"), as it is said; "" where there is none."""
    found = _dated(text)
    if found is None or _by_date(text, today) or int(found["day"]) < 1:
        return ""
    return f"{MONTHS[_MONTHS[found['month']] - 1]} {ordinal(int(found['day']))}"


def excluded_weekdays(text: str) -> frozenset[int]:
    """The weekdays that would not do: "any day but monday"."""
    found = re.finditer(rf"\b{_NOT} {_WEEKDAY}\b", text)
    return frozenset(_WEEKDAYS[match["weekday"]] for match in found)


def _by_date(text: str, today: date) -> Found | None:
    if match := _dated(text):
        return _coming(today, int(match["day"]), _MONTHS[match["month"]])
    if match := re.search(r"\b(?P<month>\d{1,2})/(?P<day>\d{1,2})\b", text):
        return _coming(today, int(match["day"]), int(match["month"]))
    if match := re.search(
        r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)\b(?! (?:1|option|time|slot)\b)", text
    ):
        return _coming(today, int(match["day"]))
    return None


def _dated(text: str) -> re.Match[str] | None:
    """A day of a month that is called by its name."""
    ordered = rf"\b{_MONTH} (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:\d])"
    reversed_ = rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}\b"
    return re.search(ordered, text) or re.search(reversed_, text)


def _coming(today: date, day: int, month: int | None = None) -> Found | None:
    """The next such date; a few days past are taken as past, not as next year's."""
    for ahead in range(-30 if month else 0, 337):
        at = today + timedelta(days=ahead)
        if at.day == day and month in (None, at.month):
            return (at,)
    return None


def _by_weekday(text: str, today: date) -> Found | None:
    text = re.sub(rf"\b{_NOT} {_WEEKDAY}\b", " ", text)
    monday = today - timedelta(days=today.weekday())
    found: set[date] = set()
    pattern = (
        rf"\b(?P<before>next|following|week from|week on|week after|after next)? ?{_WEEKDAY}\b"
        r"(?P<after> (?:of )?(?:next week|after next|week)\b)?"
    )
    for match in re.finditer(pattern, text):
        number = _WEEKDAYS[match["weekday"]]
        ahead = (number - today.weekday() - 1) % 7 + 1
        at = today + timedelta(days=ahead)
        before, after = match["before"], (match["after"] or "").strip()
        if after in {"after next", "week"} or (before or "").startswith(("week", "after")):
            at += timedelta(days=7)
        elif before in {"next", "following"} or after.endswith("next week") or "next week" in text:
            at = monday + timedelta(days=7 + number)
        found.add(at)
    return tuple(sorted(found)) or None


def _past(text: str, today: date) -> Found | None:
    """A day that is over, if nothing else is said: "since yesterday" asks for no day."""
    if re.fullmatch(rf"{_BEFORE}yesterday{_AFTER}", text):
        return (today - timedelta(days=1),)
    if match := re.fullmatch(rf"{_BEFORE}last {_WEEKDAY}{_AFTER}", text):
        ago = (today.weekday() - _WEEKDAYS[match["weekday"]] - 1) % 7 + 1
        return (today - timedelta(days=ago),)
    return None


def _by_span(text: str, today: date) -> Found | None:
    def span(first: int, last: int) -> Found:
        return tuple(today + timedelta(days=n) for n in range(max(first, 0), last + 1))

    monday = -today.weekday()
    if re.search(r"\bday after tomorrow\b", text):
        return span(2, 2)
    if re.search(r"\b(?:tomorrow|tmrw)\b", text):
        return span(1, 1)
    if re.search(r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b", text):
        return span(0, 0)
    if match := re.search(
        rf"\bin {_COUNT}\b|\b{_COUNT} (?:from (?:now|today)|out|away)\b|^{_COUNT}$", text
    ):
        many, unit = [part for part in match.groups() if part]
        count = _FEW.get(many) or int(many)
        return span(count, count) if unit == "day" else span(7 * count - 1, 7 * count + 3)
    week = 14 if "week after next" in text else 7
    if re.search(r"\b(?:next week|week after next|following week)\b", text):
        if re.search(r"\b(?:early|beginning|start|first thing)\b", text):
            return span(monday + week, monday + week + 1)
        if re.search(r"\b(?:late|later|end)\b", text):
            return span(monday + week + 3, monday + week + 4)
        return span(monday + week, monday + week + 6)
    if "weekend" in text:
        return span(monday + 5, monday + 6)
    if re.search(r"\b(?:end of the|later this|late this|end of this) week\b", text):
        return span(max(1, monday + 3), monday + 4) or span(1, monday + 6)
    if re.search(r"\bthis week\b", text):
        return span(0, monday + 6)
    if "next month" in text:
        first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        return span((first - today).days, (first - today).days + 27)
    if re.search(r"\bweekday\b", text):
        return tuple(at for at in span(1, 14) if at.weekday() < 5)
    return None
