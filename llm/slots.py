"""Which of a server's slots should write the next answer.

A slot keeps the attention state of the last conversation it worked on, and a prompt that begins in
the same way is read from where it differs. Left to itself llama.cpp takes the slot that shares
most, which for a new call is another call's: they share the system prompt. So we choose:

    the idle slot that holds most of this conversation, or else the one that was idle for longest

A conversation is known by its words alone, so calls that say the same share slots; that costs them
little, as long as nobody waits for another's answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from llm.engine import Message

Talk = tuple[Message, ...]

_MUCH = 150
"""Characters of a conversation, some forty tokens, that are worth a short wait for a busy slot."""


@dataclass(slots=True)
class _Slot:
    held: Talk = ()
    busy: bool = False
    used: int = 0  # the number of the request that used it last


class Slots:
    """The slots of one server, and what each holds."""

    def __init__(self, count: int) -> None:
        self._slots = [_Slot() for _ in range(count)]
        self._requests = 0

    def take(self, talk: Talk) -> tuple[int | None, Talk]:
        """An idle slot for ``talk``, and what it holds until now; None if all are busy."""
        number, _ = self._holding(talk, busy=False)
        if number is None:
            idle = [n for n, slot in enumerate(self._slots) if not slot.busy]
            number = min(idle, key=lambda n: self._slots[n].used, default=None)
        if number is None:
            return None, ()
        slot = self._slots[number]
        before, slot.held, slot.busy = slot.held, talk, True
        self._requests += 1
        slot.used = self._requests
        return number, before

    def give_back(self, number: int) -> None:
        """Its answer is written, or nobody wants it any more."""
        self._slots[number].busy = False

    def is_worth_a_wait(self, talk: Talk) -> bool:
        """Does a busy slot hold much more of ``talk`` than any idle one?

        Then it is probably busy with an answer that its reader has just given up, to ask again.
        """
        return self._holding(talk, busy=True)[1] > self._holding(talk, busy=False)[1] + _MUCH

    def _holding(self, talk: Talk, *, busy: bool) -> tuple[int | None, int]:
        """Of the slots that hold this conversation, the one that has most of it, and how much."""
        found, most = None, 0
        for number, slot in enumerate(self._slots):
            kept, own = _kept(slot.held, talk)
            # Where more would be lost than kept, it is another conversation.
            if slot.busy is busy and kept > most and 2 * kept >= own:
                found, most = number, kept
        return found, most


def preamble(talk: Sequence[Message]) -> Talk:
    """What comes before the caller's first words: the same in every call."""
    first = next((n for n, message in enumerate(talk) if message.role == "user"), len(talk))
    return tuple(talk[:first])


def _kept(held: Talk, talk: Talk) -> tuple[int, int]:
    """Of the characters after the slot's preamble: how many ``talk`` shares, how many there are."""
    start = len(preamble(held))
    own = sum(len(message.content) for message in held[start:])
    if held[:start] != talk[:start]:
        return 0, own
    kept = 0
    for old, new in zip(held[start:], talk[start:], strict=False):
        if old != new:
            kept += _common(old.content, new.content) if old.role == new.role else 0
            break
        kept += len(old.content)
    return kept, own


def _common(a: str, b: str) -> int:
    return next(
        (n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
