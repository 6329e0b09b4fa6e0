"""Speak a sentence in one of the voices that training or evaluation uses.

Debian's flite, festival and espeak-ng run as commands; the two neural voices are ONNX files that
take the phonemes espeak-ng writes. Which voices train and which are held out is written here, once.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import soundfile
from line import RATE, Samples, resampled

TRAINING = {
    "flite/awb": 24,
    "flite/kal16": 18,
    "festival/ked_diphone": 14,
    "espeak/en-us+m3": 4,
    "espeak/en-us+f2": 4,
    "espeak/en-gb+m7": 4,
    "kokoro/jf_alpha": 16,
    "kokoro/jm_kumo": 16,
}
"""Voices that training hears, and how many clips in a hundred each speaks."""

HELD_OUT = [
    "flite/slt",
    "flite/rms",
    "piper/joe",
    "kokoro/jf_gongitsune",
    "kokoro/jf_nezumi",
    "kokoro/jf_tebukuro",
]
"""Voices that training never hears."""

_PROGRAMS = {"flite": "flite", "festival": "text2wave", "espeak": "espeak-ng"}

# espeak-ng's notation of English to the one that Kokoro was trained on.
# ruff: noqa: RUF001 - phonetic letters are what is meant
_KOKORO = [
    ("t\u0283", "ʧ"), ("d\u0292", "ʤ"), ("eɪ", "A"), ("aɪ", "I"), ("ɔɪ", "Y"), ("oʊ", "O"),
    ("aʊ", "W"), ("ɚ", "əɹ"), ("ɜː", "ɜɹ"), ("ɐ", "ə"), ("ɾ", "T"), ("ʔ", "t"), ("r", "ɹ"),
    ("ː", ""), ("o", "ɔ"),
]  # fmt: skip


def phonemes(text: str) -> str:
    """Return what espeak-ng makes of ``text``, with the punctuation that it drops put back."""
    text = re.sub(r"\bDr\. ", "Doctor ", text).replace("a.m.", "A M").replace("p.m.", "P M")
    spoken = ""
    for piece in re.findall(r"[^,.?!]+[,.?!]*", text):
        words = re.sub(r"[,.?!]+$", "", piece).strip()
        command = ["espeak-ng", "-q", "--ipa", "-v", "en-us", words]
        found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        mark = piece.rstrip()[-1]
        spoken += " ".join(found.split()) + (mark if mark in ",.?!" else "") + " "
    return spoken.strip()


@dataclass
class Voices:
    """All voices; ``kokoro`` and ``piper`` are folders with their files, opened when first used."""

    kokoro: Path
    piper: Path
    _open: dict[str, Any] = field(default_factory=dict)

    def say(self, voice: str, text: str, rate: float = 1.0) -> Samples:
        """Return 16 kHz samples of ``text``; ``rate`` above 1 is faster."""
        engine, name = voice.split("/")
        if engine == "kokoro":
            return self._kokoro(name, text, rate)
        if engine == "piper":
            return self._piper(text, rate)
        return _command(engine, name, text, rate)

    def _session(self, path: Path) -> onnxruntime.InferenceSession:
        if path.name not in self._open:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            self._open[path.name] = onnxruntime.InferenceSession(str(path), options)
        return self._open[path.name]

    def _kokoro(self, name: str, text: str, rate: float) -> Samples:
        spoken = phonemes(text)
        for theirs, ours in _KOKORO:
            spoken = spoken.replace(theirs, ours)
        vocabulary = json.loads((self.kokoro / "vocab.json").read_text())["vocab"]
        tokens = [vocabulary[symbol] for symbol in spoken if symbol in vocabulary]
        with np.load(self.kokoro / "voices_ja.npz") as styles:
            style = styles[name][len(tokens)]
        feed = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": style.astype(np.float32),
            "speed": np.array([rate], np.float32),
        }
        samples = self._session(self.kokoro / "kokoro.onnx").run(None, feed)[0].ravel()
        return resampled(samples, 24_000, RATE)

    def _piper(self, text: str, rate: float) -> Samples:
        model = self.piper / "en_US-joe-medium.onnx"
        config = json.loads(model.with_suffix(".onnx.json").read_text())
        ids = config["phoneme_id_map"]
        tokens = [*ids["^"], *ids["_"]]
        for symbol in phonemes(text):
            tokens += [*ids[symbol], *ids["_"]] if symbol in ids else []
        tokens += ids["$"]
        noise = config["inference"]
        feed = {
            "input": np.array([tokens], np.int64),
            "input_lengths": np.array([len(tokens)], np.int64),
            "scales": np.array([noise["noise_scale"], 1 / rate, noise["noise_w"]], np.float32),
        }
        samples = self._session(model).run(None, feed)[0].ravel()
        return resampled(samples, config["audio"]["sample_rate"], RATE)


def _command(engine: str, name: str, text: str, rate: float) -> Samples:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/clip.wav"
        stretch = f"{1 / rate:.3f}"
        arguments = {
            "flite": ["-voice", name, "--setf", f"duration_stretch={stretch}", "-t", text, "-o"],
            "espeak-ng": ["-v", name, "-s", f"{165 * rate:.0f}", text, "-w"],
            "text2wave": [
                *("-eval", f"(voice_{name})"),
                *("-eval", f"(Parameter.set 'Duration_Stretch {stretch})"),
                "-o",
            ],
        }
        program = _PROGRAMS[engine]
        command = [program, *arguments[program], path]
        subprocess.run(command, input=text, text=True, check=True, capture_output=True)
        samples, actual = soundfile.read(path, dtype="float32")
    return resampled(samples, actual, RATE)
