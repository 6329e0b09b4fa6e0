"""Who: doctors, patients and telephone numbers, as callers say them and Whisper hears them.

A patient's name is kept as it was heard, tidied; a doctor's is one of ours or it is nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from demos.clinic.spelling import read_spelling, spell
from demos.clinic.words import likeness, plain

_LEAD_IN = (
    r"^(?:(?:um|uh|er|yes|yeah|yep|sure|ok|okay|no|hi|hello|well|so|oh|sorry|actually|and"
    r"|please) )*"
    r"(?:(?:it's|its|it is|this is|that's|that is|that'd be|that would be|i'm|i am|my name is"
    r"|my name's|the name is|the name's|name is|name's|the last name is|last name is|last name|"
    r"my last name is|my first name is|under|for|i said|it should be|it's under|it is under|"
    r"put it under|book it under|make it|call me|patient is) )*"
)
_TAIL = (
    r"(?: (?:please|calling|thanks|thank you|here|speaking|again|with an? \w{1,2}\b.*"
    r"|spelled .*))+$"
)
_WHICH_NAME = r"\b(?:and )?(?:my |the )?(?:first|last|full) name(?: is|'s)?\b"
_FIRST = ("any", "anyone", "anybody", "whoever", "whichever", "either", "no preference")
_AFTER_DOCTOR = frozenset(
    (
        *("is", "are", "was", "who", "that", "in", "on", "at", "for", "to", "has", "do", "does"),
        *("can", "could", "will", "would", "today", "tomorrow", "please", "and", "or", "the"),
        *("visit", "appointment", "office", "there", "with", "taking", "available", "should"),
    )
)
_NOT_NAMES = frozenset(
    (
        *("yes", "no", "yeah", "nope", "not", "the", "a", "an", "this", "that", "these", "those"),
        *("i", "it", "its", "you", "your", "yours", "he", "him", "his", "she", "her", "we", "us"),
        *(
            "our",
            "they",
            "them",
            "their",
            "me",
            "my",
            "mine",
            "what",
            "when",
            "where",
            "who",
            "how",
        ),
        *("why", "which", "is", "am", "are", "was", "were", "be", "been", "being", "does", "did"),
        *("have", "has", "had", "can", "cannot", "could", "would", "should", "shall", "must"),
        *(
            "and",
            "or",
            "but",
            "if",
            "than",
            "because",
            "so",
            "with",
            "without",
            "of",
            "for",
            "from",
        ),
        *("into", "about", "at", "on", "in", "by", "up", "out", "off", "over", "there", "here"),
        *("then", "very", "just", "only", "also", "too", "really", "again", "yet", "all", "some"),
        *("something", "nothing", "anything", "everything", "someone", "somebody", "nobody"),
        *(
            "get",
            "got",
            "getting",
            "go",
            "going",
            "gonna",
            "gone",
            "come",
            "coming",
            "want",
            "wants",
        ),
        *("need", "know", "think", "make", "take", "tell", "told", "said", "says", "speak", "eat"),
        *("hear", "please", "thank", "thanks", "hello", "sorry", "okay", "maybe", "like", "little"),
        *("lot", "year", "years", "time", "thing", "things", "people", "video", "name", "names"),
        *("appointment", "doctor", "english", "spanish", "language", "spell", "spelled", "repeat"),
    )
)
"""Words that are nobody's name. "May", "Will", "Do" and "Long" are somebody's."""
_CONTRACTED = r"n't$|(?<=\w)'(?:m|re|ve|ll)$|^(?:that|it|what|there|here|who|he|she)'s$"


def match_doctor(said: str, doctors: Sequence[str]) -> str | None:
    """The doctor of ours who was meant, allowing for a vowel misheard; None if it is no one."""
    best, score = None, 0.0
    for word in _surnames(said):
        for doctor in doctors:
            surname = plain(doctor).split()[-1]
            if (alike := _sounds_like(word, surname)) > score:
                best, score = doctor, alike
    return best if score >= 0.7 else None


def any_doctor(said: str) -> bool:
    """ "Whoever is free": the caller leaves the choice to us."""
    words = plain(said)
    return any(re.search(rf"\b{word}\b", words) for word in _FIRST) or bool(
        re.search(r"doesn'?t matter|don'?t (?:mind|care)|(?:first|1st|next) available", words)
    )


def doctor_said(text: str) -> str | None:
    """A doctor somebody named with the title, ours or not: ``dr. smith`` -> ``Dr. Smith``."""
    found = re.search(r"\b(?:dr|doctor) ([a-z][a-z']+)", plain(text))
    if found is None or found[1] in _AFTER_DOCTOR:
        return None
    return f"Dr. {found[1].title()}"


def tidy_name(said: str) -> str:
    """``um, it's maria lopes, L-O-P-E-Z`` -> ``Maria Lopez``; "" where no name is left."""
    spelling = read_spelling(said)
    if spelling is None:
        words = _name_words(said)
    else:
        words = spell(_name_words(spelling.rest) or _name_words(spelling.before), spelling)
    return " ".join(_capitalise(word) for word in words)


