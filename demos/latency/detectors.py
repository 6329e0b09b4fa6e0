"""What each way of ending turns would have done with the pauses of the table. Pure.

A detector says how long a silence must be; :func:`outcome` lives through a turn's silences with
it: the first that is long enough ends the turn, too early (a wrong cut) or some time after its
true end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from demos.latency.pauses import HeardPause, HeardTurn
from voice.config import TurnPolicy
from voice.endpoint import endpoint_delay

Detector = Callable[[HeardTurn, HeardPause], float]
"""How long this silence must be, in seconds, to end this turn."""

WITH_SOUND = "ours, Smart Turn after whole sentences"
WORDS_KNOWN = 0.14
"""Seconds of silence after which Whisper's words are there: it is asked after 45 ms, and tiny.en
takes up to 90 for an utterance on one core. Who decides by words decides no sooner."""
SOUND_KNOWN = 0.07
"""Seconds after a silence is noticed in which the acoustic model has answered, on one core."""
ASKED_AFTER = 0.2
"""The peer asks its model when it has heard nothing for so long."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a turn ended."""

    cut: bool
    delay: float | None
    """Seconds from the true end to ours; None where it was cut, or never heard at all."""


@dataclass(frozen=True, slots=True)
class Point:
    """One setting of a detector over many turns."""

    name: str
    turns: int
    cuts: int
    unheard: int
    mean_delay: float
    median_delay: float
    worst_delay: float

    @property
    def cut_share(self) -> float:
        """Of the turns that were heard, how many were cut."""
        return self.cuts / max(1, self.turns - self.unheard)


def outcome(turn: HeardTurn, detector: Detector) -> Outcome:
    """Live through the silences of one turn."""
    for pause in turn.pauses:
        ends_at = max(pause.offset + detector(turn, pause), pause.noticed)
        if pause.rose is not None and ends_at >= pause.rose:
            continue
        return ended(turn, ends_at)
    return Outcome(False, None)


def ended(turn: HeardTurn, at: float) -> Outcome:
    """What it means that this turn was ended then."""
    cut = at < turn.turn_end
    return Outcome(cut, None if cut else at - turn.turn_end)


def measure(name: str, turns: Sequence[HeardTurn], detector: Detector) -> Point:
    """One point of a curve. The mean is over the turns that were not cut."""
    return point(name, [outcome(turn, detector) for turn in turns])


def point(name: str, outcomes: Sequence[Outcome]) -> Point:
    """The same of turns that have been lived through."""
    delays = sorted(o.delay for o in outcomes if o.delay is not None) or [0.0]
    cuts = sum(o.cut for o in outcomes)
    unheard = sum(not o.cut and o.delay is None for o in outcomes)
    mean, median = sum(delays) / len(delays), delays[len(delays) // 2]
    return Point(name, len(outcomes), cuts, unheard, mean, median, delays[-1])


def by_silence(seconds: float) -> Detector:
    """A timer: any silence as long as this ends the turn."""
    return lambda turn, pause: seconds


def by_words(policy: TurnPolicy) -> Detector:
    """Ours."""
    return lambda turn, pause: max(WORDS_KNOWN, endpoint_delay(pause.text, turn.asks, policy))


def by_words_and_sound(policy: TurnPolicy) -> Detector:
    """Ours with ``[turn] smart_turn``: until it has its say, the words decide alone."""
    words = by_words(policy)

    def wait(turn: HeardTurn, pause: HeardPause) -> float:
        alone, known = words(turn, pause), pause.noticed - pause.offset + SOUND_KNOWN
        told = endpoint_delay(pause.text, turn.asks, policy, pause.finished)
        return alone if alone <= known else max(told, known)

    return wait


def by_model(threshold: float, fallback: float) -> Detector:
    """The peer's: its model's word after 0.2 s, or else a timer."""

    def wait(turn: HeardTurn, pause: HeardPause) -> float:
        sure = pause.complete is not None and pause.complete >= threshold
        return ASKED_AFTER if sure else fallback

    return wait


def waiting(policy: TurnPolicy, shortest: float, usual: float) -> TurnPolicy:
    """The same with other silences after what may be all."""
    return policy.model_copy(update={"shortest_endpoint": shortest, "usual_endpoint": usual})


def doubting(policy: TurnPolicy, shortest: float, doubtful: float) -> TurnPolicy:
    """The same with other silences after what sounds finished, and what does not."""
    return policy.model_copy(update={"shortest_endpoint": shortest, "doubtful_endpoint": doubtful})


def settings(policy: TurnPolicy) -> dict[str, list[tuple[str, Detector]]]:
    """Every setting that is tried of each detector, by the detector's name."""
    return {
        "ours": [
            (f"{s:.2f}, {u:.2f} s", by_words(waiting(policy, s, u)))
            for s in (0.14, 0.2, 0.25, 0.3)
            for u in (0.14, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 1.0)
            if s <= u
        ],
        WITH_SOUND: [
            (f"{s:.2f}, {d:.2f} s", by_words_and_sound(doubting(policy, s, d)))
            for s in (0.14, 0.2, 0.25, 0.3)
            for d in (0.14, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 1.0)
            if s <= d
        ],
        "Smart Turn v3.2": [
            (f"p>{p:.2f}, else {t:.1f} s", by_model(p, t))
            for p in (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.01)
            for t in _steps(0.3, 3.0, 0.1)
        ],
        "silence alone": [(f"{t:.2f} s", by_silence(t)) for t in _steps(0.1, 2.5, 0.05)],
    }


def frontier(points: Sequence[Point]) -> list[int]:
    """Which of them no other beats in both respects, the quickest first."""
    order = sorted(range(len(points)), key=lambda i: (points[i].mean_delay, points[i].cut_share))
    best: list[int] = []
    for index in order:
        if not best or points[index].cut_share < points[best[-1]].cut_share:
            best.append(index)
    return best


def _steps(first: float, last: float, step: float) -> Iterator[float]:
    count = round((last - first) / step)
    return (first + step * index for index in range(count + 1))
