"""The caller has fallen silent, and what is known of what they said before."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Silence:
    """It began at ``at``; ``text`` is what had been said, once that is known."""

    at: float
    pause: int
    """Which of the turn's pauses it is: :class:`voice.events.Transcribed` names it, too."""
    text: str | None = None
    waited: bool = False
    """It has been long enough to end the turn, but its words have not come yet."""
