"""Was that a yes? Nothing is written in the book before one was heard.

Pure. In doubt it is neither, and the desk asks again: a booking nobody wanted costs more than a
question.
"""

from __future__ import annotations

import re
from typing import Literal

from demos.clinic.words import plain

Verdict = Literal["yes", "no"]

_YES = (
    r"\b(?:yes|yeah|yep|yup|yah|ya|sure|ok|okay|oke?y doke?y|correct|right|perfect|great|fine|good"
    r"|lovely|exactly|absolutely|definitely|certainly|totally|of course|please do|go ahead"
    r"|go for it|do (?:it|that)|book it|move it|send it|cancel it|make it so|you bet"
    r"|sounds (?:good|great)|that works|works|that's the (?:1|one)|(?:i'll )?take it"
    r"|that'll do|that will do|put me down|it does|that's it|uh ?huh|mm ?hmm|mhm"
    r"|confirm(?:ed)?|you got it|please|affirmative|alright|all right|wonderful|excellent"
    r"|that would be)\b"
)
_NO = (
    r"\b(?:no|nope|nah|not|don't|do not|doesn't|isn't|can't|won't|wrong|incorrect|never ?mind"
    r"|forget (?:it|that)|cancel (?:that|this)|stop|wait|hold on|hang on|neither|rather"
    r"|changed? my mind|scratch that|instead|actually)\b"
)
# A "no" that takes nothing back: "no that's right", "no problem", "why not".
_HARMLESS = (
    r"\bno problem\b|\bwhy not\b"
    r"|\bno,? (?:that'?s|it'?s) (?:right|correct|fine|good|perfect|great)\b"
    r"|\bno worries\b|\bdon't worry\b|\bno,? yeah\b|\byeah,? no,?(?= that'?s (?:right|fine|good))"
)
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


def verdict(heard: str) -> Verdict | None:
    """What the caller's words say to a yes-or-no question; None if both or neither."""
    words = plain(heard)
    calmed = re.sub(_HARMLESS, " yes ", words)
    yes, no = re.search(_YES, calmed), re.search(_NO, calmed)
    if bool(yes) == bool(no):
        # "no, please don't", "no thanks, that's all": a turn that opens with no means it.
        return (
            "no" if no and re.match(r"(?:(?:um|uh|oh|well) )*(?:no|nope|nah)\b", calmed) else None
        )
    return "yes" if yes else "no"


def drops_it(heard: str) -> bool:
    """Has the caller changed their mind about the whole thing?"""
    return bool(re.search(_DROP, plain(heard)))


def takes_leave(heard: str, *, in_the_middle: bool) -> bool:
    """Does the caller end the call? "No, thanks" does, if nothing is left open by it."""
    words = plain(heard)
    return bool(re.search(_LEAVE, words) or (not in_the_middle and re.search(_DONE, words)))
