"""The caller's recordings: read at the line's rate, and where the speech in them begins and ends.

The end of speech is t0 of every latency, so it is labelled, not guessed by a detector: by a file
beside the recording (``book.wav`` -> ``book.json``: ``{"speech_start": .1, "speech_end": 2.9}``,
seconds), or else by the recording's own loudness.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from voice.audio import Pcm, Resampler
from voice.errors import VoiceError

_SLICE = 0.004
_BELOW_PEAK = 38.0  # dB: speech is no softer than this against its loudest slice
_QUIETEST = -60.0  # dBFS: nothing softer is speech
_LONGEST = 600.0  # seconds
_ROUNDED = 0.01  # seconds: a label at a recording's end may have been rounded up


@dataclass(frozen=True, slots=True)
class Recording:
    """One turn of the caller; ``speech_start`` and ``speech_end`` are seconds within it."""

    name: str
    pcm: Pcm
    speech_start: float
    speech_end: float


def read_recording(path: Path, sample_rate: int) -> Recording:
    """Read a WAV file, any rate, any number of channels, and label it."""
    mono, rate = _read(path)
    start, end = _labels(path, len(mono) / rate) or _loud(mono, rate, path)
    return Recording(path.name, _at_rate(mono, rate, sample_rate), start, end)


def read_audio(path: Path, sample_rate: int) -> Pcm:
    """Read a WAV file that is labelled elsewhere."""
    return _at_rate(*_read(path), sample_rate)


def _at_rate(pcm: Pcm, rate: int, sample_rate: int) -> Pcm:
    return Resampler(rate, sample_rate).feed(pcm, last=True)


def _read(path: Path) -> tuple[Pcm, int]:
    try:
        with path.open("rb") as file:
            # As numbers up to 1, for whole ones would be what is left of a float file's: zeros.
            samples, rate = soundfile.read(file, dtype="float32", always_2d=True)
    except OSError as error:
        raise VoiceError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None
    except soundfile.LibsndfileError as error:
        reason = error.error_string.rstrip(".").lower()
        raise VoiceError(f"cannot read {path}: {reason}") from None
    if not len(samples) or len(samples) > _LONGEST * rate:
        raise VoiceError(f"{path} is {len(samples) / rate:.1f} s long, expected up to {_LONGEST:g}")
    mono = np.nan_to_num(samples.mean(axis=1) * 32_768)
    return np.clip(np.rint(mono), -32_768, 32_767).astype(np.int16), rate


def _labels(path: Path, seconds: float) -> tuple[float, float] | None:
    beside = path.with_suffix(".json")
    try:
        told = json.loads(beside.read_text())
        start, end = float(told.get("speech_start", 0.0)), float(told["speech_end"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise VoiceError(f"{beside} is no label, expected {{'speech_end': SECONDS}}") from None
    if not 0 <= start < end <= seconds + _ROUNDED:
        raise VoiceError(
            f"{beside} has speech from {start:g} to {end:g} s, expected it within the "
            f"{seconds:.3f} s of {path}"
        )
    return start, end


def _loud(pcm: Pcm, rate: int, path: Path) -> tuple[float, float]:
    levels = slice_levels(pcm, rate)
    loud = np.flatnonzero(levels > max(_QUIETEST, float(levels.max()) - _BELOW_PEAK))
    if not loud.size:
        raise VoiceError(f"{path} holds no speech: its loudest moment is {levels.max():.0f} dBFS")
    slice_seconds = _width(rate) / rate
    return int(loud[0]) * slice_seconds, min(len(pcm) / rate, int(loud[-1] + 1) * slice_seconds)


def _width(rate: int) -> int:
    return max(1, round(_SLICE * rate))


def slice_levels(pcm: Pcm, rate: int) -> npt.NDArray[np.float64]:
    """Loudness of each 4 ms in dBFS."""
    width = _width(rate)
    padded = np.pad(pcm.astype(np.float64) / 32_768, (0, -len(pcm) % width))
    levels: npt.NDArray[np.float64] = 10 * np.log10(
        (padded.reshape(-1, width) ** 2).mean(axis=1) + 1e-20
    )
    return levels


def write_stereo(path: Path, left: Pcm, right: Pcm, sample_rate: int) -> None:
    """Save the call: the caller on the left, the agent as heard on the right."""
    try:
        soundfile.write(path, np.stack([left, right], axis=1), sample_rate, format="WAV")
    except (OSError, soundfile.LibsndfileError) as error:
        raise VoiceError(f"cannot write {path}: {str(error).rstrip('.')}") from None
