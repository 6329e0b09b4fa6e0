"""Answer when the clinic is open: on a day, at a time, now, or all week.

Pure: computed from the table and the clock, so that yes and no are never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from demos.clinic import say
from demos.clinic.days import read_days
from demos.clinic.hours import Hours, read_hours
from demos.clinic.practice import Opening, Practice
from demos.clinic.words import plain


def _is_yes_no(heard: str) -> bool:
    return bool(
        re.match(
            r"(?:(?:um|uh|and|so|hi|hello|ok|okay|oh) )*(?:are|is|do|does|will|can|would)\b",
            plain(heard),
        )
        or re.search(r"\b(?:are you|do you|is it|is the|if you)\b", plain(heard))
    )


def opening_answer(clinic: Practice, text: str, now: datetime) -> str | None:
    """Answer a question about hours, in plain words; None where the table has no hours."""
    if not clinic.hours:
        return None
    if re.search(r"\b(?:right now|now|currently|still open|open yet)\b", text):
        return _open_now(clinic, now)
    if "weekend" in text:
        return _open_on_days(clinic, (5, 6))
    days = read_days(text, now.date())
    if days and len(days) == 1:
        return _open_on(clinic, days[0], text, now.date())
    if re.search(r"\bclos(?:e|es|ing)\b", text):
        return _open_on(clinic, now.date(), text, now.date())
    hours = _asked_time(text)
    if hours and _is_yes_no(text):
        fitting = [
            n for n, opening in sorted(clinic.hours.items()) if _is_open(opening, hours, text)
        ]
        return (
            f"Yes, {_on_days(fitting)}." if fitting else f"No, we're closed then. {_week(clinic)}"
        )
    return _week(clinic)


def _asked_time(text: str) -> Hours | None:
    if re.search(r"\bevenings?\b|\bafter work\b", text):
        return Hours(exact=(time(17, 30),))
    hours = read_hours(re.sub(r"\b(?:early|late|lunch\w*)\b", " ", text))
    if hours and not hours.exact and hours.first == time(0) and not _until(text):
        return Hours(exact=(time(10),))  # in the morning
    return hours


def _until(text: str) -> bool:
    return bool(re.search(r"\b(?:until|till|til)\b", text))


def _is_open(opening: Opening, hours: Hours, text: str) -> bool:
    if _until(text):
        return max(hours.exact, default=hours.last) <= opening.last
    if hours.exact:
        return opening.first <= hours.exact[0] < opening.last
    return hours.first < opening.last and opening.first <= hours.last


def _on_days(days: Sequence[int]) -> str:
    return (
        day_names(days)
        if len(days) > 2 and days[-1] - days[0] == len(days) - 1
        else (f"on {day_names(days)}")
    )


def _span(opening: Opening) -> str:
    return f"{say.clock(opening.first)} to {say.clock(opening.last)}"


def _open_on(clinic: Practice, at: date, text: str, today: date) -> str:
    opening = clinic.hours.get(at.weekday())
    on_day = say.on_day(at, today)
    if opening is None:
        return f"No, we're closed {on_day}." if _is_yes_no(text) else f"We're closed {on_day}."
    if (hours := _asked_time(text)) and _is_yes_no(text):
        yes = "Yes" if _is_open(opening, hours, text) else "No"
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


def day_names(days: Sequence[int]) -> str:
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return _run_name(days)
    return say.choices(say.WEEKDAYS[n] for n in days)
