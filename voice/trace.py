"""One timeline per turn: when each milestone was first reached.

Percentiles, logs, the page's waterfall and golden files all read it; nothing else keeps times.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Literal, get_args

Milestone = Literal[
    "speech_ended",  # the caller's last voiced sample
    "final",  # all words before that silence are known
    "first_token",  # the model wrote something
    "first_sentence",  # the first speakable clause is whole
    "first_audio",  # the voice has spoken its beginning
    "endpoint",  # the turn is ours
    "audio_sent",  # the first audible sample left: time to first sentence
]
MILESTONES: tuple[Milestone, ...] = get_args(Milestone)


@dataclass(slots=True)
class TurnTrace:
    """``marks`` are instants on the loop's clock; ``counts`` are amounts of work."""

    turn: int
    marks: dict[Milestone, float] = field(default_factory=dict)
    counts: dict[str, float] = field(default_factory=dict)

    def mark(self, name: Milestone, at: float | None = None) -> None:
        """Note when a milestone was first reached; now, unless ``at`` says otherwise."""
        if name not in self.marks:
            self.marks[name] = asyncio.get_running_loop().time() if at is None else at

    def count(self, name: str, amount: float = 1) -> None:
        """Add to an amount of work."""
        self.counts[name] = self.counts.get(name, 0) + amount

    def since_speech_ended(self) -> dict[str, float]:
        """Seconds from the last voiced sample to each milestone; empty if nothing was said."""
        start = self.marks.get("speech_ended")
        if start is None:
            return {}
        return {name: at - start for name, at in self.marks.items() if name != "speech_ended"}
