"""Whose name a turn gives: what the model copied, what was said, and the letters, which win.

    copied "Chivon Win", said "Chivon Win, S-I-O-B-H-A-N"  ->  Siobhan Win, of which Siobhan spelled

Pure. Letters alone are of the name that the form has already: "No, it's S-I-O-B-H-A-N".
"""

from __future__ import annotations

from dataclasses import dataclass

from demos.clinic.full_name import full_name
from demos.clinic.names import tidy_name
from demos.clinic.spelling import Spelling, read_spelling, spell
from demos.clinic.words import likeness


@dataclass(frozen=True, slots=True)
class HeardName:
    """A name, the words of it that only the letters told, and whether it is a former one mended."""

    name: str
    spelled: tuple[str, ...] = ()
    mends: bool = False


def heard_name(said: str, copied: str, former: str, *, asked: bool) -> HeardName:
    """The name in a turn; "" if there is none. ``asked``: the turn answers a question for it."""
    spelling = read_spelling(said)
    if spelling and (asked or copied):
        return _spelled(spelling, copied, former)
    name = (asked and full_name(said)) or tidy_name(copied)
    return HeardName(name or (tidy_name(said) if asked else ""))


def _spelled(spelling: Spelling, copied: str, former: str) -> HeardName:
    guess = full_name(spelling.rest) or tidy_name(spelling.before) or tidy_name(spelling.rest)
    if not guess and not read_spelling(copied):
        guess = tidy_name(copied)
        if any(
            likeness(guess.lower(), part) > 0.9 for part in (spelling.letters, *spelling.groups)
        ):
            guess = ""  # the model has put the letters together
    name = tidy_name(" ".join(spell((guess or former).split(), spelling)))
    known = guess.lower().split()
    only = (word for word in name.split() if word.lower() not in known)
    spelled = tuple(word for word in only if word.lower() in spelling.letters)
    return HeardName(name, spelled, mends=bool(former and not guess))
