"""How well could it be done at all, and how often do callers pause? Two bounds and a mix. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from demos.latency.detectors import WORDS_KNOWN, Detector, by_words, measure
from demos.latency.pauses import HeardPause, HeardTurn
from voice.config import TurnPolicy
from voice.ending import ending

INNER = 0.2
"""Seconds: a shorter silence inside a turn is the gap between two words."""


def omniscient(turn: HeardTurn, silence: HeardPause) -> float:
    """Who knows the true end, and must wait for the words all the same."""
    return WORDS_KNOWN if _is_end(turn, silence) else 99.0


def perfect_reader(policy: TurnPolicy) -> Detector:
    """Who is never misled by a true end that sounds unfinished, and waits as we do after words
    that may be all."""
    ours = by_words(policy)

    def wait(turn: HeardTurn, silence: HeardPause) -> float:
        unfinished = ending(silence.text, turn.asks).wait in ("hanging", "longest")
        return WORDS_KNOWN if unfinished and _is_end(turn, silence) else ours(turn, silence)

    return wait


def _is_end(turn: HeardTurn, silence: HeardPause) -> bool:
    return silence is turn.pauses[-1]


def pauses_inside(turn: HeardTurn) -> bool:
    """Whether the caller stops in mid-turn."""
    return any(p.rose is not None and p.rose - p.offset > INNER for p in turn.pauses)


def mixed(turns: Sequence[HeardTurn], detector: Detector, share: float) -> tuple[float, float]:
    """Cuts and mean delay if so large a share of the turns paused inside, instead of the set's."""
    parts = []
    for inside, weight in ((True, share), (False, 1 - share)):
        point = measure("", [t for t in turns if pauses_inside(t) is inside], detector)
        parts.append((weight, point.cut_share, point.mean_delay))
    kept = sum(weight * (1 - cut) for weight, cut, _ in parts)
    delay = sum(weight * (1 - cut) * mean for weight, cut, mean in parts) / max(kept, 1e-9)
    return sum(weight * cut for weight, cut, _ in parts), delay
