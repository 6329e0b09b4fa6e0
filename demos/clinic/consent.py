"""Was that a yes? Nothing is written in the book before one was heard.

    "Sure, go ahead"                 every word of it agrees                    yes
    "Yes, it's for Maria Lopez"      opens with a plain yes, doubts nothing     yes
    "Okay, what time is it again?"   something else is in it                    neither

Pure. A turn is taken whole, since "please", "right" and "okay" stand in any sentence; which words
agree is told by :mod:`demos.clinic.consent_words`. In doubt it is neither, and the desk asks again:
a booking nobody wanted costs more than a question.
"""

from __future__ import annotations

import re
from typing import Literal

from demos.clinic.consent_words import REQUEST, WHOLLY, YES_AND_MORE, YES_WORD
from demos.clinic.words import plain

Verdict = Literal["yes", "no"]

_LONGEST = 30
"""Words in a plain yes; more of them are a story."""
_DOUBT = re.compile(
    r"\b(?:but|except|unless|if|or|only|until|maybe|perhaps|probably|though|however|instead|rather"
    r"|actually|change|different|wrong|no|not|\w+n't|cannot|never|wait|hold|hang|let me|check|ask"
    r"|think|wonder\w*|again|sorry|mean|moment|(?<!the )1st|before|forget|stop|what|which|who|when"
    r"|where|why|how|know|can|could|do|does|did|is it|is that|is there|are)\b"
)
_UNFINISHED = re.compile(
    r"\b(?:and|so|um|uh|well|or) $|^(?:(?:oh|ah) )+(?:okay|ok|right|alright) $"
)
"""Something is to follow, or it is news to them: "oh, okay"."""
_BY_NAME = re.compile(
    r"\b(cancel(?! (?:my|our|the|an?|his|her)\b)"
    r"|(?:book|schedule|move|reschedule|send)(?= (?:it|that)\b))"
)
_SAME = {"schedule": "book", "reschedule": "move"}

_NO = re.compile(
    r"\b(?:no|nope|nah|not|don't|do not|doesn't|isn't|can't|won't|wrong|incorrect|never ?mind"
    r"|neither|prefer|forget (?:it|that)|cancel (?:that|this)|stop|rather|changed? my mind"
    r"|scratch that|instead|uh uh|nuh uh|mm mm|actually)\b|^wait(?: wait)* $"
)
_OPENS_WITH_NO = re.compile(
    r"(?:(?:um|uh|oh|well|okay|ok|please|sorry|wait|actually|absolutely|definitely|certainly"
    r"|of course|thanks but) )*(?:no|nope|nah|not|never|don't|do not|i don't|i do not|uh uh"
    r"|i'd rather not|let's not|better not|hell no)\b"
    r"(?! (?:sure|idea|certain|know|understand|hear|remember))"
)
_NO_VERDICT = re.compile(
    r"(?:not|n't|no) (?:\w+ )?(?:sure|certain|know|understand|hear|remember|idea|catch|follow)\b"
)
_SLIP = re.compile(r".*\bi (?:mean|meant) (?=yes |no )")
_NO_MATTER = re.compile(r"\b(?:(?:that's )?no problem|no worries|don't worry)\b")
_RIGHT = r"(?:that's|it's) (?:\w+ )?(?:right|correct|perfect) "
_HARMLESS_NO = re.compile(
    rf"^(?:(?:um|uh|oh|well) )*(?:(?:no )+(?:(?:yes|yeah) )*|(?:yes|yeah) no )(?={_RIGHT})"
)
"""A "no" that takes nothing back: "no, that's right"; but "no, that's fine" declines."""
_DROP = (
    r"\b(?:never ?mind|forget (?:it|that|about it)|cancel (?:that|this)|scratch that|drop it"
    r"|changed my mind|leave it|don't bother|stop|another time|some other time"
    r"|(?:do|call|call back|call you) (?:it |that |this |back )?later"
    r"|don't (?:need|want) (?:it|that|this|1|an appointment)(?: after all| any ?more)?)\b"
)
_LEAVE = (
    r"\b(?:bye|goodbye|good bye|hang up|that's all|that is all|that'll be all|that will be all"
    r"|nothing else|see you|take care|have a (?:good|nice|great|lovely)(?: \w+)?)\b"
)
_DONE = r"\b(?:thank(?:s| you)|no|nope|nah|that's it|all set|i'm (?:good|fine|done))\b"


def verdict(heard: str, asked: str = "") -> Verdict | None:
    """What the caller's words say to the question that was asked; None if both or neither.

    The question matters where the answer names a deed: "cancel it" agrees to no booking.
    """
    words = _SLIP.sub("", f"{plain(heard)} ")
    asks = _asks(heard)
    if not asks and _agrees(_HARMLESS_NO.sub("", words), asked):
        return "yes"
    words = _NO_MATTER.sub("", words)
    if _OPENS_WITH_NO.match(words):
        return "no"
    mixed = asks or _NO_VERDICT.search(words) or YES_WORD.search(words)
    return "no" if _NO.search(words) and not mixed else None


def _agrees(words: str, asked: str) -> bool:
    words = REQUEST.sub(r"\1", words)
    if words.count(" ") > _LONGEST:
        return False
    wanted = _deeds(f"{plain(asked)} ") or {"book", "send"}  # "Is that right?" names none
    if _UNFINISHED.search(words) or not _deeds(words) <= wanted:
        return False
    if WHOLLY.fullmatch(words):
        return True
    more = YES_AND_MORE.fullmatch(words)
    return more is not None and not _DOUBT.search(more["more"])


def _deeds(words: str) -> set[str]:
    """What is named to be done, by its plainest name."""
    return {_SAME.get(deed, deed) for deed in _BY_NAME.findall(words)}


def _asks(heard: str) -> bool:
    """Is any sentence of it a question, by its mark? One that only asks for the deed is none."""
    questions = (plain(part) for part in re.findall(r"[^.!?]*\?", heard))
    return any(not re.search(rf"{REQUEST.pattern}|\bwhy not$", words) for words in questions)


def drops_it(heard: str) -> bool:
    """Has the caller changed their mind about the whole thing?"""
    return bool(re.search(_DROP, plain(heard)))


def takes_leave(heard: str, *, in_the_middle: bool) -> bool:
    """Does the caller end the call? "No, thanks" does, if nothing is left open by it."""
    words = plain(heard)
    return bool(re.search(_LEAVE, words) or (not in_the_middle and re.search(_DONE, words)))
