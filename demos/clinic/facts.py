"""Answer a question of fact from the clinic's table, or not at all.

Yes-or-no and times are computed here, from the table and the clock: a small model remembers
neither. Pure: what is asked, the caller's words and the time of day come in; a sentence comes out,
or None where the table does not say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from demos.clinic import say
from demos.clinic.days import read_days
from demos.clinic.hours import read_hours
from demos.clinic.names import doctor_said, match_doctor
from demos.clinic.practice import Doctor, Opening, Practice
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
    topic = topic_of(about, heard)
    asked = f"{of} {heard}"
    match topic:
        case "hours":
            return _hours(clinic, asked, now)
        case "doctors":
            return _doctors(clinic, of, heard, now)
        case "insurance":
            return _insurance(clinic, of, heard)
        case "address":
            return f"We're at {clinic.address}." if clinic.address else _extra(clinic, topic)
        case "parking":
            return clinic.parking or _extra(clinic, topic)
        case "phone":
            return f"Our number is {clinic.phone}." if clinic.phone else _extra(clinic, topic)
    return _extra(clinic, topic) or _extra(clinic, of)


def _extra(clinic: Practice, topic: str) -> str | None:
    """One of the table's own sentences, if its key shares the words that matter."""
    wanted = content(topic)
    for key, sentence in clinic.facts.items():
        words = content(key)
        if words and wanted and _all_alike(words, wanted):
            return sentence
    return None


def _all_alike(words: Sequence[str], wanted: Sequence[str]) -> bool:
    def alike(one: str, others: Sequence[str]) -> bool:
        return any(likeness(one, other) >= 0.8 for other in others)

    return all(alike(word, words) for word in wanted) or all(alike(word, wanted) for word in words)


def _is_yes_no(heard: str) -> bool:
    return bool(
        re.match(
            r"(?:(?:um|uh|and|so|hi|hello|ok|okay|oh) )*(?:are|is|do|does|will|can|would)\b",
            plain(heard),
        )
        or re.search(r"\b(?:are you|do you|is it|is the|if you)\b", plain(heard))
    )


# Hours


def _hours(clinic: Practice, asked: str, now: datetime) -> str | None:
    text = plain(asked)
    if not clinic.hours:
        return None
    if re.search(
        r"\b(?:holidays?|christmas|thanksgiving|new year\w*|easter|labor|memorial)\b", text
    ):
        return _extra(clinic, "holidays")
    if re.search(r"\b(?:right now|now|currently|still open|open yet)\b", text):
        return _open_now(clinic, now)
    if "weekend" in text:
        return _open_on_days(clinic, (5, 6))
    days = read_days(text, now.date())
    if days and len(days) == 1:
        return _open_on(clinic, days[0], text, now.date())
    if re.search(r"\bclos(?:e|es|ing)\b", text):
        return _open_on(clinic, now.date(), text, now.date())
    hours = read_hours(text)
    if hours and _is_yes_no(asked):
        at = hours.exact[0] if hours.exact else hours.first if hours.first > time(0) else hours.last
        fitting = [n for n, span in sorted(clinic.hours.items()) if span.first <= at < span.last]
        if not fitting:
            return f"No, we're closed then. {_week(clinic)}"
        return f"Yes, on {_day_names(fitting)}."
    return _week(clinic)


def _span(opening: Opening) -> str:
    return f"{say.clock(opening.first)} to {say.clock(opening.last)}"


def _open_on(clinic: Practice, at: date, text: str, today: date) -> str:
    opening = clinic.hours.get(at.weekday())
    on_day = say.on_day(at, today)
    if opening is None:
        return f"No, we're closed {on_day}." if _is_yes_no(text) else f"We're closed {on_day}."
    hours = read_hours(re.sub(r"\b(?:early|late)\b", "", text))
    if hours and (hours.exact or hours.first > time(0) or hours.last < time(23)):
        wanted = hours.exact[0] if hours.exact else max(hours.first, opening.first)
        is_open = opening.first <= wanted < opening.last and hours.last >= opening.first
        yes = "Yes" if is_open else "No"
        return f"{yes}, we're open {_span(opening)} {on_day}."
    if re.search(r"\bclos(?:e|es|ing)\b", text) and not re.search(r"\bare you closed\b", text):
        return f"We close at {say.clock(opening.last)} {on_day}."
    if re.search(r"\bwhat time\b.*\bopen\b|\bwhen\b.*\bopen\b", text):
        return f"We open at {say.clock(opening.first)} {on_day}."
    return f"We're open {_span(opening)} {on_day}."


