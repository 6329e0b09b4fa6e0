"""Synthetic callers: voices that trained none of our models. Spoken once, then kept.

Kokoro's other two speakers, flite's other voices and espeak-ng taught our Whisper its short window,
so they call nobody here. Piper's joe is the embedded agent's own voice: it may say turns, and never
what is heard over the agent.
"""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
import tempfile
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from demos.latency.scenes.label import RATE, Samples
from tts.engine import TTS
from voice import weights
from voice.errors import VoiceError

CALLERS = (
    "flite/slt",
    "kokoro/jf_gongitsune",
    "flite/rms",
    "kokoro/jf_nezumi",
    "kokoro/jf_tebukuro",
)
AGENT = "piper/joe"
VOICES = (*CALLERS, AGENT)
LICENCES = {
    "flite": "CMU Flite (BSD-like)",
    "kokoro": "Apache-2.0",
    "piper": "CC0-1.0 (data)",
}
PACES = (0.9, 1.0, 1.12)


@dataclass
class Voices:
    """``models`` is the cache of weights, ``kept`` that of what has been said."""

    models: Path
    kept: Path
    _open: dict[tuple[str, float], TTS] = field(default_factory=dict)

    def say(self, voice: str, text: str, pace: float) -> Samples:
        """The text in that voice, 16 kHz; ``pace`` stretches it. Neural voices draw noise: what
        was said once is kept, so that the scenes of one machine stay what they are."""
        key = hashlib.sha256(f"{voice}|{pace}|{text}".encode()).hexdigest()[:24]
        path = self.kept / f"{key}.wav"
        if not path.exists():
            self.kept.mkdir(parents=True, exist_ok=True)
            samples = self._speak(voice, text, pace)
            soundfile.write(path, samples, RATE, subtype="FLOAT", format="WAV")
        read: Samples = soundfile.read(path, dtype="float32")[0]
        return read

    def _speak(self, voice: str, text: str, pace: float) -> Samples:
        engine, _, name = voice.partition("/")
        if engine == "flite":
            return _flite(name, text, pace)
        tts = self._engine(engine, name, pace)
        pcm = np.concatenate(asyncio.run(_collect(tts, text)))
        return _at_rate(pcm.astype(np.float32) / np.float32(32_768), tts.sample_rate)

    def _engine(self, engine: str, name: str, pace: float) -> TTS:
        from tts.kokoro import Kokoro  # onnxruntime takes its time to load
        from tts.piper import Piper

        if (engine + name, pace) not in self._open:
            self._open[engine + name, pace] = (
                Kokoro(weights.fetch("kokoro-82m-int8", self.models), voice=name, pace=pace)
                if engine == "kokoro"
                else Piper(weights.fetch("piper-en_US-joe-medium", self.models), pace=pace)
            )
        return self._open[engine + name, pace]


async def _collect(tts: TTS, text: str) -> list[Any]:
    async with aclosing(tts.synthesize(text)) as pieces:
        return [pcm async for pcm in pieces]


def _flite(name: str, text: str, pace: float) -> Samples:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/said.wav"
        stretch = ["--setf", f"duration_stretch={pace}"]
        try:
            subprocess.run(["flite", "-voice", name, *stretch, "-t", text, "-o", path], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise VoiceError(
                f"flite cannot say {text!r}: {error}; it is in Debian's flite"
            ) from None
        samples, rate = soundfile.read(path, dtype="float32")
    return _at_rate(samples, rate)


def _at_rate(samples: Samples, rate: int) -> Samples:
    resampled: Samples = soxr.resample(samples, rate, RATE).astype(np.float32)
    return resampled
