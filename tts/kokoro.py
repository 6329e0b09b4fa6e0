"""Kokoro-82M from an ONNX file: a voice for a GPU, or for a CPU with time to spare.

A folder holds ``kokoro.onnx`` and ``voices.npz``: for each speaker one style for each length of
text. Phonemes come from espeak-ng (GPL-3, see :mod:`tts.espeak`). The network speaks a sentence
in one go, so its first sound comes with its last: short clauses answer soonest.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import PositiveFloat, PositiveInt

from tts.breaths import breaths
from tts.crew import Crew
from tts.engine import TTS, Pcm, TTSError
from tts.espeak import phonemes
from tts.onnx import Floats, open_model, to_pcm
from tts.trim import Trimmer, gap_after

_LONGEST = 400
"""Phonemes said in one go; the styles end at 510."""

_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}

# What Kokoro calls the signs that espeak-ng writes for English, and their punctuation.
_IDS = {sign: number for number, sign in enumerate(";:,.!?", 1)} | {" ": 16}
_IDS |= {
    sign: number for number, sign in enumerate("abcdef_hijklmnopqrstuvwxyz", 43) if sign != "_"
}
_IDS |= dict(zip("ɑɐɒæ", (69, 70, 71, 72), strict=True))
_IDS |= dict(zip("ɔçðəɚɛɜɡɨɪ", (76, 78, 81, 83, 85, 86, 87, 92, 101, 102), strict=True))
_IDS |= dict(zip("ŋθɹɾʃʊʌʒʔ", (112, 119, 123, 125, 131, 135, 138, 147, 148), strict=True))
_IDS |= dict(zip("ˈˌːʲᵻ", (156, 157, 158, 164, 177), strict=True))


class Kokoro:
    """One of Kokoro's speakers, by default the first in the file, on the CPU or a GPU.

    ``threads`` work together on a sentence, ``workers`` sentences are worked on at once.
    ``pace`` stretches what is said (1.1: a tenth slower), ``accent`` is one of espeak-ng's voices.
    """

    sample_rate = 24_000

    def __init__(
        self,
        model: Path | str,
        *,
        voice: str | None = None,
        accent: str = "en-us",
        device: Literal["cpu", "cuda"] = "cpu",
        threads: PositiveInt = 1,
        workers: PositiveInt = 1,
        pace: PositiveFloat = 1.0,
        gain: PositiveFloat = 1.0,
    ) -> None:
        self._name = f"kokoro {Path(model).name}"
        self._accent, self._pace, self._gain = accent, pace, gain
        self.check_settings(accent=accent)
        self._styles = _styles(Path(model), voice)
        try:
            self._session = open_model(Path(model) / "kokoro.onnx", threads, [_PROVIDERS[device]])
        except Exception as error:  # onnxruntime's errors have no base of their own
            raise TTSError(f"cannot load {self._name}: {error}") from error
        # Exports differ in the name of the first input and the type of the last.
        self._tokens, self._style, self._speed = self._session.get_inputs()
        self._crew = Crew("kokoro", workers)

    @staticmethod
    def check_settings(
        *, accent: str, voice: str | None = None, model: Path | None = None, **_: object
    ) -> None:
        """Raise :class:`TTSError` for an accent or a voice that is not there."""
        phonemes("", accent)
        if model is not None:
            _styles(model, voice)

    def synthesize(self, text: str, slack: float = 0.0) -> AsyncGenerator[Pcm, None]:
        """Yield the speech of one clause or sentence; of several, one after the other."""
        return self._crew.draw(self._speak(text), self.sample_rate, slack)

    def _speak(self, text: str) -> Iterator[Pcm]:
        """Each step of this runs on a worker thread."""
        try:
            for sentence in re.split(r"(?<=[.!?])\s+", text):
                for said in breaths(_pronounce(sentence, self._accent), _LONGEST):
                    trimmer = Trimmer(self.sample_rate, gap_after("".join(said)))
                    pcm = trimmer.feed(self._say([_IDS[sign] for sign in said if sign in _IDS]))
                    if len(pcm):
                        yield pcm
        except TTSError:
            raise
        except Exception as error:  # onnxruntime's errors have no base of their own
            raise TTSError(f"{self._name} failed on {len(text)} characters: {error}") from error

    def _say(self, ids: list[int]) -> Pcm:
        whole = "int" in self._speed.type
        inputs = {
            self._tokens.name: np.array([[0, *ids, 0]], np.int64),
            self._style.name: self._styles[len(ids)].reshape(1, -1),
            self._speed.name: np.array([1 / self._pace], np.int32 if whole else np.float32),
        }
        return to_pcm(self._session.run(None, inputs)[0].reshape(-1), self._gain)


def _pronounce(sentence: str, accent: str) -> str:
    """Phonemes with the punctuation that espeak-ng drops, for Kokoro speaks it as melody."""
    if not any(character.isalnum() for character in sentence):
        return ""
    parts = re.split(r"([,.;:!?])", sentence)
    said = [part if part in ",.;:!?" else f" {phonemes(part, accent)}" for part in parts if part]
    return "".join(said).strip()


def _styles(model: Path, voice: str | None) -> Floats:
    """How this voice speaks. Raises :class:`TTSError` where the folder has none such."""
    try:
        with np.load(model / "voices.npz") as voices:
            name = voice or voices.files[0]
            if name not in voices:
                raise ValueError(f"no voice {name!r}, expected one of {', '.join(voices.files)}")
            styles: Floats = voices[name]
            return styles
    except Exception as error:  # a zip's, an array's, a file's: they have no base of their own
        raise TTSError(f"cannot load kokoro {model.name}: {error}") from error


_: type[TTS] = Kokoro
