"""Decide whether a peer sends more messages than a call can have to say. Pure.

Audio has a pace of its own (:mod:`voice.listening`); this is for what is sent instead of it, and
for audio in crumbs. A message counts as one, text as one more for each KiB: it has to be parsed.
"""

from __future__ import annotations

from voice.errors import WireError

_PER_SECOND = 250
"""Frames of 4 ms. Telephones send 50, our page 50 and now and then a mark."""
_BURST = 2_500
"""What may come at once after a stall: ten seconds of those."""
_KIB = 1_024


class Rate:
    """One socket's messages so far."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._at = 0.0

    def check(self, message: str | bytes, at: float) -> None:
        """One more has come. Raises :class:`WireError` once they are far too many."""
        cost = 1 + (len(message) // _KIB if isinstance(message, str) else 0)
        self._ahead = max(0.0, self._ahead - _PER_SECOND * (at - self._at)) + cost
        self._at = at
        if self._ahead > _BURST:
            raise WireError(
                f"messages come faster than {_PER_SECOND} a second, each KiB of text counted as one"
            )
