"""Decide whether a reply may be prepared while its caller still speaks, and count what it costs.

A guess that was right has saved its caller the wait; one that was wrong has cost tokens that
another call could have used. So what is lost may be no more than a part of what was heard, and
the fewer the more replies are being written at that moment:

    lost + usual < waste * (1 - writing / crowd) * heard

``usual`` is what a reply costs of late: the guess that is being asked for may be lost, too.

Pure: one object for all calls, told of every reply.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_MEMORY = 0.98
"""What a reply still counts for when the next one has been told: some fifty are remembered."""
_CREDIT = 60.0
"""Tokens taken to be heard before anything was: the first guesses cannot have paid off yet."""
_LATELY = 0.1
"""The part of the latest reply in what one usually costs."""


class Speculation:
    """The budget of guesses: ``waste`` and ``crowd`` are ``[turn] guess_waste, guess_crowd``."""

    def __init__(self, waste: float = 0.35, crowd: int = 4) -> None:
        self._waste = waste
        self._crowd = crowd
        self._lost = 0.0
        self._heard = _CREDIT
        self._usual = 0.0
        self._writing = 0

    def may_guess(self) -> bool:
        """Whether one more guess is within the budget."""
        room = max(0.0, 1.0 - self._writing / self._crowd)
        return self._lost + self._usual < self._waste * room * self._heard

    @contextmanager
    def writing(self) -> Iterator[None]:
        """While the model writes a reply."""
        self._writing += 1
        try:
            yield
        finally:
            self._writing -= 1

    def account(self, tokens: float, heard: bool) -> None:
        """A reply for which so many tokens were read and written is over; whether it was let go."""
        self._usual += _LATELY * (tokens - self._usual)
        self._lost = _MEMORY * self._lost + (0.0 if heard else tokens)
        self._heard = max(_CREDIT, _MEMORY * self._heard + (tokens if heard else 0.0))
