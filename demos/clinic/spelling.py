"""A name spelled out: which letters were said, and which words of what was heard they stand for.

    "Chivon Nguyedn, that's S-I-O-B-H-A-N N-G-U-Y-E-N"  ->  Siobhan Nguyen

Pure. A transcript writes letters in any way ("S I O", "S-I-O", "S.I.O.", "SIO", "S as in Sam",
"double L", "Sierra India Oscar") and some as the words they sound like ("see", "are", "you"). The
letters win over what was guessed of the name, and a sound-alike counts among plain letters only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from demos.clinic.words import likeness

_NATO = (
    *("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india"),
    *("juliet", "kilo", "lima", "mike", "november", "oscar", "papa", "quebec", "romeo"),
    *("sierra", "tango", "uniform", "victor", "whiskey", "xray", "yankee", "zulu"),
)
_SOUNDS = {
    word: words.split()[0]
    for words in (
        *("a ay", "b bee be", "c see sea", "d dee", "f eff", "g gee", "h aitch", "i eye", "j jay"),
        *("k kay okay", "l el ell", "m em", "n en", "o oh", "p pee", "q cue queue", "r are ar"),
        *("s ess", "t tea tee", "u you", "v vee", "x ex", "y why", "z zee zed"),
    )
    for word in (words.split()[1:] if words[0] not in "aio" else words.split())
}
"""Words, and letters that are words: letters only where others stand beside them."""
_AS_IN = re.compile(
    r"\b([a-z]+),? (?:(?:as|is|like) in|as) ([a-z])[a-z]*|\b([a-z]) (?:for|like) (?=\3)[a-z]+",
    re.IGNORECASE,
)
_TIMES = {"double": 2, "triple": 3}
_BEFORE = re.compile(
    r"[,. ]*(?:\b(?:that's|that is|it's|it is|is|and|spelled|spelt|spelling|i'll spell (?:it|that)"
    r"|you spell (?:it|that)|spell (?:it|that))[,:. ]*)+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Spelling:
    """The letters in the groups in which they were said, what was said before them, and after."""

    groups: tuple[str, ...]
    before: str
    after: str

    @property
    def letters(self) -> str:
        """All of them."""
        return "".join(self.groups)

    @property
    def rest(self) -> str:
        """The turn without them."""
        return f"{self.before} . {self.after}".strip(" .,")


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one word of a turn says: letters, for certain or by their sound, or none ("")."""

    letters: str
    certain: int
    start: int
    end: int
    stop: bool
    """Something follows it that parts: a comma, a full stop, the end."""


def read_spelling(said: str) -> Spelling | None:
    """What is spelled in these words; None where nothing plainly is."""
    text = _AS_IN.sub(lambda found: (found[2] or found[3] or "").upper(), said)
    run = max(_runs(_pieces(text)), key=lambda run: sum(len(p.letters) for p in run), default=[])
    if not run:
        return None
    before = _BEFORE.sub("", text[: run[0].start]).strip(" .,")
    letters = "".join(piece.letters for piece in run)
    if not _plainly(letters, sum(piece.certain for piece in run), before):
        return None
    return Spelling(_groups(run), before, text[run[-1].end :].strip(" .,"))


def _plainly(letters: str, certain: int, before: str) -> bool:
    """Few letters, or few of them certain, spell something only if it was just said: "Wu, W U"."""
    if certain > 1 and len(letters) > 2:
        return True
    said = before.lower().split()[-1:]
    return bool(said) and certain > 0 and len(letters) > 1 and likeness(said[0], letters) >= 0.6


def spell(words: Sequence[str], spelling: Spelling) -> list[str]:
    """The words of a name as heard, with what was spelled in the place that it is like."""
    whole = spelling.letters
    alike = [likeness(word.lower(), whole) for word in words]
    if len(words) < 2:
        if len(spelling.groups) == 2 and max(alike, default=0) < 0.6:
            return list(spelling.groups)
        return [whole] if not words or alike[0] >= 0.4 else [words[0], whole]
    best = max(range(len(words)), key=lambda n: (alike[n], n))
    halves, place, fit = _halves(words, spelling)
    if fit > max(alike[best], 0.45):
        return [*words[:place], *halves, *words[place + 2 :]]
    if alike[best] < 0.25:
        best = len(words) - 1
    return [whole if n == best else word for n, word in enumerate(words)]


