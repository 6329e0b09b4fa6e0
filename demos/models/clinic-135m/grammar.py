"""Turn template lines into things callers say, with every slot's words marked.

A line of ``data/*.txt`` is a template: ``[a|b|]`` chooses, ``{slot}`` is a value that the tool
call must copy, ``{slot:kind}`` draws it from another list, ``{slot=words}`` is that value itself,
``<kind>`` is a value that must not be copied, and the name of a section of ``macros.txt`` in either
stands for that section. While a sentence is roughened up into what a transcriber writes, slot
values stay between control characters: what is to be copied is always what the line really holds.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

DATA = Path(__file__).parent / "data"
OPEN, MID, CLOSE = "\x01", "\x02", "\x03"
_SLOT = re.compile(f"{OPEN}([a-z]+){MID}([^{CLOSE}]*){CLOSE}")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_HOLE = re.compile(r"[{<][^{}<>]+[}>]")
HELD_OUT_PERCENT = 12


def held_out(line: str, percent: int = HELD_OUT_PERCENT) -> bool:
    """A line's fate hangs on its own words only, so adding lines moves no other."""
    return int(hashlib.sha1(line.encode()).hexdigest(), 16) % 100 < percent


def read_sections(name: str) -> dict[str, list[str]]:
    """``# heading`` lines and the lines below each."""
    sections: dict[str, list[str]] = {}
    for line in (DATA / name).read_text().splitlines():
        if line.startswith("# "):
            lines = sections.setdefault(line[2:], [])
        elif line:
            lines.append(line)
    return sections


@dataclass(frozen=True, slots=True)
class Split:
    """Which templates and which values may be used; None for any."""

    phrasings_held: bool | None = False
    values_held: bool | None = False
    decks: dict[str, list[str]] = field(default_factory=dict, compare=False, repr=False)

    def phrasings(self, lines: list[str]) -> list[str]:
        """The templates of this split; a short section is shared by all."""
        return _part(lines, self.phrasings_held, 8)

    def draw(self, lines: list[str], random: Random) -> str:
        """The next template of a section, from a shuffled deck: none twice before all were out."""
        deck = self.decks.setdefault(f"{len(lines)} {lines[0]}", [])
        if not deck:
            deck += self.phrasings(lines)
            random.shuffle(deck)
        return deck.pop()

    def values(self, items: list[str]) -> list[str]:
        """The values of this split."""
        return _part(items, self.values_held, 12)


def _part(lines: list[str], held: bool | None, least: int) -> list[str]:
    if held is None or len(lines) < least:
        return lines
    kept = [line for line in lines if held_out(line) is held]
    return kept or lines


def choose(template: str, random: Random) -> str:
    """Settle the ``[a|b]`` of a template, innermost first."""
    while found := _CHOICE.search(template):
        picked = random.choice(found[1].split("|"))
        template = template[: found.start()] + picked + template[found.end() :]
    return template


def mark(slot: str, words: str) -> str:
    """Words that the tool call must copy."""
    return f"{OPEN}{slot}{MID}{words}{CLOSE}"


def holes(template: str) -> list[re.Match[str]]:
    """The ``{slot}`` and ``<kind>`` places of a template."""
    return list(_HOLE.finditer(template))


_LEAD = re.compile(
    r"^(?:(?:on|at|in|for|around|about|to|with|the|a|an|my|our|your|his|her|their)\s+)+", re.I
)
_BARE = {"text", "name", "given", "family", "phone", "doctor"}
_JOINED = {"name", "drug"}


def slots(marked: str) -> dict[str, str]:
    """What to copy from a roughened sentence, without words that carry nothing."""
    found: dict[str, str] = {}
    for slot, words in _SLOT.findall(marked):
        value = words.strip(" .,?!")
        if slot not in _BARE:
            value = _LEAD.sub("", value)
        # "metformin, the 500 milligram ones" is one value in two places.
        found[slot] = f"{found[slot]} {value}" if slot in _JOINED and slot in found else value
    if "family" in found:
        found["name"] = f"{found.pop('given')} {found.pop('family')}"
    return found


