"""Say a template line the way this caller would: filled, greeted, roughened."""

from __future__ import annotations

import re
from random import Random

from grammar import Split, articles, choose, holes, mark, read_sections, roughen
from values import Values

MACROS, TALK = read_sections("macros.txt"), read_sections("talk.txt")
SECOND_THOUGHTS = (
    ", no, ", ", sorry, ", ", I mean ", ", wait, ", ", no wait, ", ", or rather ", ", actually ",
    ", uh, no, ", ", no make that ",
)  # fmt: skip
_PARTIAL = ("bare", "strength", "strengthadj")
_NEVER_COPIED = ("number", "place", "offtopic")
_MENDED = {
    "~": "", " ,": ",", ",,": ",", ",.": ".", ",?": "?", " .": ".", " ?": "?", "..": ".",
    "I '": "I'", "I  ": "I ", "I have have": "I have", "I 've": "I've",
}  # fmt: skip
"""What choices that came out empty leave behind."""


class Caller:
    """One caller's way of talking; ``values`` is what they talk about."""

    def __init__(self, random: Random, split: Split, values: Values) -> None:
        self.random, self.split, self.values = random, split, values

    def fill(self, template: str) -> str:
        """A template with its choices made and its holes filled."""
        text = choose(template, self.random)
        for _ in range(8):
            found = holes(text)
            if not found:
                break
            for hole in reversed(found):
                text = text[: hole.start()] + self._hole(hole[0]) + text[hole.end() :]
        for wrong, right in _MENDED.items():
            text = text.replace(wrong, right)
        return re.sub(r"\s+([.,?!])", r"\1", " ".join(text.split()))

    def _hole(self, hole: str) -> str:
        inner = hole[1:-1]
        if hole[0] == "<" and inner not in MACROS:
            return self.values.draw(inner)
        if "=" in inner:
            return mark(*inner.split("=", 1))
        if inner in MACROS:
            text = choose(self.split.draw(MACROS[inner], self.random), self.random)
            return text if text.startswith(("'", ",")) else f" {text}"
        if inner in ("given", "family"):
            return mark(inner, self.values.first() if inner == "given" else self.values.last())
        if inner == "twice":
            first, last = self.values.first(), self.values.last()
            return f"{last}. {mark('name', f'{first} {last}')}"
        slot, _, kind = inner.partition(":")
        if inner in _NEVER_COPIED:
            return self.random.choice(MACROS[inner])
        words = self.values.draw(kind or slot)
        if (
            slot in ("day", "time", "doctor", "drug")
            and kind not in _PARTIAL
            and self.random.random() < 0.05
        ):
            wrong = self.values.draw(kind or slot)
            turn = self.random.choice(SECOND_THOUGHTS)
            return f"{wrong}{turn}{mark(slot, words)}"
        marked = mark(slot, words)
        if slot == "name" and not kind and self.random.random() < 0.06:
            spelled = "-".join(words.split()[-1].upper())
            marked += self.random.choice([", that's ", ", ", " spelled "]) + spelled
        return marked

    def sentence(self, line: str, opening: float = 0.0, named: bool = False) -> str:
        """A line said by this caller, marked; ``opening`` is how likely it gets a greeting.

        ``named`` requests may end with who is calling.
        """
        text, chance = self.fill(line), self.random.random
        if not text:
            return text
        if chance() < opening:
            starts = ("I ", "I'", "Dr", "\x01")
            opener = self.split.draw(TALK["opener"], self.random)
            if opener.endswith(",") and not text.startswith(starts):
                text = text[0].lower() + text[1:]
            if chance() < 0.15:
                preface = self.split.draw(TALK["preface"], self.random)
                text = f"{preface} {self.fill(line)}"
            text = f"{opener} {text}"
        if named and "\x01name" not in text and chance() < 0.15:
            tail = self.split.draw(TALK["nametail"], self.random)
            text = f"{text} {self.fill(tail)}"
        if chance() < opening * 0.3:
            text = f"{text} {self.split.draw(TALK['closer'], self.random)}"
        return roughen(articles(text), self.random)

    def aside(self, line: str) -> str:
        """A line that comes out of the blue: "Oh, before I forget, ..."."""
        marked = self.fill(line)
        start = self.split.draw(TALK["actually"], self.random)
        if not marked.startswith("I"):
            marked = marked[:1].lower() + marked[1:]
        return roughen(articles(f"{start} {marked}"), self.random)
