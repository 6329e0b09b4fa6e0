"""Live through whole calls: turns of one voice after the other, with the patience that is learnt.

The table's turns stand alone; here those of each voice are shuffled and dealt into calls. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from demos.latency.detectors import WORDS_KNOWN, Outcome, ended
from demos.latency.pauses import HeardTurn
from voice.config import TurnPolicy
from voice.endpoint import Patience
from voice.events import SpeechEnded, SpeechStarted

_APART = 100.0
"""Seconds from the beginning of one turn to that of the next: longer than any of them."""


def deal_calls(turns: Sequence[HeardTurn], length: int, seed: int) -> Iterator[list[HeardTurn]]:
    """Calls of at most so many turns, each of one voice."""
    rng = Random(seed)
    for voice in sorted({turn.voice for turn in turns}):
        said = [turn for turn in turns if turn.voice == voice]
        rng.shuffle(said)
        for start in range(0, len(said), length):
            yield said[start : start + length]


def live_through(call: Sequence[HeardTurn], policy: TurnPolicy) -> list[Outcome]:
    """How each of its turns ended."""
    asked = ["any"]
    patience = Patience(policy, lambda: asked[0])
    outcomes = []
    for number, turn in enumerate(call):
        asked[0] = turn.asks
        outcomes.append(_turn(turn, patience, _APART * number))
    return outcomes


def _turn(turn: HeardTurn, patience: Patience, began: float) -> Outcome:
    found = Outcome(False, None)
    for silence in turn.pauses:
        patience.hear(SpeechEnded(began + silence.offset, 0))
        wait = max(WORDS_KNOWN, patience(silence.text))
        ends_at = max(silence.offset + wait, silence.noticed)
        if silence.rose is not None:  # a caller who is cut goes on all the same
            patience.hear(SpeechStarted(began + silence.rose))
        if silence.rose is None or ends_at < silence.rose:
            return ended(turn, ends_at)
    return found
