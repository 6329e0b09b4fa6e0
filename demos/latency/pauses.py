"""The table of pauses: every silence of every scene as our own ears and transcriber met it.

It is made once, by running them (:mod:`demos.latency.hear_pauses`); from it the outcome of any way
of ending turns is computed in no time (:mod:`demos.latency.endpoints`). Pure.

    offset  noticed      rose              instants are seconds within the scene's WAV
    ~~~~|......|...........|~~~            ``rose`` is None where nothing came after
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from voice.errors import VoiceError


@dataclass(frozen=True, slots=True)
class HeardPause:
    """One silence, as the voice detector found it."""

    offset: float
    """The last voiced sample, backdated."""
    noticed: float
    """When the detector was certain of it: no reply can be heard before."""
    rose: float | None
    """When it first suspected that speech goes on; a reply is not let go from then on."""
    text: str
    """The words of the turn so far, as the transcriber gave them for this pause."""
    complete: float | None = None
    """Smart Turn's opinion, 0.2 s into the silence; None where the silence was shorter."""
    finished: float | None = None
    """Its opinion as our server asks for it: as soon as the silence is noticed."""


@dataclass(frozen=True, slots=True)
class HeardTurn:
    """One scene: what is true of it, and its silences in order."""

    scene: str
    kind: str
    asks: str
    real: bool
    joined: bool
    voice: str
    turn_end: float
    pauses: tuple[HeardPause, ...]

    @property
    def held_out(self) -> bool:
        """Half of the scenes, by their names: what is tuned on the others is judged on these."""
        return hashlib.sha256(self.scene.encode()).digest()[0] % 2 == 1


def write_table(turns: Iterable[HeardTurn], path: Path) -> None:
    """One line for each turn."""
    lines = [json.dumps(asdict(turn), ensure_ascii=False) for turn in turns]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_table(path: Path) -> list[HeardTurn]:
    """Raises :class:`VoiceError` for what :func:`write_table` has not written."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [_turn(json.loads(line)) for line in lines if line]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise VoiceError(f"{path} is no table of pauses: {error}") from None


def _turn(line: dict[str, object]) -> HeardTurn:
    pauses = line.pop("pauses")
    if not isinstance(pauses, list):
        raise TypeError(f"pauses is {pauses!r}, expected a list")
    return HeardTurn(**line, pauses=tuple(HeardPause(**pause) for pause in pauses))  # type: ignore[arg-type]


def by_kind(turns: Sequence[HeardTurn]) -> dict[str, list[HeardTurn]]:
    """Turns of each kind, by name."""

    def kind(turn: HeardTurn) -> str:
        return turn.kind

    return {name: list(group) for name, group in groupby(sorted(turns, key=kind), kind)}
