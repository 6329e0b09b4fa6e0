"""Was nothing asked but to hear it again? Pure."""

from __future__ import annotations

import re

from demos.clinic.words import plain

_AGAIN = re.compile(
    r"(?!uh huh\b)(?:(?:um|uh|oh|i'm|hello|hey|please|wait|yes|no|okay|ok|and|again|huh) )*"
    r"(?:sorry|(?:beg your )?pardon(?: me)?|excuse me|what|huh|come again|what was that"
    r"|what did you say|(?:can|could|would|will) you (?:please )?(?:repeat|say)(?: (?:that|it))?"
    r"|(?:please )?(?:repeat|say) (?:that|it)|(?:i )?(?:didn't|did not|couldn't|could not)"
    r"(?: quite)? (?:catch|hear|get|understand)(?: (?:that|it|you))?|1 more time|once more)"
    r"(?: (?:sorry|please|again|1 more time|once more|for me|what was that|did you say"
    r"|(?:can|could) you (?:repeat|say) (?:that|it)))*"
)


def asks_again(heard: str) -> bool:
    """ "Pardon?", "Sorry, could you repeat that?": whoever adds a word asks for something else."""
    return bool(_AGAIN.fullmatch(plain(heard)))
