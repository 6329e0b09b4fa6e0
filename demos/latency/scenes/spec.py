"""Read the three lists of scenes: what is said, of which kind, with which pauses. Pure.

[hanging digits]                               a section: kind, then what was asked for
My number is <0.7> five five five.             a scene: pieces, and pauses in seconds
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from demos.latency.scene import Expect, Play
from voice.errors import VoiceError

Source = Literal["say", "recording", "sound"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One stretch of sound, and the seconds of silence before it."""

    source: Source
    what: str
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Spec:
    """One scene, not made yet."""

    name: str
    kind: str
    asks: str
    pieces: tuple[Piece, ...]
    expect: Expect = "reply"
    play: Play = "turn"
    delay: tuple[float, float] | None = None

    @property
    def takes_the_turn(self) -> bool:
        """Whether it is speech that has to be answered."""
        return self.play == "turn" or self.expect == "stop"


ASKS = ("any", "digits", "name", "date", "yes_no")
PLAYS: dict[str, Play] = {"over_agent": "over_agent", "after_turn": "after_turn"}
EXPECTS: dict[str, Expect] = {"reply": "reply", "stop": "stop", "keep_talking": "keep_talking"}


def read_turns(text: str, source: Source) -> list[Spec]:
    """The scenes of ``turns.txt`` (texts to say) or ``real.txt`` (names of recordings)."""
    specs = []
    for header, number, line in _lines(text):
        kind, asks = _two(header)
        if asks not in ASKS:
            raise VoiceError(f"[{header}] asks for {asks!r}, expected one of {', '.join(ASKS)}")
        specs.append(Spec(f"{kind}-{number:02}", kind, asks, _pieces(line, source)))
    return specs


def read_overlaps(text: str) -> list[Spec]:
    """The scenes of ``overlaps.txt``."""
    specs = []
    for header, number, line in _lines(text):
        words = header.split()
        if len(words) != 3 or words[1] not in PLAYS or words[2] not in EXPECTS:
            raise VoiceError(f"[{header}] is no section, expected [kind play expect]")
        kind, play, expect = words[0], PLAYS[words[1]], EXPECTS[words[2]]
        delay = None
        if found := re.match(r"@([\d.]+)-([\d.]+) ", line):
            delay, line = (float(found[1]), float(found[2])), line[found.end() :]
        name = f"{kind}-{play.split('_')[0]}-{number:02}"
        specs.append(Spec(name, kind, "any", _overlap(line), expect, play, delay))
    return specs


def _overlap(line: str) -> tuple[Piece, ...]:
    how, _, rest = line.partition(": ")
    if how == "sound":
        return (Piece("sound", rest),)
    return _pieces(rest, "recording") if how == "asterisk" else _pieces(line, "say")


def _pieces(line: str, source: Source) -> tuple[Piece, ...]:
    """Words between pauses are one piece to say; each name of a recording is a piece."""
    pieces: list[Piece] = []
    for part in re.findall(r"<[\d.]+> [^<]+|^[^<]+", line):
        pause, words = re.match(r"(?:<([\d.]+)> )?(.*)", part.strip()).groups()  # type: ignore[union-attr]
        for what in words.split() if source == "recording" else [words]:
            pieces.append(Piece(source, what, float(pause or 0)))
            pause = None
    return tuple(pieces)


def _lines(text: str) -> Iterator[tuple[str, int, str]]:
    """The section, the number of the scene among those of its kind, and the line."""
    header, numbers = "", Counter[str]()
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            header = line.strip("[]")
        elif line and not line.startswith("#"):
            words = header.split()
            kind = header if len(words) > 2 else words[0]
            numbers[kind] += 1
            yield header, numbers[kind], line


def _two(header: str) -> tuple[str, str]:
    words = header.split()
    if len(words) != 2:
        raise VoiceError(f"[{header}] is no section, expected [kind asks]")
    return words[0], words[1]