def _halves(words: Sequence[str], spelling: Spelling) -> tuple[list[str], int, float]:
    """The letters parted so that two words of the name are best met, and how well they are."""
    whole, breaks, end = spelling.letters, set(), 0
    for group in spelling.groups[:-1]:
        breaks.add(end := end + len(group))
    tried = [
        (_fit(one, two, whole, at) + (0.2 if at in breaks else 0), at, place)
        for place, (one, two) in enumerate(pairwise(words))
        for at in range(2, len(whole) - 1)
    ]
    fit, at, place = max(tried, default=(0.0, 0, 0))
    return [whole[:at], whole[at:]], place, fit


def _fit(one: str, two: str, whole: str, at: int) -> float:
    fit = (likeness(one.lower(), whole[:at]) + likeness(two.lower(), whole[at:])) / 2
    twice = whole[at] == whole[at + 1] and whole[at] not in "al"  # "Aaron", "Lloyd"
    return fit - (0.2 if twice else 0.0)


def _pieces(text: str) -> list[_Piece]:
    found = list(re.finditer(r"[^\s,;:?!]+", text))
    pieces: list[_Piece] = []
    shouted = text.upper() == text
    times = 1
    for n, word in enumerate(found):
        bare = word[0].strip(".'\u2019").lower()
        following = text[word.end() : found[n + 1].start()] if n + 1 < len(found) else "."
        stop = following.strip() != "" or (word[0].endswith(".") and "." not in word[0][:-1])
        if bare in _TIMES and n + 1 < len(found):
            times = _TIMES[bare]
            continue
        letters, certain = _letters(word[0].strip(".'\u2019"), shouted)
        start = found[n - 1].start() if times > 1 else word.start()
        pieces.append(_Piece(letters[:1] * (times - 1) + letters, certain, start, word.end(), stop))
        times = 1
    return pieces


def _letters(word: str, shouted: bool) -> tuple[str, int]:
    """The letters a word stands for, and how many of them are letters beyond doubt."""
    low = word.lower()
    parts = re.split(r"[-.]", low)
    single = sum(len(part) == 1 for part in parts)
    several = len(parts) > 2 or (single == len(parts) == 2 and low not in {"a.m", "p.m"})
    if several and 2 * single >= len(parts) and all(part.isalpha() for part in parts):
        return "".join(parts), single
    if low in _SOUNDS:
        return _SOUNDS[low], 0
    if len(low) == 1 and low.isalpha():
        return low, 1
    if low in _NATO:
        return low[0], 1
    if word.isupper() and word.isalpha() and not shouted:
        return low, 1
    return "", 0


def _runs(pieces: Sequence[_Piece]) -> list[list[_Piece]]:
    """Letters side by side; a sound-alike at either end of them only where speech pauses there."""
    runs: list[list[_Piece]] = [[]]
    for n, piece in enumerate(pieces):
        opens = n == 0 or pieces[n - 1].stop
        if not piece.letters:
            while runs[-1] and not (runs[-1][-1].certain or runs[-1][-1].stop):
                runs[-1].pop()
            runs.append([])
        elif piece.certain or runs[-1] or opens:
            runs[-1].append(piece)
    return [run for run in runs if run]


def _groups(run: Sequence[_Piece]) -> tuple[str, ...]:
    """Parted between words, and where speech paused if it did not pause after each letter."""
    pauses = sum(piece.stop for piece in run[:-1])
    after_each = pauses > len(run) // 2
    groups = [""]
    for n, piece in enumerate(run):
        words = n and min(piece.certain, run[n - 1].certain) > 2
        if words or (n and run[n - 1].stop and not after_each):
            groups.append("")
        groups[-1] += piece.letters
    return tuple(groups)
