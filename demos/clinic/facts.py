"""Answer a question of fact from the clinic's table, or not at all.

Yes-or-no and times are computed here, from the table and the clock: a small model remembers
neither. Pure: what is asked, the caller's words and the time of day come in; a sentence comes out,
or None where the table does not say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from demos.clinic import say
from demos.clinic.asked_about import asks_dose, bears_out
from demos.clinic.days import read_days
from demos.clinic.insurance import insurance_answer
from demos.clinic.names import doctor_said, match_doctor
from demos.clinic.opening import day_names, opening_answer
from demos.clinic.practice import Doctor, Practice
from demos.clinic.words import content, likeness, plain

_TOPICS = (
    ("appointment", r"\bappointments?\b|\bbooking\b"),
    ("parking", r"\bpark(?:ing)?\b|\bgarage\b"),
    ("fax", r"\bfax\b"),
    ("insurance", r"\binsur\w*|\bcoverage\b|\bplans?\b|\bpayers?\b"),
    ("hours", r"\bhours?\b|\bopen\w*\b|\bclos(?:e|es|ed|ing)\b|\bholidays?\b"),
    ("address", r"\baddress\b|\blocat\w+|\bwhere\b|\bdirections?\b|\bstreet\b"),
    ("phone", r"\bphone\b|\bnumber\b|\btelephone\b"),
    (
        "doctors",
        r"\bdoctors?\b|\bdr\b|\bphysicians?\b|\bproviders?\b|\bspecialt\w+|\bspecialists?\b",
    ),
)
_SYNONYMS = {
    "cost": r"\bcosts?\b|\bprices?\b|\bfees?\b|\bhow much\b|\bcharges?\b|\bco-?pays?\b",
    "walk-ins": r"\bwalk ?-?ins?\b|\bwithout an appointment\b|\bwalk in\b",
    "new patients": r"\bnew patients?\b|\baccepting\b",
    "website": r"\bweb ?site\b|\bonline\b|\bweb\b|\binternet\b",
    "languages": r"\blanguages?\b|\bspanish\b|\bfrench\b|\bmandarin\b|\binterpreters?\b",
}
_HOLIDAYS = (
    r"\b(?:holidays?|christmas|thanksgiving|new year\w*|easter|labor day|memorial day"
    r"|independence day|4th of july)\b"
)


def topic_of(about: str, heard: str) -> str:
    """Which fact is meant: the model's word for it, else the caller's."""
    for text in (plain(about), plain(heard)):
        for name, pattern in _SYNONYMS.items():
            if re.search(pattern, text):
                return name
        for name, pattern in _TOPICS:
            if re.search(pattern, text):
                return name
        if text:
            return text
    return ""


def look_up(clinic: Practice, about: str, of: str, heard: str, now: datetime) -> str | None:
    """The answer in one or two sentences; None where the clinic's table does not have it."""
    if asks_dose(heard):
        return None  # how much to take is no matter of price
    topic = topic_of(about, heard)
    if not bears_out(topic, of, heard):
        return _named_in(clinic, heard)
    asked = f"{of} {heard}"
    match topic:
        case "hours":
            return _hours(clinic, asked, now)
        case "doctors":
            return _doctors(clinic, of, heard, now)
        case "insurance":
            return insurance_answer(clinic.insurers, of, heard) or _named_in(clinic, heard)
        case "address":
            return f"We're at {clinic.address}." if clinic.address else _extra(clinic, topic)
        case "parking":
            return clinic.parking or _extra(clinic, topic)
        case "phone":
            return f"Our number is {clinic.phone}." if clinic.phone else _extra(clinic, topic)
    return _extra(clinic, topic) or _extra(clinic, of) or _named_in(clinic, heard)


def _extra(clinic: Practice, topic: str) -> str | None:
    """One of the table's own sentences, if its key shares the words that matter."""
    wanted = content(topic)
    for key, sentence in clinic.facts.items():
        words = content(key)
        if words and wanted and _all_alike(words, wanted):
            return sentence
    return None


def _named_in(clinic: Practice, heard: str) -> str | None:
    """The sentence whose whole key the caller said, whatever the model called it."""
    said = content(heard)
    for key, sentence in clinic.facts.items():
        words = content(key)
        if words and all(any(likeness(word, other) >= 0.8 for other in said) for word in words):
            return sentence
    return None


