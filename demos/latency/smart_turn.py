"""Ask Smart Turn v3.2, the peer's model of whether somebody has finished, as the peer asks it.

Its weights (BSD-2) travel in the ``pipecat-ai`` wheel, which is fetched and opened, never imported.
It is shown the last eight seconds of the turn, zeros before them, scaled to unit power, as the
log-mel spectrogram that Whisper sees.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np

from asr.engine import SAMPLE_RATE, Pcm
from voice.errors import VoiceError

WHEEL = "pipecat-ai==1.14.0"
MEMBER = "pipecat/audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx"
SHA256 = "2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f"
SECONDS = 8
BEFORE = 0.7
"""Seconds before the first speech that it is shown: the peer's half second, and its onset's."""
FRAME, HOP = 400, 160


class SmartTurn:
    """The model, on one thread."""

    def __init__(self, path: Path) -> None:
        import onnxruntime
        from faster_whisper.feature_extractor import FeatureExtractor

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(path), options)
        self._filters = FeatureExtractor.get_mel_filters(SAMPLE_RATE, FRAME, 80)

    def complete(self, turn: Pcm) -> float:
        """How likely it is that whoever said this has finished."""
        count = SECONDS * SAMPLE_RATE
        samples = turn[-count:].astype(np.float32) / np.float32(32_768)
        samples = np.pad(samples, (count - len(samples), 0))
        samples = (samples - samples.mean()) / np.sqrt(samples.var() + 1e-7)
        padded = np.pad(samples.astype(np.float64), FRAME // 2, mode="reflect")
        frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP][:-1]
        power = np.abs(np.fft.rfft(frames * np.hanning(FRAME + 1)[:-1])) ** 2
        mel = np.log10(np.maximum(self._filters @ power.T, 1e-10))
        scaled = (np.maximum(mel, mel.max() - 8) + 4) / 4
        fed = {"input_features": scaled[np.newaxis].astype(np.float32)}
        return float(self._session.run(None, fed)[0].item())


def find_smart_turn(cache: Path) -> Path:
    """Its weights in the cache, fetched first if need be."""
    path = cache / Path(MEMBER).name
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        fetch = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "-d",
            str(cache),
            WHEEL,
        ]
        try:
            subprocess.run(fetch, check=True)
            (wheel,) = cache.glob("pipecat_ai-*.whl")
            with zipfile.ZipFile(wheel) as archive:
                path.write_bytes(archive.read(MEMBER))
        except (OSError, ValueError, KeyError, subprocess.CalledProcessError) as error:
            raise VoiceError(f"cannot get Smart Turn out of {WHEEL}: {error}") from None
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SHA256:
        raise VoiceError(f"{path} has SHA-256 {found}, expected {SHA256}")
    return path
