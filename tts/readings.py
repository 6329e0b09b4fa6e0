"""How to read aloud what :mod:`tts.spoken` has found: a function for each kind of match. Pure."""

from __future__ import annotations

import re
from re import Match

from tts import shorthand
from tts.numbers import cardinal, digits, number, ordinal, pairs, year

# --- addresses and numbers that stand for somebody


def web(match: Match[str]) -> str:
    """A web or e-mail address: the words in it, and its signs by name."""
    said = re.sub(r"^(?:https?://)?(?:www\.)?", "", match[0], flags=re.IGNORECASE).rstrip("/")
    said = re.sub(r"\d+", lambda run: f" {digits(run[0])} ", said)
    for sign, word in {"@": "at", ".": "dot", "/": "slash", "-": "dash", "_": "underscore"}.items():
        said = said.replace(sign, f" {word} ")
    return " ".join(re.sub(r"[^\w\s]|_", " ", said).split())


def phone(match: Match[str]) -> str:
    """Digit by digit, with a breath between the groups. The last group may be an extension."""
    groups = re.findall(r"\d+", match[1])
    said = ["eight hundred" if group == "800" else digits(group) for group in groups]
    return ", ".join(said + ([f"extension {digits(match[2])}"] if match[2] else []))


def street_address(match: Match[str]) -> str:
    """1200 N. Oak St."""
    names = [shorthand.COMPASS.get(word.rstrip("."), word) for word in match[2].split()]
    return f"{pairs(int(match[1]))} {' '.join(names)} {shorthand.STREETS.get(match[3], match[3])}"


def room(match: Match[str]) -> str:
    """Room 204, Suite B, Apt. 4C."""
    name, before, run, after = match.groups()
    parts = filter(None, [before, _label(run), after])
    return f"{shorthand.PLACES.get(name, name)} {'-'.join(parts)}"


def state(match: Match[str]) -> str:
    """CA 94110."""
    return f"{shorthand.STATES[match[1]].replace('_', ' ')} {digits(match[2])}"


def code(match: Match[str]) -> str:
    """Letters and digits mixed: B12, A1C, COVID-19. A hyphen makes a voice say A, not uh."""
    runs = re.findall(r"[^\W\d_]+|\d+", match[0])
    short = all(len(run) == 1 or run.isdigit() for run in runs)
    return ("-" if short else " ").join(_label(run) if run.isdigit() else run for run in runs)


def _label(run: str) -> str:
    """Digits that name something rather than count it."""
    return digits(run) if run[0] == "0" or len(run) > 4 else pairs(int(run))


# --- money, time, dates, amounts


def money(match: Match[str]) -> str:
    """$40, $1.50, $40-60, $1.5 million."""
    first, last, scale = match.groups()
    if last:
        return f"{number(first)} to {_amount(last, scale)}"
    return _amount(first, scale)


def _amount(text: str, scale: str | None) -> str:
    if scale:
        names = {"k": "thousand", "m": "million", "b": "billion"}
        return f"{number(text)} {names.get(scale.lower(), scale)} dollars"
    whole, _, fraction = text.partition(".")
    if len(fraction) not in (0, 2):
        return f"{number(text)} dollars"
    dollars, cents = number(whole), number(fraction)
    parts = [_many(dollars, "dollar")] if dollars != "zero" or cents == "zero" else []
    parts += [_many(cents, "cent")] if cents != "zero" else []
    return " and ".join(parts)


def _many(count: str, name: str) -> str:
    return f"{count} {name}{'' if count == 'one' else 's'}"


def clock(match: Match[str]) -> str:
    """10:30, 9:05 AM, 3 pm, 14:00. What cannot be a time is a ratio."""
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if hour > 24 or minute > 59:
        return match[0].replace(":", " to ")
    said = cardinal(hour % 24 or 12)
    if minute:
        said += f" {'oh ' if minute < 10 else ''}{cardinal(minute)}"
    elif not half:
        said += " o'clock" if hour <= 12 else " hundred"
    return said + (f" {half.upper()}-M" if half else "")


