"""Say how the caller's words so far end: as a whole, as half of something, or neither.

Pure. Each way to end is a line of ``ENDINGS`` with the wait that it asks for; the first that fits
is meant. It knows English: words of another language fit the first lines and the last ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from voice import vocabulary
from voice.letters import spelling_is_whole
from voice.whole import date_is_whole, name_is_whole, number_is_whole

_BETWEEN_SENTENCES = re.compile(r"(?<=[.?!])(?<!\bDr\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)\s+")

Wait = Literal["shortest", "usual", "hanging", "longest"]
"""Which silence of :class:`~voice.config.TurnPolicy` is due."""


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a turn so far, taken apart."""

    text: str
    asked: str
    """What the last question asked for, as in :data:`voice.agent.Expects`."""
    words: tuple[str, ...]
    clause: tuple[str, ...]
    """Those of the last sentence, without what only opens it ("hi there", "well")."""
    comma: bool
    """Whether there is one in that sentence."""

    @property
    def last(self) -> str:
        """The last word."""
        return self.words[-1]

    @property
    def first_two(self) -> tuple[str, str]:
        """How the last sentence begins."""
        first, second = (*self.clause, "", "")[:2]
        return first, second

    @property
    def question(self) -> bool:
        """Whether the transcriber heard one."""
        return self.text.endswith("?")


@dataclass(frozen=True, slots=True)
class Ending:
    """One way to end."""

    name: str
    wait: Wait
    fits: Callable[[Said], bool]


def ending(text: str, asked: str) -> Ending:
    """How these words end, when the last question asked for ``asked``."""
    text = text.strip()
    sentence = _BETWEEN_SENTENCES.split(text)[-1]
    clause = spoken(sentence)
    while len(clause) > 1 and clause[0] in vocabulary.OPENERS:
        clause = clause[1:]
    said = Said(text, asked, tuple(spoken(text)), tuple(clause), "," in sentence)
    return next(line for line in ENDINGS if line.fits(said))


def spoken(text: str) -> list[str]:
    """Its words, whatever their case and punctuation."""
    return re.findall(r"[\w']+", text.casefold())


def _fills(said: Said) -> bool:
    zero = said.last == "oh" and said.asked == "digits"
    return said.last in vocabulary.FILLERS and not zero


def _corrects(said: Said) -> bool:
    found = vocabulary.CORRECTS.search(said.text.casefold())
    return found is not None and not said.question and not _agrees(said)


def _hangs(said: Said) -> bool:
    last, before = said.last, (*said.words[-2:-1], "")[0]
    if last in vocabulary.NEVER_LAST:
        return True
    if (before, last) in (("how", "about"), ("what", "if"), ("as", "in"), ("would", "like")):
        return True
    if said.question:
        return False
    if last in vocabulary.AUXILIARIES and before in vocabulary.PRONOUNS:
        refers = said.words[0] in vocabulary.AGREES or len(said.clause) > 8
        return not (refers or _agrees(said))
    if last in vocabulary.SELDOM_LAST | vocabulary.AUXILIARIES:
        return True
    return (
        (before in vocabulary.BE and last in vocabulary.AFTER_BE)
        or (before in ("i'm", "am", "was") and last in vocabulary.AFTER_I_AM)
        or (before in ("and", "or", "but", "so") and last in vocabulary.AFTER_AND)
        or (before == "i'd" and last == "like")
    )


def _labels(said: Said) -> bool:
    return said.last in vocabulary.LABELS and not vocabulary.OWNERS & set(said.words[-3:-1])


def _leads(said: Said) -> bool:
    first, second = said.first_two
    if len(said.clause) == 1:
        return first in vocabulary.LEADS_ALONE
    opens = first in vocabulary.LEADS and second in vocabulary.CLAUSE_BEGINS
    both = said.comma or said.question or len(said.clause) > 8  # the second clause was said, too
    return (first == "if" or opens) and len(said.clause) >= 3 and not both


def _answer(said: Said) -> bool | None:
    """Whether what was asked for has been said in full; None where that is not known."""
    spelled = spelling_is_whole(said.text, said.asked)
    if spelled is not None:
        return spelled
    if said.asked == "digits" or vocabulary.TELLS_NUMBER.search(said.text.casefold()):
        return number_is_whole(said.words)
    if said.asked == "name" or {"name", "is"} <= set(said.clause):
        return name_is_whole(said.text)
    return date_is_whole(said.clause) if said.asked == "date" else None


def _introduces(said: Said) -> bool:
    """Who has been asked what they want, and has said who they are, has not begun."""
    return said.asked == "any" and vocabulary.INTRODUCES.fullmatch(said.text) is not None


def _asks(said: Said) -> bool:
    first, second = said.first_two
    if first in vocabulary.QUESTION_WORDS and len(said.clause) >= 3:
        return said.question or second in vocabulary.ASKED_FIRST
    inverted = first in vocabulary.ASKED_FIRST and second not in vocabulary.ASKED_FIRST
    return said.question or (inverted and len(said.clause) >= 4)


def _agrees(said: Said) -> bool:
    return said.asked == "yes_no" and (len(said.words) <= 3 or said.words[0] in vocabulary.AGREES)


def _wants(said: Said) -> bool:
    return vocabulary.WANTS.match(" ".join(said.clause)) is not None


ENDINGS = (
    # Nothing is known of the words, or the transcriber heard the voice die away: "my number is..."
    Ending("not understood", "longest", lambda said: not said.words),
    Ending("dies away", "longest", lambda said: said.text.endswith(("...", "…"))),
    # The voice stays up, or holds the turn with a sound.
    Ending("stays up", "hanging", lambda said: said.text.endswith((",", "-", "—", ":"))),
    Ending("filler", "hanging", _fills),
    # "On Tuesday, no, sorry": the right thing follows.
    Ending("corrects", "hanging", _corrects),
    # No sentence ends so, whatever full stop the transcriber has put: "my number is."
    Ending("hangs", "hanging", _hangs),
    Ending("labels", "hanging", _labels),
    # Three digits of a telephone number, a month without a day, letters in a row.
    Ending("half an answer", "hanging", lambda said: _answer(said) is False),
    # "Hi, this is Karen Whitfield": what they want follows.
    Ending("introduces", "hanging", _introduces),
    # "If it gets worse": the main clause follows.
    Ending("leads", "hanging", _leads),
    # These hand the turn over: a question, a yes or no, all that was asked for, a wish, thanks.
    Ending("asks", "shortest", _asks),
    Ending("agrees", "shortest", _agrees),
    Ending("answers", "shortest", lambda said: _answer(said) is True),
    Ending("wants", "shortest", _wants),
    Ending("parts", "shortest", lambda said: bool(vocabulary.PARTS & set(said.words[-2:]))),
    # A whole sentence of a story, perhaps: no words tell whether another one follows.
    Ending("tells", "usual", lambda said: True),
)
