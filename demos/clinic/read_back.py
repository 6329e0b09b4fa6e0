"""What a turn changes of what was just read back, although it may sound like a yes.

    "That's Dr. Chen on Tuesday at 10 AM for Maria Lopez. Shall I book it?"
    "Yes, with Dr. Patel."  "Yes, but Thursday."  "Yes. It's for Anna Lopez."   -> read it back anew

Pure. A careless model passes all of these as a plain yes; what is heard decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from demos.clinic.consent import verdict
from demos.clinic.counter import NAMED
from demos.clinic.forms import NAME_ASKS, Form, Heard, fill
from demos.clinic.full_name import called_name
from demos.clinic.medicines import whole_drug
from demos.clinic.names import match_doctor
from demos.clinic.spans import names_day, names_time, whose_name
from demos.clinic.spelling import read_spelling
from demos.clinic.when import exactly, read_spoken
from demos.clinic.words import likeness, plain

_DOCTOR = re.compile(r"\b(?:dr|doctor)\.? ([a-z][a-z'\u2019-]+)", re.IGNORECASE)


def corrected(form: Form, heard: Heard) -> Form | None:
    """The form as this turn has it; None if the turn names nothing else than was read back."""
    if picked := picks_other(form, heard):
        return picked
    said = {
        "doctor": _other_doctor(form, heard),
        "name": _other_name(form, heard.now),
        "drug": _other_drug(form, heard.now),
    }
    said = {field: value for field, value in said.items() if value}
    if not said and not _other_time(form, heard):
        return None
    return fill(form, said, replace(heard, ask="change"))


def picks_other(form: Form | None, heard: Heard) -> Form | None:
    """ "No, the second one": another of the times that had been offered, None if it is none."""
    offer = form.last_offer if form else ()
    if form is None or form.slot not in offer:
        return None
    pick = read_spoken(heard.now, heard.today, len(offer)).pick
    if pick is None:
        return None
    slot = offer[min(pick, len(offer) - 1)]
    if slot == form.slot and verdict(heard.now) == "no":  # "no, the other one"
        slot = next((other for other in offer if other != slot), slot)
    return form if slot == form.slot else replace(form, slot=slot, wish=exactly(slot.at))


def spells_name(form: Form, heard: Heard) -> bool:
    """Are these letters of the form's name? At a read-back only such as are like it, and alone:
    "yes, it's for an E K G" mends no name."""
    spelling = read_spelling(heard.now)
    if spelling is None or heard.ask in NAME_ASKS:
        return spelling is not None
    if heard.ask not in {"read_back", "change"} or form.kind not in NAMED:
        return False
    told = spelling.rest
    if names_day(told) or names_time(told) or _doctors(told, heard.doctors):
        return False
    words = (form.name or "").lower().split()
    parts = (*spelling.groups, spelling.letters)
    alike = max((likeness(word, part) for word in words for part in parts), default=0.0)
    doubtful = verdict(told) == "yes" or len(spelling.letters) < 4
    return alike >= (0.6 if doubtful else 0.3)


def _doctors(text: str, ours: Sequence[str]) -> list[str]:
    named = (match_doctor(found[1], ours) for found in _DOCTOR.finditer(text))
    return [doctor for doctor in named if doctor]


def _other_doctor(form: Form, heard: Heard) -> str:
    if form.kind not in {"book", "move"}:
        return ""
    named = _doctors(heard.now, heard.doctors)
    there = form.doctor or (form.slot.doctor if form.slot else None)
    return named[-1] if named and there not in named else ""


def _other_name(form: Form, text: str) -> str:
    name = called_name(text) or whose_name(text)
    if not name or match_doctor(name, [form.doctor or ""]):
        return ""
    return "" if likeness(name.lower(), (form.name or "").lower()) > 0.9 else name


def _other_drug(form: Form, text: str) -> str:
    drug = whole_drug(text) if form.kind == "refill" else ""
    return drug if plain(drug) != plain(form.drug) else ""


def _other_time(form: Form, heard: Heard) -> bool:
    if form.kind not in {"book", "move"} or form.slot is None:
        return False
    wish = read_spoken(heard.now, heard.today)
    fits = (wish.days is None or form.slot.at.date() in wish.days) and (
        wish.hours is None or wish.hours.allow(form.slot.at.time())
    )
    return bool(wish.no_day) or (not fits and bool(wish.days or wish.hours))
