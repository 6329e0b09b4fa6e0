"""What callers say, labelled: a WAV of one turn, or of one sound over or after the agent's.

A scene set is a folder of WAVs with a ``scenes.jsonl``, one line each:

    {"name": "my-number-is-3", "wav": "my-number-is-3.wav", "kind": "mid_pause", "text": "...",
     "asks": "digits", "voice": "af_bella", "real": false, "speech": [[0.2, 1.1], [1.9, 3.4]],
     "turn_end": 3.4, "expect": "reply", "play": "turn", "licence": "CC0-1.0"}

``turn``: said when the agent has fallen silent. ``over_agent``: said while it speaks; it should
``stop``, or ``keep_talking``. ``after_turn``: heard in the gap between the caller's last word and
the agent's first; ``reply`` must still come. Either may say how long after the agent's first sound,
or the caller's last word, it begins: ``"delay": [0.0, 0.1]``. A WAV without a line is a turn,
labelled as :mod:`demos.phone.recordings` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from demos.phone.recordings import read_audio, read_recording
from voice.audio import Pcm
from voice.errors import VoiceError

Play = Literal["turn", "over_agent", "after_turn"]
Expect = Literal["reply", "stop", "keep_talking"]
INDEX = "scenes.jsonl"


@dataclass(frozen=True, slots=True)
class Scene:
    """Samples and labels; instants are seconds within the samples."""

    name: str
    pcm: Pcm
    speech: tuple[tuple[float, float], ...]
    """Where there is true speech, or for a noise where it sounds."""
    turn_end: float | None = None
    """The last voiced sample of the turn; None for what takes no turn."""
    kind: str = "turn"
    expect: Expect = "reply"
    play: Play = "turn"
    text: str = ""
    real: bool = False
    """Cut from a person's recording, not synthesised."""
    delay: tuple[float, float] | None = None

    @property
    def starts_at(self) -> float:
        """The first voiced sample."""
        return self.speech[0][0]

    @property
    def ends_at(self) -> float:
        """The last voiced sample: t0 of what it asks for."""
        return self.speech[-1][1] if self.turn_end is None else self.turn_end

    @property
    def takes_the_turn(self) -> bool:
        """Whether the agent has to answer when it is over."""
        return self.turn_end is not None and self.expect != "keep_talking"


class _Line(BaseModel):
    """One line of the index. Others may note more; we read what we judge by."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    name: str
    wav: str
    kind: str
    text: str = ""
    real: bool = False
    speech: list[tuple[float, float]]
    turn_end: float | None
    expect: Expect
    play: Play
    delay: tuple[float, float] | None = None


def read_scenes(sources: Iterable[Path], sample_rate: int) -> list[Scene]:
    """Read WAVs, indexes, and folders that hold either. Raises :class:`VoiceError`."""
    return [scene for source in sources for scene in _read(source, sample_rate)]


def _read(source: Path, sample_rate: int) -> Iterator[Scene]:
    if source.is_dir():
        index = source / INDEX
        found = [index] if index.is_file() else sorted(source.glob("*.wav"))
        if not found:
            raise VoiceError(f"{source} holds neither {INDEX} nor a .wav")
        for path in found:
            yield from _read(path, sample_rate)
    elif source.suffix == ".jsonl":
        yield from _read_index(source, sample_rate)
    else:
        read = read_recording(source, sample_rate)
        speech = ((read.speech_start, read.speech_end),)
        yield Scene(source.stem, read.pcm, speech, read.speech_end)


def _read_index(index: Path, sample_rate: int) -> Iterator[Scene]:
    try:
        lines = index.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror or "not text" if isinstance(error, OSError) else "it is not UTF-8"
        raise VoiceError(f"cannot read {index}: {reason.lower()}") from None
    for number, text in enumerate(lines, 1):
        if text.strip():
            yield _scene(_parse(text, f"{index} line {number}"), index.parent, sample_rate)


def _parse(text: str, where: str) -> _Line:
    try:
        return _Line.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"])) or "it"
        raise VoiceError(f"{where}: {name}: {first['msg'].lower()}") from None


def _scene(line: _Line, folder: Path, sample_rate: int) -> Scene:
    path = folder / line.wav
    pcm = read_audio(path, sample_rate)
    seconds = len(pcm) / sample_rate
    speech = tuple(line.speech) or ((0.0, seconds),)
    _check(path, speech, line.turn_end, seconds)
    return Scene(
        line.name, pcm, speech, line.turn_end, line.kind, line.expect, line.play, line.text,
        line.real, line.delay,
    )  # fmt: skip


def _check(
    path: Path, speech: Sequence[tuple[float, float]], turn_end: float | None, seconds: float
) -> None:
    """A label that is off by a little would make us look fast, or slow."""
    edges = [edge for span in speech for edge in span]
    if edges != sorted(edges) or edges[0] < 0 or edges[-1] > seconds + 0.01:
        raise VoiceError(f"speech of {path} is {edges}, expected within its {seconds:.2f} s")
    if turn_end is not None and abs(turn_end - edges[-1]) > 0.05:
        raise VoiceError(f"turn_end of {path} is {turn_end}, expected {edges[-1]}, where speech is")