def _name_words(said: str) -> list[str]:
    text = said.lower().replace("\u2019", "'")
    text = " ".join(re.sub(r"[^a-z'\- ]", " ", text).split())
    text = re.sub(_WHICH_NAME, " ", text).strip()
    text = re.split(r" (?:and|but|for|on|at) ", text)[0] if len(text.split()) > 4 else text
    text = re.sub(_TAIL, "", re.sub(_LEAD_IN, "", text + " ").strip())
    words = [word.strip("'-") for word in text.split() if word.strip("'-")]
    return words if may_be_name(words) else []


def may_be_name(words: Sequence[str]) -> bool:
    """Could somebody be called so? A sentence, or what Whisper makes of a language that it does not
    know ("and yours", "happy new year"), has words that no name has."""
    if any(plain(word)[:1].isdigit() for word in words):
        return False  # "the first one", said of what was offered
    if not 1 <= len(words) <= 4 or max(map(words.count, words)) > 2:
        return False
    no_name = rf"{_CONTRACTED}|^\w(?:-\w)+$"
    return not any(word in _NOT_NAMES or re.search(no_name, word) for word in words)


def merge_names(old: str | None, new: str, is_last: bool = False) -> str:
    """A first and a last name said apart, or half of a name said again to correct it."""
    had = (old or "").split()
    if is_last and len(had) == len(new.split()) == 1 and had != [new]:
        return f"{had[0]} {new}"
    if not had or len(new.split()) > 1:
        return new
    if len(had) == 1:
        return new if likeness(had[0].lower(), new.lower()) >= 0.5 else f"{had[0]} {new}"
    alike = [likeness(word.lower(), new.lower()) for word in had]
    place = alike.index(max(alike)) if max(alike) >= 0.4 else len(had) - 1
    return " ".join(new if n == place else word for n, word in enumerate(had))


def same_person(booked: str, asked: str) -> bool:
    """Is this near enough to the name in the book? A surname alone is; half a guess is not."""
    ours, theirs = booked.lower().split(), asked.lower().split()
    if len(theirs) == 1:
        return any(likeness(theirs[0], word) >= 0.85 for word in ours)
    return likeness(booked.lower(), asked.lower()) >= 0.85 and likeness(ours[-1], theirs[-1]) >= 0.7


def tidy_phone(said: str) -> str:
    """``five five five, oh one four two`` -> ``555-0142``; "" where it is no whole number."""
    words = plain(said.replace("-", " ")).split()
    digits, times = "", 1
    for word in words:
        if word in {"double", "triple"}:
            times = 2 if word == "double" else 3
            continue
        digit = "0" if word in {"oh", "o"} else word
        if digit.isdigit():
            digits += digit[0] * (times - 1) + digit
        times = 1
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    if len(digits) == 7:
        return f"{digits[:3]}-{digits[3:]}"
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if len(digits) == 10 else ""


def _surnames(said: str) -> list[str]:
    words = re.sub(r"\b(?:dr|doctor)\b", " ", plain(said)).split()
    return [word.removesuffix("'s") for word in words if len(word) > 1]


def _sounds_like(heard: str, surname: str) -> float:
    if heard == surname:
        return 1.0
    if heard[0] != surname[0] and _skeleton(heard) != _skeleton(surname):
        return 0.0
    same_frame = _skeleton(heard) == _skeleton(surname)
    return max(likeness(heard, surname), 0.8 if same_frame and len(heard) > 2 else 0.0)


def _skeleton(word: str) -> str:
    """Its consonants, doubled ones once: what survives a bad line (chan and chen: chn)."""
    for sound, letter in (
        ("ch", "j"),
        ("sh", "j"),
        ("ph", "f"),
        ("ck", "k"),
        ("q", "k"),
        ("z", "s"),
        ("c", "k"),
        ("y", ""),
    ):
        word = word.replace(sound, letter)
    return re.sub(r"(.)\1", r"\1", re.sub(r"[aeiouhw']", "", word))


def _capitalise(word: str) -> str:
    word = "-".join(part[:1].upper() + part[1:] for part in word.split("-"))
    return re.sub(r"^(O'|Mc)([a-z])", lambda start: start[1] + start[2].upper(), word)
