"""Synthesise the training clips: dry speech at 16 kHz, and a line of JSON about each.

    python synthesise.py --kokoro FOLDER --piper FOLDER --out clips [--clips 600] [--seed 7]

Needs numpy, soundfile, soxr and onnxruntime, Debian's ``flite``, ``festival``, ``festvox-kdlpc16k``
and ``espeak-ng``, and a folder with Kokoro's ``kokoro.onnx``, ``voices_ja.npz`` and ``vocab.json``.
What a telephone line does to a clip is left to :mod:`line`. A few minutes on one thread.
"""

from __future__ import annotations

import argparse
import json
import random
from itertools import islice
from pathlib import Path

import numpy as np
import soundfile
from heldout import CLINIC, SPELLED
from line import RATE, Samples
from sentences import sentences
from voices import TRAINING, Voices

LONGEST = 14.0
"""Seconds; the short window is meant for turns up to about this long."""


def trimmed(samples: Samples) -> Samples:
    """Cut the silence a synthesiser puts around its speech, to what VAD would leave."""
    loud = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max())
    margin = int(0.03 * RATE)
    return samples[max(0, loud[0] - margin) : loud[-1] + margin]


def synthesise(voices: Voices, out: Path, clips: int, seed: int) -> None:
    """Write ``clips`` WAVs and ``clips.jsonl``."""
    dice = random.Random(seed)
    out.mkdir(parents=True, exist_ok=True)
    with (out / "clips.jsonl").open("w") as index:
        for number, text in enumerate(islice(sentences(seed), clips)):
            if text in CLINIC + SPELLED:
                continue
            voice = dice.choices(list(TRAINING), list(TRAINING.values()))[0]
            samples = trimmed(voices.say(voice, text, rate=dice.uniform(0.85, 1.3)))
            if len(samples) > LONGEST * RATE:
                continue
            name = f"{number:04}.wav"
            soundfile.write(out / name, samples / max(1.0, float(np.abs(samples).max())), RATE)
            line = {"file": name, "text": text, "voice": voice, "seconds": len(samples) / RATE}
            index.write(json.dumps(line) + "\n")
            index.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kokoro", type=Path, required=True)
    parser.add_argument("--piper", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--clips", type=int, default=600)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    synthesise(Voices(given.kokoro, given.piper), given.out, given.clips, given.seed)
