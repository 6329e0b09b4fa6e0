"""Which free times to take or to offer: never one that is not free, never more than two.

Pure: the free slots and the caller's wish come in, and one of four things comes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from demos.clinic.book import Slot
from demos.clinic.when import When


@dataclass(frozen=True, slots=True)
class Chosen:
    """The wish names one free slot."""

    slot: Slot


@dataclass(frozen=True, slots=True)
class Offered:
    """One or two free slots to choose from.

    ``missed`` is what was asked for and is not free: a moment, or a whole day.
    """

    slots: tuple[Slot, ...]
    missed: datetime | date | None = None
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class NoDay:
    """Nothing was said yet about when."""


@dataclass(frozen=True, slots=True)
class Full:
    """Nothing is free at all."""


Choice = Chosen | Offered | NoDay | Full


def choose(free: Sequence[Slot], wish: When, offered: Sequence[Slot] = ()) -> Choice:
    """Match a wish with what is free, soonest first; ``offered`` is what was offered last."""
    if not free:
        return Full()
    if wish.pick is not None and offered:
        picked = offered[min(wish.pick, len(offered) - 1)]
        if picked in free:
            return Chosen(picked)
        return _near(free, picked.at, missed=picked.at)
    if wish.more and offered:
        return _further(free, wish, offered)
    if wish.hours and wish.hours.exact:
        among = [slot for slot in offered if slot in free and _fits(slot, wish)]
        if len(among) == 1:
            return Chosen(among[0])
    if wish.days is None and not (wish.soonest or wish.anytime or wish.not_on or wish.hours):
        return NoDay()
    if wish.days is None and wish.hours and wish.hours.exact and not (wish.soonest or wish.anytime):
        return NoDay()
    fitting = [slot for slot in free if _fits(slot, wish)]
    if fitting:
        exact = wish.hours is not None and len(wish.hours.exact) == 1
        one_day = wish.days is not None and len(wish.days) == 1
        if wish.soonest or (exact and one_day):
            return Chosen(fitting[0])
        return Offered(_spread(fitting))
    return _missed(free, wish)


def _fits(slot: Slot, wish: When) -> bool:
    return wish.allows(slot.at.date()) and (wish.hours is None or wish.hours.allow(slot.at.time()))


def _missed(free: Sequence[Slot], wish: When) -> Choice:
    """Nothing fits: the nearest on the same day, else the nearest day, and say what was missed."""
    same_day = [slot for slot in free if wish.allows(slot.at.date())]
    if same_day and wish.hours:
        one_day = same_day[0].at.date()
        middle = datetime.combine(one_day, wish.hours.middle)
        exact = len(wish.hours.exact) == 1 and wish.days is not None and len(wish.days) == 1
        return _near(
            [s for s in same_day if s.at.date() == one_day], middle, middle if exact else None
        )
    if not wish.days:
        return Offered(_spread(free), elsewhere=True)
    first = wish.days[0]
    after = [slot for slot in free if slot.at.date() > wish.days[-1]] or list(free)
    if wish.hours:
        after = [slot for slot in after if wish.hours.allow(slot.at.time())] or after
    return Offered(_spread(after), missed=first if len(wish.days) == 1 else None, elsewhere=True)


def _near(free: Sequence[Slot], wanted: datetime, missed: datetime | None) -> Choice:
    nearest = sorted(free, key=lambda slot: abs(slot.at - wanted))[:2]
    return Offered(tuple(sorted(nearest, key=lambda slot: slot.at)), missed, elsewhere=True)


def _further(free: Sequence[Slot], wish: When, offered: Sequence[Slot]) -> Choice:
    first, last = offered[0].at, offered[-1].at
    if wish.more == "later":
        beyond = [slot for slot in free if slot.at > last and slot not in offered]
        same_day = [slot for slot in beyond if slot.at.date() == last.date()]
        return Offered(tuple((same_day or beyond or list(offered))[:2]), elsewhere=not beyond)
    before = [slot for slot in free if slot.at < first]
    same_day = [slot for slot in before if slot.at.date() == first.date()]
    return Offered(tuple((same_day or before or list(offered))[-2:]), elsewhere=not before)


def _spread(fitting: Sequence[Slot]) -> tuple[Slot, ...]:
    """The first, and one that differs in more than half an hour: noon parts a day in two."""
    first = fitting[0]
    others = [slot for slot in fitting if slot.at - first.at >= timedelta(hours=2)]
    same_day = [slot for slot in others if slot.at.date() == first.at.date()]
    apart = [slot for slot in others if slot.at.time() != first.at.time()]
    other = next(iter(same_day or apart or others or fitting[1:]), None)
    return (first, other) if other else (first,)
