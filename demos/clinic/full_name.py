"""A name whose halves were said out of order, or more than once: which is which.

    "Last name Green, first name Ruth"   "Jones. Ruth Jones."   "Ruth, and the last name is Jones"

Pure. What tells first from last is that it is called so, that it is said again, or, of two words
with a comma between them, that only the second is a common first name. Where nothing tells, the
answer is "": then the name stands as it was said.
"""

from __future__ import annotations

import re

from demos.clinic.names import tidy_name

_MARK = (
    r"(?:^|[\s,.;])(?:and |with )?(?:my |the |his |her |their |patient's )?"
    r"(?:(?P<first>first|given) name|(?P<last>(?:last|family) name|surname))\b(?: is|'s|:|,)?"
)
_LABEL = r"(?:,? (?:is|are|as|for|being))? (?:my |the |his |her )?(first|last)(?: name)?\b"
_FILLERS = r"\b(?:(?:um+|uh+|er|well|so|oh|yes|yeah|sure|okay|ok)\b,?|(?:mrs?|ms|miss)\b\.?)"
_FIRST_NAMES = frozenset(
    (
        *("james", "john", "robert", "michael", "william", "david", "richard", "joseph", "thomas"),
        *("charles", "christopher", "daniel", "matthew", "anthony", "mark", "steven", "andrew"),
        *("paul", "joshua", "kenneth", "kevin", "brian", "timothy", "ronald", "jason", "edward"),
        *("jeffrey", "ryan", "jacob", "nicholas", "gary", "eric", "jonathan", "stephen", "larry"),
        *("benjamin", "samuel", "gregory", "patrick", "alexander", "jack", "peter", "carlos"),
        *("jose", "juan", "luis", "mohammed", "ahmed", "ivan", "mary", "patricia", "jennifer"),
        *("linda", "elizabeth", "barbara", "susan", "jessica", "karen", "sarah", "lisa", "nancy"),
        *("sandra", "ashley", "emily", "kimberly", "margaret", "donna", "michelle", "carol"),
        *("amanda", "melissa", "deborah", "stephanie", "rebecca", "laura", "helen", "sharon"),
        *("cynthia", "kathleen", "amy", "angela", "anna", "emma", "olivia", "sophia", "julia"),
        *("catherine", "christine", "samantha", "rachel", "maria", "heather", "diane", "ruth"),
        *("teresa", "hannah", "victoria", "alice", "judith", "ana", "fatima", "rosa", "priya"),
    )
)


def full_name(said: str) -> str:
    """The whole name in an answer to "What name is it under?"; "" if nothing tells its order."""
    text = _prepared(said)
    return _called(text) or _labelled(text) or _said_again(text) or _turned(text)


def called_name(said: str) -> str:
    """The whole name of which a turn calls both halves by their name, wherever it was said."""
    text = _prepared(said)
    return _called(text) if len(list(re.finditer(_MARK, text))) == 2 else ""


def _prepared(said: str) -> str:
    return " ".join(re.sub(_FILLERS, " ", said.lower().replace("\u2019", "'")).split())


def _called(text: str) -> str:
    """ "Last name Green, first name Ruth", or only one of them called so, right after the other."""
    marks = list(re.finditer(_MARK, text))
    if len(marks) == 2:
        one = text[marks[0].end() : marks[1].start()]
        two = re.split(r"[.?!]", text[marks[1].end() :])[0]
    elif len(marks) == 1:
        one, two = text[: marks[0].start()], re.split(r"[.?!]", text[marks[0].end() :])[0]
    else:
        return ""
    if bool(marks[0]["first"]) == bool(marks[-1]["first"]) and len(marks) == 2:
        return ""
    first, last = (two, one) if marks[-1]["first"] else (one, two)
    return _joined(first, last)


def _labelled(text: str) -> str:
    """ "Green is the last name, Ruth is the first"."""
    found = re.fullmatch(rf"(.+?){_LABEL}[,.]? (?:and )?(.+?)(?:{_LABEL})?[.]?", text)
    if not found or found[2] == found[4]:
        return ""
    one, two = found[1], found[3]
    return _joined(two, one) if found[2] == "last" else _joined(one, two)


def _joined(first: str, last: str) -> str:
    given, family = (tidy_name(re.sub(r"[,.;:]+$", "", half.strip())) for half in (first, last))
    for whole, half in ((given, family), (family, given)):
        if len(whole.split()) == 2 and half in whole.split():
            return whole  # "Ruth Jones, last name Jones"
    short = len(given.split()) == 1 and 1 <= len(family.split()) <= 2
    return f"{given} {family}" if short and given != family else ""


def _said_again(text: str) -> str:
    """ "Jones, Ruth Jones" and "Ruth, Ruth Jones": the longer time it is whole."""
    words = tidy_name(text).split()
    if len(words) == 3 and words[0] in words[1:] and words[1] != words[2]:
        return " ".join(words[1:])
    if len(words) == 4 and words[:2] == words[2:] and words[0] != words[1]:
        return " ".join(words[2:])
    return ""


def _turned(text: str) -> str:
    """ "Green, Ruth", as it stands on forms."""
    found = re.fullmatch(r"(?:it's |under |that's )*([a-z'-]+), ([a-z'-]+)\.?", text)
    if found and found[2] in _FIRST_NAMES and found[1] not in _FIRST_NAMES:
        return tidy_name(f"{found[2]} {found[1]}")
    return ""