def plain(marked: str) -> str:
    """The sentence as the transcriber wrote it."""
    return _SLOT.sub(r"\2", marked)


_SLURRED = {
    "want to": "wanna", "going to": "gonna", "got to": "gotta", "have to": "gotta",
    "let me": "lemme", "give me": "gimme", "kind of": "kinda", "don't know": "dunno",
    "because": "cause", "could you": "could ya", "you all": "y'all", "to": "too",
    "your": "you're", "I'd like": "I like", "I would": "I'd",
    "there's": "theirs", "we're": "were", "it's": "its", "I'm": "Im", "can't": "cant",
}  # fmt: skip
"""What the transcriber makes of quick speech."""
_FILLERS = ["um,", "uh,", "like,", "you know,", "er,", "um", "uh", "I mean,", "well,"]
_DROPPED = {"a", "an", "the", "to", "I'd", "is", "do", "can", "my", "please", "for", "I", "me"}


def _words(marked: str) -> list[str]:
    """Words, a slot counting as one."""
    return re.findall(f"[^\\s{OPEN}]*{OPEN}[^{CLOSE}]*{CLOSE}[^\\s]*|[^\\s]+", marked)


def roughen(marked: str, random: Random) -> str:
    """What a transcriber makes of it: fillers, lost and doubled words, case, punctuation."""
    words = _words(marked)
    if len(words) > 3 and random.random() < 0.12:
        words.insert(random.randrange(1, len(words)), random.choice(_FILLERS))
    if len(words) > 4 and random.random() < 0.10:
        lost = [n for n, word in enumerate(words) if word in _DROPPED]
        if lost:
            del words[random.choice(lost)]
    if len(words) > 3 and random.random() < 0.05:
        again = random.randrange(len(words) - 1)
        if OPEN not in words[again] and words[again].isalpha():
            words.insert(again, words[again])
    if len(words) > 3 and random.random() < 0.06 and words[0].isalpha():
        words.insert(0, f"{words[0]},")  # a start tried twice: "Can, can I"
        if words[1] != "I":
            words[1] = words[1].lower()
        if random.random() < 0.5 and words[2].isalpha():
            words[0:1] = [words[1], f"{words[2]},"]
    text = " ".join(words)
    if random.random() < 0.12:
        text = _slur(text, random)
    style = random.random()
    if style < 0.60:
        return _capital(text)
    if style < 0.82:
        return _without_punctuation(text).lower()
    if style < 0.88:
        return _capital(_without_punctuation(text))
    if style < 0.94:
        return _capital(text).rstrip(".?!")
    return text.lower()


def _slur(text: str, random: Random) -> str:
    """One of the quick ways to say something, outside of what is to be copied."""
    parts = re.split(f"({OPEN}[^{CLOSE}]*{CLOSE})", text)
    spots = [
        (at, said)
        for at, part in enumerate(parts[::2])
        for said in _SLURRED
        if re.search(rf"\b{said}\b", part)
    ]
    if spots:
        at, said = random.choice(spots)
        parts[2 * at] = re.sub(rf"\b{said}\b", _SLURRED[said], parts[2 * at], count=1)
    return "".join(parts)


def _capital(text: str) -> str:
    start = re.search(f"^(?:{OPEN}[a-z]+{MID})?", text)
    at = start.end() if start else 0
    return text[:at] + text[at : at + 1].upper() + text[at + 1 :]


def _without_punctuation(text: str) -> str:
    text = re.sub(r"\b([Dd]r|[Mm]rs|[Mm]r)\.", r"\1", text)
    return re.sub(r"[,!?;]|\.(?!\d)", "", text)


def articles(marked: str) -> str:
    """``a`` or ``an`` by the letter that follows, through a slot's mark."""
    pattern = re.compile(f"\\b([Aa])n? (?=((?:{OPEN}[a-z]+{MID})?[A-Za-z]))")

    def fit(found: re.Match[str]) -> str:
        return found[1] + ("n " if found[2][-1].lower() in "aeiou" else " ")

    return pattern.sub(fit, marked)
