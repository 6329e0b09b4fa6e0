"""Which day, time and doctor a turn asks for, and whose name it gives, in the caller's own words.

Pure. Narrow on purpose: what is found here is taken although the model did not copy it, so a turn
that could be read two ways yields "".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from demos.clinic.names import match_doctor
from demos.clinic.wishes import is_wish

_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
)
_DAY = (
    rf"(?:(?:next|this|the following) )?{_WEEKDAY}(?: the \d{{1,2}}(?:st|nd|rd|th))?"
    r"|(?:the )?day after tomorrow|tomorrow|today|(?:early |late )?next week"
    rf"|{_MONTH} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?|the \d{{1,2}}(?:st|nd|rd|th)(?: of {_MONTH})?"
)
_SOON = r"as soon as possible|the soonest|soonest|the earliest|earliest"
_NUMBER = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_TIME = (
    r"(?:(?:before|after|around) )?"
    rf"(?:(?:half past|quarter (?:past|to)) {_NUMBER}\b|\d{{1,2}}:\d\d(?: ?[ap]\.?m\b\.?)?"
    rf"|{_NUMBER} ?(?:o'clock|[ap]\.?m\b\.?)|(?<=\bat ){_NUMBER}(?= ?[.,?!]|$)|noon\b)"
    r"|(?<=\bin the )(?:morning|afternoon)|(?<=tomorrow )(?:morning|afternoon)"
    r"|(?<=day )(?:morning|afternoon)"
)
_DOCTOR = r"\b(?:Dr\.?|[Dd]octor|dr\.?) ([A-Za-z][A-Za-z'\u2019-]+)"
_CAP = r"[A-Z][A-Za-z]*(?:['\u2019-][A-Z]?[a-z]+)*"
_NO_NAMES = frozenset(
    (
        *("hi", "hello", "hey", "yes", "yeah", "no", "it", "it's", "under", "for", "mr", "mrs"),
        *("ms", "miss", "dr", "doctor", "this", "my", "name", "the", "and", "oh", "um", "uh", "i"),
        *("i'm", "sorry", "sure", "okay", "ok", "please", "thanks", "well", "so", "that's", "last"),
        *("first", "good", "morning", "afternoon", "can", "could", "i'd", "monday", "tuesday"),
        *("wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow", "today", "actually"),
        *("surname", "just", "cancel", "book", "move", "refill", "name's", "a", "an", "er", "but"),
        *("calling", "patient", "here", "speaking", "with", "not", "is", "clinic", "medical"),
        *("put", "see", "tell", "say", "call", "try", "nurse", "only", "maybe", "thank", "bye"),
    )
)
_LEAD = (
    r"(?:(?<!'s )(?<!\u2019s )[Nn]ame(?: is|'s|\u2019s)|[Tt]his is"
    r"|(?:[Ss]on|[Dd]aughter|[Hh]usband|[Ww]ife|[Mm]other|[Ff]ather|[Mm]om|[Dd]ad|[Pp]atient)"
    r"['\u2019]s name is)"
)


def wished_day(text: str, tool: str) -> str:
    """The one day that a turn names, if it asks for it; ``tool`` is what the turn is about."""
    found = list(re.finditer(rf"\b(?:{_DAY}|{_SOON})\b", _lower(text)))
    return _wish(found[0], text, tool) if len(found) == 1 else ""


def wished_time(text: str, tool: str) -> str:
    """The one time of day that a turn names, if it asks for it."""
    found = list(re.finditer(rf"(?<![\w:-])(?:{_TIME})", _lower(text)))
    return _wish(found[0], text, tool).strip(" .") if len(found) == 1 else ""


def names_day(text: str) -> bool:
    """Is a day among these words?"""
    return bool(re.search(rf"\b(?:{_DAY}|{_SOON})\b", _lower(text)))


def names_time(text: str) -> bool:
    """Is a time of day among these words?"""
    return bool(re.search(rf"(?<![\w:-])(?:{_TIME})", _lower(text)))


def wished_doctor(text: str, tool: str, doctors: Sequence[str]) -> str:
    """The one doctor of ours who is named with the title, and asked for."""
    named = [found for found in re.finditer(_DOCTOR, text) if match_doctor(found[1], doctors)]
    return _wish(named[0], text, tool) if len(named) == 1 else ""


def is_doctor(text: str) -> bool:
    """Does this begin as a doctor's name does?"""
    return bool(re.match(_DOCTOR, text))


def _wish(found: re.Match[str], text: str, tool: str) -> str:
    return found[0] if is_wish(text, found.start(), found.end(), tool) else ""


def _lower(text: str) -> str:
    return text.lower().replace("\u2019", "'")


def whole_name(name: str, text: str) -> str:
    """Half a name made whole, where the other half stands beside it."""
    if len(name.split()) != 1:
        return name
    half = re.escape(name.strip(".,"))
    for found in re.finditer(rf"(?P<all>(?P<other>{_CAP}) (?i:{half}))\b", text):
        # Whatever begins a sentence has a capital: "Put Maria down" is no name, "Maria Lopez." is.
        begins = re.search(r"(?:^|[.?!]\s*)$", text[: found.start()])
        alone = re.match(r"(?:\s*$|[.,?!])", text[found.end() :])
        if found["other"].lower() not in _NO_NAMES and (alone or not begins):
            return found["all"]
    after = re.search(rf"\b(?i:{half}) ({_CAP})\b", text)
    return after[0] if after and after[1].lower() not in _NO_NAMES else name


def name_said(text: str) -> str:
    """A whole name that the caller introduced as their own, or as the patient's."""
    found = re.search(rf"\b{_LEAD},? (?:is )?({_CAP}(?: {_CAP})+)", text)
    if not found or any(word.lower() in _NO_NAMES for word in found[1].split()):
        return ""
    return found[1]


def whose_name(text: str) -> str:
    """A whole name that something is said to be for: "it's for Anna Lopez", "under Anna Lopez"."""
    found = re.search(rf"\b(?:[Ff]or|[Uu]nder|[Ii]t['\u2019]s) ({_CAP}(?: {_CAP})+)", text)
    if not found or any(word.lower() in _NO_NAMES for word in found[1].split()):
        return name_said(text)
    return found[1]