def days(match: Match[str]) -> str:
    """Tue, Mon-Fri."""
    return " to ".join(shorthand.DAY[name.lower()] for name in match.groups())


def month_day(match: Match[str]) -> str:
    """Dec 3, March 15-17, May 5th, 2026."""
    month, day, last, in_year = match.groups()
    said = f"{shorthand.MONTH[month.lower()]} {ordinal(int(day))}"
    said += f" to {ordinal(int(last))}" if last else ""
    return said + (f", {year(int(in_year))}" if in_year else "")


def day_month(match: Match[str]) -> str:
    """3 December, 3rd of Dec."""
    day, of, month = ordinal(int(match[1])), match[2], shorthand.MONTH[match[3].lower()]
    return f"{day} of {month}" if of else f"{month} {day}"


def iso_date(match: Match[str]) -> str:
    """2026-12-03."""
    return _date(match[2], match[3], match[1])


def slashed_date(match: Match[str]) -> str:
    """12/3/2026, 12-3-26."""
    return _date(match[1], match[3], match[4])


def _date(month: str, day: str, in_year: str) -> str:
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return ", ".join(map(digits, (month, day, in_year)))
    in_year = f"20{in_year}" if len(in_year) == 2 else in_year
    return f"{shorthand.MONTHS[int(month) - 1]} {ordinal(int(day))}, {year(int(in_year))}"


def slashed(match: Match[str]) -> str:
    """3/4, 12/3, 120/80."""
    first, second = int(match[1]), int(match[2])
    if (first, second) in _FRACTIONS:
        return _FRACTIONS[first, second]
    if 1 <= first <= 12 and 1 <= second <= 31:
        return f"{shorthand.MONTHS[first - 1]} {ordinal(second)}"
    return f"{pairs(first)} over {pairs(second)}"


_FRACTIONS = {(1, 2): "one half", (1, 3): "one third", (2, 3): "two thirds"}
_FRACTIONS |= {(1, 4): "one quarter", (3, 4): "three quarters"}


def mixed(match: Match[str]) -> str:
    """1 1/2."""
    part = _FRACTIONS.get((int(match[2]), int(match[3])))
    if part is None:
        return match[0]
    return f"{number(match[1])} and {part.replace('one ', 'a ')}"


def unit(match: Match[str]) -> str:
    """500 mg, 0.5 ml, 5 mg/kg, a 10-mg tablet."""
    amount, hyphen, name, per = match.groups()
    one, several = shorthand.UNITS[name.lower()]
    said = f"{number(amount)} {one if amount == '1' or hyphen == '-' else several}"
    return said + (f" per {shorthand.PER[per.lower()]}" if per else "")


def every(match: Match[str]) -> str:
    """q6h, q4-6h."""
    hours = " to ".join(number(run) for run in match.groups() if run)
    return f"every {hours} hour{'' if hours == 'one' else 's'}"


def doses(match: Match[str]) -> str:
    """po bid, after a dose; b.i.d. anywhere."""
    words = match[0].lower().replace(".", "").split()
    return " ".join(shorthand.HOW_OFTEN.get(word, word) for word in words)


# --- whatever else has digits


def one_by_one(match: Match[str]) -> str:
    """911."""
    return digits(match[0])


def which(match: Match[str]) -> str:
    """3rd."""
    return ordinal(int(match[1]))


def decade(match: Match[str]) -> str:
    """1990s, 90s."""
    said = year(int(match[1])) if len(match[1]) == 4 else number(match[1])
    return f"{said[:-1]}ies" if said.endswith("y") else f"{said}s"


def version(match: Match[str]) -> str:
    """1.2.10."""
    return " point ".join(number(run) for run in match[0].split("."))


def in_year(match: Match[str]) -> str:
    """2026."""
    return year(int(match[0]))


def long_number(match: Match[str]) -> str:
    """20000 counts something, 94110 or 007 names it."""
    counts = match[0].endswith("000") and match[0][0] != "0"
    return number(match[0]) if counts else digits(match[0])
