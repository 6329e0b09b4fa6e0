"""Where in a turn a day, a time, a name or a medicine stands, in the caller's own words.

Pure. Narrow on purpose: what is found here is taken although the model did not copy it, so a turn
that could be read two ways yields "".
"""

from __future__ import annotations

import re

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
_PAST = r"(?:last|since|from|until|till|past|yesterday|every|not|but|except|was|been|for)(?: on)? $"
_OTHER = (
    r"\b(?:instead|from|not|no|sorry|actually|i mean|can't|cannot|won't|rather|wait|since|open"
    r"|close|until|till)\b"
)
_STRENGTH = (
    rf"\b(?:\d[\d.,]*|(?:{_NUMBER}|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|hundred)(?:[ -](?:one|two|three|four|five|hundred|and|fifty|twenty))*)"
    r"[ -]?(?:milligrams?|mgs?|micrograms?|mcgs?|grams?|units?)\b"
)
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
    )
)
_NO_DRUGS = frozenset(
    (
        *("refill", "prescription", "tablets", "tablet", "pills", "medicine", "medication", "dose"),
        *("need", "take", "taking", "about", "which", "think", "actually", "called", "please"),
        *("usual", "strength", "sorry", "those", "these", "under", "order", "renew", "maybe"),
    )
)
_LEAD = r"(?:[Mm]y name is|[Mm]y name's|[Nn]ame's|[Nn]ame is|[Tt]he name is|[Tt]his is)"


def said_day(text: str, opening: str = "") -> str:
    """The one day that was said; "" if there is none, or more, or if it may be another's.

    With ``opening`` (the tool) the text is a whole turn: "it hurts since Monday" names no wish.
    """
    low = text.lower().replace("\u2019", "'")
    found = list(re.finditer(rf"\b(?:{_DAY}|{_SOON})\b", low))
    if len(found) != 1:
        return ""
    if opening and (
        re.search(_PAST, low[: found[0].start()])
        or (opening == "move" and re.search(r"\b(?:my|the|our) $", low[: found[0].start()]))
        or re.search(_OTHER, low)
    ):
        return ""
    return found[0][0]


def said_time(text: str, opening: str = "") -> str:
    """The one time of day that was said; "" if there is none, or more, or if it is no wish."""
    low = text.lower().replace("\u2019", "'")
    found = list(re.finditer(rf"(?<![\w:-])(?:{_TIME})", low))
    if len(found) != 1:
        return ""
    if opening and (re.search(_PAST, low[: found[0].start()]) or re.search(_OTHER, low)):
        return ""
    return found[0][0].strip(" .")


def strength_said(text: str) -> str:
    """``5 milligrams``, where one strength was said."""
    found = re.findall(_STRENGTH, text, re.IGNORECASE)
    return found[0] if len(found) == 1 else ""


def whole_drug(text: str, strength: str) -> str:
    """The medicine that stands right before its strength: "my sertraline, the 50 milligram"."""
    found = re.search(
        rf"\b([a-z]{{5,}})[,.]? (?:(?:the|in|at|it's|and|a) )*({_STRENGTH})", text, re.IGNORECASE
    )
    if not found or found[1].lower() in _NO_DRUGS | _NO_NAMES:
        return ""
    return f"{found[1]} {found[2]}"


def whole_name(name: str, text: str) -> str:
    """Half a name made whole, where the other half stands beside it or is called by its name."""
    if len(name.split()) != 1:
        return name
    if split := _first_and_last(text):
        return split if name.lower() in split.lower().split() else name
    half = re.escape(name.strip(".,"))
    for pattern in (rf"\b({_CAP}) (?i:{half})\b", rf"\b(?i:{half}) ({_CAP})\b"):
        found = re.search(pattern, text)
        if found and found[1].lower() not in _NO_NAMES:
            return found[0]
    return name


def name_said(text: str) -> str:
    """A whole name that the caller introduced as one: "my name is", "first name"."""
    if split := _first_and_last(text):
        return split
    found = re.search(rf"\b{_LEAD},? (?:is )?({_CAP}(?: {_CAP})+)", text)
    if not found or any(word.lower() in _NO_NAMES for word in found[1].split()):
        return ""
    return found[1]


def _first_and_last(text: str) -> str:
    is_ = r"(?: is|'s|:|,)?"
    for pattern in (
        rf"(?P<last>{_CAP})[,.]? (?:and )?(?:my |the |his |her )?[Ff]irst name{is_} "
        rf"(?P<first>{_CAP})",
        rf"[Ff]irst name{is_} (?P<first>{_CAP})[,.]? (?:and )?(?:my |the )?"
        rf"(?:[Ll]ast name|[Ss]urname){is_} (?P<last>{_CAP})",
    ):
        found = re.search(pattern, text)
        if found and not {found["first"].lower(), found["last"].lower()} & _NO_NAMES:
            return f"{found['first']} {found['last']}"
    return ""