def _open_on_days(clinic: Practice, days: Sequence[int]) -> str:
    here = [n for n in days if n in clinic.hours]
    if not here:
        return "No, we're closed on weekends."
    return " ".join(f"We're open {_span(clinic.hours[n])} on {say.WEEKDAYS[n]}." for n in here)


def _open_now(clinic: Practice, now: datetime) -> str:
    opening = clinic.hours.get(now.weekday())
    if opening and opening.first <= now.time() < opening.last:
        return f"Yes, we're open until {say.clock(opening.last)}."
    for ahead in range(8):
        at = now.date() + timedelta(days=ahead)
        later = clinic.hours.get(at.weekday())
        if later and (ahead or now.time() < later.first):
            opens = f"{say.clock(later.first)} {say.on_day(at, now.date())}"
            return f"No, we're closed now. We open at {opens}."
    raise AssertionError("a clinic with hours opens within eight days")


def _week(clinic: Practice) -> str:
    """Days of equal hours together: ``Monday to Friday, 8 AM to 5 PM.``"""
    runs: list[list[int]] = []
    for number, opening in sorted(clinic.hours.items()):
        if runs and runs[-1][-1] == number - 1 and clinic.hours[runs[-1][-1]] == opening:
            runs[-1].append(number)
        else:
            runs.append([number])
    return " ".join(f"{_run_name(run)}, {_span(clinic.hours[run[0]])}." for run in runs)


def _run_name(run: Sequence[int]) -> str:
    if len(run) == 1:
        return say.WEEKDAYS[run[0]]
    return f"{say.WEEKDAYS[run[0]]} {'to' if len(run) > 2 else 'and'} {say.WEEKDAYS[run[-1]]}"


def _day_names(days: Sequence[int]) -> str:
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return _run_name(days)
    return say.choices(say.WEEKDAYS[n] for n in days)


# Doctors


def _doctors(clinic: Practice, of: str, heard: str, now: datetime) -> str | None:
    text = plain(f"{of} {heard}")
    name = match_doctor(of, clinic.doctor_names) or match_doctor(
        _titled(heard), clinic.doctor_names
    )
    doctor = next((one for one in clinic.doctors if one.name == name), None)
    days = read_days(text, now.date())
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
    return f"Our doctors are {say.choices(clinic.doctor_names)}."


def _about_doctor(doctor: Doctor, text: str, days: Sequence[date] | None, today: date) -> str:
    if days and len(days) == 1:
        here = days[0].weekday() in doctor.days
        on_day = say.on_day(days[0], today)
        if here:
            return f"Yes, {doctor.name} is in {on_day}."
        in_on = f"{doctor.name} is in on {_day_names(sorted(doctor.days))}."
        return f"No, {doctor.name} isn't in {on_day}. {in_on}"
    special = f" That's for {doctor.specialty}." if doctor.specialty else ""
    if re.search(r"\bspecial\w*|\bkind of doctor\b|\bwhat does\b", text) and doctor.specialty:
        return f"{doctor.name} does {doctor.specialty}."
    return f"{doctor.name} is in on {_day_names(sorted(doctor.days))}.{special}"


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


# Insurance


def _insurance(clinic: Practice, of: str, heard: str) -> str | None:
    if not clinic.insurers:
        return None
    asked = re.sub(r"\binsurances?\b|\bplans?\b|\bhealth\b", " ", plain(of)).strip()
    named = _insurer(clinic, asked) or _insurer(clinic, heard)
    if named:
        return f"Yes, we take {named}."
    if asked and not re.search(r"\b(?:which|what|any|all|kinds?|list|my|accepted)\b", asked):
        return f"No, {asked.title()} isn't on our list."
    *most, last = clinic.insurers
    return f"We take {', '.join(most)} and {last}." if most else f"We take {last}."


def _insurer(clinic: Practice, text: str) -> str | None:
    said = content(text)
    for insurer in clinic.insurers:
        words = content(insurer)
        for start in range(len(said) - len(words) + 1):
            heard = said[start : start + len(words)]
            if all(
                likeness(a, b) >= (0.75 if len(b) > 3 else 1)
                for a, b in zip(heard, words, strict=True)
            ):
                return insurer
        first = words[0]
        if len(first) > 4 and any(likeness(word, first) >= 0.85 for word in said):
            return insurer
    return None
