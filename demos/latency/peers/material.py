"""What a comparison is made of: scenes, and weights."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from demos.latency.peers.cases import Case
from demos.latency.scene import INDEX, Scene, read_scenes
from demos.phone.peers import TwilioPeer
from voice import weights
from voice.weights.cli import default_cache

_DEMOS = Path(__file__).parents[2]


def scenes_of(sources: Sequence[Path], case: Case) -> list[Scene]:
    """Turns that are said in one go and finished, unless the case is of more."""
    scenes = read_scenes(sources, TwilioPeer.sample_rate)
    turns = [scene for scene in scenes if scene.play == "turn"]
    return turns if case.pauses else [scene for scene in turns if is_plain(scene)]


def is_plain(scene: Scene) -> bool:
    """Whether it is a turn that its words say is over exactly when it is."""
    words = scene.text.split() or ["unlabelled."]
    finished = words[-1][-1] in ".?!" and words[-1].strip(".").lower() not in ("um", "uh")
    return scene.play == "turn" and len(scene.speech) == 1 and finished


def made() -> Path:
    """The labelled set, where it was made (demos.latency.scenes.make), or the demo's caller."""
    made = default_cache(os.environ).parent / "voice-scenes" / "set"
    return made if (made / INDEX).is_file() else _DEMOS / "phone"


def find(name: str) -> Path:
    """Weights by their name, fetched if need be. Raises :class:`VoiceError`."""
    return weights.fetch(name, default_cache(os.environ), say=lambda line: print(line, flush=True))
