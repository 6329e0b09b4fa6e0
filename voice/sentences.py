"""Cut what a model writes into what a voice can speak, as it is written.

The first cut comes early, at the first comma or colon ("Sure, ..."), because the caller waits for
it; the later ones at sentence ends, or at a comma once a sentence is long: a voice needs context.
Pure: pieces in, clauses out, and the clauses joined with spaces are the text.
"""

from __future__ import annotations

import re

_ABBREVIATIONS = frozenset(
    "dr. mr. mrs. ms. st. jr. sr. prof. vs. e.g. i.e. a.m. p.m. no. ave.".split()
)
_BREAK = re.compile(r"(?P<stop>[.!?…]+[\"')\]]*)\s+|(?P<rest>[,;:—])\s+|(?P<line>\n+)\s*")
_LONG_CLAUSE = 60
"""Characters (some 4 s of speech) after which a comma is a place to cut."""


class Splitter:
    """The clauses of one reply. ``feed`` it pieces of text, then ``flush``."""

    def __init__(self) -> None:
        self._text = ""
        self._first = True

    def feed(self, piece: str) -> list[str]:
        """Take the next piece; the clauses that are whole by now."""
        self._text += piece
        clauses = []
        while (cut := self._find_cut()) is not None:
            clauses += self._take(cut)
        return clauses

    def flush(self) -> list[str]:
        """Nothing more comes: what is left is the last clause."""
        return self._take(len(self._text))

    def _find_cut(self) -> int | None:
        for found in _BREAK.finditer(self._text):
            clause = self._text[: found.end()].strip()
            if found["rest"] and not (self._first or len(clause) >= _LONG_CLAUSE):
                continue
            if found["stop"] and clause.split()[-1].lower() in _ABBREVIATIONS:
                continue
            if any(c.isalnum() for c in clause):
                return found.end()
        return None

    def _take(self, cut: int) -> list[str]:
        clause, self._text = " ".join(self._text[:cut].split()), self._text[cut:]
        if not any(c.isalnum() for c in clause):
            return []  # nothing in it can be spoken
        self._first = False
        return [clause]


def split(text: str) -> list[str]:
    """The clauses of a text that is already whole."""
    splitter = Splitter()
    return splitter.feed(text) + splitter.flush()
