"""Who says what, and when they call: scenes dealt to callers like cards. Pure, seeded.

Every turn is dealt once before any is dealt again, so that a run of many calls says the whole set
evenly. Sounds over and after the agent's are dealt to the turns, as often as they are in the set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from demos.latency.scene import Scene
from voice.errors import VoiceError

_OVER_AGENT = (0.6, 1.2)
"""Seconds after the agent's first sound: it is in mid-sentence, and not yet at its end."""
_AFTER_TURN = (0.05, 0.35)
"""Seconds after the caller's last word: the agent has not begun, or just has."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """A sound over the agent's speech, or in the gap before it, ``delay`` seconds into it."""

    scene: Scene
    delay: float


@dataclass(frozen=True, slots=True)
class Step:
    """One turn of the caller, and what comes between it and the next."""

    scene: Scene
    over: Overlap | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """One call: what is said in it, and how many seconds after the first call may begin."""

    steps: Sequence[Step]
    starts_at: float = 0.0


def deal(scenes: Sequence[Scene], calls: int, turns: int, within: float, seed: int) -> list[Plan]:
    """So many calls of so many turns, which begin at random within a few seconds."""
    said = [scene for scene in scenes if scene.play == "turn"]
    over = [scene for scene in scenes if scene.play != "turn"]
    if not said:
        raise VoiceError(f"none of {len(scenes)} scenes is a turn, expected one to begin with")
    random = Random(seed)
    spoken, sounds = _shuffled(said, random), _shuffled(over, random)
    plans = []
    for _ in range(calls):
        steps = [_step(next(spoken), sounds, len(over) / len(said), random) for _ in range(turns)]
        plans.append(Plan(steps, random.uniform(0, within)))
    return plans


def _step(scene: Scene, sounds: Iterator[Scene], share: float, random: Random) -> Step:
    if random.random() >= share:
        return Step(scene)
    sound = next(sounds)
    usual = _OVER_AGENT if sound.play == "over_agent" else _AFTER_TURN
    return Step(scene, Overlap(sound, random.uniform(*(sound.delay or usual))))


def _shuffled(scenes: Sequence[Scene], random: Random) -> Iterator[Scene]:
    """All of them in any order, again and again; nothing if there are none."""
    while scenes:
        yield from random.sample(scenes, len(scenes))
