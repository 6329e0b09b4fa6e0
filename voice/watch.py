"""Notice what nobody tells: that this process stood still, and for how long an engine has been ill.

A beat that comes late says that the loop did not run: the process was stopped, or its machine. What
peers sent meanwhile lies in their sockets, and is no fault of theirs. Pure but for the log.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

logger = logging.getLogger(__name__)

BEAT = 0.5
"""Seconds between two looks."""
_LATE = 1.0
"""A look that is later than this by so much says that we stood still, not that we were busy."""


class Watch:
    """What was noticed so far. Whoever drives it calls :meth:`beat` every :data:`BEAT` seconds."""

    def __init__(self) -> None:
        self._due = float("inf")
        self._lost = 0.0
        self._ill_since: float | None = None
        self.ailments: Mapping[str, str] = {}

    def beat(self, at: float, ailments: Mapping[str, str]) -> None:
        """Look at the clock, and at what the engines say of themselves."""
        lost = self.lost(at)
        if lost > self._lost:
            stood = lost - self._lost
            logger.warning("this process stood still for %.1f s, callers waited", stood)
        self._lost, self._due = lost, at + BEAT
        if ailments and self._ill_since is None:
            self._ill_since = at
        elif not ailments:
            self._ill_since = None
        self.ailments = ailments

    def lost(self, at: float) -> float:
        """How long we have stood still in all, as far as is known now."""
        late = at - self._due
        return self._lost + (late if late > _LATE else 0.0)

    def ill_for(self, at: float) -> float:
        """How long some engine has not been able to answer."""
        return 0.0 if self._ill_since is None else at - self._ill_since
