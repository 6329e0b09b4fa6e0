"""Piper's voices on the CPU: text through espeak-ng to phonemes, phonemes through VITS to samples.

piper-tts, and espeak-ng within it, are GPL-3: who may not ship that chooses another voice.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path

import numpy as np
from piper import PiperConfig, PiperVoice
from pydantic import NonNegativeInt, PositiveFloat, PositiveInt

from tts.breaths import breaths
from tts.crew import Crew
from tts.engine import TTS, Pcm, TTSError
from tts.onnx import to_pcm
from tts.trim import Trimmer, gap_after
from tts.vits import Vits

_LONGEST = 300
"""Phonemes said in one go, some 20 s: the network needs memory by the square of them."""


class Piper:
    """A Piper voice from a ``.onnx`` file with its ``.onnx.json`` beside it.

    ``threads`` work together on a piece of sound, ``workers`` pieces are worked on at once.
    ``pace`` stretches what is said (1.1: a tenth slower), ``gain`` is its loudness.
    """

    def __init__(
        self,
        model: Path | str,
        *,
        threads: PositiveInt = 1,
        workers: PositiveInt = 1,
        pace: PositiveFloat = 1.0,
        gain: PositiveFloat = 1.4,
        speaker: NonNegativeInt = 0,
    ) -> None:
        self._name = f"piper {Path(model).name}"
        config = _config(Path(model), speaker)
        try:
            self._vits = Vits(Path(model).read_bytes(), threads)
        except Exception as error:  # onnxruntime's errors have no base of their own
            raise TTSError(f"cannot load {self._name}: {error}") from error
        # Only its espeak-ng and phoneme table are used; piper-tts locks the former itself.
        self._text = PiperVoice(session=None, config=config)
        self._scales = np.array(
            [config.noise_scale, config.length_scale * pace, config.noise_w_scale], np.float32
        )
        self._gain, self._speaker = gain, speaker
        self.sample_rate: int = config.sample_rate
        self._crew = Crew("piper", workers)

    @staticmethod
    def check_settings(*, speaker: int, model: Path | None = None, **_: object) -> None:
        """Raise :class:`TTSError` for a file that is no voice, or that has no such speaker."""
        if model is not None:
            _config(model, speaker)

    def synthesize(self, text: str, slack: float = 0.0) -> AsyncGenerator[Pcm, None]:
        """Yield the speech of one clause or sentence, the first quarter of a second early."""
        return self._crew.draw(self._speak(text), self.sample_rate, slack)

    def _speak(self, text: str) -> Iterator[Pcm]:
        """Each step of this runs on a worker thread."""
        try:
            for phonemes in self._phonemes(text):
                trimmer = Trimmer(self.sample_rate, gap_after("".join(phonemes)))
                ids = self._text.phonemes_to_ids(list(phonemes))
                for samples in self._vits.say(ids, self._scales, self._speaker):
                    pcm = trimmer.feed(to_pcm(samples, self._gain))
                    if len(pcm):
                        yield pcm
        except Exception as error:  # onnxruntime's errors have no base of their own
            raise TTSError(f"{self._name} failed on {len(text)} characters: {error}") from error

    def _phonemes(self, text: str) -> Iterator[Sequence[str]]:
        if not any(character.isalnum() for character in text):
            return  # "..." is a pause at most, and espeak would make a noise of it
        for sentence in self._text.phonemize(text):
            yield from breaths(sentence, _LONGEST)


def _config(model: Path, speaker: int) -> PiperConfig:
    """What lies beside the voice, which must have this speaker."""
    name = f"piper {model.name}"
    try:
        config = PiperConfig.from_dict(json.loads(Path(f"{model}.json").read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TTSError(f"cannot load {name}: {error}") from error
    if speaker >= config.num_speakers:
        raise TTSError(f"{name} has no speaker {speaker}, expected 0 to {config.num_speakers - 1}")
    return config


_: type[TTS] = Piper
