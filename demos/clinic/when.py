"""When the caller wants to come: days, times, or one of the times just offered.

    "tuesday at half past two" -> days and hours      "the first one" -> pick 0
    "earliest" -> soonest                             "something later" -> more, after the offer

Pure: today comes in as an argument. What is free then, :mod:`demos.clinic.offers` decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from demos.clinic.days import excluded_weekdays, no_such_day, read_days
from demos.clinic.hours import Hours, read_hours
from demos.clinic.words import plain

_SOONEST = (
    r"\b(?:earliest|soonest|asap|as soon as (?:possible|you can)|as early as (?:possible|you can)"
    r"|(?:first|1st|next) (?:available|free|open|opening|possible|thing you have)|right away"
    r"|whatever'?s? (?:is )?(?:first|1st|soonest|next))\b"
)
_ANY = (
    r"\b(?:any ?time|any ?day|whenever|whichever|doesn'?t matter|don'?t (?:mind|care)|either"
    r"|no preference|all day|any (?:of them|1)|(?:i'm |i am )?flexible|up to you|whatever)\b"
)
_ONE = r"(?:1|option|time|slot|of (?:the 2|those))"
_YES = r"^(?:yes |yeah |ok |okay )?"
_PICKS = (
    (rf"\b(?:1st|former|earlier|early|earliest) {_ONE}\b", 0),
    (rf"\b(?:2nd|later|late|latter|last|latest|other) {_ONE}\b", -1),
    (r"\b(?:the |option )?(?:1st|former)$", 0),
    (r"\b(?:the |option )?(?:2nd|latter)$", -1),
    (r"\boption 1\b|\bnumber 1\b", 0),
    (r"\boption 2\b|\bnumber 2\b", -1),
    (rf"{_YES}(?:the earlier|(?:the )?(?:1st|former))(?: please)?$", 0),
    (rf"{_YES}(?:the later|(?:the )?(?:2nd|latter|last|latest|other))(?: please)?$", -1),
)
_CORRECTION = r"\b(?:no|sorry|i mean|actually|rather|make it|make that|wait|i meant|instead)\b"


@dataclass(frozen=True, slots=True)
class When:
    """What was said about when; None, False and () mean that nothing was."""

    days: tuple[date, ...] | None = None
    hours: Hours | None = None
    not_on: frozenset[int] = frozenset()
    soonest: bool = False
    anytime: bool = False
    pick: int | None = None
    more: Literal["earlier", "later"] | None = None
    no_day: str = ""
    """A date that was named and that no calendar has: "November 31st"."""

    def allows(self, at: date) -> bool:
        """Would this day do?"""
        return (self.days is None or at in self.days) and at.weekday() not in self.not_on

    def __bool__(self) -> bool:
        return self != When()


def exactly(at: datetime) -> When:
    """The wish for this very moment."""
    return When(days=(at.date(),), hours=Hours(exact=(at.time(),)))


def read_when(text: str, today: date, offered: int = 0) -> When:
    """Read what was said about when; ``offered`` is how many times the caller may pick from."""
    said = plain(text)
    if offered and (pick := _pick(said)) is not None:
        return When(pick=pick)
    more = _more(said) if offered else None
    hours = read_hours(said)
    if more and hours and hours.exact:
        more = None  # "later, at four" names its time
    days = read_days(said, today)
    return When(
        days=days,
        hours=None if more else hours,
        not_on=excluded_weekdays(said),
        soonest=bool(re.search(_SOONEST, said)),
        anytime=bool(re.search(_ANY, said)),
        more=more,
        no_day="" if days else no_such_day(said, today),
    )


def read_spoken(text: str, today: date, offered: int = 0) -> When:
    """The same from a whole turn, where what comes after "no" or "I mean" is what is meant."""
    parts = re.split(_CORRECTION, text.lower())
    for part in reversed(parts):
        if when := read_when(part, today, offered):
            return when
    return read_when(text, today, offered)


def revise(old: When, new: When) -> When:
    """What stands after a correction: a new day keeps the time, a new time keeps the day."""
    if new.soonest:
        return replace(new, days=new.days or None, hours=new.hours)
    days = new.days if new.days is not None or new.no_day else old.days
    hours = new.hours if new.hours is not None else old.hours
    if new.anytime:
        # "any day" and "any time" free what they do not name
        days, hours = (new.days or (None if new.hours or not old.days else old.days)), new.hours
    return When(
        days=days,
        hours=hours,
        not_on=new.not_on or (frozenset() if new.days else old.not_on),
        soonest=old.soonest and new.days is None and not new.anytime,
        anytime=new.anytime or old.anytime,
        pick=new.pick,
        more=new.more,
        no_day=new.no_day,
    )


def _pick(said: str) -> int | None:
    for pattern, pick in _PICKS:
        if re.search(pattern, said):
            return pick
    return None


def _more(said: str) -> Literal["earlier", "later"] | None:
    if re.search(
        r"\b(?:later|anything else|other times?|else|neither|none of (?:those|them))\b", said
    ):
        return None if re.search(r"\blater this week\b", said) else "later"
    return "earlier" if re.search(r"\b(?:earlier|sooner|before (?:that|then))\b", said) else None
