"""A finished call: what was measured, and how well it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from demos.phone.call import Call
from demos.phone.measure import Turn, greeting, measure
from demos.phone.playout import Span, audible_spans
from voice.audio import Pcm
from voice.wire import ErrorOut, Ready


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that is printed, saved and drawn. Both lines have the same length."""

    url: str
    sample_rate: int
    name: str
    greeting: str
    greeted_at: float | None
    turns: Sequence[Turn]
    planned: int
    errors: Sequence[ErrorOut]
    left: Pcm
    right: Pcm
    spans: Sequence[Span]
    hung_up: str
    """Why the server ended the call before we did, or an empty string."""

    @property
    def seconds(self) -> float:
        """How long the call was."""
        return len(self.left) / self.sample_rate

    @property
    def missed(self) -> int:
        """Turns without a reply, and those that the server never let us say."""
        unanswered = [turn for turn in self.turns if turn.ttfs is None and turn.cut_in_at is None]
        return len(unanswered) + self.planned - len(self.turns)

    @property
    def cut_ins(self) -> int:
        """Turns in which the agent did not let the caller finish."""
        return sum(turn.cut_in_at is not None for turn in self.turns)

    @property
    def status(self) -> int:
        """The exit status: 0 when every turn was heard out and answered."""
        return 1 if self.missed or self.cut_ins else 0


def judge(call: Call, url: str, sample_rate: int, planned: int, hung_up: str = "") -> Outcome:
    """Measure a call that is over."""
    left = np.concatenate([np.zeros(0, np.int16), *call.line])
    right = call.playout.recording(len(left) / sample_rate)
    spans = audible_spans(right, sample_rate)
    turns = measure(call.spoken, call.playout, spans, call.notes)
    first = turns[0].spoken.begins_at if turns else float("inf")
    names = [note.value.call for note in call.notes if isinstance(note.value, Ready)]
    return Outcome(
        url,
        sample_rate,
        names[0] if names else "",
        greeting(call.spoken, call.notes),
        next((span.begins_at for span in spans if span.begins_at < first), None),
        turns,
        planned,
        [note.value for note in call.notes if isinstance(note.value, ErrorOut)],
        left,
        right,
        spans,
        hung_up,
    )
