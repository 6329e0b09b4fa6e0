"""Lay a conversation and its might-have-beens out as one sequence.

A tree's trunk is a call; at any point other things the caller might have said branch off. Branches
share what came before them, so one pass trains several turns for the price of one history:

    system - user1 - reply1 - say1 - user2 - reply2
           \\ user1' - reply1'     \\ user2' - reply2'

A token sees itself, earlier tokens of its own segment and all of the segments it descends from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from tokenizers import Tokenizer


@dataclass(slots=True)
class Segment:
    """A stretch of text that follows ``parent``; its tokens are learnt if ``learnt``."""

    text: str
    parent: int
    learnt: bool = False


@dataclass(slots=True)
class Laid:
    """One tree as arrays."""

    tokens: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    learnt: list[bool] = field(default_factory=list)
    ancestors: list[frozenset[int]] = field(default_factory=list)

    def visible(self, size: int) -> np.ndarray:
        """(size, size): may the row's token see the column's? Padding sees itself."""
        owner = np.array(self.owner)
        kin = np.zeros((len(self.ancestors), len(self.ancestors)), dtype=bool)
        for number, ancestors in enumerate(self.ancestors):
            kin[number, list(ancestors)] = True
        seen = np.eye(size, dtype=bool)
        n = len(owner)
        seen[:n, :n] = kin[owner[:, None], owner[None, :]] & np.tri(n, dtype=bool)
        return seen


def lay_out(segments: Sequence[Segment], tokenizer: Tokenizer) -> Laid:
    """Tokenise segment by segment; a segment's positions go on where its parent ended."""
    laid = Laid()
    ends: list[int] = []
    for number, segment in enumerate(segments):
        start, above = 0, frozenset[int]()
        if segment.parent >= 0:
            start, above = ends[segment.parent], laid.ancestors[segment.parent]
        tokens = tokenizer.encode(segment.text).ids
        laid.tokens += tokens
        laid.positions += range(start, start + len(tokens))
        laid.owner += [number] * len(tokens)
        laid.learnt += [segment.learnt] * len(tokens)
        laid.ancestors.append(above | {number})
        ends.append(start + len(tokens))
    return laid