def _all_alike(words: Sequence[str], wanted: Sequence[str]) -> bool:
    def alike(one: str, others: Sequence[str]) -> bool:
        return any(likeness(one, other) >= 0.8 or one[:5] == other[:5] for other in others)

    return all(alike(word, words) for word in wanted) or all(alike(word, wanted) for word in words)


def _hours(clinic: Practice, asked: str, now: datetime) -> str | None:
    text = plain(asked)
    if re.search(_HOLIDAYS, text):
        return _extra(clinic, "holidays")  # the week's hours say nothing about a holiday
    if re.search(r"\bclose\w* (?:for|at|over|during) lunch\b", text):
        return _extra(clinic, "lunch")
    return opening_answer(clinic, text, now)


# Doctors


def _doctors(clinic: Practice, of: str, heard: str, now: datetime) -> str | None:
    text = plain(f"{of} {heard}")
    name = match_doctor(of, clinic.doctor_names) or match_doctor(
        _titled(heard), clinic.doctor_names
    )
    doctor = next((one for one in clinic.doctors if one.name == name), None)
    days = read_days(text, now.date())
    if re.search(r"\b(?:wom[ae]n|m[ae]n|female|male|lady)\b", text):
        return None
    if doctor:
        return _about_doctor(doctor, text, days, now.date())
    stranger = doctor_said(of) or doctor_said(heard)
    if stranger:
        return f"There's no {stranger} here. {_list(clinic)}"
    if days and len(days) == 1:
        here = [one.name for one in clinic.doctors if days[0].weekday() in one.days]
        on_day = say.on_day(days[0], now.date())
        if not here or days[0].weekday() not in clinic.hours:
            return f"Nobody is in {on_day}."
        return f"{say.choices(here)} {'is' if len(here) == 1 else 'are'} in {on_day}."
    if special := _by_specialty(clinic, text):
        do = "does" if len(special) == 1 else "do"
        return f"{say.choices(one.name for one in special)} {do} that."
    if of and not re.search(r"\b(?:doctors?|all|list|who|names?|available|any)\b", plain(of)):
        return None  # a specialty or a person that the table does not name
    return _list(clinic)


def _titled(heard: str) -> str:
    return doctor_said(heard) or ""


def _list(clinic: Practice) -> str:
    are = "doctor is" if len(clinic.doctors) == 1 else "doctors are"
    return f"Our {are} {say.choices(clinic.doctor_names)}."


def _about_doctor(doctor: Doctor, text: str, days: Sequence[date] | None, today: date) -> str:
    if days and len(days) == 1:
        here = days[0].weekday() in doctor.days
        on_day = say.on_day(days[0], today)
        if here:
            return f"Yes, {doctor.name} is in {on_day}."
        in_on = f"{doctor.name} is in on {day_names(sorted(doctor.days))}."
        return f"No, {doctor.name} isn't in {on_day}. {in_on}"
    special = f" That's for {doctor.specialty}." if doctor.specialty else ""
    if re.search(r"\bspecial\w*|\bkind of doctor\b|\bwhat does\b", text) and doctor.specialty:
        return f"{doctor.name} does {doctor.specialty}."
    return f"{doctor.name} is in on {day_names(sorted(doctor.days))}.{special}"


_SPECIALTIES = (
    (r"pediatric\w*|child\w*|kids?|baby|son|daughter", r"pediatric|child"),
    (r"dermatolog\w*|skin", r"dermatolog|skin"),
    (r"cardiolog\w*|heart", r"cardiolog|heart"),
    (r"gyn\w*|ob ?gyn|women'?s? health", r"gyn|women"),
    (
        r"family(?: doctor| medicine| practice)?|general practi\w+|gp|primary care",
        r"family|general|primary",
    ),
    (r"internal medicine|internist", r"internal"),
)


def _by_specialty(clinic: Practice, text: str) -> list[Doctor]:
    for asked, offered in _SPECIALTIES:
        if re.search(rf"\b(?:{asked})\b", text):
            return [one for one in clinic.doctors if re.search(offered, one.specialty.lower())]
    return [
        one
        for one in clinic.doctors
        if one.specialty and set(content(one.specialty)) & set(content(text)) - {"medicine"}
    ]
