"""Decide whether a peer sends more than a call can have to say: messages, and audio. Pure.

Each has a pace that may last for ever, and a burst on top of it, as after a stall of the network. A
stall of our own (:mod:`voice.watch`) is no fault of the peer: what comes after it was sent at the
right time, so as much more is taken as was spoken meanwhile.
"""

from __future__ import annotations

from voice.errors import WireError

_PER_SECOND = 250
"""Frames of 4 ms. Telephones send 50, our page 50 and now and then a mark."""
_BURST = 2_500
"""Messages that may come at once after a stall: ten seconds of those."""
_KIB = 1_024
_FASTEST = 1.1
"""Times the pace of speech that may come for ever: cheap sound cards run fast."""
_AHEAD = 10.0
"""Seconds of audio that may come at once after a stall."""


class _Bucket:
    """Leaks at its pace; ``most`` is what it holds."""

    def __init__(self, per_second: float, most: float) -> None:
        self._per_second, self._most = per_second, most
        self._level = self._at = 0.0
        self._lost: float | None = None

    def take(self, amount: float, at: float, lost: float) -> bool:
        """Whether this much more fits. ``lost`` is how long we have stood still in all."""
        missed = 0.0 if self._lost is None else lost - self._lost
        leaked = max(0.0, self._level - self._per_second * max(0.0, at - self._at))
        self._level = min(self._level, leaked) - self._per_second * missed + amount
        self._at, self._lost = at, lost
        return self._level <= self._most


class Rate:
    """One socket's messages so far. One counts as one, text as one more for each KiB: it has to be
    parsed.
    """

    def __init__(self) -> None:
        self._bucket = _Bucket(_PER_SECOND, _BURST)

    def check(self, message: str | bytes, at: float, lost: float = 0.0) -> None:
        """One more has come. Raises :class:`WireError` once they are far too many."""
        cost = 1 + (len(message) // _KIB if isinstance(message, str) else 0)
        if not self._bucket.take(cost, at, lost):
            raise WireError(
                f"messages come faster than {_PER_SECOND} a second, each KiB of text counted as one"
            )


class Pace:
    """One socket's audio so far."""

    def __init__(self) -> None:
        self._bucket = _Bucket(_FASTEST, _AHEAD)

    def check(self, seconds: float, at: float, lost: float = 0.0) -> None:
        """So much has just arrived. Raises :class:`WireError` once far too much has."""
        if not self._bucket.take(seconds, at, lost):
            raise WireError(
                f"audio is more than {_AHEAD:.0f} s ahead of time, expected the pace of speech"
            )
