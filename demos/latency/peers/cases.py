"""What is compared: which engines, how many calls at once, how many turns of each. Pure.

``real:8x5`` is eight calls at once of five turns each, with the real engines; ``real+pauses:8x5``
the same with all scenes: those that pause, trail off or are unfinished, too. The rig has no words
for such.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass

from demos.latency.peers.systems import Engines

_START_SECONDS = 16.0
"""A run before its calls: a server starts, and answers a call that is not counted."""
_TURN_SECONDS = 8.5
"""A turn of a scene that is said in one go, its reply, and the pause after it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the comparison."""

    engines: Engines
    calls: int
    turns: int
    pauses: bool = False

    @property
    def name(self) -> str:
        """What tells it from others of so many calls."""
        return f"{self.engines}+pauses" if self.pauses else self.engines

    @property
    def seconds(self) -> float:
        """How long one run of it takes, more or less: for the clock on the wall only."""
        return _START_SECONDS + _TURN_SECONDS * self.turns

    def __str__(self) -> str:
        calls = f"{self.calls} call" + ("s" if self.calls > 1 else "")
        return f"{self.name}, {calls} of {self.turns} turns"


def parse(told: str) -> Case:
    """A case as it is written on a command line."""
    match = re.fullmatch(r"(rig|real|real\+pauses):([1-9]\d*)x([1-9]\d*)", told)
    if match is None:
        raise argparse.ArgumentTypeError(f"case is {told!r}, expected one like real:8x5")
    engines: Engines = "rig" if match[1] == "rig" else "real"
    return Case(engines, int(match[2]), int(match[3]), match[1].endswith("+pauses"))


DEFAULT = tuple(map(parse, "rig:1x10 real:1x12 real:8x4 real+pauses:8x3".split()))
"""Those that the targets are of."""


def minutes(seconds: float) -> str:
    """For people who wait."""
    return f"{seconds / 60:.0f} min" if seconds > 90 else f"{seconds:.0f} s"
