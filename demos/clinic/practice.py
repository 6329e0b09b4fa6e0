"""What the clinic is: its doctors, hours and other facts, read from the configuration's table.

Everything a caller can be told stands here; the model remembers none of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from demos.clinic.say import WEEKDAYS

SLOT = timedelta(minutes=30)
LUNCH = (time(12), time(13))


class PracticeError(ValueError):
    """The clinic's table does not describe a clinic; the message says which key, and why."""


@dataclass(frozen=True, slots=True)
class Doctor:
    """Who sees patients, on which days of the week (Monday is 0), and what for."""

    name: str
    days: frozenset[int]
    specialty: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """From when until when the door is open on one day."""

    first: time
    last: time


@dataclass(frozen=True, slots=True)
class Practice:
    """One clinic. A fact that is empty is one that the desk does not have."""

    name: str
    doctors: tuple[Doctor, ...]
    hours: Mapping[int, Opening]
    address: str = ""
    phone: str = ""
    parking: str = ""
    insurers: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def doctor_names(self) -> tuple[str, ...]:
        """As they are spoken: ``Dr. Chen``."""
        return tuple(doctor.name for doctor in self.doctors)


def read_practice(
    *,
    name: str,
    doctors: Sequence[Mapping[str, Any]],
    hours: Mapping[str, str],
    address: str = "",
    phone: str = "",
    parking: str = "",
    insurers: Sequence[str] = (),
    facts: Mapping[str, str] | None = None,
    **_: object,
) -> Practice:
    """What stands in the table. Raises :class:`PracticeError`."""
    if not name.strip():
        raise PracticeError(f"name is {name!r}, expected the clinic's")
    staff, opened = read_doctors(doctors), read_hours_table(hours)
    for doctor in staff:
        if doctor.days.isdisjoint(opened):
            days = ", ".join(WEEKDAYS[day].lower() for day in sorted(opened))
            raise PracticeError(
                f"days of {doctor.name} has none on which the clinic is open, "
                f"expected one of: {days}"
            )
    return Practice(
        name=name,
        doctors=staff,
        hours=opened,
        address=address,
        phone=phone,
        parking=parking,
        insurers=tuple(insurers),
        facts=dict(facts or {}),
    )


def read_doctors(rows: Sequence[Mapping[str, Any]]) -> tuple[Doctor, ...]:
    """``[{name = "Dr. Chen", days = ["monday"], specialty = "family medicine"}]``."""
    doctors = []
    for row in rows:
        unknown = set(row) - {"name", "days", "specialty"}
        if unknown or "name" not in row or "days" not in row:
            raise PracticeError(f"doctor {dict(row)} needs name and days, may have specialty")
        name, days = str(row["name"]), row["days"]
        if not name.strip():
            raise PracticeError(f"name of a doctor is {name!r}, expected one like Dr. Chen")
        if not isinstance(days, list | tuple):
            raise PracticeError(f'days of {name} is {days!r}, expected a list like ["monday"]')
        numbers = frozenset(read_weekday(f"days of {name}", str(day)) for day in days)
        doctors.append(Doctor(name, numbers, str(row.get("specialty", ""))))
    if not doctors:
        raise PracticeError("doctors is empty, expected at least one")
    return tuple(doctors)


def read_hours_table(rows: Mapping[str, str]) -> dict[int, Opening]:
    """``{monday = "8:00-17:00"}``; a day that is left out is closed."""
    hours = {}
    for name, span in rows.items():
        found = re.fullmatch(r"(\d{1,2}):(\d\d) ?- ?(\d{1,2}):(\d\d)", span)
        if not found:
            raise PracticeError(f'hours of {name} are "{span}", expected like "8:00-17:00"')
        first_hour, first_minute, last_hour, last_minute = map(int, found.groups())
        try:
            opening = Opening(time(first_hour, first_minute), time(last_hour, last_minute))
        except ValueError as error:
            raise PracticeError(f'hours of {name} are "{span}": {error}') from error
        if opening.first >= opening.last:
            raise PracticeError(f'hours of {name} are "{span}", expected to close after opening')
        hours[read_weekday("hours", name)] = opening
    return hours


def read_weekday(where: str, name: str) -> int:
    """``monday`` is 0."""
    days = [day.lower() for day in WEEKDAYS]
    if name.lower() not in days:
        raise PracticeError(f'{where} has "{name}", expected one of: {", ".join(days)}')
    return days.index(name.lower())


def fortnight(
    clinic: Practice, today: date, seed: int, days: int = 14
) -> list[tuple[str, datetime]]:
    """The times still open in the coming days, as a diary that is half full already.

    Which are open depends on the seed, the doctor and the date alone, so that tomorrow's fortnight
    agrees with today's wherever they overlap.
    """
    slots = []
    for ahead in range(days):
        day = today + timedelta(days=ahead)
        opening = clinic.hours.get(day.weekday())
        for doctor in clinic.doctors:
            if opening is None or day.weekday() not in doctor.days:
                continue
            dice = Random(f"{seed} {doctor.name} {day.isoformat()}")
            at = datetime.combine(day, opening.first)
            while at + SLOT <= datetime.combine(day, opening.last):
                if dice.random() < 0.4 and not LUNCH[0] <= at.time() < LUNCH[1]:
                    slots.append((doctor.name, at))
                at += SLOT
    return slots
